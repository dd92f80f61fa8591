"""The durable hand-over: what was acknowledged lies in one SQLite file until the event store has it.

One transaction takes the events of many requests; when it returns, they are on the disk. Batches leave in the order of
their numbers. Which batches go together is written down before they are sent, so that a replay after a crash sends the
same rows under the same token, and the event store keeps them once.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from pysqlite3 import dbapi2 as sqlite

from goalpost.core.errors import Unavailable
from goalpost.db.engine import use_wal

IDEMPOTENT_SECONDS = 7 * 24 * 3600
"""Seconds for which an idempotency key is remembered; payment providers repeat a message for three days."""

_FORGOTTEN_AT_ONCE = 10_000  # in one transaction, so that events wait for milliseconds only
_BYTES_PER_ID = 64  # in the file, with its index
_PAGE_SIZE = 4096
_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, events BLOB NOT NULL, conversions BLOB NOT NULL, size INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS sending (first INTEGER NOT NULL, last INTEGER NOT NULL, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recent_ids (key BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recent_ids_by_age ON recent_ids (at);
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, row BLOB NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS backfills (
    goal TEXT PRIMARY KEY, rule TEXT NOT NULL, after_ms INTEGER NOT NULL, after_id INTEGER NOT NULL
);
"""
_encode = msgspec.msgpack.Encoder().encode
_decode_rows = msgspec.msgpack.Decoder(list[bytes]).decode


class Accepted(NamedTuple):
    """One event ready to be kept: its row, the rows of its conversions, and the sender's idempotency key, if any."""

    event: bytes
    conversions: list[bytes]
    idempotency_key: bytes | None

    @property
    def size(self) -> int:
        """The bytes of all its rows."""
        return len(self.event) + sum(map(len, self.conversions))


@dataclass(frozen=True, slots=True)
class Sending:
    """Batches on their way: the same rows under the same token, however often they are read.

    `again` says that they were on their way before, and may be stored in part.
    """

    first: int
    last: int
    token: str
    again: bool
    events: list[bytes]
    conversions: list[bytes]


class DeadLetter(NamedTuple):
    """A row that the event store refused for good."""

    id: int
    at: int
    kind: str
    row: bytes
    reason: str


class Spool:
    """The file `path`, at most `max_bytes` large. Safe for threads, and for other processes on the same file."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._lock = threading.RLock()
        self._db = sqlite.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._db.execute(f"PRAGMA page_size={_PAGE_SIZE}")
        use_wal(self._db)
        for pragma in ("synchronous=FULL", "journal_size_limit=67108864"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA max_page_count={max(16, max_bytes // _PAGE_SIZE)}")
        # Ids may take a quarter of the file: the rest is for what they protect.
        self._most_ids = max(1, max_bytes // 4 // _BYTES_PER_ID)
        # Large reads go over a connection of their own, so that they keep no request waiting.
        self._reads = sqlite.connect(path, isolation_level=None, check_same_thread=False, timeout=30)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with self._lock:
            self._reads.close()
            self._db.close()

    def keep(self, accepted: Sequence[Accepted]) -> set[int]:
        """Put events on the disk, all or none; returns the indices of those that were kept before under the same key.

        Raises Unavailable when the disk or the spool is full, and then nothing was kept.
        """
        if all(item.idempotency_key is None for item in accepted):
            # One statement is a transaction of its own, and spares two waits for the interpreter's lock.
            with self._lock, _full_disk_translated():
                self._insert(accepted)
            return set()
        with self._transaction():
            repeated = self._repeated(accepted)
            fresh = [item for index, item in enumerate(accepted) if index not in repeated] if repeated else accepted
            if fresh:
                self._insert(fresh)
        return repeated

    def next_batch(self, max_rows: int) -> Sending | None:
        """What to send next: what was on its way already, else the oldest batches up to about `max_rows` rows."""
        with self._lock:
            interrupted = self._db.execute("SELECT first, last, token FROM sending").fetchone()
            planned = interrupted or self._plan(max_rows)
            if planned is None:
                return None
        first, last, token = planned
        query = "SELECT events, conversions FROM batches WHERE id BETWEEN ? AND ? ORDER BY id"
        rows = self._reads.execute(query, (first, last)).fetchall()
        events = [row for blob, _ in rows for row in _decode_rows(blob)]
        conversions = [row for _, blob in rows for row in _decode_rows(blob)]
        return Sending(first, last, token, interrupted is not None, events, conversions)

    def sent(self, sending: Sending, dead: Sequence[tuple[str, bytes, str]]) -> None:
        """Let go of what the event store has; rows it refused for good go to the dead letters, with the reason."""
        now = int(time.time())
        with self._transaction():
            self._db.executemany(
                "INSERT INTO dead_letters (at, kind, row, reason) VALUES (?, ?, ?, ?)",
                [(now, *letter) for letter in dead],
            )
            self._db.execute("DELETE FROM batches WHERE id BETWEEN ? AND ?", (sending.first, sending.last))
            self._db.execute("DELETE FROM sending")

    def last_batch(self) -> int:
        """The number of the newest batch; 0 when none waits."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM batches"))

    def has_sent(self, batch: int) -> bool:
        """Whether every batch up to this number has left for good."""
        return int(self._value("SELECT coalesce(min(id), 0) FROM batches")) not in range(1, batch + 1)

    def waiting(self) -> int:
        """How many rows wait for the event store."""
        return int(self._value("SELECT coalesce(sum(size), 0) FROM batches"))

    def dead_letter_count(self) -> int:
        """How many rows the event store has refused for good."""
        return int(self._value("SELECT count(*) FROM dead_letters"))

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """The newest rows that the event store refused."""
        query = "SELECT id, at, kind, row, reason FROM dead_letters ORDER BY id DESC LIMIT ?"
        with self._lock:
            return [DeadLetter(*row) for row in self._db.execute(query, (limit,))]

    def forget_old_ids(self) -> None:
        """Forget the idempotency keys of more than seven days ago, and the oldest where there are too many."""
        self._forget_ids_until(int(time.time()) - IDEMPOTENT_SECONDS)
        excess = self._reads.execute("SELECT count(*) FROM recent_ids").fetchone()[0] - self._most_ids
        if excess > 0:
            query = "SELECT at FROM recent_ids ORDER BY at LIMIT 1 OFFSET ?"
            self._forget_ids_until(self._reads.execute(query, (excess - 1,)).fetchone()[0])

    def _forget_ids_until(self, at: int) -> None:
        forget = "DELETE FROM recent_ids WHERE key IN (SELECT key FROM recent_ids WHERE at <= ? LIMIT ?)"
        forgotten = _FORGOTTEN_AT_ONCE
        while forgotten == _FORGOTTEN_AT_ONCE:
            with self._transaction():
                forgotten = self._db.execute(forget, (at, _FORGOTTEN_AT_ONCE)).rowcount

    def backfill_cursor(self, goal: str, rule: str) -> tuple[int, int] | None:
        """Where an interrupted back-fill of this goal by this rule goes on: (timestamp_ms, event id)."""
        with self._lock:
            query = "SELECT after_ms, after_id FROM backfills WHERE goal = ? AND rule = ?"
            found = self._db.execute(query, (goal, rule)).fetchone()
        return (found[0], found[1]) if found else None

    def keep_backfill(self, goal: str, rule: str, conversions: list[bytes], cursor: tuple[int, int] | None) -> None:
        """Put back-filled conversions on the disk together with how far they reach; None when the back-fill is done."""
        with self._transaction():
            if conversions:
                self._insert_rows([], conversions)
            self._db.execute("DELETE FROM backfills WHERE goal = ?", (goal,))
            if cursor is not None:
                self._db.execute("INSERT INTO backfills VALUES (?, ?, ?, ?)", (goal, rule, *cursor))

    def _insert(self, accepted: Sequence[Accepted]) -> None:
        self._insert_rows([item.event for item in accepted], [row for item in accepted for row in item.conversions])

    def _insert_rows(self, events: list[bytes], conversions: list[bytes]) -> None:
        self._db.execute(
            "INSERT INTO batches (events, conversions, size) VALUES (?, ?, ?)",
            (_encode(events), _encode(conversions), len(events) + len(conversions)),
        )

    def _repeated(self, accepted: Sequence[Accepted]) -> set[int]:
        now = int(time.time())
        claim = "INSERT INTO recent_ids VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at WHERE at <= ?"
        repeated = set()
        for index, item in enumerate(accepted):
            if item.idempotency_key is not None:
                claimed = self._db.execute(claim, (item.idempotency_key, now, now - IDEMPOTENT_SECONDS)).rowcount
                if not claimed:
                    repeated.add(index)
        return repeated

    def _plan(self, max_rows: int) -> tuple[int, int, str] | None:
        rows = 0
        first = last = None
        for batch_id, size in self._db.execute("SELECT id, size FROM batches ORDER BY id"):
            if first is not None and rows + size > max_rows:
                break
            first, last, rows = first or batch_id, batch_id, rows + size
        if first is None or last is None:
            return None
        # The random part keeps tokens apart when a spool file is deleted and its numbers begin anew.
        token = f"{first}-{last}-{time.time_ns():x}"
        with self._transaction():
            self._db.execute("INSERT INTO sending VALUES (?, ?, ?)", (first, last, token))
        return first, last, token

    def _value(self, query: str) -> Any:
        with self._lock:
            return self._db.execute(query).fetchone()[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, _full_disk_translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")


@contextmanager
def _full_disk_translated() -> Iterator[None]:
    try:
        yield
    except (sqlite.OperationalError, OSError) as error:
        raise Unavailable(f"the spool takes no more events now: {error}") from error
