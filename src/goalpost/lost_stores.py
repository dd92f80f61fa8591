"""Stores that a data directory had and has no more: an empty one is never put in the place of one that was lost.

The file `stores` lists what was opened there once. A store that it lists and that is missing, or an empty file or
folder, was deleted, truncated, or not copied; going on without it would look like a server that has counted nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from goalpost.failures import StoreLost
from goalpost.kernel.private_files import write_private

RELATIONAL, SPOOL, EVENTS = "goalpost.sqlite", "spool.sqlite", "events"
LIST = "stores"
"""The file with the names of the stores that were opened, one a line."""


@contextmanager
def never_anew(data: Path, name: str) -> Iterator[None]:
    """Open a store in the block, and note that it was; raises StoreLost where it was here before and is gone."""
    refuse_lost(data, name)
    yield
    note(data, name)


def refuse_lost(data: Path, name: str) -> None:
    """Raise StoreLost where a store was here before and is gone."""
    if is_lost(data, name):
        raise StoreLost(data / name, remedy(data, name))


def note(data: Path, name: str) -> None:
    """Note that a store was opened."""
    if name not in (names := _listed(data)):
        with suppress(OSError):  # on a full disk it is noted at the next start
            write_private(data / LIST, "".join(f"{each}\n" for each in sorted({*names, name})))


def is_lost(data: Path, name: str) -> bool:
    """Return whether a store was here before, and is missing or empty now."""
    return name in _listed(data) and _is_empty(data / name)


def remedy(data: Path, name: str) -> str:
    """Return what to do about a store that is lost."""
    place = data / LIST
    return (
        f"Put {name} back from a backup. Where it is lost for good, delete its line in {place}: a start creates another"
    )


def _listed(data: Path) -> set[str]:
    try:
        return set((data / LIST).read_text(errors="replace").split())
    except FileNotFoundError:
        return set()


def _is_empty(path: Path) -> bool:
    if path.is_dir():  # in the place of a file it is something else, which opening it tells
        return path.name == EVENTS and not (path / "metadata").is_dir()
    return not path.exists() or path.stat().st_size == 0
