"""Failures to open a store, in a sentence that names the file and what to do."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.exc import SQLAlchemyError

from goalpost.kernel.errors import GoalpostError

_REMEDY = "`goalpost doctor` names what is wrong and what to do"


class StoreFailed(GoalpostError):
    """A store, or a file of the data directory, cannot be used."""

    def __init__(self, what: Path | str, reason: str) -> None:
        super().__init__(f"{what} cannot be used: {reason}. {_REMEDY}")


class StoreLost(GoalpostError):
    """A store that was in the data directory is gone, or empty."""

    def __init__(self, what: Path, remedy: str) -> None:
        super().__init__(f"{what} was here before and is {'empty' if what.exists() else 'gone'}. {remedy}")


@contextmanager
def naming(what: Path | str) -> Iterator[None]:
    """Turn what drivers and the system raise into StoreFailed, about `what` or the file that the system names."""
    try:
        yield
    except (SQLAlchemyError, sqlite.Error) as error:
        raise StoreFailed(what, reason_of(error)) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise StoreFailed(error.filename, error.strerror or str(error)) from error


def reason_of(error: Exception) -> str:
    """Return what a driver says of an error, in a line."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
