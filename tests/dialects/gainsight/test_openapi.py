"""schemathesis over our document: no fault, no undocumented answer, whatever is sent."""

from collections.abc import Callable

import pytest
import schemathesis

from goalpost.dialects.gainsight.routes import GAINSIGHT
from goalpost.web.application import make_app
from tests.dialects.gainsight.support import Org, make_org
from tests.support.documents import bounded, check_answer
from tests.support.server import RunningServer

document = make_app(GAINSIGHT).openapi()
schema = schemathesis.openapi.from_dict(document).include(path_regex="csgoal")


@pytest.fixture
def tenant(server_with: Callable[..., RunningServer]) -> Org:
    """A tenant of a server that answers faults as the table says: with no 500 that is none."""
    return make_org(server_with(GOALPOST_GAINSIGHT_ERROR_STYLE="table"))


@schema.parametrize()
@bounded(8)
def test_anything_sent_gets_a_documented_answer(case: schemathesis.Case, tenant: Org) -> None:
    headers = {"accesskey": tenant.workspace.key}
    check_answer(case, tenant.server.url, headers)


@pytest.mark.parametrize("status", ["400", "401", "403", "413", "429", "500", "503"])
def test_every_operation_names_the_failures_that_any_can_have(status: str) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(status in operation["responses"] for operation in operations)
