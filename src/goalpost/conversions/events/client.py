"""Connections to the event store, and which of its errors are worth another try."""

import queue
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from goalpost.kernel.breaker import Breaker, Unanswered
from goalpost.kernel.errors import Unavailable
from goalpost.kernel.opened_file import OpenedFile

READERS = 4
"""Connections for queries; one chDB connection is one lock, so this is how many run side by side."""

QUERY_SECONDS = 8
"""Seconds for which a query of a request may run, told to the store itself."""
_SILENCE_SECONDS = 9  # after which a store that says nothing is taken for one that hangs
_CONNECT_SECONDS = 5
_LONGEST = 1000  # characters of what the store says: it may repeat a damaged file
_TRACE = ", Stack trace"  # where the lines of code begin
_WRITE_SECONDS = 60
_TOO_SLOW = frozenset({159, 160})  # TIMEOUT_EXCEEDED, TOO_SLOW

# What ClickHouse says of data that it will never take, whenever it is sent again: unreadable rows (6, 26, 27, 33, 117),
# values that do not fit their column (43, 44, 53, 69, 70, 131, 321, 349, 376, 407, 691).
_REFUSED_FOR_GOOD = frozenset({6, 26, 27, 33, 43, 44, 53, 69, 70, 117, 131, 321, 349, 376, 407, 691})


class Refused(Exception):
    """The event store will never take these rows; the message is its reason."""


class Connections:
    """One connection that writes and a few that read, opened at first use and again after a failure.

    `url` is chdb:///path or clickhouse://user:password@host:port/database (clickhouses:// for TLS). Queries have
    deadlines, and a store that does not answer is left alone for a while (Breaker).
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._folder: OpenedFile | None = None
        self._writer: Client | None = None
        self._breaker = Breaker("the event store")
        # In turns, so that whoever only asks whether the store answers opens them all.
        self._idle: queue.Queue[Client | None] = queue.Queue()
        for _ in range(READERS):
            self._idle.put(None)

    @property
    def embedded(self) -> bool:
        """Return whether the store runs in this process, and so stops when this process does."""
        return self._url.startswith("chdb:")

    def writer(self) -> Client:
        """The writing connection; for one thread at a time. Raises Unavailable."""
        self._check_folder()
        if self._writer is None:
            with translated():
                self._writer = self._open(_WRITE_SECONDS)
        return self._writer

    @contextmanager
    def reader(self) -> Iterator[Client]:
        """A reading connection, for as long as the block lasts. Raises Unavailable when the store does not answer."""
        self._check_folder()
        try:
            client = self._idle.get(timeout=_SILENCE_SECONDS)
        except queue.Empty:
            raise Unavailable("too many ask the event store", 1) from None
        try:
            with self._breaker.guard(), _answering():
                client = client or self._open(_SILENCE_SECONDS, max_execution_time=QUERY_SECONDS)
                yield client
        finally:
            self._idle.put(client)

    def note_written(self) -> None:
        """Let readers in again: a store that takes rows answers."""
        self._breaker.note_answer()

    @property
    def refuses(self) -> bool:
        """Return whether readers are refused now, since the last ones were not answered or the folder is gone."""
        return self._breaker.is_open or (self._folder is not None and not self._folder.is_there)

    def close(self) -> bool:
        """Close every connection; returns whether all readers were at rest, or came to rest within some seconds.

        Where one was not, the embedded store is left open: it does not survive to be closed below a query.
        """
        clients, deadline = [self._writer], time.monotonic() + _CONNECT_SECONDS
        with suppress(queue.Empty):
            for _ in range(READERS):
                clients.append(self._idle.get(timeout=max(0.0, deadline - time.monotonic())))
        is_at_rest = len(clients) == READERS + 1
        for client in clients if is_at_rest or not self.embedded else []:
            if client is not None:
                client.close()
        return is_at_rest

    def _check_folder(self) -> None:
        if self._folder is not None:
            self._folder.check()

    def _open(self, seconds: int, **settings: Any) -> Client:
        if self.embedded:
            client = clickhouse_connect.get_client(dsn=self._url, settings=settings)
            self._folder = self._folder or OpenedFile(Path(self._url.removeprefix("chdb://").partition("?")[0]))
            return client
        return clickhouse_connect.get_client(
            dsn=self._url,
            settings=settings,
            autogenerate_session_id=False,
            connect_timeout=_CONNECT_SECONDS,
            send_receive_timeout=seconds,
            query_retries=0,
        )


@contextmanager
def _answering() -> Iterator[None]:
    """Turn the driver's errors of a query into Unavailable where the store was too slow, else into Unanswered."""
    try:
        with translated():
            yield
    except Unavailable as error:
        if getattr(error.__cause__, "code", None) in _TOO_SLOW:
            raise
        raise Unanswered(str(error)) from error


def _said(error: ClickHouseError) -> str:
    """Return what the store says, without the lines of its own code, of which the embedded one tells pages."""
    said = str(error).partition(_TRACE)[0].strip()[:_LONGEST]
    return "".join(character if character.isprintable() else "\ufffd" for character in said)


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into Refused (never send this again) and Unavailable (try again)."""
    try:
        yield
    except ClickHouseError as error:
        if getattr(error, "code", None) in _REFUSED_FOR_GOOD:
            raise Refused(str(error)) from error
        raise Unavailable(f"the event store does not answer: {_said(error)}") from error
    except (HTTPError, OSError) as error:
        raise Unavailable(f"the event store does not answer: {error}") from error
