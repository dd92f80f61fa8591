"""One engine for either relational store: SQLite in the data directory, or PostgreSQL by URL."""

import time
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

from goalpost.kernel.errors import GoalpostError
from goalpost.storage.deadlines import LOCK_SECONDS, Watch

# Releases up to 3.51.2 can corrupt a database when a WAL file is reset under load (sqlite.org/wal.html#walresetbug).
SAFE_SQLITE = (3, 51, 3)
_SWITCH_WITHIN = 30.0  # seconds
_PATIENT_SECONDS = 30.0  # to wait for SQLite's lock
# PostgreSQL's states for a lock that is not free in time and for a server that starts or stops; besides the classes of
# lost connections (08) and of too few resources (53). https://www.postgresql.org/docs/current/errcodes-appendix.html
_SILENT = frozenset({"55P03", "57P01", "57P02", "57P03"})


class UnsafeSqlite(GoalpostError):
    """The SQLite build found may corrupt a database in WAL mode."""


def check_sqlite() -> None:
    """Raise UnsafeSqlite when the SQLite build that would be used is inside the range of the WAL-reset bug."""
    if sqlite.sqlite_version_info < SAFE_SQLITE:
        needed = ".".join(map(str, SAFE_SQLITE))
        raise UnsafeSqlite(
            f"SQLite {sqlite.sqlite_version} can corrupt databases in WAL mode; goalpost needs {needed} or newer"
        )


def sqlite_url(path: Path) -> str:
    """The URL of the SQLite database in the file `path`."""
    return f"sqlite:///{path}"


def open_engine(url: str, *, hurried: bool = False) -> Engine:
    """An engine for `url` (sqlite:///… or postgresql://…); nothing is connected yet.

    In a hurry, as servers are, it waits for locks for some seconds only, statements of PostgreSQL have a time limit,
    and `deadlines.within` limits everything.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        check_sqlite()
        patience = LOCK_SECONDS if hurried else _PATIENT_SECONDS
        engine = create_engine(parsed, module=sqlite, connect_args={"timeout": patience, "check_same_thread": False})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() in ("postgresql", "postgres"):
        from goalpost.storage.postgresql import open_postgresql  # noqa: PLC0415 - its driver is slow to import

        engine = open_postgresql(parsed, hurried=hurried)
    else:
        raise GoalpostError(f"the relational store is SQLite or PostgreSQL, not {parsed.get_backend_name()}")
    if hurried:
        Watch(engine)
    return engine


def gave_no_answer(error: OperationalError) -> bool:
    """Return whether a store did not answer at all, or kept a lock all the time; false for a statement it refused."""
    reason = error.orig
    if not hasattr(reason, "sqlstate"):  # SQLite has no such states
        return "interrupted" not in str(reason)
    state: str | None = reason.sqlstate  # type: ignore[union-attr]
    return state is None or state in _SILENT or state[:2] in ("08", "53")


def forget_traces(engine: Engine) -> None:
    """See to it that what was deleted cannot be read from the files: SQLite's log still has it until it is emptied."""
    if engine.dialect.name == "sqlite":
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions on its own: it would leave out reads, and DDL would commit half a migration.
    connection.isolation_level = None
    use_wal(connection)
    # secure_delete: a destroyed salt must not be readable from a free page of the file.
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def use_wal(connection: Any) -> None:
    """Switch to the write-ahead log. The first to come has to lock the file, and whoever finds it locked is told so at
    once, however long it would wait for anything else."""
    deadline = time.monotonic() + _SWITCH_WITHIN
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that may write takes the write lock at once: two that both read first could only deadlock.
    read_only = connection.get_execution_options().get("read_only", False)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
