"""Goals that pages are told to watch, and the moment at which they are told."""

import json
from typing import Any

import httpx
import pytest

from goalpost.conversions.ingest.page_goals import wire_goal
from goalpost.conversions.ingest.visitors import VisitorNumbers
from goalpost.conversions.ingest.wire import Sender, read_event, to_hit
from goalpost.conversions.model.conversion_goals import PageScope, Rule, Trigger
from goalpost.conversions.model.events import LASTING_VISITOR
from goalpost.conversions.model.match_types import MatchType
from tests.support.page_goals import Goals
from tests.support.server import RunningServer, Site


@pytest.fixture
def goals(server: RunningServer, site: Site) -> Goals:
    return Goals(server, site)


def _list(server: RunningServer, site: str, **headers: str) -> httpx.Response:
    return httpx.get(f"{server.url}/api/page-goals", params={"site": site}, headers=headers, trust_env=False)


def test_a_site_without_such_goals_tells_its_pages_nothing(server: RunningServer, site: Site) -> None:
    assert "x-goalpost-page" not in site.send({}).headers
    found = _list(server, site.key)
    assert found.json()["goals"] == []
    assert found.headers["access-control-allow-origin"] == "*"


def test_a_page_view_is_told_the_revision_of_the_list(server: RunningServer, site: Site, goals: Goals) -> None:
    goals.put(Trigger.ELEMENT_CLICK, MatchType.EXACT, ".buy", PageScope(page="/shop", exclude=("/shop/old",)))
    answer = site.send({})
    revision = answer.headers["x-goalpost-page"]
    assert "x-goalpost-page" in answer.headers["access-control-expose-headers"]
    assert "x-goalpost-page" not in site.send({"name": "x"}).headers

    found = _list(server, site.key)
    assert found.json() == {
        "revision": revision,
        "ids": False,
        "query": False,
        "goals": [["element_click", ".buy", [r"^[^/?#]*/shop(?:[?#].*)?$"], [r"^[^/?#]*/shop/old(?:[?#].*)?$"]]],
    }
    assert found.headers["cache-control"] == "no-cache"
    assert _list(server, site.key, **{"if-none-match": found.headers["etag"]}).status_code == 304

    goals.put(Trigger.FORM_SUBMIT, MatchType.ANY)
    assert int(site.send({}).headers["x-goalpost-page"]) > int(revision)
    assert _list(server, site.key, **{"if-none-match": found.headers["etag"]}).status_code == 200


def test_a_site_that_wants_ids_tells_its_pages(server: RunningServer, site: Site, goals: Goals) -> None:
    goals.want_ids()
    assert "x-goalpost-page" in site.send({}).headers
    assert _list(server, site.key).json()["ids"] is True


def test_a_page_with_an_id_that_is_not_wanted_is_told_so(site: Site) -> None:
    assert "x-goalpost-page" in site.send({"i": "1234"}).headers


def test_an_unknown_site_has_an_empty_list(server: RunningServer) -> None:
    assert _list(server, "sk_nope").json() == {"revision": "0", "ids": False, "query": False, "goals": []}


@pytest.mark.parametrize(
    ("match_type", "value", "pattern"),
    [
        (MatchType.ANY, "", ""),
        (MatchType.EXACT, "a.example/b", r"^a\.example/b$"),
        (MatchType.CONTAINS, "a.b", r"a\.b"),
        (MatchType.REGEX, "^a+$", "^a+$"),
        (MatchType.URL_STARTS_WITH, "https://www.a.example/", r"^a\.example/"),
    ],
)
def test_link_targets_are_regular_expressions(match_type: MatchType, value: str, pattern: str) -> None:
    assert wire_goal(Rule(Trigger.LINK_CLICK, match_type, value)) == ("link_click", pattern, [], [])


def test_goals_that_no_page_can_look_for_are_left_out() -> None:
    assert wire_goal(Rule(Trigger.ELEMENT_CLICK, MatchType.CONTAINS, "x")) is None
    assert wire_goal(Rule(Trigger.TIME_SPENT, MatchType.ANY, "")) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("12", "12"), ("x" * 64, "x" * 64), ("x" * 65, None), ("", None), (False, None), (7, None), ({"a": 1}, None)],
)
def test_an_id_is_bounded_and_whatever_it_is_the_event_counts(sent: Any, kept: str | None) -> None:
    wire = read_event(json.dumps({"name": "x", "domain": "d", "i": sent}).encode())
    hit, _ = to_hit(wire, Sender("203.0.113.1", "agent", 1, None))
    assert hit.browser_visitor == kept


def test_a_browser_cannot_pose_as_a_visitor_whom_a_sender_names() -> None:
    numbers = VisitorNumbers(lambda made_on, fresh: {made_on: fresh}, b"pepper")
    by_sender = numbers.lasting(site=b"a" * 16, visitor="42")
    by_browser = numbers.of_browser(site=b"a" * 16, visitor="42")
    assert by_sender != by_browser
    assert by_browser & LASTING_VISITOR
    assert by_browser != numbers.of_browser(site=b"b" * 16, visitor="42")
