"""Rejected requests have their status and code, and create nothing."""

from typing import Any

import httpx
import pytest

from tests.dialects.pagesense.support import (
    FORBIDDEN,
    NOT_FOUND,
    OF_GOALS,
    ROUTES,
    UNAUTHENTICATED,
    Project,
    Route,
    make_project,
    seen,
)
from tests.support.server import RunningServer

MISSING, INVALID, MISMATCH, UNREADABLE = 10001, 10002, 10003, 10008
NEEDED = {2: "goal_url", 4: "element_css_selector", 5: "custom_event_name", 8: "time_threshold"}
LONG = "x" * 3000


@pytest.mark.parametrize(
    ("goal_type", "fields", "code", "word"),
    [
        *((kind, {name: None}, MISSING, name) for kind, name in NEEDED.items()),
        *((1, {name: None}, MISSING, name) for name in ("display_name", "goal_type", "project_linkname")),
        (1, {"display_name": ""}, MISSING, "display_name"),
        (1, {"display_name": " "}, MISSING, "display_name"),
        (1, {"display_name": "x" * 256}, INVALID, "display_name"),
        (1, {"display_name": 7}, INVALID, "display_name"),
        (1, {"display_name": "a\0b"}, INVALID, "display_name"),
        *((1, {"goal_type": wrong}, INVALID, "goal_type") for wrong in (0, 9, -1, "8", 8.0, 1.5, True, [8], 2**70)),
        *((8, {"time_threshold": wrong}, INVALID, "time_threshold") for wrong in (0, -1, "30", True, 1.5, 10**9)),
        (1, {"project_linkname": "another"}, MISMATCH, "project_linkname"),
        (1, {"goal_url": 5}, INVALID, "goal_url"),
        (1, {"goal_url": LONG}, INVALID, "goal_url"),
        (1, {"include_urls": "x"}, INVALID, "include_urls"),
        (1, {"include_urls": [5]}, INVALID, "include_urls"),
        (1, {"exclude_urls": [" "]}, MISSING, "exclude_urls"),
        (1, {"exclude_urls": ["/a"] * 101}, INVALID, "exclude_urls"),
        (1, {"url": {"match_type": 1}}, INVALID, "url"),
        (1, {"url": [{"match_type": 8}]}, INVALID, "url"),
        (1, {"url": [{"match_type": "1"}]}, INVALID, "url"),
        # Entries of `url` say how addresses are compared, and hold none: nothing of them may be lost in silence.
        (
            1,
            {"goal_url": None, "url": [{"match_type": 1, "url": "https://example.com/x"}]},
            INVALID,
            "addresses go into",
        ),
        (
            7,
            {"url": [{"match_type": 1, "url": "https://example.com/x"}]},
            INVALID,
            "url takes match_type alone, not url",
        ),
        (8, {"url": [{"match_type": 1, "value": "https://example.com/x"}]}, INVALID, "not value"),
        (1, {"url": [{"match_type": 1}, {"match_type": 3}]}, INVALID, "url takes one match_type"),
        (1, {"url": [{"match_type": 1}, {"match_type": 9}]}, INVALID, "match_type must be one of"),
        # What can never match
        (1, {"goal_url": "tel:+4930123456"}, INVALID, "goal_url can never match"),
        (1, {"goal_url": "https://exa mple.com/x"}, INVALID, "goal_url can never match"),
        # A segment of a route with an e-mail address is left empty (docs/operating.md, Privacy).
        (
            1,
            {"goal_url": "https://x.example/#/user/a@b.example/edit"},
            INVALID,
            "never kept; write https://x.example/#/user//edit",
        ),
        (
            8,
            {"goal_url": None, "include_urls": ["/app#/user/a@b.example"]},
            INVALID,
            "include_urls can never match: /user/",
        ),
        (1, {"goal_url": "<https://x.example/a>"}, INVALID, "goal_url can never match: it begins with <; write https"),
        (1, {"goal_url": "m\u00fcn*.de", "url": [{"match_type": 6}]}, INVALID, "a wildcard in its place: *.de"),
        (1, {"goal_url": "/a|", "url": [{"match_type": 7}]}, INVALID, "goal_url has an empty alternative"),
        (1, {"goal_url": "/a?email=b@c.example", "url": [{"match_type": 2}]}, INVALID, "value of email"),
        (1, {"goal_url": "https://x.example/a", "exclude_urls": ["/a"]}, INVALID, "exclude_urls leaves no page over"),
        (8, {"goal_url": None, "exclude_urls": ["*"]}, INVALID, "exclude_urls leaves no page over"),
        (7, {"include_urls": ["mailto:a@example.com"]}, INVALID, "include_urls can never match"),
        (2, {"goal_url": "a\tb", "url": [{"match_type": 1}]}, INVALID, "control characters"),
        (4, {"element_css_selector": "a >"}, INVALID, "CSS selector"),
        (3, {"element_css_selector": "form::before"}, INVALID, "pseudo-element"),
        (1, {"goal_url": "(", "url": [{"match_type": 7}]}, INVALID, "goal_url"),
        (1, {"include_urls": ["(a"], "url": [{"match_type": 7}]}, INVALID, "include_urls"),
        (4, {"element_css_selector": LONG}, INVALID, "selector"),
        (5, {"custom_event_name": "x" * 256}, INVALID, "name"),
        (6, {"currency": "ZZZ"}, INVALID, "currency"),
    ],
)
def test_a_bad_field_is_named(project: Project, goal_type: int, fields: dict[str, Any], code: int, word: str) -> None:
    answer = project.api.post(project.goals_path(), json=project.body(goal_type, **fields))
    assert seen(answer) == (400, code), answer.text
    assert set(answer.json()) == {"status_code", "message"}
    assert word in answer.json()["message"]
    assert project.goals() == []


def test_every_fault_is_told_at_once(project: Project) -> None:
    body = project.body(8, display_name=5, time_threshold="x", include_urls=7)
    message = project.api.post(project.goals_path(), json=body).json()["message"]
    assert all(word in message for word in ("display_name", "time_threshold", "include_urls"))


def test_entries_of_url_that_say_the_same_are_one(project: Project) -> None:
    made = project.create(1, url=[{"match_type": 3, "url": None}, {"match_type": 3}])
    assert made["url"] == [{"match_type": 3}]


def test_unknown_fields_are_ignored(project: Project) -> None:
    assert project.create(1, colour="red", goal_status=2, linkname="mine")["linkname"] == "a-goal"


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"[" * 100_000, b'{"projectgoal": NaN}', b'{"projectgoal": 1e400}'],
    ids=["none", "cut off", "list", "null", "text", "no UTF-8", "nested", "NaN", "1e400"],
)
def test_a_body_that_is_not_an_object_is_rejected(project: Project, body: bytes) -> None:
    for method, path in (("POST", project.goals_path()), ("POST", project.events_path)):
        answer = project.api.request(method, path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, answer.text
        assert answer.json()["status_code"] in (UNREADABLE, INVALID, MISSING)
    assert project.goals() == []


def test_a_huge_body(project: Project) -> None:
    answer = project.api.post(project.goals_path(), content=b'{"a":"' + b"x" * 2_000_000)
    assert seen(answer) == (413, 10010)


@pytest.mark.parametrize("path", ["goals", "events"])
def test_another_method(project: Project, path: str) -> None:
    answer = project.api.patch(project.goals_path() if path == "goals" else project.events_path)
    assert seen(answer) == (405, 10012)
    assert answer.headers["allow"]


def test_listing_events_needs_a_project(project: Project) -> None:
    assert seen(project.api.get(project.events_path)) == (400, UNREADABLE)


def linkname_for(route: Route, project: Project) -> str:
    return project.create()["linkname"] if route.method in OF_GOALS else project.linkname


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_without_a_token_of_ours(project: Project, route: Route) -> None:
    for header in (None, "", "Zoho-oauthtoken", "Zoho-oauthtoken x", "Basic dTpw", "Bearer 1000.aa.bb", "Token \xe9"):
        headers = {} if header is None else {"authorization": header.encode("latin-1")}
        with httpx.Client(base_url=project.api.base_url, headers=headers, trust_env=False) as client:
            assert seen(route.call(project, client, project.linkname)) == UNAUTHENTICATED, header


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_each_scope_opens_its_routes_alone(project: Project, route: Route) -> None:
    everything = {each.scope for each in ROUTES} | {"PageSense.goals.ALL", "PageSense.customevents.ALL"}
    whole = route.scope.rpartition(".")[0] + ".ALL"
    for scope in sorted(everything | {"analytics:write", "events:write"}):
        client = project.client(project.site.workspace.make_key(scope))
        answer = route.call(project, client, linkname_for(route, project))
        if scope in (route.scope, whole):
            assert answer.status_code == 200, (scope, answer.text)
        else:
            assert seen(answer) == FORBIDDEN, scope


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_another_portal_looks_like_a_missing_one(project: Project, server: RunningServer, route: Route) -> None:
    other = make_project(server)
    others_goal = other.create(display_name="Theirs")["linkname"]
    missing = route.call(project, project.api, "nowhere", portal="nobody")
    for linkname in (other.linkname, others_goal, project.linkname, "x%00", "%ED%A0%80", "a" * 300):
        answer = route.call(project, project.api, linkname, portal=other.portal)
        assert (answer.status_code, answer.json()) == (missing.status_code, missing.json())
    assert seen(missing) == NOT_FOUND
    assert other.goal(others_goal)["display_name"] == "Theirs", "untouched"


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_a_linkname_of_another_portal_is_a_missing_one(project: Project, server: RunningServer, route: Route) -> None:
    other = make_project(server)
    others_goal = other.create(display_name="Only theirs")["linkname"]
    assert seen(route.call(project, project.api, others_goal)) == NOT_FOUND


def test_the_quota_is_the_workspaces(own_server: Any) -> None:
    project = make_project(own_server(GOALPOST_API_LIMIT="4").start())
    answers = [project.api.get(project.goals_path()) for _ in range(6)]
    assert [answer.status_code for answer in answers].count(429) >= 1
    refused = answers[-1]
    assert seen(refused) == (429, 10007)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
