"""Rows of another workspace, deleted rows and rows that never were look the same to the byte."""

from uuid import uuid4

import pytest

from tests.dialects.krafter.support import (
    GOAL_ROUTES,
    NO_UUID,
    NOT_FOUND,
    SITE_ROUTES,
    UNUSED_UUID,
    Route,
    same_to_the_byte,
    seen,
)
from tests.support.server import RunningServer, Site


@pytest.mark.parametrize("route", SITE_ROUTES, ids=str)
def test_another_workspaces_site_looks_like_a_missing_one(route: Route, server: RunningServer, site: Site) -> None:
    other = server.make_site()
    others_goal = other.goal()
    missing = route.call(site.api, "sk_0000000000000000")

    assert seen(missing) == NOT_FOUND
    for key in (other.key, other.id, NO_UUID, UNUSED_UUID):
        assert same_to_the_byte(route.call(site.api, key, others_goal)) == same_to_the_byte(missing)
    assert other.api.get(f"/sites/{other.key}").json()["data"]["name"] == "Test", "untouched"


@pytest.mark.parametrize("route", GOAL_ROUTES, ids=str)
def test_another_sites_goal_looks_like_a_missing_one(route: Route, server: RunningServer, site: Site) -> None:
    of_workspace = server.make_site(site.workspace).goal()
    of_others = server.make_site().goal()
    missing = route.call(site.api, site.key, UNUSED_UUID)

    assert seen(missing) == NOT_FOUND
    for id in (of_workspace, of_others, NO_UUID, "1", "null", site.id, site.key, "0" * 36):
        assert same_to_the_byte(route.call(site.api, site.key, id)) == same_to_the_byte(missing)


@pytest.mark.parametrize("route", GOAL_ROUTES, ids=str)
def test_an_id_has_one_form(route: Route, site: Site) -> None:
    goal = site.goal()
    plain = goal.replace("-", "")
    for spelled in (plain, f"{plain}----", f"{{{plain}}}--", f"urn:uuid:{plain[:-5]}", f"%20{goal}", f"{goal}%00"):
        assert seen(route.call(site.api, site.key, spelled)) == NOT_FOUND, spelled
    assert route.call(site.api, site.key, goal.upper()).status_code == 200


@pytest.mark.parametrize("route", GOAL_ROUTES, ids=str)
def test_a_deleted_goal_is_a_missing_one(route: Route, site: Site) -> None:
    goal = site.goal()
    assert site.api.delete(f"/sites/{site.key}/goals/{goal}").json() == {"data": {"deleted": True}}

    missing = route.call(site.api, site.key, UNUSED_UUID)
    assert same_to_the_byte(route.call(site.api, site.key, goal)) == same_to_the_byte(missing)
    assert site.api.get(f"/sites/{site.key}/goals").json() == {"data": []}


@pytest.mark.parametrize("route", SITE_ROUTES, ids=str)
def test_a_deleted_site_is_a_missing_one(route: Route, site: Site) -> None:
    goal = site.goal()
    assert site.api.delete(f"/sites/{site.key}").json() == {"data": {"deleted": True}}

    missing = route.call(site.api, "sk_0000000000000000", goal)
    for key in (site.key, site.id):
        assert same_to_the_byte(route.call(site.api, key, goal)) == same_to_the_byte(missing)
    assert site.api.get("/sites").json() == {"data": []}


def test_lists_end_at_the_workspace(server: RunningServer, site: Site) -> None:
    second, _ = server.make_site(site.workspace), server.make_site()
    assert [found["site_key"] for found in site.api.get("/sites").json()["data"]] == [site.key, second.key]

    first, other = site.goal(), second.goal()
    assert [found["id"] for found in site.api.get(f"/sites/{site.key}/goals").json()["data"]] == [first]
    assert [found["id"] for found in site.api.get(f"/sites/{second.key}/goals").json()["data"]] == [other]


def test_a_key_cannot_be_chosen_by_who_makes_a_site(server: RunningServer, site: Site) -> None:
    body = {"domain": f"{uuid4().hex}.example.com", "name": "X", "site_key": "sk_mine", "id": site.id}
    made = server.make_workspace().api.post("/sites", json=body).json()["data"]
    assert made["site_key"] not in ("sk_mine", site.key)
    assert made["id"] != site.id


def test_a_key_of_one_workspace_sends_no_events_to_anothers_site(server: RunningServer, site: Site) -> None:
    goal, stranger = site.goal("custom", "exact", "done"), server.make_workspace()
    event = {"name": "done", "kind": "goal"}
    answer = site.send(event, authorization=f"Bearer {stranger.key}")
    assert answer.headers["x-goalpost-dropped"] == "unknown_site"
    site.send(event)
    assert site.counted(goal, 1)["conversions"] == 1
