"""Every spelling of every path, and ids to delete in the body or in the query."""

from typing import Any

import pytest

from tests.dialects.gainsight.paths import DELETE, METRICS, TEMPLATE
from tests.dialects.gainsight.routes import NAMES, ROUTES, body_of, spellings
from tests.dialects.gainsight.support import Org, failure, requested


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_every_spelling_of_a_path(route: tuple[str, str, list[str], str, Any], org: Org) -> None:
    _, method, paths, _, body = route
    for path in paths:
        for spelled in spellings(path):
            org.data(method, spelled, body_of(body, org))


@pytest.mark.parametrize("path", [DELETE, f"{TEMPLATE}/delete", TEMPLATE, METRICS])
def test_ids_to_delete_in_the_query(path: str, org: Org) -> None:
    def make() -> str:
        if path == DELETE:
            return str(org.create()["Gsid"])
        if path != METRICS:
            return str(org.template()["Gsid"])
        record = {"name": "x", "unitOfMeasure": "DECIMAL"}
        return str(org.data("POST", "/csgoal/external/metric", requested(record))["successList"][0]["gsid"])

    first, second, third = make(), make(), make()
    answer = org.api.delete(path, params={"recordIds": [first, second]})
    assert answer.status_code == 200
    data = answer.json()["data"]
    gone = data["deletedMetrics"] if path == METRICS else data["successList"]
    assert [one.get("Gsid", one.get("gsid")) for one in gone] == [first, second]
    answer = org.api.request("DELETE", path, params={"recordIds": [first]}, json={"recordIds": [third]})
    assert answer.status_code == 200, "the body counts before the query"
    assert failure(org.api.delete(path))[0] == "VC_8000"
    assert failure(org.api.delete(path, params={"recordIds": "x"}))[0] == "VC_8011"


@pytest.mark.parametrize("path", ["/v1/csgoal", "/v2/csgoal/external/create", "/v1/csgoal/external", "/csgoal/create"])
def test_an_unknown_path_is_404(path: str, org: Org) -> None:
    assert org.api.post(path, json={}).status_code == 404
