"""A site with as many goals as it may have, and patterns that are too large: refused in each door's own shape."""

from collections.abc import Callable

import httpx

from goalpost.dialects.pagesense.routes import PREFIX
from tests.support.server import RunningServer

LARGE = r"(?:\pL{1,9}x|[a-z]{1,50}y){1,3}"


def test_one_goal_more_than_a_site_may_have(own_server: Callable[..., RunningServer]) -> None:
    site = own_server(GOALPOST_GOALS_PER_SITE="2").start().make_site()
    for path in ("/a", "/b"):
        site.goal("pageview", "exact", path)
    text = "already has 2 goals, which is the most"

    body = {"name": "c", "type": "pageview", "match_type": "exact", "match_value": "/c"}
    answer = site.api.post(f"/sites/{site.key}/goals", json=body)
    assert (answer.status_code, answer.json()["details"]) == (422, {"site": [text]})

    goal = {"display_name": "c", "goal_type": 1, "project_linkname": "test", "goal_url": "https://example.com/c"}
    workspace = site.workspace
    path = f"/portal/{workspace.name}/projectgoals/test"
    answer = workspace.server.client(workspace.key, PREFIX).post(path, json={"projectgoal": goal})
    assert (answer.status_code, answer.json()["status_code"]) == (400, 10002)
    assert text in answer.json()["message"]


def test_one_declared_event_more_than_a_site_may_have(own_server: Callable[..., RunningServer]) -> None:
    site = own_server(GOALPOST_DECLARED_EVENTS_PER_SITE="2").start().make_site()
    workspace = site.workspace
    api, portal = workspace.server.client(workspace.key, PREFIX), f"/portal/{workspace.name}"

    def declare(name: str) -> httpx.Response:
        event = {"event_name": name, "project_linkname": "test"}
        return api.post(f"{portal}/customevents", json={"customevent": event})

    def goal_on(name: str) -> httpx.Response:
        goal = {"display_name": name, "goal_type": 5, "project_linkname": "test", "custom_event_name": name}
        return api.post(f"{portal}/projectgoals/test", json={"projectgoal": goal})

    assert declare("first").status_code == 200
    assert goal_on("second").status_code == 200
    for refused in (declare("third"), goal_on("third")):
        assert (refused.status_code, refused.json()["status_code"]) == (400, 10002), refused.text
        assert "already has 2 declared events, which is the most" in refused.json()["message"]
    # What is there can be used, and other doors' goals on events, which declare nothing.
    assert goal_on("first").status_code == 200
    assert declare("first").json()["status_code"] == 10009
    assert site.goal("custom", "exact", "third")
    listed = api.get(f"{portal}/customevents", params={"project_linkname": "test"}).json()
    assert len(listed["customevents"]) == 2


def test_patterns_that_are_too_large_together(own_server: Callable[..., RunningServer]) -> None:
    site = own_server().start().make_site()
    for _ in range(7):
        site.goal("pageview", "regex", LARGE)
    small = site.goal("pageview", "regex", "^/a$")

    answer = site.api.patch(f"/sites/{site.key}/goals/{small}", json={"match_value": LARGE})

    assert answer.status_code == 422
    assert "250000 instructions together" in answer.json()["details"]["match_value"][0]
    assert site.send({"url": f"https://{site.domain}/a"}).status_code == 202
    assert site.counted(small, 1)["conversions"] == 1
