"""Counted conversions, read back by the services."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from goalpost.conversions.model.conversion_goals import ConversionGoal, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.sites import Site
from goalpost.conversions.model.totals import GoalDay, GoalTotals, Group
from goalpost.conversions.services import stats
from goalpost.kernel.errors import Malformed
from tests.support.event_store import EventStoreUnderTest
from tests.support.stored_events import at, conversion, event, lasting, write

NOW = datetime(2026, 1, 3, 12, tzinfo=UTC)
PERIOD = Period(date(2026, 1, 1), date(2026, 1, 3))


@pytest.fixture
def site() -> Site:
    return Site(uuid4(), uuid4(), "a.example.com", "A", "sk_0123456789abcdef", False, NOW)


def test_a_goals_numbers(event_store: EventStoreUnderTest, site: Site) -> None:
    rule = Rule(Trigger.GOAL, MatchType.EXACT, "purchase")
    goal = ConversionGoal(uuid4(), site.id, "Purchase", rule, "EUR", NOW)
    write(event_store, conversions=[conversion(goal.id, f"2026-01-0{n}", lasting(1), "49.99") for n in (1, 1, 3)])
    assert stats.goal_stats(event_store.reader, goal=goal, period=PERIOD) == GoalTotals(3, 1, Decimal("149.97"))
    assert stats.goal_days(event_store.reader, goal=goal, period=PERIOD) == {
        date(2026, 1, 1): GoalDay(2, 0, 1, {"": Decimal("99.98")}),
        date(2026, 1, 2): GoalDay(0, 0, 0, {}),
        date(2026, 1, 3): GoalDay(1, 0, 1, {"": Decimal("49.99")}),
    }


def test_a_sites_numbers(event_store: EventStoreUnderTest, site: Site) -> None:
    write(event_store, [event(site.id, f"2026-01-0{n}", path=f"/{n}", visitor=n, country="DE") for n in (1, 2, 2, 3)])
    write(event_store, [event(site.id, "2026-01-02", Trigger.EVENT, name="signup", visitor=2)])
    found = stats.site_stats(event_store.reader, site=site, period=PERIOD, dimensions=["path", "country", "os"])
    assert (found.pageviews, found.visitors, found.visits) == (4, 3, 3)
    assert [(day.day.day, day.pageviews, day.visitors, day.visits) for day in found.days] == [
        (1, 1, 1, 1),
        (2, 2, 1, 1),
        (3, 1, 1, 1),
    ]
    assert found.breakdowns == {
        "path": [Group("/1", 1, 1), Group("/2", 2, 1), Group("/3", 1, 1)],
        "country": [Group("DE", 4, 3)],
        "os": [],
    }
    assert stats.site_stats(event_store.reader, site=site, period=PERIOD).breakdowns == {}
    assert stats.custom_events(event_store.reader, site=site, period=PERIOD) == [Group("signup", 1, 1)]


@pytest.mark.parametrize("dimension", ["", "visitor", "source", "PATH", "path ", "path; DROP TABLE events", "\0"])
def test_an_unknown_dimension_is_malformed(event_store: EventStoreUnderTest, site: Site, dimension: str) -> None:
    with pytest.raises(Malformed, match=r"unknown dimension .*; choose from path, referrer, country"):
        stats.site_stats(event_store.reader, site=site, period=PERIOD, dimensions=["path", dimension])


def test_realtime_is_the_last_five_minutes(event_store: EventStoreUnderTest, site: Site) -> None:
    for seconds, visitor in ((301, 1), (300, 2), (299, 3), (1, 4), (1, 4)):
        write(event_store, [event(site.id, NOW - timedelta(seconds=seconds), visitor=visitor)])
    assert stats.realtime_visitors(event_store.reader, site=site, now=NOW) == 3
    assert stats.realtime_visitors(event_store.reader, site=site, now=at("2026-02-01")) == 0
