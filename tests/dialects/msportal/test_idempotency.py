"""Requests that name themselves: done once, answered as before, and never another's answer."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.dialects.msportal.support import ROUTES as ALL_ROUTES
from tests.dialects.msportal.support import WRITE, Portal, Route, data_of, failure, faulty_fields

ROUTES = [route for route in ALL_ROUTES if route.method == "POST"]


def post(portal: Portal, body: Any, key: str = "one", path: str = "/goals") -> httpx.Response:
    return portal.api.post(path, json=body, headers={"idempotency-key": key})


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_same_request_is_answered_as_before(route: Route, portal: Portal) -> None:
    ids, headers = portal.ids(), {"idempotency-key": "one"}
    first, second = (route.call(portal.api, ids, headers=headers) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers.get("location") == first.headers.get("location")
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    third = route.call(portal.api, ids)
    assert data_of(third, 201)["id"] != data_of(first, 201)["id"], "without a key it is made again"


def test_one_goal_is_made_and_the_answer_is_as_it_was_then(portal: Portal) -> None:
    made = data_of(post(portal, portal.body()), 201)
    portal.patch(made["id"], title="New")
    assert data_of(post(portal, portal.body()), 201) == made
    assert [goal["title"] for goal in portal.list()] == ["New"]


def test_another_request_of_the_same_key_is_refused(portal: Portal) -> None:
    made = data_of(post(portal, portal.body()), 201)
    others = [
        post(portal, portal.body(year=2026)),
        post(portal, {"name": "Acme"}, path="/companies"),
        post(portal, {"title": "Enrol"}, path=f"/goals/{made['id']}/tasks"),
        portal.api.post("/goals", content=b"{", headers={"idempotency-key": "one"}),
    ]
    for answer in others:
        status, body = failure(answer)
        assert (status, body["code"], body["details"]) == (409, "CONFLICT", None)
    assert [goal["id"] for goal in portal.list()] == [made["id"]]
    assert data_of(post(portal, portal.body()), 201) == made, "the key stays the first request's"


def test_another_key_is_another_request(portal: Portal) -> None:
    first, second = (data_of(post(portal, portal.body(), key), 201)["id"] for key in ("one", "One"))
    assert first != second


def test_a_key_is_its_workspaces(portal: Portal, other: Portal) -> None:
    mine = data_of(post(portal, portal.body()), 201)
    others = data_of(post(other, other.body()), 201)
    assert mine["id"] != others["id"]
    assert [[goal["id"] for goal in found.list()] for found in (portal, other)] == [[mine["id"]], [others["id"]]]
    again = post(other, portal.body())
    assert failure(again)[0] == 409, "not the other workspace's answer"


def test_a_failed_request_does_not_keep_its_key(portal: Portal, other: Portal) -> None:
    for body in ({}, portal.body(title=" "), portal.body(companyId=other.company)):
        assert failure(post(portal, body))[0] == 400
    assert portal.api.post("/goals", content=b"{", headers={"idempotency-key": "one"}).status_code == 400
    missing = "/goals/550e8400-e29b-41d4-a716-446655440000/tasks"
    assert failure(post(portal, {"title": "Enrol"}, path=missing))[0] == 404
    reader = portal.client("goals.read")
    assert reader.post("/goals", json=portal.body(), headers={"idempotency-key": "one"}).status_code == 403
    made = data_of(post(portal, portal.body()), 201)
    assert [goal["id"] for goal in portal.list()] == [made["id"]]


@pytest.mark.parametrize("key", ["", "x" * 256], ids=lambda key: repr(key[:3]))
def test_an_invalid_key_is_rejected(key: str, portal: Portal) -> None:
    assert faulty_fields(post(portal, portal.body(), key)) == ["idempotency-key"]
    assert portal.list() == []


@pytest.mark.parametrize("key", ["x" * 255, "a b;c=d", "'; --", "550e8400-e29b-41d4-a716-446655440000"])
def test_a_valid_key_is_taken(key: str, portal: Portal) -> None:
    first, second = (data_of(post(portal, portal.body(), key), 201) for _ in range(2))
    assert first == second


def test_the_scope_is_checked_first(portal: Portal) -> None:
    headers = {"idempotency-key": "one"}
    post(portal, portal.body())
    reader, writer = portal.client("goals.read"), portal.client(WRITE)
    assert failure(reader.post("/goals", json=portal.body(), headers=headers))[0] == 403
    assert writer.post("/goals", json=portal.body(), headers=headers).status_code == 201
    assert len(portal.list()) == 1


def test_a_patch_and_a_deletion_have_no_use_for_it(portal: Portal) -> None:
    goal = portal.goal()["id"]
    for title in ("first", "second"):
        answer = portal.api.patch(f"/goals/{goal}", json={"title": title}, headers={"idempotency-key": "one"})
        assert data_of(answer)["title"] == title
    assert portal.api.delete(f"/goals/{goal}", headers={"idempotency-key": "one"}).status_code == 204


@pytest.mark.parametrize("turn", range(3))
def test_many_at_once_make_one(turn: int, portal: Portal) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(portal, portal.body(), f"turn {turn}"), range(16)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(portal.list()) == 1


def test_of_different_requests_at_once_one_wins(portal: Portal) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: post(portal, portal.body(title=f"goal {number}")), range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(portal.list()) == 1
