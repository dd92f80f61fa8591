"""schemathesis over our document: no fault, no undocumented answer, whatever is sent."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from goalpost.dialects.gainsight.routes import GAINSIGHT
from goalpost.web.application import make_app
from tests.dialects.gainsight.support import Org, make_org
from tests.support.server import RunningServer

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
document = make_app(GAINSIGHT).openapi()
schema = schemathesis.openapi.from_dict(document).include(path_regex="csgoal")
bounded = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Org]:
    """A tenant of a server that answers faults as the table says: with no 500 that is none."""
    data = tmp_path_factory.mktemp("table") / "data"
    running = RunningServer(data, {"GOALPOST_GAINSIGHT_ERROR_STYLE": "table"})
    try:
        yield make_org(running.start())
    finally:
        running.close()


@schema.parametrize()
@bounded
def test_anything_sent_gets_a_documented_answer(case: schemathesis.Case, tenant: Org) -> None:
    headers = {"accesskey": tenant.workspace.key}
    case.call_and_validate(base_url=tenant.server.url, headers=headers, checks=CHECKS)


@pytest.mark.parametrize("status", ["400", "401", "403", "413", "429", "500", "503"])
def test_every_operation_names_the_failures_that_any_can_have(status: str) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all(status in operation["responses"] for operation in operations)
