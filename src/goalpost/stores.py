"""The stores that a process has open on a data directory.

`Stores` is for everyone, any number of processes at once: the relational store, the spool and the secret. `EventStore`
is for the one process that owns the event store; it holds the directory's lock.
"""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.copies import restore_links
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.reader import EventReader
from goalpost.conversions.events.writer import EventWriter
from goalpost.conversions.ingest.catalog import Catalog
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.ingest.geo import country_lookup
from goalpost.conversions.ingest.pipeline import Context
from goalpost.conversions.ingest.spool import Spool
from goalpost.conversions.ingest.visitors import VISIT_MS, VisitorNumbers, Visits
from goalpost.conversions.rows.catalog import changes_since
from goalpost.conversions.rows.salts import destroy_old_salts, salts_made_on
from goalpost.conversions.services import catalog
from goalpost.customers.services import goal_changes
from goalpost.failures import naming
from goalpost.kernel.answering import Probe, Probes
from goalpost.kernel.errors import GoalpostError, Unavailable
from goalpost.kernel.private_files import DIRECTORY, create_private, prepare_directory
from goalpost.migrations import migrate
from goalpost.secret import accept_secret, open_secret
from goalpost.settings import Settings
from goalpost.storage import deadlines
from goalpost.storage.engine import forget_traces, open_engine, sqlite_url
from goalpost.storage.transactions import Transactions
from goalpost.tenancy import idempotency

_GOALS_AT_ONCE = 20
_SECONDS = 30.0  # that work in the background may hold a connection
_log = structlog.get_logger()


class Busy(GoalpostError):
    """Another process owns the event store of this data directory."""


class Stores:
    """The relational store, migrated, with the spool and what ingest needs to put events into it.

    A server opens them `hurried`: everything that it asks the relational store has a deadline.
    """

    def __init__(self, settings: Settings, *, hurried: bool = False) -> None:
        self.settings = settings
        prepare_directory(settings.data)
        with naming(_relational_name(settings)):
            self.pepper = _open_pepper(settings)
        self.engine = open_relational(settings, hurried=hurried).execution_options(
            most_goals=settings.goals_per_site, most_declared_events=settings.declared_events_per_site
        )
        self.transactions = Transactions(self.engine)
        with naming(settings.data / "spool.sqlite"):
            create_private(settings.data / "spool.sqlite")
            self.spool = Spool(settings.data / "spool.sqlite", settings.spool_max_mb * 1024 * 1024)
        self.catalog = Catalog(self._changes_since)
        with naming(_relational_name(settings)):
            self.catalog.refresh()
        numbers = VisitorNumbers(self._salts, self.pepper)
        self.context = Context(self.catalog, numbers, Visits(), country_lookup(settings.geoip))
        self._progress_on: date | None = None
        self.changed_catalog = False
        """True once sites or goals were changed here, which another process on the database cannot know."""

    def close(self) -> None:
        """Close what is open."""
        self.spool.close()
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with deadlines.within(_SECONDS), self.engine.execution_options(read_only=True).begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; ingest of this process knows of the change when the block is left."""
        with self._begin() as db:
            yield db
            self.changed_catalog |= catalog.catalog_changed(db)
        self.catalog.refresh()

    def keep_salts(self) -> None:
        """Destroy the visitor salts that were made before today, and have those of today and tomorrow in memory.

        Raises Unavailable when the store does not answer.
        """
        now = datetime.now(UTC)
        self.context.numbers.prepare(int(now.timestamp() * 1000), ahead=True)
        with self._writing_salts() as db:
            destroyed = destroy_old_salts(db, now.date())
        if destroyed:
            forget_traces(self.engine)

    def forget_sent_requests(self) -> None:
        """Forget the requests that named themselves longer ago than they are kept."""
        with self._begin() as db:
            idempotency.forget_old(db, now=datetime.now(UTC))

    def store_due_progress(self) -> None:
        """Bring progress that is computed from metrics up to today: once for each day that this process sees."""
        now = datetime.now(UTC)
        if self._progress_on == now.date():
            return
        with self.reading() as db:
            planned = goal_changes.goals_with_plans(db)
        # In portions, because SQLite keeps other writers waiting meanwhile.
        for start in range(0, len(planned), _GOALS_AT_ONCE):
            with self._begin() as db:
                goal_changes.store_due_progress(db, goal_ids=planned[start : start + _GOALS_AT_ONCE], now=now)
        self._progress_on = now.date()

    @contextmanager
    def _begin(self) -> Iterator[Connection]:
        with deadlines.within(_SECONDS), self.engine.begin() as db:
            yield db

    def _changes_since(self, revision: int) -> Any:
        with self.reading() as db:
            return changes_since(db, revision)

    def _salts(self, made_on: date, fresh: bytes) -> Mapping[date, bytes]:
        with self._writing_salts() as db:
            return salts_made_on(db, made_on, fresh=fresh)

    @contextmanager
    def _writing_salts(self) -> Iterator[Connection]:
        try:
            with self._begin() as db:
                yield db
        except OperationalError as error:
            raise Unavailable("the relational store does not answer") from error


def open_relational(settings: Settings, *, hurried: bool = False) -> Engine:
    """An engine for the relational store, which may not be migrated yet."""
    if settings.database_url is not None:
        return open_engine(settings.database_url, hurried=hurried)
    create_private(settings.data / "goalpost.sqlite")  # SQLite gives its log and its index the same permissions
    return open_engine(sqlite_url(settings.data / "goalpost.sqlite"), hurried=hurried)


def _relational_name(settings: Settings) -> Path | str:
    return settings.data / "goalpost.sqlite" if settings.database_url is None else "the relational store"


def _open_pepper(settings: Settings) -> bytes:
    """Bring the relational store up to date and return the secret that it belongs to."""
    engine = open_relational(settings)  # patient: a migration takes its time
    try:
        migrate(engine)
        return open_secret(settings, engine)
    finally:
        engine.dispose()


def accept_present_secret(settings: Settings) -> None:
    """Go on with the present secret where the one that keys were hashed with is lost."""
    prepare_directory(settings.data)
    engine = open_relational(settings)
    try:
        migrate(engine)
        accept_secret(settings, engine)
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a data directory: where it listens, and the path of its control socket; '' when it has none."""

    pid: int
    url: str
    socket: str


class EventStore:
    """The event store with its drain, for the one process that owns it. Raises Busy when another does."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        with naming(stores.settings.data / "lock"):
            self._lock = _take_lock(stores.settings.data, patience=1.0)
        try:
            _restore_links(stores.settings)
        except BaseException:
            self._lock.close()
            raise
        self.announce(Owner(os.getpid(), "", ""))
        _keep_temporary_files_in(stores.settings.data / "tmp")
        self._connections = Connections(event_store_url(stores.settings))
        totals = DayTotals()
        self.reader = EventReader(self._connections, totals)
        self.probes = Probes(Probe(stores.transactions.ping), Probe(self.reader.ping))
        self.drain = Drain(stores.spool, EventWriter(self._connections, totals), on_ready=self._restore_visits)

    def close(self) -> None:
        """Send what waits, close the connections and let go of the lock."""
        self.drain.close()
        self._connections.close()
        self._lock.truncate(0)
        self._lock.close()

    def announce(self, owner: Owner) -> None:
        """Write down how other processes can reach this one."""
        self._lock.seek(0)
        self._lock.truncate()
        json.dump({"pid": owner.pid, "url": owner.url, "socket": owner.socket}, self._lock)
        self._lock.flush()

    def _restore_visits(self) -> None:
        now = datetime.now(UTC)
        since = now - timedelta(milliseconds=VISIT_MS)
        self._stores.context.visits.restore(self.reader.open_visits(since), int(now.timestamp() * 1000))


def event_store_url(settings: Settings) -> str:
    """Return the event store's URL: the configured one, else chDB in the data directory."""
    return settings.events_url or f"chdb://{settings.data.resolve() / 'events'}"


def embedded_store(settings: Settings) -> Path | None:
    """Return the embedded event store's directory; None where a server keeps the events."""
    url = event_store_url(settings)
    return Path(url.removeprefix("chdb://").partition("?")[0]) if url.startswith("chdb:") else None


def _restore_links(settings: Settings) -> None:
    directory = embedded_store(settings)
    if directory is not None and (restored := restore_links(directory)):
        _log.warning("the event store was copied without its links; they are restored", links=restored)


def _keep_temporary_files_in(directory: Path) -> None:
    """The embedded store's driver passes each batch through a temporary file: not outside the data directory."""
    if directory.is_symlink() or directory.is_file():
        directory.unlink()
    shutil.rmtree(directory, ignore_errors=True)  # left by a crash; what was in them is still in the spool
    directory.mkdir(mode=0o700)
    tempfile.tempdir = str(directory)


def find_owner(data: Path) -> Owner | None:
    """The process that owns the event store of the data directory, when there is one."""
    if not (data / "lock").exists():
        return None
    try:
        with _take_lock(data, patience=0.0):
            return None
    except Busy:
        try:
            return Owner(**json.loads((data / "lock").read_text()))
        except (ValueError, TypeError):  # it is just starting, or has no door
            return Owner(0, "", "")


def _take_lock(data: Path, *, patience: float) -> IO[str]:
    """The directory's lock; raises Busy when it is not free within `patience` seconds.

    Whoever wants the store has some patience, because whoever only looks for its owner holds the lock for an instant.
    """
    data.mkdir(mode=DIRECTORY, parents=True, exist_ok=True)
    # Open for as long as the store is owned: the lock goes with the file.
    file = os.fdopen(os.open(data / "lock", os.O_RDWR | os.O_CREAT, 0o600), "r+")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except OSError:
            if time.monotonic() >= deadline:
                break
            time.sleep(0.02)
    with file:
        holder = file.read()
    pid = json.loads(holder).get("pid", "?") if holder.startswith("{") else "?"
    raise Busy(f"another goalpost (process {pid}) is running on the data directory {data.resolve()}")
