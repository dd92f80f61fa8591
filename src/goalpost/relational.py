"""The relational store of a data directory, and the secret that it belongs to."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from goalpost.conversions.services.catalog import catalog_changed
from goalpost.customers.services import goal_changes
from goalpost.failures import naming
from goalpost.kernel.opened_file import OpenedFile
from goalpost.kernel.private_files import create_private, prepare_directory
from goalpost.lost_stores import RELATIONAL, never_anew
from goalpost.migrations import migrate
from goalpost.secret import accept_secret, open_secret
from goalpost.settings import Settings
from goalpost.storage import deadlines
from goalpost.storage.engine import open_engine, sqlite_url
from goalpost.storage.transactions import Transactions
from goalpost.tenancy import idempotency

_GOALS_AT_ONCE = 20
_SECONDS = 30.0  # that work in the background may hold a connection


class Relational:
    """The relational store, migrated, for any number of processes at once.

    A server opens it `hurried`: everything that it asks has a deadline.
    """

    def __init__(self, settings: Settings, *, hurried: bool = False) -> None:
        self.settings = settings
        prepare_directory(settings.data)
        with naming(relational_name(settings)), _known_database(settings):
            self.pepper = _open_pepper(settings)
        self.engine = open_relational(settings, hurried=hurried).execution_options(
            most_sites=settings.sites_per_workspace,
            most_goals=settings.goals_per_site,
            most_declared_events=settings.declared_events_per_site,
        )
        file = None if settings.database_url else OpenedFile(settings.data / RELATIONAL)
        self.transactions = Transactions(self.engine, file)
        self._progress_on: date | None = None
        self.changed_catalog = False
        """True once sites or goals were changed here, which another process on the database cannot know."""

    def close(self) -> None:
        """Close what is open."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Begin a transaction that only reads."""
        with deadlines.within(_SECONDS), self.engine.execution_options(read_only=True).begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Begin a transaction that may write."""
        with self._begin() as db:
            yield db
            self.changed_catalog |= catalog_changed(db)

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


def open_relational(settings: Settings, *, hurried: bool = False) -> Engine:
    """Open an engine for the relational store, which may not be migrated yet."""
    if settings.database_url is not None:
        return open_engine(settings.database_url, hurried=hurried)
    create_private(settings.data / "goalpost.sqlite")  # SQLite gives its log and its index the same permissions
    return open_engine(sqlite_url(settings.data / "goalpost.sqlite"), hurried=hurried)


def _known_database(settings: Settings) -> AbstractContextManager[None]:
    return nullcontext() if settings.database_url else never_anew(settings.data, RELATIONAL)


def relational_name(settings: Settings) -> Path | str:
    """Return the name of the relational store in messages: the path of its file, or a word."""
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
    with _known_database(settings):
        engine = open_relational(settings)
        try:
            migrate(engine)
            accept_secret(settings, engine)
        finally:
            engine.dispose()
