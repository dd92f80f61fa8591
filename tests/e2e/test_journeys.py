"""A few hundred visitors walk through a site, and the API says of them what counting them one by one says."""

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.support.journey import Crowd, Event, Journey, journey, two_days_ago
from tests.support.server import BROWSER, RunningServer, Site, eventually

VISITORS = 320
PATHS = [
    "/",
    "/",
    "/pricing",
    "/blog/",
    "/blog/42",
    "/blog/7?utm_source=x",
    "/shop/1",
    "/shop/22",
    "/shop/x",
    "/thank-you",
]
WAITS = [0.25, 1, 5, 12, 29.9, 30, 30.1, 45, 180, 600, 1440]


def walk(way: Journey, chance: random.Random) -> None:
    """One visitor's steps, at random."""
    for _ in range(chance.randint(1, 9)):
        step = chance.random()
        if step < 0.6:
            way.pageview(chance.choice(PATHS))
        elif step < 0.75:
            way.event(chance.choice(["signup", "newsletter_signup", "download"]))
        elif step < 0.85:
            way.event("upgrade", revenue=chance.choice(["9.99", "19.99", "free"]), plan="pro")
        else:
            way.goal(
                "purchase", f"{chance.randint(0, 99)}.{chance.randint(0, 99):02}", chance.choice(["EUR", "USD", None])
            )
        way.wait(chance.choice(WAITS))


def walk_all(crowd: Crowd, start: datetime) -> None:
    """Every other visitor is named; the rest are known by an address and a browser, for a day."""
    chance = random.Random(20260601)
    for number in range(VISITORS):
        identity = {"visitor": f"v{number}"}
        if number % 2:
            # Some share an address, some share a browser, no two share both.
            identity = {"ip": f"192.0.2.{number // 4}", "user_agent": f"{BROWSER} Test/{number % 4}"}
        walk(crowd.journey(start + timedelta(minutes=chance.randint(0, 3 * 1440)), **identity), chance)


# Counted one by one, from what was sent.


def moment_of(event: Event) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=event["timestamp"])


def day_of(event: Event) -> date:
    return moment_of(event).date()


def visitor_of(event: Event) -> tuple:
    """The visitor's identity: a name for good, an address with a browser for a UTC day."""
    return (event["visitor"],) if "visitor" in event else (event["ip"], event["user_agent"], day_of(event))


def path_of(event: Event) -> str:
    return event["url"].split("example.com", 1)[1].split("?")[0]


@dataclass
class Expected:
    """A site's numbers on a day or over several."""

    pageviews: int = 0
    visitors: set[tuple] = field(default_factory=set)
    visits: int = 0


def visits_by_day(events: list[Event]) -> dict[date, int]:
    """A visit ends with more than 30 minutes without an event, and with its UTC day."""
    last: dict[tuple, datetime] = {}
    counts: dict[date, int] = defaultdict(int)
    for event in events:
        who, now = visitor_of(event), moment_of(event)
        before = last.get(who)
        if before is None or now - before > timedelta(minutes=30) or before.date() != now.date():
            counts[now.date()] += 1
        last[who] = now
    return counts


GOALS: dict[tuple[str, str, str], Callable[[Event], bool]] = {
    ("pageview", "exact", "/thank-you"): lambda e: e["kind"] == "pageview" and path_of(e) == "/thank-you",
    ("pageview", "contains", "/blog/"): lambda e: e["kind"] == "pageview" and "/blog/" in path_of(e),
    ("pageview", "regex", r"^/shop/\d+$"): lambda e: (
        e["kind"] == "pageview" and bool(re.fullmatch(r"/shop/\d+", path_of(e)))
    ),
    ("event", "contains", "signup"): lambda e: e["kind"] == "event" and "signup" in e["name"],
    ("event", "exact", "upgrade"): lambda e: e["kind"] == "event" and e["name"] == "upgrade",
    ("custom", "exact", "purchase"): lambda e: e["kind"] == "goal" and e["name"] == "purchase",
}


def euros_of(event: Event) -> Decimal:
    """Euros that an event earns for a goal."""
    if event["kind"] == "event":
        amount = event.get("props", {}).get("revenue", "0")
        return Decimal(0) if amount == "free" else Decimal(amount)
    revenue = event.get("revenue", {})
    return Decimal(revenue["amount"]) if revenue.get("currency", "EUR") == "EUR" else Decimal(0)


def expected_stats(events: list[Event], reaches: Callable[[Event], bool], first: date, last: date) -> dict[str, object]:
    reached = [event for event in events if reaches(event) and first <= day_of(event) <= last]
    return {
        "conversions": len(reached),
        "unique_conversions": len({visitor_of(event) for event in reached}),
        "revenue": float(sum((euros_of(event) for event in reached if event["kind"] != "pageview"), Decimal(0))),
    }


@pytest.fixture
def walked(own_server: Callable[..., RunningServer]) -> tuple[Site, Crowd, dict[tuple, str]]:
    """A site with goals and a crowd that has been there. The server's zone is far from UTC, which must not show."""
    site = own_server(TZ="Asia/Kathmandu").start().make_site()
    goals = {key: site.goal(*key, currency="EUR") for key in GOALS}
    crowd = Crowd(site)
    walk_all(crowd, two_days_ago(hour=0) - timedelta(days=9))
    crowd.send()
    all_is_stored(site)
    return site, crowd, goals


def all_is_stored(site: Site) -> None:
    """Wait until the spool is empty: conversions can be seen a moment before the events they come from."""
    eventually(lambda: site.workspace.server.stores.spool.waiting() == 0, what="an empty spool")


def test_the_api_says_what_counting_one_by_one_says(walked: tuple[Site, Crowd, dict[tuple, str]]) -> None:
    site, crowd, goals = walked
    days = sorted({day_of(event) for event in crowd.events})
    assert len(crowd.events) > 1000 and len(days) > 5
    periods = [(days[0], days[-1]), (days[1], days[3]), (days[2], days[2])]
    for key, goal in goals.items():
        for first, last in periods:
            expected = expected_stats(crowd.events, GOALS[key], first, last)
            query = {"period": "custom", "from": first.isoformat(), "to": last.isoformat()}
            assert site.stats(goal, **query) == expected, (key, first, last)
    for first, last in periods:
        check_site(site, crowd.events, first, last)


def check_site(site: Site, events: list[Event], first: date, last: date) -> None:
    inside = [event for event in events if first <= day_of(event) <= last]
    views = [event for event in inside if event["kind"] == "pageview"]
    visits = {day: count for day, count in visits_by_day(events).items() if first <= day <= last}
    query = {"period": "custom", "from": first.isoformat(), "to": last.isoformat()}
    found = site.api.get(f"/sites/{site.key}/stats", params={**query, "dimensions": "path"}).json()["data"]
    assert found["totals"] == {
        "pageviews": len(views),
        "visitors": len({visitor_of(event) for event in inside}),
        "visits": sum(visits.values()),
    }
    for day in found["timeseries"]:
        on = date.fromisoformat(day["date"])
        today = [event for event in inside if day_of(event) == on]
        assert day["pageviews"] == sum(event["kind"] == "pageview" for event in today)
        assert day["visitors"] == len({visitor_of(event) for event in today})
        assert day["visits"] == visits.get(on, 0)
    by_path: dict[str, list[tuple]] = defaultdict(list)
    for event in views:
        by_path[path_of(event)].append(visitor_of(event))
    assert {row["value"]: (row["pageviews"], row["visitors"]) for row in found["breakdowns"]["path"]} == {
        path: (len(who), len(set(who))) for path, who in by_path.items()
    }
    check_custom_events(site, [event for event in inside if event["kind"] == "event"], query)


def check_custom_events(site: Site, events: list[Event], query: dict[str, str]) -> None:
    by_name: dict[str, list[tuple]] = defaultdict(list)
    for event in events:
        by_name[event["name"]].append(visitor_of(event))
    found = site.api.get(f"/sites/{site.key}/events", params=query).json()["data"]
    assert {row["name"]: (row["count"], row["visitors"]) for row in found} == {
        name: (len(who), len(set(who))) for name, who in by_name.items()
    }


def test_a_visit_ends_after_half_an_hour_of_nothing(site: Site) -> None:
    goal = site.goal("event", "exact", "signup", currency="EUR")
    journey(site).pageview("/").wait(30).event("signup").wait(30.01).pageview("/x").wait(20).goal("purchase", 5)
    all_is_stored(site)
    assert site.stats(goal) == {"conversions": 1, "unique_conversions": 1, "revenue": 0.0}
    totals = site.api.get(f"/sites/{site.key}/stats").json()["data"]["totals"]
    assert totals == {"pageviews": 2, "visitors": 1, "visits": 2}


def test_one_visitor_of_two_days_is_one_when_named_and_two_when_not(site: Site) -> None:
    goal = site.goal("custom", "exact", "purchase")
    journey(site, visitor="ada").goal("purchase").wait(24 * 60).goal("purchase")
    assert site.counted(goal, 2)["unique_conversions"] == 1
    crowd = Crowd(site)
    crowd.journey(two_days_ago(), ip="192.0.2.1", user_agent=BROWSER).goal("purchase").wait(24 * 60).goal("purchase")
    crowd.send()
    assert site.counted(goal, 4)["unique_conversions"] == 3
