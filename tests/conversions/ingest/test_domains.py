"""Events that name a site by its domain: whose they are when several workspaces want it, and what anybody learns."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.services import domains
from goalpost.stores import Stores
from tests.support.catalog import NOW, known_site, new_site
from tests.support.domains import add_contender
from tests.support.page_goals import Goals
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, eventually

NO_GOALS = {"revision": "0", "ids": False, "query": False, "goals": []}


def _dropped(answer: httpx.Response) -> str | None:
    assert (answer.status_code, answer.content) == (202, b""), answer.text
    return answer.headers.get("x-goalpost-dropped")


# Whose an event is


def test_nobody_gets_another_workspaces_events(make_site: Callable[..., Site]) -> None:
    """Input: `PATCH …/sites/{own}` with the domain of another workspace's site, which is younger."""
    attacker, victim = make_site(), make_site()
    stolen, goal = attacker.goal(), victim.goal()

    for spelling in ("{}", "www.{}", "WWW.{}.", "{}:443", "https://{}/"):
        answer = attacker.api.patch(f"/sites/{attacker.key}", json={"domain": spelling.format(victim.domain)})
        assert answer.status_code == 422
        assert answer.json()["details"] == {"domain": ["has already been taken"]}

    assert _dropped(victim.send({"domain": victim.domain})) is None
    victim.counted(goal, 1)
    assert attacker.stats(stolen)["conversions"] == 0


def test_events_of_a_domain_that_was_given_up_are_nobodys(make_site: Callable[..., Site]) -> None:
    waiting, leaving = make_site(), make_site()
    leaving.api.delete(f"/sites/{leaving.key}")
    assert _dropped(waiting.send({"domain": leaving.domain})) == "unknown_site"


@pytest.fixture
def contested(server: RunningServer, make_site: Callable[..., Site]) -> tuple[Site, Site, Any]:
    """A site, one of another workspace, and that workspace's second one with the first one's domain."""
    mine, theirs = make_site(), make_site()
    with server.stores.writing() as db:
        contender = add_contender(db, theirs.workspace.id, f"www.{mine.domain}")
    eventually(lambda: _dropped(mine.send({"domain": mine.domain})) is not None)
    return mine, theirs, contender


def test_events_of_an_ambiguous_domain_are_dropped_as_such(
    server: RunningServer, contested: tuple[Site, Site, Any]
) -> None:
    mine, _, contender = contested
    for name in (mine.domain, f"www.{mine.domain}", mine.domain.upper(), f" {mine.domain}. "):
        assert _dropped(mine.send({"domain": name})) == "ambiguous_domain"
    assert _dropped(mine.send([{"domain": mine.domain}] * 3)) == "ambiguous_domain;n=3"
    pixel = {"domain": mine.domain, "url": "https://a.example/"}
    headers = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0"}
    answer = httpx.get(f"{server.url}/api/event", params=pixel, headers=headers, trust_env=False)
    assert answer.headers["x-goalpost-dropped"] == "ambiguous_domain"
    several = {"domain": f"{mine.domain},{mine.key},nobody.example.com"}
    assert _dropped(mine.send([several, several])) == "unknown_site;n=2, ambiguous_domain;n=2"
    metrics = httpx.get(f"{server.url}/metrics", trust_env=False).text
    assert 'goalpost_events_dropped_total{reason="ambiguous_domain"}' in metrics
    assert _dropped(mine.send({"domain": contender.key})) is None


def test_keys_go_on_working_where_the_domain_is_ambiguous(contested: tuple[Site, Site, Any]) -> None:
    mine, theirs, contender = contested
    goal, key = mine.goal(), {"authorization": f"Bearer {theirs.workspace.make_key('events:write')}"}
    answer = theirs.api.post(f"/sites/{contender.key}/goals", json=_goal())
    other_goal = answer.json()["data"]["id"]

    assert _dropped(mine.send({})) is None  # by its key
    assert _dropped(mine.send({"domain": mine.domain}, **key)) is None

    mine.counted(goal, 1)
    read = f"/sites/{contender.key}/goals/{other_goal}/stats"
    eventually(lambda: theirs.api.get(read).json()["data"]["conversions"] == 1)
    assert mine.stats(goal)["conversions"] == 1


def test_a_third_workspaces_key_is_told_nothing(
    make_site: Callable[..., Site], contested: tuple[Site, Site, Any]
) -> None:
    third = make_site()
    key = {"authorization": f"Bearer {third.workspace.make_key('events:write')}"}
    assert _dropped(third.send({"domain": contested[0].domain}, **key)) == "unknown_site"


def test_a_proof_puts_an_end_to_it(server: RunningServer, contested: tuple[Site, Site, Any]) -> None:
    mine, theirs, contender = contested
    goal = mine.goal()
    with server.stores.writing() as db:
        domains.award_domain(db, workspace_id=mine.workspace.id, domain=mine.domain, now=NOW)
    eventually(lambda: _dropped(mine.send({"domain": mine.domain})) is None)
    mine.counted(goal, 1)
    assert _dropped(theirs.send({"domain": contender.key})) is None
    with server.stores.writing() as db:
        domains.award_domain(db, workspace_id=theirs.workspace.id, domain=mine.domain, now=NOW)
    # Nobody but the one who has proved it last.
    eventually(lambda: _dropped(mine.send({"domain": mine.domain, "name": "x"})) is None)


def _goal() -> dict[str, str]:
    return {"name": "x", "type": "pageview", "match_type": "exact", "match_value": "/"}


# What a process knows


def test_the_catalog_follows_claims(stores: Stores) -> None:
    """Input: a claim that changes without a change of the sites that bear its host."""
    mine = new_site(stores, "example.com", "w1")
    other = new_site(stores, "other.example", "w2")
    with stores.writing() as db:
        theirs = add_contender(db, other.workspace_id, "example.com")
    assert stores.catalog.ambiguous_domains == ["example.com"]
    assert known_site(stores, "example.com") is None and stores.catalog.is_ambiguous("WWW.example.com")
    for owner, site in ((other, theirs), (mine, mine)):
        with stores.writing() as db:
            domains.award_domain(db, workspace_id=owner.workspace_id, domain="example.com", now=NOW)
        assert known_site(stores, "example.com") == known_site(stores, site.key) == site
        assert stores.catalog.ambiguous_domains == []
        assert not stores.catalog.is_ambiguous("example.com")
    assert known_site(stores, theirs.key) == theirs
    again = Stores(stores.settings)
    assert again.catalog.find("example.com").site == mine
    again.close()


def test_a_start_names_ambiguous_domains(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server(GOALPOST_LOG_FORMAT="json"))
    mine, theirs = server.make_site(), server.make_site()
    assert "goalpost site prove" not in server.log()
    with server.stores.writing() as db:
        add_contender(db, theirs.workspace.id, mine.domain)
    server.stop()
    start_ready(server)
    line = next(line for line in server.log().splitlines() if "goalpost site prove" in line)
    assert mine.domain in line
    assert theirs.domain not in line


# What anybody can find out


def _list(server: RunningServer, site: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.get(f"{server.url}/api/page-goals", params={"site": site}, headers=named, trust_env=False)


@pytest.fixture
def watched(server: RunningServer, site: Site) -> Site:
    """A site whose pages have something to watch."""
    Goals(server, site).put(Trigger.ELEMENT_CLICK, MatchType.EXACT, ".buy")
    return site


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://DOMAIN.evil.example"},
        {"origin": "https://xDOMAIN"},
        {"referer": "https://evil.example/?DOMAIN"},
        {"referer": "https://DOMAIN@evil.example/"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "https://evil.example", "referer": "https://DOMAIN/"},
    ],
    ids=str,
)
def test_a_domain_that_is_here_looks_like_one_that_is_not(
    server: RunningServer, site: Site, watched: Site, headers: dict[str, str]
) -> None:
    """Input: `/api/page-goals?site=<domain>`, asked by anybody for any domain."""
    unknown = "nobody.example.com"
    answers = [
        _list(server, name, **{field: text.replace("DOMAIN", name) for field, text in headers.items()})
        for name in (unknown, watched.domain, f"{unknown},{watched.domain}")
    ]
    for answer in answers:
        assert (answer.status_code, answer.json()) == (200, NO_GOALS)
        assert answer.headers["etag"] == answers[0].headers["etag"]


def test_a_known_domain_without_goals_is_not_told_apart_by_its_own_pages(server: RunningServer, site: Site) -> None:
    answers = [_list(server, name, origin=f"https://{name}") for name in ("nobody.example.com", site.domain)]
    assert [answer.json() for answer in answers] == [NO_GOALS] * 2
    assert answers[0].headers["etag"] == answers[1].headers["etag"]


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://DOMAIN"},
        {"origin": "http://DOMAIN:8080"},
        {"origin": "https://www.DOMAIN"},
        {"origin": "https://shop.DOMAIN"},
        {"referer": "https://DOMAIN/thanks?a=1"},
        {"sec_fetch_site": "same-origin"},
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["DOMAIN", "www.DOMAIN"])
def test_pages_of_the_domain_are_told(server: RunningServer, watched: Site, headers: dict[str, str], name: str) -> None:
    sent = {field: text.replace("DOMAIN", watched.domain) for field, text in headers.items()}
    found = _list(server, name.replace("DOMAIN", watched.domain), **sent).json()
    assert [goal[:2] for goal in found["goals"]] == [["element_click", ".buy"]]
    page = {"domain": watched.domain, "url": f"https://shop.{watched.domain}/"}
    assert watched.send(page).headers["x-goalpost-page"] == found["revision"]


def test_a_page_elsewhere_is_not_told_to_ask(watched: Site) -> None:
    assert "x-goalpost-page" in watched.send({"url": "https://elsewhere.example/"}).headers  # it names the key
    named = {"domain": watched.domain, "url": "https://elsewhere.example/"}
    assert "x-goalpost-page" not in watched.send(named).headers


def test_a_key_tells_any_page(server: RunningServer, watched: Site) -> None:
    for headers in ({}, {"origin": "https://elsewhere.example"}):
        assert len(_list(server, watched.key, **headers).json()["goals"]) == 1
