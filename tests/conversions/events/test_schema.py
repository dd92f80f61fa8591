"""The event store's tables: made once, upgraded again after a crash, and never by an older goalpost."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from uuid import uuid4

import clickhouse_connect
import pytest
from clickhouse_connect.driver import Client

from goalpost.conversions.events.schema import VERSIONS, NewerEventStore, upgrade
from tests.support.event_store import EventStoreUnderTest


@pytest.fixture
def connect(event_store: EventStoreUnderTest) -> Iterator[Callable[[], Client]]:
    """Connections to a database of the test's own in the process's event store, empty at first."""
    name = f"t{uuid4().hex}"
    clients = [clickhouse_connect.get_client(dsn=event_store.url)]
    clients[0].command(f"CREATE DATABASE {name}")

    def make() -> Client:
        clients.append(clickhouse_connect.get_client(dsn=event_store.url, database=name))
        return clients[-1]

    try:
        yield make
    finally:
        clients[0].command(f"DROP DATABASE {name}")
        for client in clients:
            client.close()


TABLES = {"events", "conversions", "site_days", "goal_days", "events_to_site_days", "conversions_to_goal_days"}


def tables(client: Client) -> set[str]:
    return {name for (name,) in client.query("SHOW TABLES").result_rows}


def versions(client: Client) -> list[int]:
    return [version for (version,) in client.query("SELECT version FROM schema_versions ORDER BY version").result_rows]


def test_an_empty_store_gets_todays_tables(connect: Callable[[], Client]) -> None:
    client = connect()
    assert tables(client) == set()
    upgrade(client)
    assert tables(client) == TABLES | {"schema_versions"}
    assert versions(client) == list(range(1, len(VERSIONS) + 1))


def test_upgrading_again_changes_nothing(connect: Callable[[], Client]) -> None:
    upgrade(connect())
    client = connect()
    client.command("INSERT INTO goal_days (goal_id, day, conversions) VALUES (generateUUIDv4(), '2026-01-01', 3)")
    upgrade(client)
    assert client.query("SELECT sum(conversions) FROM goal_days").result_rows == [(3,)]
    assert versions(client) == list(range(1, len(VERSIONS) + 1))


@pytest.mark.parametrize("done", range(len(VERSIONS[0])))
def test_an_upgrade_that_was_cut_short_is_completed(connect: Callable[[], Client], done: int) -> None:
    client = connect()
    for statement in VERSIONS[0][:done]:
        client.command(statement)
    upgrade(client)
    assert tables(client) == TABLES | {"schema_versions"}
    assert versions(client) == list(range(1, len(VERSIONS) + 1))


BEFORE_CURRENCIES = [
    """
    CREATE TABLE conversions (
        goal_id UUID CODEC(ZSTD),
        timestamp DateTime64(3, 'UTC') CODEC(DoubleDelta, ZSTD),
        event_id UInt64 CODEC(Delta, ZSTD),
        visitor UInt64 CODEC(ZSTD),
        revenue Nullable(Decimal(18, 4)) CODEC(ZSTD)
    ) ENGINE = MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (goal_id, timestamp, event_id)
    SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
    """,
    """
    CREATE TABLE goal_days (
        goal_id UUID,
        day Date,
        conversions SimpleAggregateFunction(sum, UInt64),
        revenue SimpleAggregateFunction(sum, Decimal(38, 4)),
        visitors AggregateFunction(uniqExact, UInt64),
        lasting_visitors AggregateFunction(uniqExact, UInt64)
    ) ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(day) ORDER BY (goal_id, day)
    SETTINGS index_granularity = 8, non_replicated_deduplication_window = 1000, fsync_after_insert = 1,
        fsync_part_directory = 1
    """,
    """
    CREATE MATERIALIZED VIEW conversions_to_goal_days TO goal_days AS
    SELECT goal_id, toDate(timestamp) AS day,
        count() AS conversions,
        sum(toDecimal128(ifNull(revenue, 0), 4)) AS revenue,
        uniqExactStateIf(visitor, NOT bitTest(visitor, 63) = 1) AS visitors,
        uniqExactStateIf(visitor, bitTest(visitor, 63) = 1) AS lasting_visitors
    FROM conversions GROUP BY goal_id, day
    """,
    "CREATE TABLE schema_versions (version UInt32, applied_at DateTime DEFAULT now())"
    " ENGINE = MergeTree ORDER BY version",
    "CREATE TABLE events (site_id UUID, suffix String) ENGINE = MergeTree ORDER BY site_id",
    "INSERT INTO schema_versions (version) VALUES (1)",
    "INSERT INTO schema_versions (version) VALUES (2)",
]
"""A store of version 2, as goalpost made it before conversions had a currency, as far as conversions go."""

GOAL = "'00000000-0000-7000-8000-000000000001'"
BY_CURRENCY = (
    "SELECT sum(conversions), uniqExactMerge(visitors), sumMap(map(toString(currency), revenue)) FROM goal_days"
)


def convert(client: Client, event_id: int, revenue: str, columns: str = "") -> None:
    client.command(
        f"INSERT INTO conversions SELECT toUUID({GOAL}), toDateTime64('2026-01-01 10:00:00', 3, 'UTC'), {event_id}, "
        f"{event_id}, {revenue}{columns}",
        settings={"insert_deduplicate": 0},
    )


@pytest.mark.parametrize("done", range(len(VERSIONS[2]) + 1))
def test_conversions_from_before_currencies_keep_their_numbers(connect: Callable[[], Client], done: int) -> None:
    """Also when the upgrade was cut short after any of its statements, and runs again."""
    client = connect()
    for statement in BEFORE_CURRENCIES:
        client.command(statement)
    convert(client, 1, "10.5")
    convert(client, 2, "NULL")
    for statement in VERSIONS[2][:done]:
        client.command(statement)
    upgrade(client)
    assert client.query(BY_CURRENCY).result_rows == [(2, 2, {"": Decimal("10.5")})]

    for event_id, currency in enumerate(["EUR", "USD", "EUR", ""], start=3):
        convert(client, event_id, "1", f", '{currency}'")
    expected = [(6, 6, {"": Decimal("11.5"), "EUR": Decimal(2), "USD": Decimal(1)})]
    assert client.query(BY_CURRENCY).result_rows == expected
    client.command("OPTIMIZE TABLE goal_days FINAL")
    assert client.query(BY_CURRENCY).result_rows == expected
    assert versions(client) == list(range(1, len(VERSIONS) + 1))


def test_an_upgraded_store_is_like_a_new_one(connect: Callable[[], Client]) -> None:
    query = (
        "SELECT table, name, type FROM system.columns WHERE database = currentDatabase()"
        " AND table IN ('conversions', 'goal_days', 'conversions_to_goal_days') ORDER BY table, position"
    )
    client = connect()
    for statement in BEFORE_CURRENCIES:
        client.command(statement)
    upgrade(client)
    upgraded = client.query(query).result_rows
    for table in ("conversions_to_goal_days", "conversions", "goal_days", "events", "schema_versions"):
        client.command(f"DROP TABLE {table} SYNC")
    upgrade(client)
    assert client.query(query).result_rows == upgraded


def test_a_newer_store_is_refused_and_left_alone(connect: Callable[[], Client]) -> None:
    client = connect()
    upgrade(client)
    client.command("INSERT INTO schema_versions (version) VALUES (99)")
    with pytest.raises(NewerEventStore, match=f"at version 99, this goalpost knows {len(VERSIONS)}: upgrade goalpost"):
        upgrade(client)
    assert versions(client)[-1] == 99


def test_months_are_partitions_and_a_goal_over_a_period_is_read_in_order(connect: Callable[[], Client]) -> None:
    client = connect()
    upgrade(client)
    query = "SELECT name, partition_key, sorting_key FROM system.tables WHERE database = currentDatabase()"
    keys = {name: (partition, sorting) for name, partition, sorting in client.query(query).result_rows}
    assert keys["events"] == ("toYYYYMM(timestamp)", "site_id, timestamp, id")
    assert keys["conversions"] == ("toYYYYMM(timestamp)", "goal_id, timestamp, event_id")
    assert keys["goal_days"] == ("toYYYYMM(day)", "goal_id, day, currency")
    assert keys["site_days"] == ("toYYYYMM(day)", "site_id, day")
