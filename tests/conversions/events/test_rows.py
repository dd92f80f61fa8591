"""Rows of the event store: what is encoded at ingest is what is read back, bit by bit."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from goalpost.conversions.events.rows import (
    CONVERSIONS,
    EVENTS,
    conversion_row,
    event_row,
    goal_and_day,
    or_none,
    uuid_bytes,
)
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Conversion, Event
from goalpost.conversions.model.revenue import parse_revenue
from tests.support.event_store import EventStoreUnderTest
from tests.support.stored_events import ms, write

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Few months, because each is a part of its own in a store that all tests share.
MOMENTS = st.one_of(
    st.integers(ms("2000-01-01"), ms("2000-02-01") - 1),
    st.integers(ms("2026-02-28"), ms("2026-03-02") - 1),
    st.integers(ms("2099-12-01"), ms("2100-01-01") - 1),
)
NUMBERS = st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1]))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CURRENCIES = st.sampled_from(["", "EUR", "JPY"])
REVENUES = st.one_of(st.none(), st.decimals(0, 99999999999999, places=4), st.just(Decimal("99999999999999.9999")))
ROWS = st.tuples(NUMBERS, MOMENTS, NUMBERS, REVENUES)


@st.composite
def events_of(draw: st.DrawFn, site: UUID) -> Event:
    texts = draw(st.lists(TEXTS, min_size=15, max_size=15))
    return Event(
        draw(NUMBERS),
        site,
        draw(st.sampled_from(Trigger)),
        texts[0],
        draw(MOMENTS),
        draw(REVENUES),
        draw(st.sampled_from(["", "EUR"])),
        draw(st.dictionaries(TEXTS, TEXTS, max_size=3)),
        *texts[1:],
        visitor=draw(NUMBERS),
        visit_at=draw(st.integers(0, 2**32 - 1)),
    )


def comparable(event: Event) -> tuple:
    return tuple(getattr(event, name) for name in Event.__slots__)


SELECT_EVENTS = """
SELECT id, site_id, kind, name, toUnixTimestamp64Milli(timestamp), revenue, currency, props,
    host, path, suffix, referrer, source, utm_source, utm_medium, utm_campaign, utm_term, utm_content, device, browser,
    os, country, visitor, toUnixTimestamp(visit_at)
FROM events WHERE site_id = {site:UUID}
"""


def test_events_come_back_as_they_were(event_store: EventStoreUnderTest) -> None:
    @settings(max_examples=20)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        site = data.draw(st.uuids())
        site = UUID(int=site.int ^ uuid4().int)  # not one that an earlier example has written to
        made = data.draw(st.lists(events_of(site), min_size=1, max_size=8, unique_by=lambda event: event.id))
        assert write(event_store, made) == []
        found = event_store.rows(SELECT_EVENTS, site=site)
        assert sorted(found, key=lambda row: row[0]) == sorted(map(comparable, made), key=lambda row: row[0])

    check()


SELECT_CONVERSIONS = """
SELECT goal_id, event_id, toUnixTimestamp64Milli(timestamp), visitor, revenue, currency
FROM conversions WHERE goal_id = {goal:UUID}
"""


def test_conversions_come_back_as_they_were(event_store: EventStoreUnderTest) -> None:
    @settings(max_examples=20)
    @given(
        st.lists(
            st.tuples(NUMBERS, MOMENTS, NUMBERS, REVENUES, CURRENCIES),
            min_size=1,
            max_size=8,
            unique_by=lambda row: row[0],
        )
    )
    def check(given: list[tuple]) -> None:
        goal = uuid4()
        made = [Conversion(goal, *row) for row in given]
        assert write(event_store, conversions=made) == []
        found = [Conversion(*row) for row in event_store.rows(SELECT_CONVERSIONS, goal=goal)]
        assert sorted(found, key=lambda row: row.event_id) == sorted(made, key=lambda row: row.event_id)

    check()


@pytest.mark.parametrize(
    "text",
    [
        "00112233-4455-6677-8899-aabbccddeeff",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0001-0000-000000000000",
        "80000000-0000-0000-0000-000000000001",
    ],
)
def test_the_bytes_of_an_id_spell_the_same_id_to_the_store(event_store: EventStoreUnderTest, text: str) -> None:
    query = "SELECT toString(reinterpretAsUUID(unhex({bytes:String})))"
    assert event_store.rows(query, bytes=uuid_bytes(UUID(text)).hex()) == [(text,)]


def test_the_columns_are_the_tables(event_store: EventStoreUnderTest) -> None:
    for table in (EVENTS, CONVERSIONS):
        found = event_store.rows(f"DESCRIBE TABLE {table.name}")
        assert tuple(row[0] for row in found) == table.columns


def test_a_row_is_sent_without_its_header() -> None:
    event = Event(1, uuid4(), Trigger.EVENT, "x", 0)
    for table, row in (
        (EVENTS, event_row(event, uuid_bytes(event.site_id))),
        (CONVERSIONS, conversion_row(Conversion(uuid4(), 1, 0, 1, None))),
    ):
        values = b"".join(msgspec.msgpack.encode(value) for value in msgspec.msgpack.decode(row))
        assert table.values(row) == values
        assert len(msgspec.msgpack.decode(row)) == len(table.columns)


@given(st.uuids(), MOMENTS)
@example(UUID(int=1), ms("2026-02-28 23:59:59.999"))
@example(UUID(int=1), ms("2026-03-01"))
def test_a_conversions_goal_and_day_are_read_off_its_row(goal: UUID, moment: int) -> None:
    row = conversion_row(Conversion(goal, 1, moment, 1, Decimal("1.5")))
    expected = (EPOCH + timedelta(milliseconds=moment)).date()
    assert goal_and_day(row) == (goal, expected)
    assert isinstance(expected, date)


def by_column(conversion: bytes) -> dict[str, Any]:
    return dict(zip(CONVERSIONS.columns, msgspec.msgpack.decode(conversion), strict=True))


def test_anyone_can_read_a_row() -> None:
    goal = uuid4()
    row = by_column(conversion_row(Conversion(goal, 5, 1000, 2**63, Decimal("0.0001"))))
    assert row == {
        "goal_id": uuid_bytes(goal),
        "timestamp": 1000,
        "event_id": 5,
        "visitor": 2**63,
        "revenue": 1,
        "currency": "",
    }


@given(st.decimals(0, 10**14, allow_nan=False))
def test_whatever_revenue_is_taken_is_stored_whole(amount: Decimal) -> None:
    revenue = parse_revenue(amount)
    if revenue is not None:
        row = by_column(conversion_row(Conversion(uuid4(), 1, 0, 1, revenue)))
        assert Decimal(row["revenue"]) / 10_000 == revenue


def test_a_row_of_an_older_version_is_completed(event_store: EventStoreUnderTest) -> None:
    """Rows without the page's suffix may lie in the spool when a newer version starts."""
    site = uuid4()
    made = Event(1, site, Trigger.PAGEVIEW, "pageview", ms("2026-01-01"), path="/old", visitor=1, props={"a": "b"})
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(event_row(made, uuid_bytes(site)))[:-1])
    newer = event_row(Event(2, site, Trigger.PAGEVIEW, "pageview", ms("2026-01-01"), suffix="?x"), uuid_bytes(site))
    assert event_store.writer.write(events=[older, newer, older], conversions=[], token=str(site)) == []
    query = "SELECT id, path, props['a'], suffix FROM events WHERE site_id = {site:UUID} ORDER BY id"
    assert event_store.rows(query, site=site) == [(1, "/old", "b", ""), (1, "/old", "b", ""), (2, "", "", "?x")]


def test_a_conversion_of_an_older_version_has_no_currency(event_store: EventStoreUnderTest) -> None:
    """Rows without the currency may lie in the spool when a newer version starts."""
    goal = uuid4()
    row = conversion_row(Conversion(goal, 5, ms("2026-01-01"), 1, Decimal("9.5"), "EUR"))
    older = msgspec.msgpack.encode(msgspec.msgpack.decode(row)[:-1])
    assert event_store.writer.write(events=[], conversions=[older, row], token=uuid4().hex) == []
    found = event_store.rows(SELECT_CONVERSIONS, goal=goal)
    assert sorted(currency for *_, currency in found) == ["", "EUR"]
    assert {revenue for *_, revenue, _ in found} == {Decimal("9.5")}


@pytest.mark.parametrize("timestamp_ms", [2**62, -(2**62), 253_402_300_800_000, "text", None])
def test_a_day_that_no_calendar_has_is_none(timestamp_ms: object) -> None:
    """It was a fault that ended every try to send the batch."""
    row = msgspec.msgpack.encode((bytes(16), timestamp_ms, 1, 1, None, ""))
    assert or_none(goal_and_day, row) is None
