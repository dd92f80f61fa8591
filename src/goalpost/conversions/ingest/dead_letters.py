"""Rows that the event store refused for good, with its reason: the newest of them, in the spool's file."""

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS dead_letters (
    id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, row BLOB NOT NULL, reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
"""
REASON = 500
"""Characters that are kept of a reason: the store repeats the row in it."""

_OVERHEAD = 100  # bytes in the file for each letter besides its row and reason, at most
_DROPPED = "dropped_dead_letters"
_COUNT = "INSERT INTO counters VALUES (?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value"
# From the newest back: the first letter at which they are more than there is room for, and all before it.
_TRIM = f"""
DELETE FROM dead_letters WHERE id <= (SELECT max(id) FROM (
    SELECT id, sum(length(row) + length(CAST(reason AS BLOB)) + {_OVERHEAD}) OVER (ORDER BY id DESC) AS total
    FROM dead_letters
) WHERE total > ?)
"""

Refusal = tuple[str, bytes, str]
"""A row that is refused: its table, itself, and the store's reason."""


class DeadLetter(NamedTuple):
    """A row that the event store refused for good."""

    id: int
    at: int
    kind: str
    row: bytes
    reason: str


class DeadLetters:
    """The letters over one connection, at most `max_bytes` of them; the caller has the lock and the transaction.

    They share the file with what waits for the event store, and must leave it room: the oldest are dropped, with a
    count that stays.
    """

    def __init__(self, db: Any, max_bytes: int) -> None:
        self._db = db
        self._max_bytes = max_bytes

    def add(self, refusals: Sequence[Refusal]) -> int:
        """Keep refused rows; return how many letters were dropped to make room, old ones or of these."""
        now = int(time.time())
        kept = list(self._newest(refusals))
        self._db.executemany(
            "INSERT INTO dead_letters (at, kind, row, reason) VALUES (?, ?, ?, ?)",
            [(now, kind, row, reason) for kind, row, reason in reversed(kept)],
        )
        return self.trim(len(refusals) - len(kept))

    def trim(self, dropped: int = 0) -> int:
        """Drop the oldest where there are too many; return how many went, with those that never came in."""
        dropped += self._db.execute(_TRIM, (self._max_bytes,)).rowcount
        if dropped:
            self._db.execute(_COUNT, (_DROPPED, dropped))
        return dropped

    def count(self) -> int:
        """Return how many letters there are."""
        return int(self._db.execute("SELECT count(*) FROM dead_letters").fetchone()[0])

    def dropped(self) -> int:
        """Return how many letters have been dropped for want of room since the file was created."""
        found = self._db.execute("SELECT value FROM counters WHERE name = ?", (_DROPPED,)).fetchone()
        return int(found[0]) if found else 0

    def newest(self, limit: int) -> list[DeadLetter]:
        """Return the newest letters, the last one first."""
        query = "SELECT id, at, kind, row, reason FROM dead_letters ORDER BY id DESC LIMIT ?"
        return [DeadLetter(*row) for row in self._db.execute(query, (limit,))]

    def _newest(self, refusals: Sequence[Refusal]) -> Iterator[Refusal]:
        """Yield the last refusals for which there is room, the last one first."""
        taken = 0
        for kind, row, reason in reversed(refusals):
            short = reason[:REASON].encode(errors="replace").decode()
            taken += len(row) + len(short.encode()) + _OVERHEAD
            if taken > self._max_bytes:
                return
            yield kind, row, short
