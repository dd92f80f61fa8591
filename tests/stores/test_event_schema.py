"""The event store's tables: made once, upgraded again after a crash, and never by an older goalpost."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import clickhouse_connect
import pytest
from clickhouse_connect.driver import Client

from goalpost.events.schema import VERSIONS, NewerEventStore, upgrade
from tests.stores.conftest import EventStoreUnderTest


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
    assert keys["goal_days"] == ("toYYYYMM(day)", "goal_id, day")
    assert keys["site_days"] == ("toYYYYMM(day)", "site_id, day")
