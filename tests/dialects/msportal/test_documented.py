"""Bodies of failures, held against the rows of the page of this dialect."""

import json
from typing import Any

import httpx

from goalpost.dialects.msportal.contract import FAILURES
from tests.dialects.msportal.support import Portal


def is_as_documented(answer: httpx.Response, status: int) -> None:
    """The body has the keys of its row, in their order, and the values where the row has them."""
    row = json.loads(FAILURES[status][1])
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, list(body)) == (status, list(row))
    assert {name: body[name] for name, value in row.items() if value != "…"} == {
        name: value for name, value in row.items() if value != "…"
    }


def test_failures_are_as_their_rows(portal: Portal) -> None:
    is_as_documented(portal.api.post("/goals", json=portal.body(title="")), 400)
    is_as_documented(portal.server.client("gp_nobody", "/api/public/v1").get("/goals"), 401)
    is_as_documented(portal.client("goals.read").post("/goals", json=portal.body()), 403)
    is_as_documented(portal.api.get("/nothing"), 404)
    is_as_documented(portal.api.put("/goals"), 405)
    is_as_documented(portal.api.post("/goals", content=b" " * (1024 * 1024 + 1)), 413)


def test_messages_say_the_limit_or_the_shape(portal: Portal) -> None:
    """A title of 201 characters, a page size and values of another shape were "is invalid"."""
    cases: list[tuple[dict[str, Any], str]] = [
        ({"title": "x" * 201}, "should be at most 200 character(s)"),
        ({"title": 5}, "must be a string"),
        ({"title": ["x"]}, "must be a string"),
        ({"description": {}}, "must be a string"),
        ({"description": "x" * 5001}, "should be at most 5000 character(s)"),
        ({"quarter": "Q10"}, "should be at most 2 character(s)"),
        ({"companyId": "x"}, "must be a UUID"),
        ({"progressPercentage": 101}, "must be a number from 0 to 100"),
        ({"year": 1999}, "must be a whole number from 2000 to 2100"),
    ]
    for fields, message in cases:
        answer = portal.api.post("/goals", json=portal.body(**fields))
        assert answer.json()["details"] == [{"field": next(iter(fields)), "message": message}]
    goal = portal.goal()["id"]
    answer = portal.api.post(f"/goals/{goal}/tasks", json={"title": "A", "isCompleted": "yes"})
    assert answer.json()["details"] == [{"field": "isCompleted", "message": "must be true or false"}]
    queries = {
        "limit=101": "must be at most 100",
        "limit=0": "must be at least 1",
        "limit=x": "must be a whole number",
        "limit=1.5": "must be a whole number",
        "page=0": "must be at least 1",
        "year=1999": "must be at least 2000",
        "sortDesc=perhaps": "must be true or false",
        "search=" + "x" * 256: "should be at most 255 character(s)",
        "companyId=x": "must be a UUID",
    }
    for query, message in queries.items():
        found = portal.api.get(f"/goals?{query}")
        assert found.status_code == 400
        assert found.json()["details"] == [{"field": query.partition("=")[0], "message": message}], query
    assert (
        portal.api.get("/goals?sortColumn=colour").json()["details"][0]["message"].startswith("must be one of 'title'")
    )
