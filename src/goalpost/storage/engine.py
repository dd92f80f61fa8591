"""One engine for either relational store: SQLite in the data directory, or PostgreSQL by URL."""

import time
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, OperationalError

from goalpost.kernel.errors import GoalpostError
from goalpost.storage.deadlines import Watch

# Releases up to 3.51.2 can corrupt a database when a WAL file is reset under load (sqlite.org/wal.html#walresetbug).
SAFE_SQLITE = (3, 51, 3)
_SWITCH_WITHIN = 30.0  # seconds
_IDLE = 5.0  # seconds
_PATIENT_SECONDS = 30.0  # to wait for SQLite's lock
_LOCK_SECONDS = 4.0  # the same where others wait for whoever waits
_LIMITS = {"statement_timeout": 8.0, "lock_timeout": _LOCK_SECONDS, "idle_in_transaction_session_timeout": 30.0}
# Seconds for a connection to come up, milliseconds for sent bytes to be acknowledged: a host that is gone must not keep
# the few threads there are. The URL may say otherwise.
_PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 30_000}


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
    and `db.deadlines.within` limits everything.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        check_sqlite()
        patience = _LOCK_SECONDS if hurried else _PATIENT_SECONDS
        engine = create_engine(parsed, module=sqlite, connect_args={"timeout": patience, "check_same_thread": False})
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() in ("postgresql", "postgres"):
        engine = _open_postgresql(parsed, hurried=hurried)
    else:
        raise GoalpostError(f"the relational store is SQLite or PostgreSQL, not {parsed.get_backend_name()}")
    if hurried:
        Watch(engine)
    return engine


def gave_no_answer(error: OperationalError) -> bool:
    """Return whether a store did not answer at all, or kept a lock all the time; false for a statement it refused."""
    reason = error.orig
    if not isinstance(reason, psycopg.Error):
        return "interrupted" not in str(reason)
    state = reason.sqlstate
    return state is None or state in _SILENT or state[:2] in ("08", "53")


def _open_postgresql(url: URL, *, hurried: bool) -> Engine:
    patience = {name: value for name, value in _PATIENCE.items() if name not in url.query}
    engine = create_engine(url.set(drivername="postgresql+psycopg"), connect_args=patience)
    event.listen(engine, "connect", _use_utc)
    if hurried:
        event.listen(engine, "connect", _limit_statements)
    event.listen(engine, "checkin", _note_use)
    event.listen(engine, "checkout", _check_idle)
    return engine


def _use_utc(connection: Any, _record: Any) -> None:
    # In another zone the calendar's first and last moments would be in years that Python cannot read.
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _limit_statements(connection: Any, _record: Any) -> None:
    for name, seconds in _LIMITS.items():
        connection.execute(f"SET {name} = {int(seconds * 1000)}")
    connection.commit()


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _check_idle(connection: Any, record: Any, _proxy: Any) -> None:
    """See whether a connection that was idle for a while is still there; asking each time would be one more trip."""
    if time.monotonic() - record.info.get("used_at", time.monotonic()) > _IDLE:
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.Error as error:
            raise DisconnectionError("PostgreSQL has closed the connection") from error


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
