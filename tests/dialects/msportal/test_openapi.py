"""schemathesis over our document and over the vendor's: no fault, no undocumented answer, whatever is sent."""

from typing import Any

import httpx
import pytest
import schemathesis

from goalpost.dialects.msportal.routes import MSPORTAL
from goalpost.web.application import make_app
from tests.dialects.msportal.support import PREFIX, ROUTES, SCOPES, Portal, seed_document
from tests.support.documents import bounded, check_answer, sampled
from tests.support.server import RunningServer

document = make_app(MSPORTAL).openapi()
schema = schemathesis.openapi.from_dict(document)
vendors_schema = schemathesis.openapi.from_dict(seed_document())
operations = [
    (method.upper(), path, operation)
    for path, found in document["paths"].items()
    for method, operation in found.items()
]


def call(case: schemathesis.Case, portal: Portal) -> None:
    base = portal.server.url if case.operation.path.startswith(PREFIX) else portal.url
    check_answer(case, base, dict(portal.api.headers))


def with_real_ids(case: schemathesis.Case, portal: Portal, ids: dict[str, str]) -> None:
    """Put ids into a request that would hardly be found by chance."""
    here = ids["company"] if "/companies/" in case.operation.path else ids["goal"]
    real: dict[str, Any] = {"id": here, "taskId": ids["task"]}
    case.path_parameters = {name: real[name] for name in case.path_parameters}
    if isinstance(case.body, dict) and isinstance(case.body.get("companyId"), str):
        case.body = {**case.body, "companyId": portal.company}


@sampled(document).parametrize()
@bounded(10)
def test_anything_sent_gets_a_documented_answer(case: schemathesis.Case, portal: Portal) -> None:
    call(case, portal)


@pytest.fixture
def ids(portal: Portal) -> dict[str, str]:
    return portal.ids()


@schema.include(method=["GET", "POST", "PATCH"]).parametrize()
@bounded(10)
def test_anything_sent_to_what_is_there_gets_a_documented_answer(
    case: schemathesis.Case, portal: Portal, ids: dict[str, str]
) -> None:
    with_real_ids(case, portal, ids)
    call(case, portal)


@vendors_schema.parametrize()
@bounded(60)
def test_anything_sent_gets_an_answer_that_the_vendor_documents(case: schemathesis.Case, portal: Portal) -> None:
    call(case, portal)


@vendors_schema.parametrize()
@bounded(60)
def test_anything_sent_for_a_real_company_gets_an_answer_that_the_vendor_documents(
    case: schemathesis.Case, portal: Portal
) -> None:
    if isinstance(case.body, dict) and isinstance(case.body.get("companyId"), str):
        case.body = {name: case.body[name] for name in case.body if not name.endswith("Id")}
        case.body["companyId"] = portal.company
    call(case, portal)


def test_the_server_shows_this_document(server: RunningServer) -> None:
    shown = httpx.get(f"{server.url}{PREFIX}/openapi.json", trust_env=False).json()
    assert shown == {**document, "paths": {PREFIX + path: found for path, found in document["paths"].items()}}


def test_the_table_has_every_route() -> None:
    documented = {(method, path, min(operation["responses"])) for method, path, operation in operations}
    assert documented == {(route.method, route.documented_path, str(route.success)) for route in ROUTES}


def test_every_operation_names_its_scope() -> None:
    needed = {(method, path): operation["security"] for method, path, operation in operations}
    for route in ROUTES:
        ((name, scopes),) = needed[(route.method, route.documented_path)][0].items()
        assert (bool(name), scopes) == (True, [route.scope]), route
    assert {route.scope for route in ROUTES} == set(SCOPES)


@pytest.mark.parametrize("status", ["400", "401", "403", "413", "429", "500", "503"])
def test_every_operation_names_the_failures_that_any_can_have(status: str) -> None:
    assert all(status in operation["responses"] for _, _, operation in operations)
