"""Files for their owner alone: the data directory holds keys, salts and what visitors did."""

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FILE, DIRECTORY = 0o600, 0o700
"""The permissions of everything in the data directory."""

OTHERS = 0o077
"""The permissions of the group and of everybody else; as a umask it leaves them none."""

NAMES = (
    "goalpost.sqlite*",
    "spool.sqlite*",
    "secret",
    "first-key",
    "stores",
    "lock",
    "demo.json",
    "control.sock",
    "events",
    "tmp",
)
"""Names of goalpost's files in its data directory, as patterns. Whatever else lies there is somebody else's."""


@contextmanager
def private_umask() -> Iterator[int]:
    """Create files for the owner alone while the block lasts; gives the umask that was there before."""
    before = os.umask(OTHERS)
    try:
        yield before
    finally:
        os.umask(before)


def prepare_directory(data: Path) -> None:
    """Create the data directory, and take from others what an older version let them read.

    Only files of this user can be changed, and only those that are goalpost's are.
    """
    if not data.exists():
        data.mkdir(mode=DIRECTORY, parents=True, exist_ok=True)
        _sync_directory(data.resolve().parent)
    for name in loose_files(data):
        with suppress(OSError):  # on a read-only file system, say; `goalpost doctor` names what stays open
            path = data / name
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)


def loose_files(data: Path) -> list[Path]:
    """Return goalpost's files below the data directory, relative to it, that are open to others; innermost first.

    A folder that is closed is not looked into: nobody else reaches what is in it. A directory that everybody shares
    (with the sticky bit, such as /tmp) is not ours to close.
    """
    found = [path for name in NAMES for path in sorted(data.glob(name)) for path in _loose_below(path)]
    if _is_loose(data) and not data.stat().st_mode & stat.S_ISVTX and data.resolve() != Path("/"):
        found.append(data)
    return [path.relative_to(data) for path in found]


def create_private(path: Path) -> None:
    """Create an empty file, where there is none, that another program will fill."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def write_private(path: Path, text: str) -> None:
    """Write a file, or replace it, so that after a crash or a power failure it has all of its old or new text."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_directory(path.parent)


def _loose_below(path: Path) -> Iterator[Path]:
    if not _is_loose(path):
        return
    if path.is_dir():
        for folder, folders, files in os.walk(path, topdown=False):
            yield from (entry for name in (*files, *folders) if _is_loose(entry := Path(folder, name)))
    yield path


def _is_loose(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:  # a file of SQLite's that has just gone
        return False
    return found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & OTHERS)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
