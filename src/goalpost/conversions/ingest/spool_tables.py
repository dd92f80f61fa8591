"""The tables of the spool's file, and how a file of an older version gets them."""

from typing import Any

from goalpost.conversions.ingest import dead_letters

_SCHEMA = f"""
CREATE TABLE IF NOT EXISTS batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT, events BLOB NOT NULL, conversions BLOB NOT NULL, size INTEGER NOT NULL,
    checksum INTEGER
);
CREATE TABLE IF NOT EXISTS sending (first INTEGER NOT NULL, last INTEGER NOT NULL, token TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recent_ids (key BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS recent_ids_by_age ON recent_ids (at);
CREATE TABLE IF NOT EXISTS set_aside (
    batch INTEGER PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, sent_before INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS backfills (
    goal TEXT PRIMARY KEY, rule TEXT NOT NULL, after_ms INTEGER NOT NULL, after_id INTEGER NOT NULL
);
{dead_letters.SCHEMA}
"""


def create_tables(db: Any) -> None:
    """Bring the file to this version's tables; what is in it stays."""
    db.executescript(_SCHEMA)
    _add_checksums(db)


def _add_checksums(db: Any) -> None:
    """Give the column to a file of an older version, whose batches stay without one."""
    if any(column[1] == "checksum" for column in db.execute("PRAGMA table_info(batches)")):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if not any(column[1] == "checksum" for column in db.execute("PRAGMA table_info(batches)")):
            db.execute("ALTER TABLE batches ADD COLUMN checksum INTEGER")
    finally:
        db.execute("COMMIT")
