"""schemathesis over the dialect's own OpenAPI document: no fault, no undocumented answer, whatever is sent."""

import httpx
import pytest
import schemathesis

from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.web.application import make_app
from tests.support.documents import bounded, check_answer, sampled
from tests.support.server import API, RunningServer, Site, Workspace

document = make_app(KRAFTER).openapi()
schema = schemathesis.openapi.from_dict(document)


def call(case: schemathesis.Case, workspace: Workspace) -> None:
    headers = {"Authorization": f"Bearer {workspace.key}"}
    check_answer(case, workspace.server.url + API, headers)


@sampled(document).parametrize()
@bounded(15)
def test_anything_sent_gets_a_documented_answer(case: schemathesis.Case, workspace: Workspace) -> None:
    call(case, workspace)


@pytest.fixture
def real_ids(site: Site) -> dict[str, str]:
    return {"key": site.key, "id": site.goal()}


@schema.include(method=["GET", "POST", "PATCH"]).parametrize()
@bounded(15)
def test_anything_sent_to_a_real_site_gets_a_documented_answer(
    case: schemathesis.Case, site: Site, real_ids: dict[str, str]
) -> None:
    case.path_parameters = {name: real_ids[name] for name in case.path_parameters}
    call(case, site.workspace)


def test_the_server_shows_this_document(server: RunningServer) -> None:
    shown = httpx.get(f"{server.url}{API}/openapi.json", trust_env=False).json()
    paths = {API + path: operations for path, operations in document["paths"].items()}
    assert shown == {**document, "paths": paths}


def test_every_operation_names_its_scope() -> None:
    needs = [operation["security"] for path in document["paths"].values() for operation in path.values()]
    assert all(need in ([{"key": ["analytics:read"]}], [{"key": ["analytics:write"]}]) for need in needs)


@pytest.mark.parametrize("status", ["401", "403", "429", "500", "503"])
def test_every_operation_names_the_failures_that_any_can_have(status: str) -> None:
    assert all(status in operation["responses"] for path in document["paths"].values() for operation in path.values())
