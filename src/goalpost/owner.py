"""The owner of a data directory's event store: one process at a time, which holds the directory's lock."""

import fcntl
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from goalpost.kernel.errors import GoalpostError
from goalpost.kernel.private_files import DIRECTORY


class Busy(GoalpostError):
    """Another process owns the event store of this data directory."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a data directory: where it listens, and the path of its control socket; '' when it has none."""

    pid: int
    url: str
    socket: str


def find_owner(data: Path) -> Owner | None:
    """Find the process that owns the event store of the data directory, when there is one."""
    if not (data / "lock").exists():
        return None
    try:
        with take_lock(data, patience=0.0):
            return None
    except Busy:
        try:
            return Owner(**json.loads((data / "lock").read_text()))
        except (ValueError, TypeError):  # it is just starting, or has no door
            return Owner(0, "", "")


def take_lock(data: Path, *, patience: float) -> IO[str]:
    """Take the directory's lock; raises Busy when it is not free within `patience` seconds.

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
