"""PostgreSQL by URL; imported only where it is used, because its driver takes a tenth of a second."""

import time
from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

from goalpost.storage.deadlines import LOCK_SECONDS

_IDLE = 5.0  # seconds
_LIMITS = {"statement_timeout": 8.0, "lock_timeout": LOCK_SECONDS, "idle_in_transaction_session_timeout": 30.0}
# Seconds for a connection to come up, milliseconds for sent bytes to be acknowledged: a host that is gone must not keep
# the few threads there are. The URL may say otherwise.
_PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 30_000}


def open_postgresql(url: URL, *, hurried: bool) -> Engine:
    """Open an engine; in a hurry, statements and their waits for locks have time limits."""
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
