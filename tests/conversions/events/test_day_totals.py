"""Remembered days: as fast as that, and exact after every write."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

from clickhouse_connect.driver import Client
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.reader import EventReader
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.totals import GoalDay, GoalTotals
from tests.support.event_store import EventStoreUnderTest
from tests.support.stored_events import conversion, lasting, write
from tests.support.together import run_together

FIRST = date(2026, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(5)]
ONE = GoalDay(1, 1, 0, {})
TWO = GoalDay(2, 2, 0, {"": Decimal(1)})


def test_kept_totals_are_known() -> None:
    totals, goal = DayTotals(), uuid4()
    totals.keep(goal, {DAYS[0]: ONE, DAYS[2]: TWO}, totals.mark())
    assert totals.known(goal, DAYS) == {DAYS[0]: ONE, DAYS[2]: TWO}
    assert totals.known(uuid4(), DAYS) == {}


def test_a_write_is_forgotten_for_its_goal_and_day_alone() -> None:
    totals, goal, other = DayTotals(), uuid4(), uuid4()
    for each in (goal, other):
        totals.keep(each, {DAYS[0]: ONE, DAYS[1]: ONE}, totals.mark())
    totals.forget([(goal, DAYS[0]), (goal, DAYS[4])])
    assert totals.known(goal, DAYS) == {DAYS[1]: ONE}
    assert totals.known(other, DAYS) == {DAYS[0]: ONE, DAYS[1]: ONE}


def test_an_answer_that_a_write_has_overtaken_is_not_kept() -> None:
    totals, goal = DayTotals(), uuid4()
    mark = totals.mark()
    totals.forget([(goal, DAYS[0])])
    totals.keep(goal, {DAYS[0]: ONE, DAYS[1]: ONE}, mark)
    assert totals.known(goal, DAYS) == {}
    totals.keep(goal, {DAYS[0]: ONE}, totals.mark())
    assert totals.known(goal, DAYS) == {DAYS[0]: ONE}


@given(st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_it_never_remembers_more_than_it_may(days: list[int]) -> None:
    totals, goal = DayTotals(size=10), uuid4()
    for n in days:
        day = FIRST + timedelta(days=n)
        totals.keep(goal, {day: ONE}, totals.mark())
        assert totals.known(goal, [day]) == {day: ONE}
        assert len(totals.known(goal, [FIRST + timedelta(days=n) for n in range(31)])) <= 10


def test_lasting_visitors_of_a_period_are_kept_until_the_goal_is_written() -> None:
    totals, goal, other, period = DayTotals(), uuid4(), uuid4(), Period(DAYS[0], DAYS[1])
    for each in (goal, other):
        totals.keep_lasting(each, period, 7, totals.mark())
    assert (totals.lasting(goal, period), totals.lasting(goal, Period(DAYS[0], DAYS[2]))) == (7, None)
    mark = totals.mark()
    totals.forget([(goal, DAYS[4])])
    totals.keep_lasting(goal, period, 6, mark)
    assert (totals.lasting(goal, period), totals.lasting(other, period)) == (None, 7)


JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


def test_new_conversions_on_a_remembered_day_are_counted_at_once(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    reader = event_store.reader
    for n in range(1, 6):
        write(
            event_store,
            conversions=[conversion(goal, "2026-01-15", n, "0.1"), conversion(goal, "2026-01-16", lasting(n))],
        )
        for _ in range(2):
            assert reader.goal_totals(goal, JANUARY) == GoalTotals(2 * n, 2 * n, Decimal("0.1") * n)
        assert reader.goal_totals(goal, JANUARY) == event_store.fresh_reader().goal_totals(goal, JANUARY)


def test_a_visitor_known_across_days_is_counted_once_in_each_period(event_store: EventStoreUnderTest) -> None:
    goal, first_half = uuid4(), Period(date(2026, 1, 1), date(2026, 1, 15))
    for day in range(10, 21):
        write(event_store, conversions=[conversion(goal, f"2026-01-{day}", lasting(n)) for n in (1, day)])
        for _ in range(2):
            assert event_store.reader.goal_totals(goal, JANUARY).unique_conversions == day - 8
            assert event_store.reader.goal_totals(goal, first_half).unique_conversions == min(day, 15) - 8


def test_a_day_that_was_empty_and_remembered_fills(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    assert event_store.reader.goal_totals(goal, JANUARY) == GoalTotals(0, 0, Decimal(0))
    write(event_store, conversions=[conversion(goal, "2026-01-31 23:59:59.999")])
    assert event_store.reader.goal_totals(goal, JANUARY).conversions == 1


def test_other_periods_are_made_of_the_same_days(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    write(event_store, conversions=[conversion(goal, f"2026-01-{day:02}", day) for day in range(1, 32)])
    assert event_store.reader.goal_totals(goal, Period(date(2026, 1, 10), date(2026, 1, 20))).conversions == 11
    assert event_store.reader.goal_totals(goal, JANUARY).conversions == 31
    assert event_store.reader.goal_totals(goal, Period(date(2025, 12, 25), date(2026, 1, 5))).conversions == 5


def test_a_remembered_day_is_not_asked_for_again(event_store: EventStoreUnderTest) -> None:
    """Rows put in behind the writer's back stay unseen: this is what is remembered, and why only it may write."""
    goal = uuid4()
    write(event_store, conversions=[conversion(goal, "2026-01-15")])
    assert event_store.reader.goal_totals(goal, JANUARY).conversions == 1
    with event_store.connections.reader() as client:
        client.command(
            "INSERT INTO goal_days (goal_id, day, conversions) VALUES ({goal:UUID}, '2026-01-15', 5)", {"goal": goal}
        )
    assert event_store.reader.goal_totals(goal, JANUARY).conversions == 1
    assert event_store.fresh_reader().goal_totals(goal, JANUARY).conversions == 6


class OvertakenConnections(Connections):
    """Connections on which something happens right after the first answer was read."""

    def __init__(self, url: str, happens: Callable[[], object]) -> None:
        super().__init__(url)
        self._happens: Callable[[], object] | None = happens

    @contextmanager
    def reader(self) -> Iterator[Client]:
        with super().reader() as client:
            yield client
        happens, self._happens = self._happens, None
        if happens is not None:
            happens()


def test_an_answer_overtaken_on_its_way_is_not_remembered(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    connections = OvertakenConnections(
        event_store.url, lambda: write(event_store, conversions=[conversion(goal, "2026-01-15")])
    )
    reader = EventReader(connections, event_store.totals)
    assert reader.goal_totals(goal, JANUARY).conversions == 0
    assert reader.goal_totals(goal, JANUARY).conversions == 1
    connections.close()


def test_readers_beside_a_writer_never_see_less_than_was_written(event_store: EventStoreUnderTest) -> None:
    goal, batches, size = uuid4(), 25, 4
    written = 0
    done = threading.Event()

    def write_on() -> None:
        nonlocal written
        try:
            for n in range(batches):
                made = [conversion(goal, f"2026-01-{1 + (n + i) % 3:02}", n * size + i) for i in range(size)]
                write(event_store, conversions=made)
                written += size
        finally:
            done.set()

    def read_on() -> int:
        looks = 0
        while not done.is_set():
            before = written
            seen = event_store.reader.goal_totals(goal, JANUARY)
            # What was stored before the question is in the answer; what is being stored may be.
            assert before <= seen.conversions <= written + size
            assert seen.unique_conversions == seen.conversions
            looks += 1
        return looks

    run_together(write_on, read_on, read_on)
    expected = GoalTotals(batches * size, batches * size, Decimal(0))
    assert event_store.reader.goal_totals(goal, JANUARY) == expected
    assert event_store.fresh_reader().goal_totals(goal, JANUARY) == expected
