"""The one event store that a process can have; tests/conftest.py takes the fixture over."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.reader import EventReader
from goalpost.conversions.events.writer import EventWriter


@dataclass
class EventStoreUnderTest:
    """ClickHouse in this process, as the server opens it; each test counts under site and goal ids of its own."""

    url: str
    connections: Connections = field(init=False)
    totals: DayTotals = field(init=False)
    writer: EventWriter = field(init=False)
    reader: EventReader = field(init=False)

    def __post_init__(self) -> None:
        self.open()

    def open(self) -> None:
        self.connections = Connections(self.url)
        self.totals = DayTotals()
        self.writer = EventWriter(self.connections, self.totals)
        self.reader = EventReader(self.connections, self.totals)
        self.writer.prepare()

    def reopen(self) -> None:
        """Close it and open it again, as a restart of the server does."""
        self.connections.close()
        self.open()

    def fresh_reader(self) -> EventReader:
        """A reader that remembers nothing."""
        return EventReader(self.connections, DayTotals())

    def rows(self, query: str, **parameters: object) -> list[tuple]:
        with self.connections.reader() as client:
            return list(client.query(query, parameters=parameters).result_rows)


@pytest.fixture(scope="session")
def event_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EventStoreUnderTest]:
    """The process's event store: one process can have one chDB only, so all tests of a worker share this one."""
    store = EventStoreUnderTest(f"chdb://{tmp_path_factory.mktemp('events')}")
    try:
        yield store
    finally:
        store.connections.close()
