"""A batch sent again after a crash: whatever of it the embedded store has, in the end it has it once, rollups too."""

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from goalpost.conversions.events.rows import conversion_row
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Conversion, Event
from goalpost.conversions.model.periods import Period
from tests.support.event_store import EventStoreUnderTest
from tests.support.stored_events import at, conversion, event, event_rows, lasting, write

JANUARY = Period(at("2026-01-01").date(), at("2026-01-31").date())
DAYS = ["2026-01-01", "2026-01-01 23:59:59.999", "2026-01-02", "2026-01-31", "2026-02-01", "2026-02-01"]


class Crashed:
    """A batch of one site and one goal, beside another batch that counts on the same days."""

    def __init__(self, store: EventStoreUnderTest) -> None:
        self.store = store
        self.site, self.goal, self.token = uuid4(), uuid4(), uuid4().hex
        write(store, *self._made(40))
        self.events, self.conversions = self._made(0)
        assert self.numbers() == self.expected(1)

    def _made(self, visitors: int) -> tuple[list[Event], list[Conversion]]:
        events = [event(self.site, day, visitor=visitors + n) for n, day in enumerate(DAYS)]
        events.append(event(self.site, DAYS[0], Trigger.EVENT, visitor=lasting(visitors)))
        conversions = [
            conversion(self.goal, day, visitors + n, "1.25", event_id=events[n].id, currency=("", "EUR", "JPY")[n % 3])
            for n, day in enumerate(DAYS)
        ]
        return events, conversions

    def send_again(self) -> None:
        rows = [conversion_row(made) for made in self.conversions]
        assert self.store.writer.write_again(events=event_rows(self.events), conversions=rows, token=self.token) == []

    def numbers(self) -> dict[str, tuple]:
        """Sums of the tables beside those of the rollups."""
        queries = {
            "events": "count(), countIf(kind = 'pageview') FROM events WHERE site_id = {site:UUID}",
            "site_days": (
                "sum(pageviews), uniqExactMerge(visitors), uniqExactMerge(lasting_visitors)"
                " FROM site_days WHERE site_id = {site:UUID}"
            ),
            "conversions": "count(), toFloat64(sum(revenue)) FROM conversions WHERE goal_id = {goal:UUID}",
            "goal_days": (
                "sum(conversions), toFloat64(sum(revenue)), uniqExactMerge(visitors), uniqExact(currency)"
                " FROM goal_days WHERE goal_id = {goal:UUID}"
            ),
        }
        ids = {"site": self.site, "goal": self.goal}
        return {name: self.store.rows(f"SELECT {query}", **ids)[0] for name, query in queries.items()}

    def expected(self, batches: int) -> dict[str, tuple]:
        return {
            "events": (7 * batches, 6 * batches),
            "site_days": (6 * batches, 6 * batches, batches),
            "conversions": (6 * batches, 7.5 * batches),
            "goal_days": (6 * batches, 7.5 * batches, 6 * batches, 3),
        }


@pytest.fixture
def crashed(event_store: EventStoreUnderTest) -> Crashed:
    return Crashed(event_store)


def conversions_only(crashed: Crashed) -> None:
    write(crashed.store, [], crashed.conversions, crashed.token)


def everything(crashed: Crashed) -> None:
    write(crashed.store, crashed.events, crashed.conversions, crashed.token)


def some_of_each(crashed: Crashed) -> None:
    write(crashed.store, crashed.events[:5], crashed.conversions[2:], crashed.token)


def everything_but_the_rollups(crashed: Crashed) -> None:
    everything(crashed)
    with crashed.store.connections.reader() as client:
        for rollup, owner in (
            ("site_days", f"site_id = '{crashed.site}'"),
            ("goal_days", f"goal_id = '{crashed.goal}'"),
        ):
            client.command(f"ALTER TABLE {rollup} DELETE WHERE {owner}", settings={"mutations_sync": 2})


STATES = [conversions_only, everything, some_of_each, everything_but_the_rollups]


@pytest.mark.parametrize("left_behind", STATES)
def test_a_batch_sent_again_is_there_once(crashed: Crashed, left_behind: Callable[[Crashed], None]) -> None:
    left_behind(crashed)
    crashed.send_again()
    assert crashed.numbers() == crashed.expected(2)


def test_and_again_when_the_next_try_is_cut_short_too(crashed: Crashed) -> None:
    some_of_each(crashed)
    for _ in range(2):
        crashed.send_again()
    assert crashed.numbers() == crashed.expected(2)


def test_an_id_that_another_site_has_too_is_still_missing_here(crashed: Crashed) -> None:
    elsewhere = [replace(made, site_id=uuid4()) for made in crashed.events]
    write(crashed.store, elsewhere)
    crashed.send_again()
    assert crashed.numbers() == crashed.expected(2)


def test_remembered_totals_are_asked_for_again(crashed: Crashed) -> None:
    reader = crashed.store.reader
    assert reader.goal_totals(crashed.goal, JANUARY).conversions == 4
    crashed.send_again()
    assert reader.goal_totals(crashed.goal, JANUARY).conversions == 8
    assert crashed.numbers() == crashed.expected(2)


def test_rows_that_are_refused_stand_aside_here_too(crashed: Crashed) -> None:
    bad_event, bad_conversion = event_rows(crashed.events)[0][:-1], b"\x95\xc1"
    write(crashed.store, crashed.events[:3], crashed.conversions[:3], crashed.token)
    dead = crashed.store.writer.write_again(
        events=[bad_event, *event_rows(crashed.events)],
        conversions=[*(conversion_row(made) for made in crashed.conversions), bad_conversion],
        token=crashed.token,
    )
    assert sorted(row for _, row, _ in dead) == sorted([bad_conversion, bad_event])
    assert crashed.numbers() == crashed.expected(2)


def test_a_batch_may_touch_more_goals_and_days_than_one_statement_holds(event_store: EventStoreUnderTest) -> None:
    goals, token = [uuid4() for _ in range(75)], uuid4().hex
    made = [conversion(goal, f"2026-01-{day:02}", day) for goal in goals for day in range(1, 32)]
    rows = [conversion_row(one) for one in made]
    write(event_store, conversions=made, token=token)
    these = ", ".join(f"'{goal}'" for goal in goals)
    with event_store.connections.reader() as client:
        client.command(f"ALTER TABLE goal_days DELETE WHERE goal_id IN ({these})", settings={"mutations_sync": 2})
    assert event_store.writer.write_again(events=[], conversions=rows, token=token) == []
    query = f"SELECT count(), sum(conversions), min(conversions) FROM goal_days WHERE goal_id IN ({these})"
    assert event_store.rows(query) == [(len(made), len(made), 1)]
    assert len(made) == 2325
