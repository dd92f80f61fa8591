"""The stores that a process has open on a data directory.

`Stores` is for everyone who handles events, any number of processes at once. `EventStore` is for the one process that
owns the event store; it holds the directory's lock.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection
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
from goalpost.failures import naming
from goalpost.kernel.answering import Probe, Probes
from goalpost.kernel.errors import Unavailable
from goalpost.kernel.private_files import create_private
from goalpost.lost_stores import EVENTS, SPOOL, never_anew, note, refuse_lost
from goalpost.owner import Owner, take_lock
from goalpost.relational import Relational, relational_name
from goalpost.settings import Settings
from goalpost.storage.engine import forget_traces

_log = structlog.get_logger()


class Stores(Relational):
    """The relational store with the spool, and what ingest needs to put events into it."""

    def __init__(self, settings: Settings, *, hurried: bool = False) -> None:
        super().__init__(settings, hurried=hurried)
        with naming(settings.data / "spool.sqlite"), never_anew(settings.data, SPOOL):
            create_private(settings.data / "spool.sqlite")
            self.spool = Spool(settings.data / "spool.sqlite", settings.spool_max_mb * 1024 * 1024)
        self.catalog = Catalog(self._changes_since)
        with naming(relational_name(settings)):
            self.catalog.refresh()
        numbers = VisitorNumbers(self._salts, self.pepper)
        self.context = Context(self.catalog, numbers, Visits(), country_lookup(settings.geoip))

    def close(self) -> None:
        """Close what is open."""
        self.spool.close()
        super().close()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that may write; ingest of this process knows of the change when the block is left."""
        with super().writing() as db:
            yield db
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


class EventStore:
    """The event store with its drain, for the one process that owns it. Raises Busy when another does."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        with naming(stores.settings.data / "lock"):
            self._lock = take_lock(stores.settings.data, patience=1.0)
        try:
            if stores.settings.events_url is None:
                refuse_lost(stores.settings.data, EVENTS)
            _restore_links(stores.settings)
        except BaseException:
            self._lock.close()
            raise
        self.announce(Owner(os.getpid(), "", ""))
        _keep_temporary_files_in(stores.settings.data / "tmp")
        self._connections = Connections(event_store_url(stores.settings))
        totals = DayTotals()
        self.reader = EventReader(self._connections, totals)
        relational, events = stores.transactions, self._connections
        self.probes = Probes(
            Probe(relational.ping, lambda: relational.refuses), Probe(self.reader.ping, lambda: events.refuses)
        )
        self.drain = Drain(stores.spool, EventWriter(self._connections, totals), on_ready=self._note_ready)

    def close(self) -> bool:
        """Send what waits, close the connections and let go of the lock; returns whether no query runs any more."""
        self.drain.close()
        is_at_rest = self._connections.close()
        self._lock.truncate(0)
        self._lock.close()
        return is_at_rest

    def announce(self, owner: Owner) -> None:
        """Write down how other processes can reach this one."""
        self._lock.seek(0)
        self._lock.truncate()
        json.dump({"pid": owner.pid, "url": owner.url, "socket": owner.socket}, self._lock)
        self._lock.flush()

    def _note_ready(self) -> None:
        if self._stores.settings.events_url is None:
            note(self._stores.settings.data, EVENTS)
        self._restore_visits()

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
