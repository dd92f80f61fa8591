"""Rows of the page of this dialect that a request can be held against: bodies of failures, and what is not answered."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from goalpost.dialects.gainsight.contract import FAILURES
from tests.dialects.gainsight.paths import CREATE, FETCH, PICKLIST, TEMPLATE
from tests.dialects.gainsight.support import Org, make_org, requested
from tests.support.server import RunningServer


def is_as_documented(answer: httpx.Response) -> None:
    """The body has the keys of its row, in their order, and the values where the row has them."""
    row = json.loads(FAILURES[answer.status_code][1])
    body: dict[str, Any] = answer.json()
    assert list(body) == list(row), answer.status_code
    assert {name: body[name] for name, value in row.items() if value != "…"} == {
        name: value for name, value in row.items() if value != "…"
    }


def test_failures_of_the_gateway(org: Org, server_with: Callable[..., RunningServer]) -> None:
    is_as_documented(org.server.client("gp_nobody", "").post(CREATE, json={}))
    is_as_documented(org.client("goals.read").post(CREATE, json={}))
    is_as_documented(org.api.get("/v1/nothing"))
    is_as_documented(org.api.delete(CREATE))
    is_as_documented(org.api.post(CREATE, content=b" " * (1024 * 1024 + 1)))
    limited = make_org(server_with(GOALPOST_API_LIMIT="1"))
    answers = [limited.api.post(FETCH, json={}) for _ in range(2)]
    assert answers[1].status_code == 429
    is_as_documented(answers[1])


def test_created_and_deleted_rows_do_not_say_who_changed_them(org: Org) -> None:
    """`ModifiedById` of created templates, `systemName` of statuses and `referenceId` of deletions were in the page."""
    made = org.data("POST", TEMPLATE, requested({"Name": "A", "StatusName": "New"}))["successList"][0]
    assert {"ModifiedById", "ModifiedDate"}.isdisjoint(made)
    changed = org.data("PUT", TEMPLATE, requested({"Gsid": made["Gsid"], "Name": "B"}))["successList"][0]
    assert {"ModifiedById", "ModifiedDate"} <= changed.keys()
    children = org.data("POST", PICKLIST, {"includeChildPicklist": True})["childPicklists"]
    assert children and all("systemName" not in child for child in children)
    cta = org.data("POST", "/v2/cockpit/cta", requested({"Name": "A", "referenceId": "1"}))["success"][0]
    assert org.data("DELETE", "/v2/cockpit/cta", {"recordIds": [cta["Gsid"]]})["success"] == [{"Gsid": cta["Gsid"]}]


def test_goal_paths_alone_are_served_without_their_version(org: Org) -> None:
    assert org.api.post("/csgoal/external/fetch", json={}).status_code == 200
    assert org.api.post("/data/objects/query/Company", json={}).status_code == 404
