"""The spool as a person looks after it: what is in the file, whether it can be read, and what to do with the rest."""

import base64
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest.batches import StoredBatch, Unreadable, checksum_of, seal, unseal
from goalpost.conversions.ingest.dead_letters import DeadLetters
from goalpost.conversions.ingest.outgoing import TO_SEND
from goalpost.kernel.errors import GoalpostError, NotFound

_FAULTS = 20  # that are told of a damaged file
_ASIDE = "SELECT batch, at, reason, sent_before FROM set_aside ORDER BY batch"
_COLUMNS = "SELECT id, events, conversions, checksum FROM batches WHERE id = ?"
_NEWEST = "SELECT max(coalesce((SELECT max(id) FROM batches), 0), coalesce((SELECT seq FROM sqlite_sequence), 0))"


class SpoolDamaged(GoalpostError):
    """A part of the spool's file cannot be read."""


class OlderSpool(GoalpostError):
    """The spool's file is not up to date yet."""


@dataclass(slots=True)
class SpoolReport:
    """Contents of a spool. `faults` are SQLite's about the file, `unreadable` batches that the drain has not met yet.

    `drained_at` is when something left for the event store last, in Unix seconds; None when nothing has.
    """

    batches: int = 0
    rows: int = 0
    faults: list[str] = field(default_factory=list)
    unreadable: dict[int, str] = field(default_factory=dict)
    set_aside: int = 0
    dead_letters: int = 0
    dropped_dead_letters: int = 0
    drained_at: int | None = None

    @property
    def needs_a_person(self) -> bool:
        """Return whether something is there that will not leave by itself, or is lost."""
        return bool(self.faults or self.unreadable or self.set_aside or self.dead_letters)


class SpoolRepairs:
    """The file `path`, whether or not a server is running on it. Raises NotFound where there is none."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise NotFound(f"there is no spool at {path}")
        self._path = path

    def check(self, *, thorough: bool = True) -> SpoolReport:
        """Read everything; with `thorough` SQLite's indexes, too. Changes nothing."""
        report = SpoolReport()
        try:
            with self._open() as db:
                pragma = "integrity_check" if thorough else "quick_check"
                report.faults = [fault for (fault,) in db.execute(f"PRAGMA {pragma}({_FAULTS})") if fault != "ok"]
                letters = DeadLetters(db, 0)
                report.dead_letters, report.dropped_dead_letters = letters.count(), letters.dropped()
                drained = db.execute("SELECT value FROM counters WHERE name = 'drained_at'").fetchone()
                report.drained_at = drained[0] if drained else None
                report.set_aside = db.execute("SELECT count(*) FROM set_aside").fetchone()[0]
                self._read_batches(db, report)
        except sqlite.DatabaseError as error:
            report.faults.append(str(error))
        return report

    def each_kept_back(self) -> Iterator[dict[str, Any]]:
        """Yield the batches that are set aside, and then the dead letters, the newest first.

        The bytes are in base 64; of a batch whose place in the file is damaged they are None.
        """
        with self._open() as db:
            for batch, at, reason, sent_before in db.execute(_ASIDE).fetchall():
                yield {
                    "kind": "batch",
                    "id": batch,
                    "at": at,
                    "reason": reason,
                    "may_be_stored": bool(sent_before),
                    **_contents(db, batch),
                }
            for letter in DeadLetters(db, 0).newest(-1):
                row = base64.b64encode(letter.row).decode()
                yield {**letter._asdict(), "kind": "row", "table": letter.kind, "row": row}

    def retry(self) -> tuple[int, int]:
        """Put everything that is kept back into the queue again; return how many batches and how many rows.

        A batch gets a new number: under its old one it may be among those that are on their way. Raises SpoolDamaged.
        """
        with self._writing() as db:
            batches = [row[0] for row in db.execute(_ASIDE).fetchall()]
            for batch in batches:
                newest = db.execute(_NEWEST).fetchone()[0] + 1
                db.execute("UPDATE batches SET id = ? WHERE id = ?", (newest, batch))
                db.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'batches'", (newest,))
            db.execute("DELETE FROM set_aside")
            letters = DeadLetters(db, 0).newest(-1)[::-1]
            db.execute("DELETE FROM dead_letters")
            if letters:
                rows = {kind: [letter.row for letter in letters if letter.kind == kind] for kind in _TABLES}
                insert = "INSERT INTO batches (events, conversions, checksum, size) VALUES (?, ?, ?, ?)"
                db.execute(insert, seal(rows["events"], rows["conversions"]))
        return len(batches), len(letters)

    def delete(self) -> tuple[int, int]:
        """Delete everything that is kept back, for good; return how many batches and how many rows."""
        with self._writing() as db:
            batches = db.execute("DELETE FROM batches WHERE id IN (SELECT batch FROM set_aside)").rowcount
            db.execute("DELETE FROM set_aside")
            letters = db.execute("DELETE FROM dead_letters").rowcount
        return batches, letters

    def _read_batches(self, db: Any, report: SpoolReport) -> None:
        for (batch,) in db.execute(f"SELECT id FROM batches WHERE {TO_SEND} ORDER BY id").fetchall():
            try:
                found = db.execute(_COLUMNS, (batch,)).fetchone()
                if found is None:  # sent meanwhile
                    continue
                report.batches += 1
                report.rows += sum(map(len, unseal(StoredBatch(*found))))
            except (Unreadable, sqlite.DatabaseError) as error:
                report.unreadable[batch] = str(error)

    @contextmanager
    def _open(self) -> Iterator[Any]:
        with closing(sqlite.connect(f"file:{_quoted(self._path)}?mode=rw", uri=True, timeout=30)) as db:
            db.isolation_level = None
            if not db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'set_aside'").fetchone()[0]:
                raise OlderSpool(f"{self._path} is of an older version: the next start brings it up to date")
            yield db

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except sqlite.OperationalError:
                raise
            except sqlite.DatabaseError as error:
                raise SpoolDamaged(
                    f"{self._path} is damaged ({error}): stop the server, keep a copy of the file, and bring what"
                    " can be read into a new one with `sqlite3 spool.sqlite .recover`"
                ) from error


_TABLES = ("events", "conversions")


def _contents(db: Any, batch: int) -> dict[str, Any]:
    try:
        _, events, conversions, checksum = db.execute(_COLUMNS, (batch,)).fetchone()
        columns = [column if isinstance(column, bytes) else str(column).encode() for column in (events, conversions)]
    except (sqlite.DatabaseError, TypeError):
        return {"events": None, "conversions": None, "checksum": None, "found_checksum": None}
    packed = [base64.b64encode(column).decode() for column in columns]
    return {
        "events": packed[0],
        "conversions": packed[1],
        "checksum": checksum,
        "found_checksum": checksum_of(*columns),
    }


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
