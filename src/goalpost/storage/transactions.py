"""Transactions of a server: each has a deadline, and a store that does not answer is left alone for a while."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from goalpost.kernel.breaker import Breaker, Unanswered
from goalpost.kernel.errors import Unavailable
from goalpost.kernel.opened_file import OpenedFile
from goalpost.storage import deadlines
from goalpost.storage.engine import gave_no_answer

SECONDS = 9.0
"""Seconds that a transaction may take."""
_WRITTEN_WITHIN = 5.0  # seconds for which a write shows that the store takes another


class Transactions:
    """Transactions on an engine, which read or write. `writers` is how many can write at a time.

    `file` is SQLite's; without it nothing is done.
    """

    def __init__(self, engine: Engine, file: OpenedFile | None = None) -> None:
        self._file = file
        self._engines = {True: engine.execution_options(read_only=True), False: engine}
        self._breakers = {reads: Breaker("the relational store") for reads in (True, False)}
        self._wrote_at = -math.inf
        self.writers = 1 if engine.dialect.name == "sqlite" else 4

    @contextmanager
    def begin(self, *, reads: bool) -> Iterator[Connection]:
        """A transaction; raises Unavailable when the store does not answer, or not in time."""
        if self._file is not None:
            self._file.check()
        with self._breakers[reads].guard(), deadlines.within(SECONDS):
            try:
                with self._engines[reads].begin() as db:
                    yield db
                if not reads:
                    self._wrote_at = time.monotonic()
            except PoolTimeoutError as error:
                raise Unanswered("the relational store does not answer") from error
            except OperationalError as error:
                if gave_no_answer(error):
                    raise Unanswered("the relational store does not answer") from error
                raise Unavailable("the request took too long") from error

    @property
    def refuses(self) -> bool:
        """Return whether transactions are refused now, since the last ones were not answered or the file is gone."""
        is_gone = self._file is not None and not self._file.is_there
        return is_gone or any(breaker.is_open for breaker in self._breakers.values())

    def ping(self) -> None:
        """See whether the store answers and takes changes; raises Unavailable. Nothing is changed.

        SQLite answers readers as long as somebody keeps its write lock, and so does a copy of PostgreSQL all the time.
        """
        with self.begin(reads=True) as db:
            db.execute(text("SELECT 1"))
        if time.monotonic() - self._wrote_at < _WRITTEN_WITHIN:
            return
        with self.begin(reads=False) as db:
            if db.dialect.name == "postgresql" and db.scalar(text("SHOW transaction_read_only")) == "on":
                raise Unavailable("the relational store takes no changes")
