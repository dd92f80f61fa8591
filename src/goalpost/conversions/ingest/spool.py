"""The durable hand-over: what was acknowledged lies in one SQLite file until the event store has it.

One transaction takes the events of many requests; when it returns, they are on the disk. Batches leave in the order of
their numbers. Which batches go together is written down before they are sent, so that a replay after a crash sends the
same rows under the same token, and the event store keeps them once.
"""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest import dead_letters
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.batches import seal
from goalpost.conversions.ingest.dead_letters import DeadLetter, DeadLetters, Refusal
from goalpost.conversions.ingest.outgoing import ROWS, TO_SEND, Sending, first_counts, is_note, plan, read, waiting_rows
from goalpost.conversions.ingest.spool_counts import SpoolCounts
from goalpost.conversions.ingest.spool_patience import full_disk_translated, in_time
from goalpost.conversions.ingest.spool_tables import create_tables
from goalpost.kernel.errors import Unavailable
from goalpost.kernel.opened_file import OpenedFile
from goalpost.storage.engine import use_wal

IDEMPOTENT_SECONDS = 7 * 24 * 3600
"""Seconds for which an idempotency key is remembered; payment providers repeat a message for three days."""

_FORGOTTEN_AT_ONCE = 10_000  # in one transaction, so that events wait for milliseconds only
_BYTES_PER_ID = 64  # in the file, with its index
_PAGE_SIZE = 4096
_RESERVE_PAGES, _RESERVE_PART = 4096, 8  # pages that have to be free for large requests, or a part of a small spool
_KNOWN_FOR = 2.0  # seconds for which a write shows that the next one will do
_PATIENCE = 8.0  # seconds for another process that has the file locked
_LETTERS = 16  # the part of the file that dead letters may take


class Spool:
    """The file `path`, at most `max_bytes` large. Safe for threads, and for other processes on the same file."""

    def __init__(self, path: Path, max_bytes: int) -> None:
        self._lock = threading.RLock()
        self._db = sqlite.connect(path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE)
        self._db.execute(f"PRAGMA page_size={_PAGE_SIZE}")
        use_wal(self._db)
        for pragma in ("synchronous=FULL", "journal_size_limit=67108864"):
            self._db.execute(f"PRAGMA {pragma}")
        create_tables(self._db)
        self._file = OpenedFile(path)
        limit = f"PRAGMA max_page_count={max(16, max_bytes // _PAGE_SIZE)}"
        self._most_pages = int(self._db.execute(limit).fetchone()[0])
        self._kept_at = -_KNOWN_FOR
        self._letters = DeadLetters(self._db, max_bytes // _LETTERS)
        # Ids may take a quarter of the file: the rest is for what they protect.
        self._most_ids = max(1, max_bytes // 4 // _BYTES_PER_ID)
        # Large reads go over a connection of their own, so that they keep no request waiting.
        self._reads = sqlite.connect(path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE)
        self.counts = SpoolCounts(*first_counts(self._reads))

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with self._lock:
            self._reads.close()
            self._db.close()

    def keep(self, accepted: Sequence[Accepted], waited: float = 0.0) -> set[int]:
        """Put events on the disk, all or none; returns the indices of those that were kept before under the same key.

        Raises Unavailable when the disk or the spool is full or others have the file, and then nothing was kept. It
        waits for others for some seconds, of which `waited` are gone.
        """
        self._file.check()
        self._kept_at = -_KNOWN_FOR  # until this one is kept
        with in_time(self._lock, self._db, _PATIENCE, waited):
            repeated = self._keep(accepted)
        self._kept_at = time.monotonic()
        return repeated

    def _keep(self, accepted: Sequence[Accepted]) -> set[int]:
        if all(item.idempotency_key is None for item in accepted):
            # One statement is a transaction of its own, and spares two waits for the interpreter's lock.
            with self._lock, full_disk_translated():
                self._insert(accepted)
            return set()
        with self._transaction():
            repeated = self._repeated(accepted)
            fresh = [item for index, item in enumerate(accepted) if index not in repeated] if repeated else accepted
            if fresh:
                self._insert(fresh)
        return repeated

    def next_batch(self, max_rows: int) -> Sending | None:
        """Return what to send next: what was on its way already, else the oldest batches up to about `max_rows` rows.

        Batches that cannot be read are set aside: they stay in the file and are not sent.
        """
        with self._lock:
            interrupted = self._db.execute("SELECT first, last, token FROM sending").fetchone()
            if interrupted and not is_note(*interrupted):
                self._db.execute("DELETE FROM sending")
                interrupted = None
        planned = interrupted or self._plan(max_rows)
        if planned is None:
            return None
        first, last, token = planned
        sending = Sending(first, last, token, interrupted is not None)
        read(self._reads, sending)
        self._set_aside(sending.unreadable, sent_before=sending.again)
        return sending

    def sent(self, sending: Sending, dead: Sequence[Refusal]) -> int:
        """Let go of what the event store has; rows it refused for good go to the dead letters, with the reason.

        Return how many dead letters were dropped because there was no room for them.
        """
        try:
            return self._let_go(sending, dead)
        except Unavailable:
            if not dead:
                raise
        # The file is full: what the store has leaves it all the same, or it would stay full for ever.
        return self._let_go(sending, [], lost=len(dead))

    def _let_go(self, sending: Sending, dead: Sequence[Refusal], *, lost: int = 0) -> int:
        delete = f"DELETE FROM batches WHERE id BETWEEN ? AND ? AND {TO_SEND}"
        with self._lock:
            with self._transaction():
                self._db.execute(delete, (sending.first, sending.last))
                self._db.execute("DELETE FROM sending")
                self._db.execute("INSERT OR REPLACE INTO counters VALUES ('drained_at', ?)", (int(time.time()),))
                # After the batches, so that their pages are free for the letters.
                dropped = self._letters.add(dead) if dead else self._letters.trim(lost) if lost else 0
            self.counts.left(sending.sizes, sending.last)
            self.counts.dead_letters += len(dead) + lost - dropped
            self.counts.dropped_letters += dropped
        return dropped

    def takes_events(self) -> bool:
        """Return whether the file takes another event now, as the last one showed, or else a small write does."""
        if not self._file.is_there:
            return False
        if time.monotonic() - self._kept_at < _KNOWN_FOR:
            return True
        if not self._lock.acquire(timeout=1.0):
            return False
        try:
            self._db.execute("PRAGMA busy_timeout=500")
            with self._transaction():
                self._db.execute("INSERT OR REPLACE INTO counters VALUES ('probed', 0)")
                pages, free = (
                    self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count")
                )
        except (Unavailable, sqlite.Error):
            return False
        finally:
            self._db.execute(f"PRAGMA busy_timeout={int(_PATIENCE * 1000)}")
            self._lock.release()
        has_room = bool(self._most_pages - pages + free >= min(_RESERVE_PAGES, self._most_pages // _RESERVE_PART))
        if has_room:
            self._kept_at = time.monotonic()
        return has_room

    def last_batch(self) -> int:
        """The number of the newest batch; 0 when none waits."""
        return int(self._value("SELECT coalesce(max(id), 0) FROM batches"))

    def has_sent(self, batch: int) -> bool:
        """Return whether every batch up to this number has left for good, or is set aside."""
        oldest = f"SELECT coalesce(min(id), 0) FROM batches WHERE {TO_SEND}"
        return int(self._value(oldest)) not in range(1, batch + 1)

    def waiting(self) -> int:
        """Count in the file how many rows wait for the event store, whoever put them there."""
        return waiting_rows(self._reads)

    def count_what_others_kept(self) -> None:
        """Bring `counts` up to what other processes have put into the file; nobody who keeps events waits for it."""
        with self._lock:
            before = self.counts.counted
        since = min([before.known, *(first - 1 for first, _ in before.gaps)])
        more = self._reads.execute(f"SELECT id, {ROWS} FROM batches WHERE {TO_SEND} AND id > ?", (since,)).fetchall()
        aside = self._reads.execute("SELECT count(*) FROM set_aside").fetchone()[0]
        with self._lock:
            self.counts.set_aside = aside
            self.counts.catch_up(more, before)

    def count_dead_letters(self) -> None:
        """Count the dead letters anew, and drop the oldest where they are more than there is room for."""
        letters = DeadLetters(self._reads, 0)
        count, dropped = letters.count(), letters.dropped()
        with self._lock:
            self.counts.dead_letters, self.counts.dropped_letters = count, dropped
            if count:
                with self._transaction():
                    gone = self._letters.trim()
                self.counts.dead_letters -= gone
                self.counts.dropped_letters += gone

    def dead_letter_count(self) -> int:
        """Count the rows that the event store has refused for good."""
        return DeadLetters(self._reads, 0).count()

    def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """The newest rows that the event store refused."""
        return DeadLetters(self._reads, 0).newest(limit)

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
        """Return where an interrupted back-fill of this goal by this rule goes on: (timestamp_ms, event id)."""
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
        insert = "INSERT INTO batches (events, conversions, checksum, size) VALUES (?, ?, ?, ?)"
        batch = self._db.execute(insert, seal(events, conversions)).lastrowid
        self.counts.kept(batch, len(events) + len(conversions))

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
        damaged: dict[int, str] = {}
        planned = plan(self._reads, max_rows, damaged)
        self._set_aside(damaged, sent_before=False)
        if planned is None:
            return None
        first, last = planned
        # The random part keeps tokens apart when a spool file is deleted and its numbers begin anew.
        token = f"{first}-{last}-{time.time_ns():x}"
        with self._transaction():
            self._db.execute("INSERT INTO sending VALUES (?, ?, ?)", (first, last, token))
        return first, last, token

    def _set_aside(self, reasons: dict[int, str], *, sent_before: bool) -> None:
        if not reasons:
            return
        now = int(time.time())
        rows = [(batch, now, reason[: dead_letters.REASON], sent_before) for batch, reason in reasons.items()]
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO set_aside VALUES (?, ?, ?, ?)", rows)
        self.counts.set_aside += len(reasons)

    def _value(self, query: str) -> Any:
        with self._lock:
            return self._db.execute(query).fetchone()[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock, full_disk_translated():
            before = self.counts.counted
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                self.counts.recount(before)
                raise
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
