"""The back-fill portion by portion: cut short anywhere, run twice, run at once, it counts each event once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.writer import EventWriter
from goalpost.conversions.ingest import pipeline
from goalpost.conversions.ingest.backfill import backfill
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft, Rule, Trigger
from goalpost.conversions.model.events import Hit
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.sites import Site
from goalpost.conversions.model.totals import GoalTotals
from goalpost.conversions.services import conversion_goals, sites
from goalpost.kernel.errors import Unavailable
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.workspaces import create_workspace
from tests.support.event_store import EventStoreUnderTest
from tests.support.server import free_port
from tests.support.stored_events import at, ms
from tests.support.together import run_together

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PERIOD = Period(at("2026-01-01").date(), at("2026-12-31").date())
PAGES = Rule(Trigger.PAGEVIEW, MatchType.REGEX, r"^/p/\d+$")
EVENTS = 23


class Ingest:
    """All that ingest consists of, in this process: the server without its door."""

    def __init__(self, data: Path, events: EventStoreUnderTest) -> None:
        self.data = data
        self.events = events
        self.stores = Stores(Settings(data=data))
        self.drain = Drain(self.stores.spool, events.writer)

    def restart(self) -> None:
        self.stores.close()
        self.events.reopen()
        self.stores = Stores(Settings(data=self.data))
        self.drain = Drain(self.stores.spool, self.events.writer)

    def make_site(self) -> Site:
        with self.stores.writing() as db:
            workspace = create_workspace(db, name="w", now=NOW)
            return sites.create_site(db, workspace_id=workspace.id, domain="a.example.com", name="A", now=NOW)

    def make_goal(self, site: Site, rule: Rule = PAGES, currency: str | None = None) -> ConversionGoal:
        with self.stores.writing() as db:
            return conversion_goals.create_goal(db, site=site, draft=GoalDraft("g", rule, currency), now=NOW)

    def receive(self, site: Site, count: int = EVENTS, drained: bool = True, **fields: Any) -> None:
        """Page views of as many visitors, three to a millisecond."""
        for n in range(count):
            given = {"name": "pageview", "kind": Trigger.PAGEVIEW, "url": f"https://a.example.com/p/{n}", **fields}
            hit = Hit(
                domain=site.key,
                referrer="",
                timestamp_ms=ms("2026-03-31 23:59:59.995") + n // 3,
                client_ip="192.0.2.1",
                user_agent="",
                sender_visitor=f"v{n}",
                workspace_id=site.workspace_id,
                **given,
            )
            accepted = pipeline.run(hit, self.stores.context, ms(NOW))
            assert not isinstance(accepted, str), accepted
            self.stores.spool.keep([accepted])
        if drained:
            self.drain.flush()

    def backfill(
        self, goal: ConversionGoal, site: Site, portion: int = 20_000, drain: Drain | None = None
    ) -> Iterator[int]:
        return backfill(
            goal=goal,
            site=site,
            spool=self.stores.spool,
            drain=drain or self.drain,
            events=self.events.reader,
            portion=portion,
        )

    def counted(self, goal: ConversionGoal) -> int:
        return self.totals(goal).conversions

    def totals(self, goal: ConversionGoal) -> GoalTotals:
        return self.events.reader.goal_totals(goal.id, PERIOD, goal.currency)


@pytest.fixture
def ingest(tmp_path: Path, event_store: EventStoreUnderTest) -> Iterator[Ingest]:
    made = Ingest(tmp_path / "data", event_store)
    try:
        yield made
    finally:
        made.stores.close()


@pytest.mark.parametrize("portion", [1, 3, 10, EVENTS - 1, EVENTS, EVENTS + 1])
def test_every_size_of_portion_counts_the_same(ingest: Ingest, portion: int) -> None:
    site = ingest.make_site()
    live = ingest.make_goal(site)
    ingest.receive(site)
    goal = ingest.make_goal(site)
    steps = list(ingest.backfill(goal, site, portion))
    assert steps == sorted(steps) and steps[-1] == EVENTS
    assert all(later - earlier <= portion for earlier, later in zip([0, *steps], steps, strict=False))
    assert ingest.totals(goal) == ingest.totals(live) == GoalTotals(EVENTS, EVENTS, 0)
    assert list(ingest.backfill(goal, site, portion)) == [0]


def test_a_site_without_events(ingest: Ingest) -> None:
    site = ingest.make_site()
    assert list(ingest.backfill(ingest.make_goal(site), site)) == [0]


def test_events_that_wait_in_the_spool_are_counted_too(ingest: Ingest) -> None:
    site = ingest.make_site()
    ingest.receive(site, drained=False)
    goal = ingest.make_goal(site)
    ingest.receive(site, drained=False)  # matched live, and not stored yet either
    assert list(ingest.backfill(goal, site))[-1] == EVENTS
    assert ingest.counted(goal) == 2 * EVENTS


@pytest.mark.parametrize("stopped_after", [1, 2, 4])
def test_a_run_that_was_stopped_goes_on_where_it_stood(ingest: Ingest, stopped_after: int) -> None:
    site = ingest.make_site()
    ingest.receive(site)
    goal = ingest.make_goal(site)
    run = ingest.backfill(goal, site, portion=5)
    for _ in range(stopped_after):
        next(run)
    run.close()
    assert ingest.counted(goal) == 5 * stopped_after

    ingest.restart()
    ingest.receive(site, count=4)  # the stream goes on meanwhile, with events older than where it stood
    steps = list(ingest.backfill(goal, site, portion=5))
    assert steps[-1] == EVENTS - 5 * stopped_after
    assert ingest.counted(goal) == EVENTS + 4
    assert list(ingest.backfill(goal, site)) == [0]


def test_a_run_that_the_event_store_left_goes_on(ingest: Ingest, monkeypatch: pytest.MonkeyPatch) -> None:
    site = ingest.make_site()
    ingest.receive(site)
    goal = ingest.make_goal(site)
    writer = EventWriter(Connections(f"clickhouse://127.0.0.1:{free_port()}"), DayTotals())
    monkeypatch.setattr(writer, "prepare", lambda: None)  # it was there when the run began
    away = Drain(ingest.stores.spool, writer)
    # It can be read, and then takes nothing more: the portion stays in the spool, with how far it reached.
    with pytest.raises(Unavailable):
        list(ingest.backfill(goal, site, portion=7, drain=away))
    assert ingest.counted(goal) == 0
    assert ingest.stores.spool.waiting() == 7
    with pytest.raises(Unavailable):
        list(ingest.backfill(goal, site, portion=7, drain=away))
    assert ingest.stores.spool.waiting() == 7

    ingest.restart()
    assert list(ingest.backfill(goal, site, portion=7))[-1] == EVENTS - 7
    assert ingest.counted(goal) == EVENTS


def test_a_rule_that_was_edited_meanwhile_begins_anew(ingest: Ingest) -> None:
    site = ingest.make_site()
    ingest.receive(site)
    goal = ingest.make_goal(site, replace(PAGES, match_value="^/p/1"))
    next(ingest.backfill(goal, site, portion=5))
    with ingest.stores.writing() as db:
        goal = conversion_goals.update_goal(db, goal=goal, changes={"match_value": "^/p/"})
    list(ingest.backfill(goal, site, portion=5))
    assert ingest.counted(goal) == EVENTS


def test_two_goals_are_back_filled_side_by_side(ingest: Ingest) -> None:
    site = ingest.make_site()
    ingest.receive(site)
    goals = [ingest.make_goal(site), ingest.make_goal(site, replace(PAGES, match_value="7$"))]
    runs = [ingest.backfill(goal, site, portion=1) for goal in goals]
    for _ in zip(*runs, strict=False):
        pass
    for goal in goals:
        list(ingest.backfill(goal, site, portion=1))
    assert [ingest.counted(goal) for goal in goals] == [EVENTS, 2]


def exhaust(run: Callable[[], Iterator[int]]) -> int:
    return list(run())[-1]


def test_runs_at_once_count_once(ingest: Ingest) -> None:
    site = ingest.make_site()
    ingest.receive(site, count=30)
    goal = ingest.make_goal(site)
    run = partial(exhaust, partial(ingest.backfill, goal, site, portion=1))
    counted = run_together(run, run, run, run)
    assert ingest.counted(goal) == 30
    assert sum(int(str(each)) for each in counted) == 30


def test_beside_a_stream_every_event_counts_once(ingest: Ingest) -> None:
    site = ingest.make_site()
    ingest.receive(site, count=40)
    goal = ingest.make_goal(site)
    ingest.drain.start()
    try:
        run_together(
            partial(exhaust, partial(ingest.backfill, goal, site, portion=3)),
            partial(ingest.receive, site, count=40, drained=False),
        )
    finally:
        ingest.drain.close()
    assert ingest.counted(goal) == 80


def test_revenue_is_decided_as_at_ingest(ingest: Ingest) -> None:
    site = ingest.make_site()
    upgrade, purchase = Rule(Trigger.EVENT, MatchType.EXACT, "upgrade"), Rule(Trigger.GOAL, MatchType.CONTAINS, "purch")
    cases = [(upgrade, "EUR"), (upgrade, None), (purchase, "EUR"), (purchase, "USD"), (purchase, None)]
    live = [ingest.make_goal(site, *case) for case in cases]
    for n, props in enumerate([{"revenue": "9.99"}, {"revenue": "free"}, {"revenue": "-1"}, {}, {"revenue": "0.0001"}]):
        ingest.receive(site, count=n + 1, name="upgrade", kind=Trigger.EVENT, url="", props=props)
    for n, currency in enumerate(["EUR", "USD", ""]):
        money = {"revenue": at_cents(1999 + n), "currency": currency}
        ingest.receive(site, count=n + 1, name="purchase", kind=Trigger.GOAL, url="", **money)
    late = [ingest.make_goal(site, *case) for case in cases]
    for goal in late:
        list(ingest.backfill(goal, site, portion=4))
    assert [ingest.totals(goal) for goal in late] == [ingest.totals(goal) for goal in live]
    assert ingest.totals(late[0]).revenue == at_cents(999) + 5 * at_cents(1) / 100
    assert ingest.totals(late[3]).revenue == 2 * at_cents(2000) + 3 * at_cents(2001)


MONEY = st.tuples(
    st.sampled_from([Trigger.EVENT, Trigger.GOAL, Trigger.REVENUE]),
    st.one_of(st.none(), st.decimals("0", "1000", places=4)),
    st.sampled_from(["", "EUR", "USD", "JPY"]),
    st.sampled_from([{}, {"revenue": "9.99"}, {"revenue": "free"}, {"revenue": "1e3"}]),
)
STORED = "SELECT event_id, revenue, currency FROM conversions WHERE goal_id = {goal:UUID} ORDER BY event_id"


def test_live_and_back_filled_conversions_are_the_same(ingest: Ingest) -> None:
    """Whatever amounts and currencies events have, and whatever currency the goal has."""
    site = ingest.make_site()
    rules = [Rule(kind, MatchType.ANY, "") for kind in (Trigger.EVENT, Trigger.GOAL, Trigger.REVENUE)]
    cases = [(rule, currency) for rule in rules for currency in (None, "EUR", "USD")]
    live = [ingest.make_goal(site, *case) for case in cases]

    @settings(max_examples=8)
    @given(st.lists(MONEY, min_size=1, max_size=12))
    def check(sent: list[tuple[Trigger, Decimal | None, str, dict[str, str]]]) -> None:
        for kind, revenue, currency, props in sent:
            money = {"revenue": revenue, "currency": currency if revenue is not None else ""}
            ingest.receive(site, count=1, drained=False, name="x", kind=kind, url="", props=props, **money)
        ingest.drain.flush()
        late = [ingest.make_goal(site, *case) for case in cases]
        for before, after in zip(live, late, strict=True):
            list(ingest.backfill(after, site))
            rows = ingest.events.rows(STORED, goal=after.id)
            assert rows == ingest.events.rows(STORED, goal=before.id)
            assert ingest.totals(after) == ingest.totals(before)
        with ingest.stores.writing() as db:
            for goal in late:
                conversion_goals.delete_goal(db, goal=goal, now=NOW)

    check()


def test_a_currency_that_a_goal_gets_later_counts_what_was_sent_in_it(ingest: Ingest) -> None:
    """5 USD and 500 JPY on a goal without a currency are 0 EUR when its currency becomes EUR."""
    site = ingest.make_site()
    goal = ingest.make_goal(site, Rule(Trigger.GOAL, MatchType.EXACT, "buy"))
    for amount, currency in (("5", "USD"), ("500", "JPY")):
        money = {"revenue": Decimal(amount), "currency": currency}
        ingest.receive(site, count=1, name="buy", kind=Trigger.GOAL, url="", **money)
    earned = {}
    for currency in ("EUR", "USD", "JPY", None):
        with ingest.stores.writing() as db:
            goal = conversion_goals.update_goal(db, goal=goal, changes={"currency": currency})
        earned[currency] = ingest.totals(goal).revenue
    assert earned == {"EUR": 0, "USD": 5, "JPY": 500, None: 0}


def at_cents(cents: int) -> Decimal:
    return Decimal(cents) / 100
