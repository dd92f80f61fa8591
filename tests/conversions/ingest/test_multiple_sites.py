"""One event for several sites, as Plausible's trackers send it: `data-domain="a.example,b.example"`."""

import json
from collections.abc import Callable

import httpx
import pytest

from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.match_types import MatchType
from tests.support.page_goals import Goals
from tests.support.server import RunningServer, Site


@pytest.fixture
def sites(server: RunningServer) -> list[Site]:
    """Two sites of one workspace."""
    workspace = server.make_workspace()
    return [server.make_site(workspace) for _ in range(2)]


def _dropped(answer: httpx.Response) -> str | None:
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    return answer.headers.get("x-goalpost-dropped")


def test_an_event_counts_for_each_site_it_names(sites: list[Site]) -> None:
    goals = [site.goal() for site in sites]
    one, other = sites

    for names in (
        f"{one.domain},{other.domain}",
        f" {one.key} , www.{other.domain.upper()},",
        f"{other.key},{one.key}",
    ):
        assert _dropped(one.send({"domain": names})) is None

    assert [site.counted(goal, 3)["conversions"] for site, goal in zip(sites, goals, strict=True)] == [3, 3]


def test_a_site_named_twice_counts_once(sites: list[Site]) -> None:
    site = sites[0]
    goal = site.goal()

    assert _dropped(site.send({"domain": f"{site.domain},{site.key},{site.domain}"})) is None
    assert _dropped(site.send({"name": "pageview"})) is None

    assert site.counted(goal, 2)["conversions"] == 2


def test_the_unknown_ones_are_told_and_the_others_counted(sites: list[Site]) -> None:
    site = sites[0]
    goal = site.goal()

    assert _dropped(site.send({"domain": f"nobody.example.com,{site.domain}"})) == "unknown_site"
    event = {"domain": f"nobody.example.com,{site.domain},no.example.org"}
    assert _dropped(site.send([event, event])) == "unknown_site;n=4"

    assert site.counted(goal, 3)["conversions"] == 3


def test_no_more_than_twenty_sites(sites: list[Site]) -> None:
    site = sites[0]
    others = [f"{number}.example.org" for number in range(20)]

    answer = site.send([{"domain": ",".join([*others, site.domain])}, {"domain": "," + site.domain}])

    assert _dropped(answer) == "unknown_site;n=20, too_many_sites;n=1"


def test_a_list_without_end_is_answered(sites: list[Site]) -> None:
    answer = sites[0].send({"domain": "a," * 1_000_000})

    assert _dropped(answer) == "unknown_site"


def test_an_array_comes_to_ten_thousand_events_at_most(sites: list[Site]) -> None:
    one, other = sites
    event = {"name": "x", "domain": f"{one.key},{other.key}"}

    answer = one.workspace.server.post_event(json.dumps([event] * 5001))

    assert answer.status_code == 413
    assert "10000" in answer.json()["error"]


def test_an_id_counts_once_for_each_site(sites: list[Site]) -> None:
    one, other = sites
    key = one.workspace.make_key("events:write")
    goal = other.goal("event", "exact", "buy")
    headers = {"authorization": f"Bearer {key}"}

    assert _dropped(one.send({"name": "buy", "id": "1"}, **headers)) is None
    both = {"name": "buy", "id": "1", "domain": f"{one.domain},{other.domain}"}
    assert _dropped(one.send(both, **headers)) == "duplicate"

    assert other.counted(goal, 1)["conversions"] == 1


def test_a_key_reaches_the_sites_of_its_workspace(make_site: Callable[..., Site]) -> None:
    mine, theirs = make_site(), make_site()
    key = mine.workspace.make_key("events:write")

    answer = mine.send({"domain": f"{mine.domain},{theirs.domain}"}, authorization=f"Bearer {key}")

    assert _dropped(answer) == "unknown_site"


def test_what_the_pages_of_several_sites_watch(server: RunningServer, sites: list[Site]) -> None:
    one, other = sites
    names = f"{one.key},{other.key}"
    assert "x-goalpost-page" not in one.send({"domain": names}).headers
    Goals(server, other).put(Trigger.ELEMENT_CLICK, MatchType.EXACT, ".buy")
    Goals(server, one).put(Trigger.FORM_SUBMIT, MatchType.ANY)

    revision = one.send({"domain": names}).headers["x-goalpost-page"]

    found = httpx.get(f"{server.url}/api/page-goals", params={"site": names}, trust_env=False).json()
    assert found["revision"] == revision
    assert sorted(goal[0] for goal in found["goals"]) == ["element_click", "form_submit"]
