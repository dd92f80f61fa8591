"""Turns: a request's whole work with the relational store, done at once on a thread that is kept for such work.

There are as many threads as requests may hold a transaction at a time: fewer than the engine's pool has connections,
so that none waits for one. SQLite takes one writer at a time: there writers queue for one thread and poll no lock.
"""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from goalpost.core.errors import Unavailable

READERS = 4
WRITERS = 4
T = TypeVar("T")


class Turns:
    """The threads, and the transactions on them."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = engine.execution_options(read_only=True)
        writers = 1 if engine.dialect.name == "sqlite" else WRITERS
        self._writers = ThreadPoolExecutor(writers, "goalpost-writer")
        self._readers = ThreadPoolExecutor(READERS, "goalpost-reader")

    def close(self) -> None:
        """Finish what was begun."""
        self._readers.shutdown()
        self._writers.shutdown()

    async def take(self, work: Callable[[], T], *, reads: bool) -> T:
        """Do the work on a thread, when its turn comes."""
        return await asyncio.get_running_loop().run_in_executor(self._readers if reads else self._writers, work)

    def later(self, work: Callable[[Connection], object]) -> None:
        """Do the work in a transaction of its own when there is time; nobody learns whether it failed."""

        def do() -> None:
            with self.transaction(reads=False) as db:
                work(db)

        self._writers.submit(do)

    @contextmanager
    def transaction(self, *, reads: bool) -> Iterator[Connection]:
        """A transaction; raises Unavailable when the store does not answer."""
        try:
            with (self._reading if reads else self._writing).begin() as db:
                yield db
        except (OperationalError, PoolTimeoutError) as error:
            raise Unavailable("the relational store does not answer") from error
