"""Requests that change several rows in opposite orders at once: none has to be turned away, on either store."""

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

from tests.dialects.gainsight.paths import DELETE, METRIC, TEMPLATE
from tests.dialects.gainsight.support import Org, make_org
from tests.support.databases import STORES
from tests.support.server import RunningServer
from tests.support.together import run_together

CTA = "/v2/cockpit/cta"


@pytest.fixture(params=STORES)
def org(request: pytest.FixtureRequest, own_server: Callable[..., RunningServer]) -> Org:
    if request.param == "sqlite":
        return make_org(own_server().start())
    url = request.getfixturevalue("postgres").empty_database()
    return make_org(own_server(GOALPOST_DATABASE_URL=url).start())


def send(org: Org, method: str, path: str, body: Any) -> httpx.Response:
    headers = {"accesskey": org.workspace.key}
    return httpx.request(method, org.server.url + path, json=body, headers=headers, trust_env=False, timeout=60)


def together(org: Org, method: str, path: str, make: Callable[[list[int]], Any]) -> list[Any]:
    """Answers to eight requests at once, four of which change their rows in the opposite order."""
    orders = [list(range(8))[:: 1 if number % 2 else -1] for number in range(8)]
    answers = run_together(*(partial(send, org, method, path, make(order)) for order in orders))
    assert [answer.status_code for answer in answers] == [200] * 8
    return [answer.json()["data"] for answer in answers]


def test_changes_and_deletions(org: Org) -> None:
    templates = [org.template(Name=f"T{number}")["Gsid"] for number in range(8)]
    metrics = [org.metric(f"M{number}") for number in range(8)]
    goals = [org.create()["Gsid"] for _ in range(8)]
    made = org.data("POST", CTA, {"requests": [{"record": {"Name": str(number)}} for number in range(8)]})
    ctas = [one["Gsid"] for one in made["success"]]

    def renamed(gsids: list[str], gsid: str, name: str) -> Callable[[list[int]], Any]:
        return lambda order: {"requests": [{"record": {gsid: gsids[one], name: f"{order[0]} {one}"}} for one in order]}

    for done in together(org, "PUT", TEMPLATE, renamed(templates, "Gsid", "Name")):
        names = [one["Name"] for one in done["successList"]]
        assert names == [f"{names[0][0]} {one}" for one in (range(8) if names[0][0] == "0" else range(7, -1, -1))]
    together(org, "PUT", METRIC, renamed(metrics, "gsid", "name"))
    together(org, "PUT", CTA, renamed(ctas, "Gsid", "Name"))
    for path, gsids in ((DELETE, goals), (f"{TEMPLATE}/delete", templates), (CTA, ctas)):
        done = together(org, "DELETE", path, lambda order, of=gsids: {"recordIds": [of[one] for one in order]})
        gone = [one["Gsid"] for each in done for one in each.get("successList", each.get("success"))]
        assert sorted(gone) == sorted(gsids)
