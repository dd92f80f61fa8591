"""Connections to the event store, and which of its errors are worth another try."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from goalpost.core.errors import Unavailable

READERS = 4
"""Connections for queries; one chDB connection is one lock, so this is how many run side by side."""

# What ClickHouse says of data that it will never take, whenever it is sent again: unreadable rows (6, 26, 27, 33, 117),
# values that do not fit their column (43, 44, 53, 69, 70, 131, 321, 349, 376, 407, 691).
_REFUSED_FOR_GOOD = frozenset({6, 26, 27, 33, 43, 44, 53, 69, 70, 117, 131, 321, 349, 376, 407, 691})


class Refused(Exception):
    """The event store will never take these rows; the message is its reason."""


class Connections:
    """One connection that writes and a few that read, opened at first use and again after a failure.

    `url` is chdb:///path or clickhouse://user:password@host:port/database (clickhouses:// for TLS).
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._writer: Client | None = None
        self._idle: queue.LifoQueue[Client | None] = queue.LifoQueue()
        for _ in range(READERS):
            self._idle.put(None)

    @property
    def embedded(self) -> bool:
        """Whether the store runs in this process, and so stops when this process does."""
        return self._url.startswith("chdb:")

    def writer(self) -> Client:
        """The writing connection; for one thread at a time. Raises Unavailable."""
        if self._writer is None:
            self._writer = self._open()
        return self._writer

    @contextmanager
    def reader(self) -> Iterator[Client]:
        """A reading connection, for as long as the block lasts. Raises Unavailable when the store does not answer."""
        client = self._idle.get()
        try:
            client = client or self._open()
            with translated():
                yield client
        finally:
            self._idle.put(client)

    def close(self) -> None:
        """Close every connection; the readers must be at rest."""
        clients = [self._writer, *(self._idle.get() for _ in range(READERS))]
        for client in clients:
            if client is not None:
                client.close()

    def _open(self) -> Client:
        settings: dict[str, Any] = {"autogenerate_session_id": False} if not self.embedded else {}
        with translated():
            return clickhouse_connect.get_client(dsn=self._url, **settings)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into Refused (never send this again) and Unavailable (try again)."""
    try:
        yield
    except ClickHouseError as error:
        if getattr(error, "code", None) in _REFUSED_FOR_GOOD:
            raise Refused(str(error)) from error
        raise Unavailable(f"the event store does not answer: {error}") from error
    except (HTTPError, OSError) as error:
        raise Unavailable(f"the event store does not answer: {error}") from error
