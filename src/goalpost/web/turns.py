"""Turns: a request's whole work with the relational store, done at once on a thread that is kept for such work.

There are as many threads as requests may hold a transaction at a time: fewer than the engine's pool has connections,
so that none waits for one. SQLite takes one writer at a time: there writers queue for one thread and poll no lock.
Workspaces take turns, so that one with much to do waits for itself alone.
"""

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager, suppress
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from goalpost.kernel.errors import Unavailable
from goalpost.web.fair_pool import FairPool

READERS = 4
FOLLOWERS = 2
SECONDS = 10.0
"""Seconds that a request waits for its turn and its work together."""
T = TypeVar("T")


class Transactions(Protocol):
    """The source of transactions; so many can write at a time."""

    writers: int

    def begin(self, *, reads: bool) -> AbstractContextManager[Connection]:
        """A transaction; raises Unavailable when the store does not answer, or not in time."""


class Turns:
    """The threads, and the transactions on them."""

    def __init__(self, transactions: Transactions) -> None:
        self.transaction = transactions.begin
        self._writers = FairPool("goalpost-writer", transactions.writers, max(1, transactions.writers // 2))
        self._following = FairPool("goalpost-catalog", FOLLOWERS, 1)
        self._readers = FairPool("goalpost-reader", READERS, READERS // 2)

    def close(self) -> None:
        """Finish what was begun."""
        self._readers.close()
        self._writers.close()
        self._following.close()

    async def take(self, work: Callable[[], T], *, reads: bool, lane: Hashable) -> T:
        """Do the work on a thread, when the lane's turn comes; raises Unavailable when that takes too long."""
        return await (self._readers if reads else self._writers).take(work, lane=lane, seconds=SECONDS)

    async def follow(self, work: Callable[[], object], *, lane: Hashable) -> None:
        """Do what follows a change of sites or goals, beside the turns: it may take long. Nobody learns of failures."""
        with suppress(Unavailable, OperationalError):
            await self._following.take(work, lane=lane, seconds=SECONDS)

    def later(self, work: Callable[[Connection], object], *, lane: Hashable) -> None:
        """Do the work in a transaction of its own when there is time; nobody learns whether it failed."""

        def do() -> None:
            with self.transaction(reads=False) as db:
                work(db)

        with suppress(Unavailable):
            self._writers.submit(do, lane=lane, seconds=SECONDS)
