"""The ground of commands: the settings, and the stores of the data directory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from goalpost.cli.control import tell_server
from goalpost.cli.logs import configure_logs
from goalpost.cli.options import chosen
from goalpost.failures import StoreFailed, reason_of
from goalpost.kernel.errors import GoalpostError
from goalpost.owner import find_owner
from goalpost.relational import Relational
from goalpost.settings import Settings

Store = TypeVar("Store", bound=Relational)


class BadSettings(GoalpostError):
    """A GOALPOST_* variable has a value that cannot be used."""


def read_settings(data: Path | None = None, **values: object) -> Settings:
    """The settings; what the command line gives goes before the environment, None leaves a choice open.

    Raises BadSettings.
    """
    given = {"data": data or chosen.data, **values}
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        found = error.errors(include_url=False)[0]
        raise BadSettings(f"GOALPOST_{str(found['loc'][0]).upper()}: {found['msg']}") from None


@contextmanager
def open_relational(settings: Settings | None = None) -> Iterator[Relational]:
    """Open the relational store, whether or not a server is running on it. Raises StoreFailed."""
    with opened(Relational, settings) as store:
        yield store


@contextmanager
def opened(kind: Callable[[Settings], Store], settings: Settings | None = None) -> Iterator[Store]:
    """Open a store, and tell a running server what was changed in it. Raises StoreFailed."""
    settings = settings or read_settings()
    configure_logs(settings)  # on standard error: standard output is the command's
    with store_errors():
        store = kind(settings)
        try:
            yield store
        finally:
            store.close()
            if store.changed_catalog:
                tell_server(settings)


@contextmanager
def reading_today() -> Iterator[Connection]:
    """A transaction that only reads, with computed progress brought up to today where no server does that."""
    with open_relational() as store:
        store.store_due_progress()
        with store.reading() as db:
            yield db


def server_url(settings: Settings) -> str:
    """Return the address where the server of the data directory answers, or would if it were running."""
    running = find_owner(settings.data)
    return (running.url if running else "") or f"http://{settings.host}:{settings.port}"


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn what the drivers raise into StoreFailed, in one line."""
    try:
        yield
    except (SQLAlchemyError, sqlite.Error) as error:
        raise StoreFailed("the relational store or the spool", reason_of(error)) from error
