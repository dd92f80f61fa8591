"""A new goal counted over stored events, by the command line, beside a running server and without one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from goalpost.conversions.model.conversion_goals import GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.services import conversion_goals, sites
from tests.support.journey import Crowd, two_days_ago
from tests.support.page_goals import Goals
from tests.support.server import BROWSER, RunningServer, Site, eventually

RULES: list[tuple[str, str, str]] = [
    ("pageview", "contains", "/blog/"),
    ("event", "regex", "^(sign|log)up$|gr"),
    ("custom", "exact", "purchase"),
]


def some_traffic(site: Site, start: datetime, visitors: int = 12) -> None:
    """Page views, events and paid goal calls, of named and of unnamed visitors."""
    crowd = Crowd(site)
    for n in range(visitors):
        who: dict[str, Any] = {"visitor": f"v{n}"} if n % 2 else {"ip": f"192.0.2.{n}", "user_agent": BROWSER}
        way = crowd.journey(start + timedelta(minutes=7 * n), **who)
        way.pageview("/").wait(1).pageview(f"/blog/{n}").wait(1).pageview(f"/shop/{n}").wait(1)
        way.event("signup", plan="pro").event("upgrade", revenue=f"{n}.25").wait(24 * 60)
        way.pageview("/thank-you").goal("purchase", f"{n}.99", ["EUR", "USD", None][n % 3])
    crowd.send()
    eventually(lambda: site.workspace.server.stores.spool.waiting() == 0, what="an empty spool")


def backfilled(server: RunningServer, goal: str) -> int:
    return int(server.command("goal", "backfill", goal, "--json").json["counted"])


def test_a_new_goal_is_counted_as_if_it_had_always_been_there(site: Site) -> None:
    server = site.workspace.server
    live = [site.goal(*rule, currency="EUR") for rule in RULES]
    some_traffic(site, two_days_ago() - timedelta(days=3))
    expected = [site.stats(goal) for goal in live]
    assert all(found["conversions"] for found in expected)
    assert [found["revenue"] > 0 for found in expected] == [False, True, True]

    late = [site.goal(*rule, currency="EUR") for rule in RULES]
    assert {site.stats(goal)["conversions"] for goal in late} == {0}
    assert [backfilled(server, goal) for goal in late] == [found["conversions"] for found in expected]
    assert [site.stats(goal) for goal in late] == expected
    # Nothing is counted twice: not when it is run again, and not what was matched live.
    assert [backfilled(server, goal) for goal in (late[1], live[2])] == [0, 0]
    assert [site.stats(goal) for goal in late] == [site.stats(goal) for goal in live] == expected


def test_a_goal_made_in_the_middle_of_a_stream(site: Site) -> None:
    always = site.goal("event", "exact", "upgrade", currency="EUR")
    some_traffic(site, two_days_ago() - timedelta(days=6))
    late = site.goal("event", "exact", "upgrade", currency="EUR")
    some_traffic(site, two_days_ago() - timedelta(days=3))
    assert (site.stats(always)["conversions"], site.stats(late)["conversions"]) == (24, 12)
    assert backfilled(site.workspace.server, late) == 12
    some_traffic(site, two_days_ago() - timedelta(days=9))  # older than all that was counted
    assert site.stats(late) == site.stats(always)
    assert site.stats(late)["conversions"] == 36


def test_a_goal_of_another_site_takes_nothing_from_this_one(site: Site, make_site: Callable[..., Site]) -> None:
    some_traffic(site, two_days_ago())
    other = make_site(site.workspace)
    assert backfilled(site.workspace.server, other.goal("pageview", "contains", "/")) == 0


@pytest.mark.parametrize("goal", ["0198f3a1-c2d4-7e5f-8a9b-0c1d2e3f4a5b", "no-id"])
def test_an_unknown_goal_is_told(site: Site, goal: str) -> None:
    done = site.workspace.server.command("goal", "backfill", goal)
    assert done.code == 1
    assert "there is no" in done.err and "goal" in done.err
    assert "Traceback" not in done.err
    assert done.out == ""


def test_without_a_server(own_server: Callable[..., RunningServer]) -> None:
    server = own_server().start()
    site = server.make_site()
    live = site.goal("custom", "regex", "^purchase$", currency="EUR")
    some_traffic(site, two_days_ago() - timedelta(days=3))
    expected = site.stats(live)
    server.stop()

    goal = make_goal_offline(server, site)
    assert "Added 12 conversions." in server.cli("goal", "backfill", goal).stdout

    server.start()
    assert site.stats(goal) == site.stats(live) == expected
    assert expected["conversions"] == 12


def make_goal_offline(server: RunningServer, site: Site) -> str:
    draft = GoalDraft("Purchase", Rule(Trigger.GOAL, MatchType.EXACT, "purchase"), "EUR")
    with server.stores.writing() as db:
        owner = sites.get_site(db, key=site.key)
        return str(conversion_goals.create_goal(db, site=owner, draft=draft, now=datetime.now(UTC)).id)


def test_a_goal_on_the_query_is_counted_over_what_came_while_one_looked_at_it(site: Site) -> None:
    server, goals = site.workspace.server, Goals(site.workspace.server, site)
    wanted = (Trigger.GOAL, MatchType.ANY, "", PageScope(MatchType.URL_EXACT, "/thanks?token=&q=café#done"))
    bought = {"name": "buy", "kind": "goal", "url": f"https://{site.domain}/thanks?token=0a1b&q=caf%C3%A9#done"}
    site.send([bought, bought])  # nobody looks yet, and nothing of the query is kept
    live = goals.put(*wanted)
    site.send([bought, {**bought, "url": f"https://{site.domain}/thanks?q=x"}, bought, bought])
    goals.counted(live, 3)

    late = goals.put(*wanted)
    assert backfilled(server, late) == 3
    goals.counted(late, 3)
