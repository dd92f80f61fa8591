"""Every number read back, held against the same number counted by hand."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goalpost.conversions.events.reader import DIMENSIONS
from goalpost.conversions.model.conversion_goals import Rule, Trigger
from goalpost.conversions.model.events import Conversion
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.totals import GoalDay, GoalTotals, Group, SiteDay
from tests.support.event_store import EventStoreUnderTest
from tests.support.stored_events import at, conversion, event, lasting, ms, write

JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))
CENTURY = Period(date(2000, 1, 1), date(2099, 12, 31))
NOTHING = GoalTotals(0, 0, Decimal(0))


def day(number: int) -> date:
    return date(2026, 1, number)


def site_day(number: int, pageviews: int, visitors: int, visits: int) -> SiteDay:
    return SiteDay(day(number), pageviews, visitors, visits)


# Goals


def test_a_goal_nobody_reached(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    assert event_store.reader.goal_totals(goal, JANUARY) == NOTHING
    days = event_store.reader.goal_days(goal, JANUARY)
    assert list(days) == JANUARY.days()
    assert list(days.values()) == [GoalDay(0, 0, 0, {})] * len(days)


def test_every_conversion_counts_and_every_visitor_once_a_day(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    write(
        event_store,
        conversions=[conversion(goal, f"2026-01-02 {hour:02}:00", visitor) for hour in range(10) for visitor in (1, 2)],
    )
    assert event_store.reader.goal_totals(goal, JANUARY) == GoalTotals(20, 2, Decimal(0))


def test_visitors_of_a_day_add_up_and_visitors_known_across_days_count_once(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    made = [
        conversion(goal, f"2026-01-{n:02}", visitor) for n in (1, 2, 3) for visitor in (n * 100, lasting(7), lasting(8))
    ]
    made.append(conversion(goal, "2026-01-03", lasting(9)))
    write(event_store, conversions=made)
    reader = event_store.reader
    assert reader.goal_totals(goal, JANUARY) == GoalTotals(10, 3 + 3, Decimal(0))
    assert reader.goal_totals(goal, CENTURY) == GoalTotals(10, 3 + 3, Decimal(0))
    assert reader.goal_totals(goal, Period(day(1), day(2))) == GoalTotals(6, 2 + 2, Decimal(0))
    assert reader.goal_totals(goal, Period(day(3), day(3))) == GoalTotals(4, 1 + 3, Decimal(0))
    assert reader.goal_days(goal, Period(day(2), day(4))) == {
        day(2): GoalDay(3, 1, 2, {"": Decimal(0)}),
        day(3): GoalDay(4, 1, 3, {"": Decimal(0)}),
        day(4): GoalDay(0, 0, 0, {}),
    }


def test_the_lowest_bits_may_be_alike_in_both_kinds_of_visitors(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    write(
        event_store, conversions=[conversion(goal, "2026-01-01", visitor) for visitor in (5, lasting(5), 0, lasting(0))]
    )
    assert event_store.reader.goal_totals(goal, JANUARY).unique_conversions == 4


def test_visitors_stay_exact_over_many_batches_and_many_more_visitors(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    for batch in range(4):
        write(
            event_store,
            conversions=[conversion(goal, "2026-01-01", n % 5000) for n in range(batch * 2500, batch * 2500 + 2500)],
        )
    assert event_store.reader.goal_totals(goal, JANUARY) == GoalTotals(10_000, 5000, Decimal(0))


def test_revenue_is_a_sum_of_decimals(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    amounts = ["0.1", "0.2", "0.7", "0.0001", "99999999999999.9999", "99999999999999.9999", None, "0"]
    write(event_store, conversions=[conversion(goal, "2026-01-01", 1, amount) for amount in amounts])
    totals = event_store.reader.goal_totals(goal, JANUARY)
    assert totals == GoalTotals(8, 1, Decimal("200000000000000.9999"))


def test_only_the_goals_currency_is_summed(event_store: EventStoreUnderTest) -> None:
    """5 USD and 500 JPY are not 505 of anything; an amount of no currency is in whichever the goal has."""
    goal = uuid4()
    money = [("5", "USD"), ("500", "JPY"), ("0.5", "USD")]
    write(
        event_store,
        conversions=[conversion(goal, "2026-01-01", 1, amount, currency=currency) for amount, currency in money],
    )
    reader = event_store.reader
    for _ in range(2):
        assert reader.goal_totals(goal, JANUARY, "EUR") == GoalTotals(3, 1, Decimal(0))
        assert reader.goal_totals(goal, JANUARY, None) == GoalTotals(3, 1, Decimal(0))
        for period in (JANUARY, CENTURY):
            assert reader.goal_totals(goal, period, "USD") == GoalTotals(3, 1, Decimal("5.5"))
        assert reader.goal_totals(goal, JANUARY, "JPY") == GoalTotals(3, 1, Decimal(500))
    write(event_store, conversions=[conversion(goal, "2026-01-01", 1, "7")])
    found = [reader.goal_totals(goal, JANUARY, currency).revenue for currency in ("EUR", None, "USD")]
    assert found == [Decimal(7), Decimal(7), Decimal("12.5")]


def test_a_day_is_a_day_in_utc_from_its_first_to_its_last_millisecond(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    moments = [
        "2025-12-31 23:59:59.999",
        "2026-01-01 00:00:00.000",
        "2026-01-31 23:59:59.999",
        "2026-02-01 00:00:00.000",
    ]
    write(event_store, conversions=[conversion(goal, moment, n) for n, moment in enumerate(moments)])
    reader = event_store.reader
    assert reader.goal_totals(goal, JANUARY).conversions == 2
    assert reader.goal_totals(goal, Period(date(2025, 12, 31), date(2025, 12, 31))).conversions == 1
    assert reader.goal_totals(goal, Period(date(2026, 2, 1), date(2026, 2, 1))).conversions == 1
    assert reader.goal_totals(goal, Period(date(2025, 12, 1), date(2026, 2, 28))).conversions == 4


def test_months_are_partitions(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    write(event_store, conversions=[conversion(goal, moment) for moment in ("2023-05-31", "2023-06-01", "2024-02-29")])
    query = "SELECT DISTINCT _partition_id FROM conversions WHERE goal_id = {goal:UUID} ORDER BY 1"
    assert event_store.rows(query, goal=goal) == [("202305",), ("202306",), ("202402",)]
    assert event_store.reader.goal_totals(goal, Period(date(2024, 2, 29), date(2024, 2, 29))).conversions == 1


def test_goals_do_not_mix(event_store: EventStoreUnderTest) -> None:
    goals = [uuid4() for _ in range(3)]
    write(
        event_store, conversions=[conversion(goal, "2026-01-01", n) for n, goal in enumerate(goals) for _ in range(n)]
    )
    assert [event_store.reader.goal_totals(goal, JANUARY).conversions for goal in goals] == [0, 1, 2]


VISITORS = st.one_of(st.integers(0, 5), st.integers(0, 5).map(lasting))
CONVERSIONS = st.tuples(
    st.integers(ms("2026-01-01"), ms("2026-01-09") - 1),
    VISITORS,
    st.one_of(st.none(), st.decimals(0, 1000, places=4)),
)


def by_hand(made: list[Conversion], period: Period) -> GoalTotals:
    """A visitor of a day is one a day, a visitor known across days is one."""
    inside = [(c, at("1970-01-01") + timedelta(milliseconds=c.timestamp_ms)) for c in made]
    inside = [(c, moment.date()) for c, moment in inside if period.first_on <= moment.date() <= period.last_on]
    visitors = {c.visitor if c.visitor >= 1 << 63 else (c.visitor, on) for c, on in inside}
    return GoalTotals(len(inside), len(visitors), sum((c.revenue or Decimal(0) for c, _ in inside), Decimal(0)))


def test_totals_are_what_counting_by_hand_gives(event_store: EventStoreUnderTest) -> None:
    @settings(max_examples=30)
    @given(
        st.lists(st.lists(CONVERSIONS, min_size=1, max_size=12), min_size=1, max_size=3),
        st.lists(st.tuples(st.integers(1, 8), st.integers(0, 7)), min_size=1, max_size=4),
    )
    def check(batches: list[list[tuple]], periods: list[tuple[int, int]]) -> None:
        goal = uuid4()
        made: list[Conversion] = []
        for batch in batches:
            new = [Conversion(goal, len(made) + n, *row) for n, row in enumerate(batch)]
            write(event_store, conversions=new)
            made += new
            for first, more in periods:
                period = Period(day(first), day(first) + timedelta(days=more))
                assert event_store.reader.goal_totals(goal, period) == by_hand(made, period)

    check()


# Sites


def test_a_sites_days(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    first, second = ms("2026-01-01 10:00") // 1000, ms("2026-01-01 15:00") // 1000
    write(
        event_store,
        [
            event(site, "2026-01-01 10:00", visitor=1, visit_at=first),
            event(site, "2026-01-01 10:05", visitor=1, visit_at=first),
            event(site, "2026-01-01 10:06", Trigger.EVENT, visitor=1, visit_at=first),
            event(site, "2026-01-01 15:00", visitor=1, visit_at=second),
            event(site, "2026-01-01 10:00", visitor=2, visit_at=first),  # the same second, another visitor's visit
            event(site, "2026-01-03 10:00", Trigger.GOAL, visitor=3),
            event(site, "2026-01-03 10:00", visitor=lasting(4)),
            event(site, "2026-01-04 10:00", visitor=lasting(4)),
            event(site, "2026-02-01 00:00", visitor=5),
            event(uuid4(), "2026-01-01 10:00", visitor=6),
        ],
    )
    days, visitors = event_store.reader.site_days(site, Period(day(1), day(5)))
    assert days == [
        site_day(1, 4, 2, 3),
        site_day(2, 0, 0, 0),
        site_day(3, 1, 2, 2),
        site_day(4, 1, 1, 1),
        site_day(5, 0, 0, 0),
    ]
    assert visitors == 2 + 1 + 1
    assert event_store.reader.site_days(uuid4(), Period(day(1), day(1))) == ([site_day(1, 0, 0, 0)], 0)


def test_each_dimension_groups_page_views_by_its_column(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    columns = {"referrer": "source"}
    values = {name: f"{name} x" for name in DIMENSIONS}
    given = {columns.get(name, name): value for name, value in values.items()}
    write(event_store, [event(site, "2026-01-01", **given), event(site, "2026-01-01", Trigger.EVENT, **given)])
    for name, value in values.items():
        assert event_store.reader.breakdown(site, JANUARY, name) == [Group(value, 1, 1)]


def test_a_breakdown_has_most_visitors_first_and_leaves_out_what_has_no_value(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    views = Counter({("DE", 1): 5, ("FR", 1): 1, ("FR", 2): 1, ("AT", 3): 1, ("CH", 4): 1, ("", 9): 7})
    write(
        event_store, [event(site, "2026-01-02", country=c, visitor=v) for (c, v), n in views.items() for _ in range(n)]
    )
    write(event_store, [event(site, "2025-12-31 23:59:59.999", country="XX"), event(site, "2026-02-01", country="YY")])
    assert event_store.reader.breakdown(site, JANUARY, "country") == [
        Group("FR", 2, 2),
        Group("AT", 1, 1),
        Group("CH", 1, 1),
        Group("DE", 5, 1),
    ]


def test_a_breakdown_has_a_hundred_rows(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    write(event_store, [event(site, "2026-01-02", path=f"/{n:03}", visitor=n) for n in range(150)])
    found = event_store.reader.breakdown(site, JANUARY, "path")
    assert [group.value for group in found] == [f"/{n:03}" for n in range(100)]


def test_only_known_columns_can_be_asked_for(event_store: EventStoreUnderTest) -> None:
    with pytest.raises(KeyError):
        event_store.reader.breakdown(uuid4(), JANUARY, "visitor; DROP TABLE events")


def test_custom_events_by_name(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    write(
        event_store,
        [
            event(site, "2026-01-01", Trigger.EVENT, name="signup", visitor=1),
            event(site, "2026-01-02", Trigger.EVENT, name="signup", visitor=2),
            event(site, "2026-01-02", Trigger.EVENT, name="download", visitor=1),
            event(site, "2026-01-02", Trigger.EVENT, name="download", visitor=1),
            event(site, "2026-01-02", Trigger.EVENT, name="download", visitor=1),
            event(site, "2026-01-02", Trigger.GOAL, name="purchase", visitor=1),
            event(site, "2026-01-02", visitor=1),
            event(site, "2026-02-02", Trigger.EVENT, name="late", visitor=1),
        ],
    )
    assert event_store.reader.custom_events(site, JANUARY) == [Group("signup", 2, 2), Group("download", 3, 1)]


def test_visitors_since_a_moment_to_the_millisecond(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    write(event_store, [event(site, f"2026-01-01 12:00:00.{n}00", Trigger.EVENT, visitor=n) for n in range(10)])
    write(event_store, [event(site, "2026-01-01 12:00:01", visitor=9)])
    reader = event_store.reader
    assert reader.visitors_since(site, at("2026-01-01 12:00:00.500")) == 5
    assert reader.visitors_since(site, at("2026-01-01 12:00:00.501")) == 4
    assert reader.visitors_since(site, at("2026-01-01 12:00:01.001")) == 0
    assert reader.visitors_since(uuid4(), at("2000-01-01")) == 0


def test_open_visits_are_each_visitors_newest(event_store: EventStoreUnderTest) -> None:
    # Far in the future, so that no other test's visits are open.
    began, again = ms("2099-05-01 10:00") // 1000, ms("2099-05-01 11:00") // 1000
    write(
        event_store,
        [
            event(uuid4(), "2099-05-01 10:20:00.250", visitor=71, visit_at=began),
            event(uuid4(), "2099-05-01 11:00", visitor=72, visit_at=again),
            event(uuid4(), "2099-05-01 10:00", visitor=72, visit_at=began),
            event(uuid4(), "2099-05-01 11:10:00.001", Trigger.GOAL, visitor=72, visit_at=again),
            event(uuid4(), "2099-05-01 09:59:59.999", visitor=73, visit_at=began),
        ],
    )
    assert sorted(event_store.reader.open_visits(at("2099-05-01 10:00"))) == [
        (71, began, ms("2099-05-01 10:20:00.250")),
        (72, again, ms("2099-05-01 11:10:00.001")),
    ]


# Back-fill


def found_ids(store: EventStoreUnderTest, site: UUID, goal: UUID, rule: Rule, rows: int = 100) -> list[int]:
    """All that a back-fill would find, asked portion by portion."""
    ids: list[int] = []
    after = (0, 0)
    while found := store.reader.unconverted(site_id=site, goal_id=goal, rule=rule, after=after, rows=rows):
        assert len(found) <= rows
        assert all((stored.timestamp_ms, stored.id) > after for stored in found)
        ids += [stored.id for stored in found]
        after = (found[-1].timestamp_ms, found[-1].id)
    return ids


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100])
def test_portions_leave_nothing_out_and_take_nothing_twice(event_store: EventStoreUnderTest, rows: int) -> None:
    site, goal = uuid4(), uuid4()
    # Several of one millisecond, out of order, over months.
    moments = [
        "2026-03-01",
        "2026-01-01",
        "2026-01-01",
        "2026-01-01",
        "2026-01-01 00:00:00.001",
        "2025-01-01",
        "2026-03-01",
    ]
    made = [event(site, moment, path="/x") for moment in moments]
    write(event_store, [made[4], made[1], made[6]])
    write(event_store, [made[5], made[0], made[3], made[2]])
    expected = [e.id for e in sorted(made, key=lambda e: (e.timestamp_ms, e.id))]
    assert found_ids(event_store, site, goal, Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/x"), rows) == expected


def test_a_back_fill_finds_what_the_goal_does_not_count_yet(event_store: EventStoreUnderTest) -> None:
    site, goal, other = uuid4(), uuid4(), uuid4()
    made = [event(site, "2026-01-01", path="/x") for _ in range(4)]
    foreign = [event(uuid4(), "2026-01-01", path="/x"), event(site, "2026-01-01", Trigger.EVENT, path="/x", name="/x")]
    counted = [
        conversion(goal, "2026-01-01", event_id=made[1].id),
        conversion(other, "2026-01-01", event_id=made[2].id),
    ]
    write(event_store, [*made, *foreign], counted)
    rule = Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/x")
    assert found_ids(event_store, site, goal, rule) == [made[0].id, made[2].id, made[3].id]
    assert found_ids(event_store, site, other, rule) == [made[0].id, made[1].id, made[3].id]


def test_a_stored_event_brings_all_that_decides_its_conversion(event_store: EventStoreUnderTest) -> None:
    site = uuid4()
    made = event(
        site,
        "2026-01-01 10:11:12.345",
        Trigger.GOAL,
        name="purchase",
        visitor=lasting(3),
        revenue=Decimal("19.9900"),
        currency="EUR",
        props={"plan": "pro", "revenue": "5"},
    )
    write(event_store, [made])
    rule = Rule(Trigger.GOAL, MatchType.EXACT, "purchase")
    (found,) = event_store.reader.unconverted(site_id=site, goal_id=uuid4(), rule=rule, after=(0, 0), rows=10)
    assert (found.timestamp_ms, found.id, found.kind) == (made.timestamp_ms, made.id, Trigger.GOAL)
    assert (found.visitor, found.revenue, found.currency, found.props) == (
        made.visitor,
        made.revenue,
        "EUR",
        made.props,
    )
