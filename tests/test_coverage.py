"""docs/dialects is what would be generated, and the contracts name all that is served."""

from pathlib import Path

import pytest

from goalpost import coverage
from goalpost.dialects.krafter import contract
from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.vendors import DIALECTS
from goalpost.web.declared import Dialect

FOLDER = Path(__file__).parents[1] / coverage.FOLDER

each = pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)


@each
def test_the_page_is_up_to_date(dialect: Dialect) -> None:
    found = (FOLDER / f"{dialect.name}.md").read_text(encoding="utf-8")
    assert found == coverage.page(dialect), "run `make docs`"


def test_there_is_a_page_for_every_dialect_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {dialect.name for dialect in DIALECTS}


@each
def test_everything_served_is_in_the_contract(dialect: Dialect) -> None:
    assert coverage.undocumented(dialect) == []


@each
def test_every_route_is_done_or_shown_as_not_done(dialect: Dialect) -> None:
    endpoints = coverage.contract_of(dialect).ENDPOINTS
    routes = [endpoint["route"] for endpoint in endpoints]
    assert len(set(routes)) == len(routes)
    assert coverage.live_operations(dialect).keys() <= set(routes)


def test_missing_endpoints_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = {"title": "T", "route": "GET /sites", "scope": "analytics:read", "status": 200, "source": "doc"}
    wrong_scope = {**endpoint, "scope": "analytics:write"}
    wrong_status = {**endpoint, "status": 201}
    missing = {**endpoint, "route": "GET /nowhere", "response": {"data.id": "doc"}}
    missing_field = {**endpoint, "response": {"data[].id": "doc", "data[].colour": "doc"}}
    monkeypatch.setattr(contract, "ENDPOINTS", [endpoint, wrong_scope, wrong_status, missing, missing_field])

    page = coverage.page(KRAFTER)

    assert "2 of 5 endpoints and 1 of 3 fields are done." in page
    assert "| T | `GET /nowhere` | `analytics:read` | 200 | doc | **not done** |" in page
    assert "| T | response | `data[].id` | doc | done |" in page
    assert "| T | response | `data[].colour` | doc | **not done** |" in page


def test_undocumented_routes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        contract, "ENDPOINTS", [found for found in contract.ENDPOINTS if found["title"] != "List sites"]
    )
    monkeypatch.delitem(contract._PERIOD, "to")
    monkeypatch.delitem(contract.FAILURES, 413)
    found = coverage.undocumented(KRAFTER)
    assert "GET /sites" in found
    assert "GET /sites/{key}/goals/{id}/stats: query to" in found
    assert "POST /sites: 413" in found
