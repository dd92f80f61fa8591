"""Into the event store: a batch is stored once however often it is sent, and what it will never take stands aside."""

from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import pytest

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.reader import EventReader
from goalpost.conversions.events.rows import CONVERSIONS, EVENTS, conversion_row
from goalpost.conversions.events.writer import EventWriter
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.periods import Period
from goalpost.kernel.errors import Unavailable
from tests.support.event_store import EventStoreUnderTest
from tests.support.server import free_port
from tests.support.stored_events import at, conversion, event, event_rows, write


class Batch:
    """Ten page views of two months with a conversion each, of a site and a goal of their own."""

    def __init__(self) -> None:
        self.site, self.goal, self.token = uuid4(), uuid4(), uuid4().hex
        days = [f"2026-0{month}-{day:02}" for month in (1, 2) for day in (1, 2, 3, 27, 28)]
        self.events = [event(self.site, day, visitor=n, path="/") for n, day in enumerate(days)]
        self.conversions = [conversion(self.goal, day, n, "1.25") for n, day in enumerate(days)]


def counted(store: EventStoreUnderTest, site: UUID, goal: UUID) -> dict[str, object]:
    """Sums of the tables and of the rollups, which must be the same."""
    queries = {
        "events": "SELECT count() FROM events WHERE site_id = {site:UUID}",
        "pageviews": "SELECT sum(pageviews) FROM site_days WHERE site_id = {site:UUID}",
        "rows": "SELECT count() FROM conversions WHERE goal_id = {goal:UUID}",
        "conversions": "SELECT sum(conversions) FROM goal_days WHERE goal_id = {goal:UUID}",
        "revenue": "SELECT sum(revenue) FROM goal_days WHERE goal_id = {goal:UUID}",
    }
    return {name: store.rows(query, site=site, goal=goal)[0][0] for name, query in queries.items()}


def once(times: int = 1) -> dict[str, object]:
    n = 10 * times
    return {"events": n, "pageviews": n, "rows": n, "conversions": n, "revenue": Decimal("12.5") * times}


def test_a_batch_sent_again_under_its_token_is_stored_once(event_store: EventStoreUnderTest) -> None:
    batch = Batch()
    for _ in range(3):
        assert write(event_store, batch.events, batch.conversions, batch.token) == []
    assert counted(event_store, batch.site, batch.goal) == once()


def test_and_after_a_restart_too(event_store: EventStoreUnderTest) -> None:
    batch = Batch()
    write(event_store, batch.events, batch.conversions, batch.token)
    event_store.reopen()
    write(event_store, batch.events, batch.conversions, batch.token)
    assert counted(event_store, batch.site, batch.goal) == once()


def test_and_after_other_batches_have_come_between(event_store: EventStoreUnderTest) -> None:
    first, others = Batch(), Batch()
    write(event_store, first.events, first.conversions, first.token)
    for _ in range(5):
        write(event_store, others.events, others.conversions)
    write(event_store, first.events, first.conversions, first.token)
    assert counted(event_store, first.site, first.goal) == once()


def test_the_same_rows_under_another_token_are_other_events(event_store: EventStoreUnderTest) -> None:
    batch = Batch()
    for token in ("", "-other", "-third"):
        write(event_store, batch.events, batch.conversions, batch.token + token)
    assert counted(event_store, batch.site, batch.goal) == once(3)


def test_a_batch_cut_short_between_its_tables_is_completed(event_store: EventStoreUnderTest) -> None:
    batch = Batch()
    write(event_store, [], batch.conversions, batch.token)
    assert counted(event_store, batch.site, batch.goal)["events"] == 0
    write(event_store, batch.events, batch.conversions, batch.token)
    assert counted(event_store, batch.site, batch.goal) == once()


def test_a_batch_of_which_some_months_are_stored_is_completed(event_store: EventStoreUnderTest) -> None:
    # The store writes one part a month; a crash may leave it with some of them.
    batch = Batch()
    january = [made for made in batch.events if made.timestamp_ms < batch.events[5].timestamp_ms]
    write(event_store, january, batch.conversions[: len(january)], batch.token)
    write(event_store, batch.events, batch.conversions, batch.token)
    assert counted(event_store, batch.site, batch.goal) == once()


def test_an_empty_batch_is_nothing(event_store: EventStoreUnderTest) -> None:
    assert write(event_store) == []


def test_a_batch_may_span_more_months_than_a_block_usually_may(event_store: EventStoreUnderTest) -> None:
    goal = uuid4()
    months = [f"{year}-{month:02}-15" for year in range(2011, 2021) for month in range(1, 13)]
    try:
        assert write(event_store, conversions=[conversion(goal, day) for day in months]) == []
        totals = event_store.reader.goal_totals(goal, Period(at(months[0]).date(), at(months[-1]).date()))
        assert totals.conversions == len(months) == 120
    finally:
        # A part for each month would slow down all other tests on this store.
        drops = ", ".join(f"DROP PARTITION {month[:4]}{month[5:7]}" for month in months)
        with event_store.connections.reader() as client:
            for table in ("conversions", "goal_days"):
                client.command(f"ALTER TABLE {table} {drops}")


def changed(column: str, value: object) -> bytes:
    """An event's row with something else in one column."""
    (row,) = event_rows([event(uuid4(), "2026-01-01")])
    values = list(msgspec.msgpack.decode(row))
    values[EVENTS.columns.index(column)] = value
    return msgspec.msgpack.encode(values)


# What the store refuses whenever it is sent.
REFUSED = {
    "not MessagePack": b"\xdc\x00\x17\xc1\xc1",
    "another table's row": msgspec.msgpack.encode([1, 2, 3]),
    "cut short": event_rows([event(uuid4(), "2026-01-01")])[0][:-1],
    "an id too short": changed("site_id", b"abc"),
    "an id as text": changed("site_id", "x"),
    "a number for a text": changed("path", 5),
    "a text for a number": changed("visitor", "x"),
    "no map": changed("props", [1]),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_row_that_is_refused_for_good_stands_aside(event_store: EventStoreUnderTest, fault: str) -> None:
    batch = Batch()
    bad = REFUSED[fault]
    rows = event_rows(batch.events)
    rows.insert(4, bad)
    conversions = [conversion_row(made) for made in batch.conversions]
    for _ in range(2):  # and when the whole is sent again, because the first answer was lost
        dead = event_store.writer.write(events=rows, conversions=conversions, token=batch.token)
        assert [(table, row) for table, row, _ in dead] == [(EVENTS, bad)]
        assert "DB::Exception" in dead[0][2]
    assert counted(event_store, batch.site, batch.goal) == once()


def test_a_refused_conversion_does_not_hold_up_the_others(event_store: EventStoreUnderTest) -> None:
    batch = Batch()
    conversions = [conversion_row(made) for made in batch.conversions]
    bad = [conversions[0][:-1], msgspec.msgpack.encode([b"short", 1, 2, 3, None]), msgspec.msgpack.encode(["x"] * 5)]
    rows = [bad[0], *conversions[:5], bad[1], *conversions[5:], bad[2]]
    dead = event_store.writer.write(events=event_rows(batch.events), conversions=rows, token=batch.token)
    assert [(table, row) for table, row, _ in dead] == [(CONVERSIONS, row) for row in bad]
    assert counted(event_store, batch.site, batch.goal) == once()
    period = Period(at("2026-01-01").date(), at("2026-02-28").date())
    assert event_store.reader.goal_totals(batch.goal, period).conversions == 10


def test_nothing_but_refused_rows(event_store: EventStoreUnderTest) -> None:
    bad = [REFUSED["a number for a text"], REFUSED["not MessagePack"]]
    dead = event_store.writer.write(events=bad, conversions=[], token=uuid4().hex)
    assert [row for _, row, _ in dead] == bad


def test_a_store_that_does_not_answer_is_unavailable() -> None:
    connections = Connections(f"clickhouse://127.0.0.1:{free_port()}")
    writer, reader = EventWriter(connections, DayTotals()), EventReader(connections, DayTotals())
    rows = event_rows([event(uuid4(), "2026-01-01", Trigger.EVENT)])
    for _ in range(2):  # a failure leaves every connection free for the next try
        with pytest.raises(Unavailable, match="the event store does not answer"):
            writer.write(events=rows, conversions=[], token="t")
        with pytest.raises(Unavailable):
            reader.visitors_since(uuid4(), at("2026-01-01"))
    connections.close()


def test_connections_are_left_open_below_a_query_that_runs(event_store: EventStoreUnderTest) -> None:
    """Closed below it, the embedded store ends the process by a fault of memory."""
    connections = Connections(event_store.url)
    with connections.reader() as client:
        assert connections.close() is False
        assert client.query("SELECT 1").result_rows == [(1,)]
    assert Connections(event_store.url).close() is True
