"""A store's file or folder as it was opened, so that one that was deleted or replaced meanwhile is noticed."""

from pathlib import Path

from goalpost.kernel.errors import Unavailable


class OpenedFile:
    """Remembers which file or folder stands at a path: a process goes on writing to one that is there no more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._identity = _identity(path)

    @property
    def is_there(self) -> bool:
        """Return whether the path still leads to what was opened."""
        return self._identity is not None and _identity(self._path) == self._identity

    def check(self) -> None:
        """Raise Unavailable where the path leads to nothing, or to something else."""
        if not self.is_there:
            raise Unavailable(f"{self._path} was deleted or replaced while it was in use: stop the server")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
