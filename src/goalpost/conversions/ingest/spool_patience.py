"""Waits for others that use the spool's file, and says in one word that it takes nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pysqlite3 import dbapi2 as sqlite

from goalpost.kernel.errors import Unavailable

_SOON = 0.1  # seconds of waiting that change nothing


@contextmanager
def in_time(lock: "threading.RLock", database: sqlite.Connection, patience: float, waited: float) -> Iterator[None]:
    """Hold the lock of a connection, whose next writes wait for the file until `patience` seconds are over together.

    `waited` is what is gone of them. Without it whoever waits behind others would wait as long as they, and once more.
    Raises Unavailable where another thread has the lock for so long.
    """
    began = time.monotonic() - waited
    if not lock.acquire(timeout=max(_SOON, patience - waited)):
        raise Unavailable("the spool is busy")
    try:
        gone = time.monotonic() - began
        if gone < _SOON:
            yield
            return
        database.execute(f"PRAGMA busy_timeout={int(max(_SOON, patience - gone) * 1000)}")
        try:
            yield
        finally:
            database.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
    finally:
        lock.release()


@contextmanager
def full_disk_translated() -> Iterator[None]:
    """Raise Unavailable where SQLite or the system refuses to write."""
    try:
        yield
    except (sqlite.OperationalError, OSError) as error:
        raise Unavailable(f"the spool takes no more events now: {error}") from error
