"""Deadlines of the relational store: a connection that is held for longer is interrupted, whatever it waits for.

PostgreSQL's own timeouts and SQLite's busy timeout come first and say more. This is for what they do not reach: a
statement of SQLite that computes, a server that is there and silent.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

LOCK_SECONDS = 4.0
"""Seconds that a server waits for a lock, in either store."""

_LOOK_EVERY = 0.1  # seconds
_of_thread = threading.local()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Limit how long connections that are checked out in the block, by this thread, may be held."""
    before = getattr(_of_thread, "ends_at", None)
    ends_at = time.monotonic() + seconds
    _of_thread.ends_at = ends_at if before is None else min(before, ends_at)
    try:
        yield
    finally:
        _of_thread.ends_at = before


class Watch:
    """Interrupts connections of an engine that are held for longer than `within` allows."""

    def __init__(self, engine: Engine) -> None:
        self._interrupt: Callable[[Any], None] = _cut_off if engine.dialect.name == "postgresql" else _interrupt
        self._held: dict[int, tuple[float, Any]] = {}
        self._changed = threading.Condition()
        event.listen(engine, "checkout", self._note, insert=True)  # before anything is asked of the connection
        event.listen(engine, "checkin", self._let_go)
        event.listen(engine, "invalidate", self._let_go)
        threading.Thread(target=self._run, name="deadlines", daemon=True).start()

    def _note(self, connection: Any, _record: Any, _proxy: Any) -> None:
        ends_at = getattr(_of_thread, "ends_at", None)
        if ends_at is None:
            return
        with self._changed:
            self._held[id(connection)] = (ends_at, connection)
            if len(self._held) == 1:
                self._changed.notify()

    def _let_go(self, connection: Any, *_: Any) -> None:
        with self._changed:
            self._held.pop(id(connection), None)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._held:
                    self._changed.wait()
                now = time.monotonic()
                for ends_at, connection in list(self._held.values()):
                    if ends_at <= now:
                        # Under the lock, so that nobody else has been given the connection meanwhile. Again and again,
                        # because what is interrupted may begin something new before it gives the connection back.
                        with contextlib.suppress(Exception):
                            self._interrupt(connection)
            time.sleep(_LOOK_EVERY)


def _interrupt(connection: Any) -> None:
    connection.interrupt()


def _cut_off(connection: Any) -> None:
    """Close PostgreSQL's side of the socket: the driver then reads its end, which no silent server can prevent."""
    with socket.socket(fileno=os.dup(connection.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)
