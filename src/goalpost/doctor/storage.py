"""Checks of what is kept: the directory, both stores, the spool, and the secret that belongs to them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.copies import count_lost_links
from goalpost.conversions.ingest.spool_repairs import OlderSpool, SpoolRepairs
from goalpost.doctor.findings import Finding, State
from goalpost.kernel.errors import GoalpostError
from goalpost.kernel.private_files import NAMES, loose_files
from goalpost.lost_stores import EVENTS, RELATIONAL, SPOOL, is_lost, remedy
from goalpost.migrations import is_up_to_date
from goalpost.owner import find_owner
from goalpost.relational import open_relational
from goalpost.secret import fault_of
from goalpost.settings import Settings
from goalpost.stores import embedded_store, event_store_url

_SHOWN = 3  # files that are named of many
_LONG_AGO = timedelta(minutes=10)


def data_directory(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See whether the directory is there, and can be written."""
    data = settings.data
    if not data.exists():
        yield Finding(
            "data directory", State.WARNING, f"{data.absolute()} does not exist", "the first start creates it"
        )
    elif not data.is_dir() or not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        remedy = "name another with GOALPOST_DATA, or give it to the user that runs the server (chown)"
        yield Finding("data directory", State.PROBLEM, f"{data.absolute()} cannot be used by this user", remedy)
    else:
        owner = find_owner(data)
        text = f"a server (process {owner.pid}) is running on it" if owner else "no server is running on it"
        yield Finding("data directory", State.OK, f"{data.absolute()}: {text}")


def permissions(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See whether files are open to others, or another user's."""
    if not settings.data.is_dir():
        return
    loose = loose_files(settings.data)
    foreign = [
        path.name
        for name in NAMES
        for path in settings.data.glob(name)
        if path.lstat().st_uid != os.geteuid() and os.geteuid()
    ]
    if loose:
        remedy = f"chmod -R go= {settings.data}; a start closes what belongs to its user"
        yield Finding("permissions", State.PROBLEM, f"others can read {_some([str(path) for path in loose])}", remedy)
    if foreign:
        remedy = "run this as the server's user, or chown the files to it"
        yield Finding("permissions", State.PROBLEM, f"another user owns {_some(foreign)}", remedy)
    if (settings.data / "first-key").exists():
        remedy = "keep the key in a safe place, or replace it with another, and delete the file"
        yield Finding("first key", State.WARNING, f"{settings.data / 'first-key'} is still there", remedy)
    if not loose and not foreign:
        yield Finding("permissions", State.OK, "only this user can read the files")


def relational_store(settings: Settings, now: datetime) -> Iterator[Finding]:
    """See whether the store answers, is up to date, is whole, and belongs to the secret."""
    path = settings.data / RELATIONAL
    if settings.database_url is None and (lost := _lost(settings, "relational store", RELATIONAL)):
        yield lost
        return
    if settings.database_url is None and not path.exists():
        yield Finding("relational store", State.WARNING, "there is no database yet", "the first start creates it")
        return
    try:
        engine = open_relational(settings)
        try:
            yield from _database(engine, settings, now)
        finally:
            engine.dispose()
    except (SQLAlchemyError, sqlite.Error) as error:
        reason = str(getattr(error, "orig", None) or error).partition("\n")[0]
        remedy = "start the database, and look at GOALPOST_DATABASE_URL" if settings.database_url else _RESTORE
        yield Finding("relational store", State.PROBLEM, f"it cannot be read: {reason}", remedy)


_RESTORE = "stop the server and put goalpost.sqlite back from a backup"


def _lost(settings: Settings, about: str, name: str) -> Finding | None:
    if not is_lost(settings.data, name):
        return None
    return Finding(about, State.PROBLEM, f"{name} was here before, and is gone or empty", remedy(settings.data, name))


def _database(engine: Engine, settings: Settings, now: datetime) -> Iterator[Finding]:
    with engine.execution_options(read_only=True).begin() as db:
        current = is_up_to_date(db)
        if engine.dialect.name == "sqlite":
            faults = [str(row[0]) for row in db.exec_driver_sql("PRAGMA quick_check(5)") if row[0] != "ok"]
        else:
            faults = []
            behind = now - db.exec_driver_sql("SELECT now()").scalar_one()
            if abs(behind) > timedelta(seconds=30):
                text = f"the database's clock differs from this machine's by {abs(behind).total_seconds():.0f} s"
                yield Finding("clock", State.WARNING, text, "synchronise both with a time server")
        wrong = _secret_fault(settings, db) if current else None
    if faults:
        yield Finding("relational store", State.PROBLEM, f"the file is damaged: {_some(faults)}", _RESTORE)
    elif not current:
        remedy = "the next start brings it up to date; back it up before, and do not go back to an older version then"
        yield Finding("relational store", State.WARNING, "it is of another version of goalpost", remedy)
    else:
        yield Finding("relational store", State.OK, f"{engine.dialect.name} answers and is up to date")
    if wrong:
        text, _, remedy = wrong.partition(". ")
        yield Finding("secret", State.PROBLEM, text, remedy)
    elif current:
        yield Finding("secret", State.OK, "it is the one that keys are hashed with")


def _secret_fault(settings: Settings, db: Connection) -> str | None:
    try:
        return fault_of(settings, db)
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}. Put the secret back from a backup"


def spool(settings: Settings, now: datetime) -> Iterator[Finding]:
    """See whether the spool can be read, and leaves."""
    path = settings.data / SPOOL
    if lost := _lost(settings, "spool", SPOOL):
        yield lost
        return
    if not path.exists():
        yield Finding("spool", State.WARNING, "there is no spool yet", "the first start creates it")
        return
    try:
        report = SpoolRepairs(path).check(thorough=False)
    except OlderSpool as error:
        yield Finding("spool", State.WARNING, str(error))
        return
    bad = [*report.faults, *(f"batch {batch} cannot be read" for batch in report.unreadable)]
    if bad:
        remedy = "`goalpost spool check` tells more; keep a copy of spool.sqlite before anything else"
        yield Finding("spool", State.PROBLEM, f"it is damaged: {_some(bad)}", remedy)
    if report.set_aside or report.dead_letters:
        text = f"{report.set_aside} batches are set aside, and {report.dead_letters} rows were refused for good"
        yield Finding("spool", State.PROBLEM, text, "`goalpost spool list` shows why; `retry` sends them again")
    if report.dropped_dead_letters:
        text = f"{report.dropped_dead_letters} refused rows were dropped for want of room"
        yield Finding("spool", State.WARNING, text, "the log has the event store's reasons")
    yield _drained(report.rows, report.drained_at, now)


def _drained(rows: int, drained_at: int | None, now: datetime) -> Finding:
    last = datetime.fromtimestamp(drained_at, UTC) if drained_at else None
    told = f"{rows} rows wait; the last ones were stored {f'at {last:%Y-%m-%d %H:%M:%S} UTC' if last else 'never'}"
    if rows and (last is None or now - last > _LONG_AGO):
        remedy = "start the server, or look in its log for why the event store does not take them"
        return Finding("spool", State.WARNING, told, remedy)
    return Finding("spool", State.OK, told)


def event_store(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """See whether the store opens; the embedded one only when nobody has it."""
    directory = embedded_store(settings)
    if settings.events_url is None and (lost := _lost(settings, "event store", EVENTS)):
        yield lost
        return
    if directory is not None:
        if not directory.exists():
            yield Finding("event store", State.WARNING, "there is none yet", "the first start creates it")
            return
        try:
            links = count_lost_links(directory)
        except GoalpostError as error:
            yield Finding("event store", State.PROBLEM, str(error))
            return
        if links:
            text = f"{links} links are missing: it was copied without them"
            yield Finding("event store", State.WARNING, text, "the next start restores them")
            return
        if find_owner(settings.data):
            yield Finding("event store", State.OK, "the running server has it; /readyz says whether it answers")
            return
    yield _opened(settings, directory)


def _opened(settings: Settings, directory: Path | None) -> Finding:
    connections = Connections(event_store_url(settings))
    try:
        with connections.reader() as client:
            rows = client.query("SELECT count() FROM events").result_rows[0][0]
    except Exception as error:
        reason = str(error).partition("\n")[0]
        remedy = (
            "keep what is there, and put events/ back from a backup"
            if directory
            else "start it, and look at GOALPOST_EVENTS_URL"
        )
        return Finding("event store", State.PROBLEM, f"it does not open: {reason}", remedy)
    finally:
        connections.close()
    return Finding("event store", State.OK, f"it opens, and has {rows:,} events")


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else ""
    return ", ".join(texts[:_SHOWN]) + more
