"""Batches that are to leave the spool next. One that cannot be read must not hold up the others.

A batch that is set aside stays where it is, so that this needs no room; only its number is written down.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest.batches import StoredBatch, Unreadable, unseal

TO_SEND = "id NOT IN (SELECT batch FROM set_aside)"
"""The condition on a batch that is not set aside."""

ROWS = "min(max(0, coalesce(CAST(size AS INTEGER), 0)), 100000000)"
"""Rows of a batch as a number; in a damaged one the column may hold anything."""

MAX_BYTES = 16 << 20
"""About how many bytes of rows leave at once: on their way they are in memory several times over."""

# The length of a column is in the row's head: its bytes are not read.
_BYTES = "coalesce(length(events), 0) + coalesce(length(conversions), 0)"

_NUMBERS = f"SELECT id FROM batches WHERE {TO_SEND} ORDER BY id"
_SIZES = f"SELECT id, {ROWS}, {_BYTES} FROM batches WHERE {TO_SEND} ORDER BY id"
_BATCHES = f"SELECT id, events, conversions, checksum, {ROWS} FROM batches WHERE {TO_SEND} AND id BETWEEN ? AND ?"
_Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Sending:
    """Batches on their way: the same rows under the same token, however often they are read.

    `again` says that they were on their way before, and may be stored in part. `sizes` are the batches, each with its
    number of rows; `unreadable` are those among them that could not be read, each with the reason.
    """

    first: int
    last: int
    token: str
    again: bool
    events: list[bytes] = field(default_factory=list)
    conversions: list[bytes] = field(default_factory=list)
    sizes: list[tuple[int, int]] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)

    def is_large(self, max_rows: int) -> bool:
        """Return whether it has half of what it may have, so that more waits maybe."""
        bytes_ = sum(map(len, self.events)) + sum(map(len, self.conversions))
        return len(self.events) + len(self.conversions) >= max_rows // 2 or bytes_ >= MAX_BYTES // 2


def waiting_rows(db: Any) -> int:
    """Count in the file the rows that are to be sent."""
    return int(db.execute(f"SELECT coalesce(sum({ROWS}), 0) FROM batches WHERE {TO_SEND}").fetchone()[0])


def first_counts(db: Any) -> tuple[int, int]:
    """Count the rows to be sent, and find the number of the newest batch that ever was."""
    try:
        waiting = waiting_rows(db)
    except sqlite.DatabaseError as error:
        _raise_unless_damaged(error)
        waiting = 0  # the damaged place is found and set aside when its turn comes
    newest = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'batches'").fetchone()
    return waiting, int(newest[0]) if newest else 0


def is_note(first: Any, last: Any, token: Any) -> bool:
    """Return whether a note of which batches are on their way can be read."""
    return isinstance(first, int) and isinstance(last, int) and isinstance(token, str)


def plan(db: Any, max_rows: int, damaged: dict[int, str]) -> tuple[int, int] | None:
    """Return the first and the last of the oldest batches, up to about `max_rows` rows and `MAX_BYTES`, or None.

    Batches whose place in the file is damaged are left out, and noted in `damaged` with the reason.
    """
    try:
        return _oldest(db.execute(_SIZES), max_rows)
    except sqlite.DatabaseError as error:
        _raise_unless_damaged(error)
    query = f"SELECT id, {ROWS}, {_BYTES} FROM batches WHERE id = ?"
    numbers = [batch for (batch,) in db.execute(_NUMBERS)]
    return _oldest(_one_by_one(db, query, numbers, damaged), max_rows)


def read(db: Any, sending: Sending) -> None:
    """Fill in the rows of batches on their way, and which of them cannot be read."""
    for *columns, rows in _stored(db, sending.first, sending.last, sending.unreadable):
        batch = StoredBatch(*columns)
        try:
            events, conversions = unseal(batch)
        except Unreadable as error:
            sending.unreadable[batch.id] = str(error)
        else:
            sending.events.extend(events)
            sending.conversions.extend(conversions)
        sending.sizes.append((batch.id, rows))


def _oldest(sizes: Iterable[_Row], max_rows: int) -> tuple[int, int] | None:
    rows = taken = 0
    first = last = None
    for batch, count, size in sizes:
        rows, taken = rows + count, taken + size
        if first is not None and (rows > max_rows or taken > MAX_BYTES):
            break
        first, last = first or batch, batch
    return None if first is None or last is None else (first, last)


def _stored(db: Any, first: int, last: int, damaged: dict[int, str]) -> list[_Row]:
    try:
        return list(db.execute(f"{_BATCHES} ORDER BY id", (first, last)))
    except sqlite.DatabaseError as error:
        _raise_unless_damaged(error)
    numbers = [batch for (batch,) in db.execute(_NUMBERS) if first <= batch <= last]
    return list(_one_by_one(db, _BATCHES.replace("BETWEEN ? AND ?", "= ?"), numbers, damaged))


def _one_by_one(db: Any, query: str, numbers: Iterable[int], damaged: dict[int, str]) -> Iterator[_Row]:
    for batch in numbers:
        try:
            yield from db.execute(query, (batch,)).fetchall()
        except sqlite.DatabaseError as error:
            _raise_unless_damaged(error)
            damaged[batch] = f"its place in the file is damaged: {error}"


def _raise_unless_damaged(error: sqlite.DatabaseError) -> None:
    """Raise what is a fault of the moment, such as a lock or a disk that does not answer."""
    if isinstance(error, sqlite.OperationalError):
        raise error
