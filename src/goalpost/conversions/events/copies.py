"""A copy of the embedded store's directory whose symbolic links were not kept: `scp -r`, `zip -r`, some backups.

The store keeps a table in `store/abc/<uuid>` and a database's table definitions in another folder there. The link
`metadata/default` leads to the definitions; without it the store finds no tables. The links in `data/default` are for
people. Where links were followed, there are second copies of those folders in their places, which would grow old.
"""

import os
import re
import shutil
from collections.abc import Iterator
from filecmp import cmp
from pathlib import Path

from goalpost.kernel.errors import GoalpostError

_UUID = re.compile(r"\bUUID '([0-9a-f-]{36})'")
_REMEDY = "copy the data directory again, with its links (`rsync -a`, `cp -a`, `tar`), while no server runs on it"


class LinksLost(GoalpostError):
    """The directory is a copy without its links, and cannot be put right safely."""


def restore_links(directory: Path) -> int:
    """Put the links back, and delete the second copies in their places; return how many there were.

    Nothing is deleted but what is the same in `store/`. Raises LinksLost where it is not.
    """
    restored = 0
    for place, target in list(_lost_links(directory)):
        if place.is_dir():
            if not _is_copy(place, target):
                raise LinksLost(f"{place} is a copy of {target} and differs from it: {_REMEDY}")
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(os.path.relpath(target, place.parent))
        restored += 1
    return restored


def count_lost_links(directory: Path) -> int:
    """Return how many links are not there or are something else; raises LinksLost when it cannot be told."""
    return len(list(_lost_links(directory)))


def _lost_links(directory: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the places where links belong and are not, each with where it should lead."""
    definitions = sorted({path.parent for path in directory.glob("store/*/*/*.sql")})
    place = directory / "metadata" / "default"
    if place.is_symlink() or not definitions:
        return
    if len(definitions) > 1:
        raise LinksLost(f"{place} is not a link, and several folders could be meant: {_REMEDY}")
    yield place, definitions[0]
    tables = directory / "data" / "default"
    for path in sorted(tables.iterdir()) if tables.is_dir() else ():
        if not path.is_symlink():
            yield path, _table_folder(directory, definitions[0] / f"{path.name}.sql")


def _table_folder(directory: Path, definition: Path) -> Path:
    found = _UUID.search(definition.read_text()) if definition.exists() else None
    if found is None:
        raise LinksLost(f"{definition} does not say where its table is: {_REMEDY}")
    return directory / "store" / found[1][:3] / found[1]


def _is_copy(copied: Path, original: Path) -> bool:
    """Return whether every file in a folder is the same in another one."""
    pairs = [(path, original / path.relative_to(copied)) for path in copied.rglob("*") if path.is_file()]
    return all(other.is_file() and cmp(path, other, shallow=False) for path, other in pairs)
