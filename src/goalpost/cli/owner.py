"""Work that needs the event store: done here when nobody owns it, else asked of the server that does."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from rich.progress import Progress

from goalpost.cli.all_stores import open_stores
from goalpost.cli.control import ask
from goalpost.commands import Commands
from goalpost.kernel.errors import Unavailable
from goalpost.owner import Busy, Owner, find_owner
from goalpost.stores import EventStore, Stores

_PATIENCE = 30.0  # seconds to wait for another process
_PAUSE = 0.05


class OwnerCommands(Protocol):
    """Commands that the owner of the event store carries out."""

    def goal_stats(self, goal_id: str, query: dict[str, str]) -> dict[str, Any]:
        """A goal's totals and days."""

    def backfill(self, goal_id: str) -> Iterator[dict[str, Any]]:
        """Count a goal over stored events; the number so far after each portion."""


@contextmanager
def owner_commands() -> Iterator[OwnerCommands]:
    """The commands, of the running server or of this process; waits for another command to finish."""
    with open_stores() as stores:
        found = _own_or_find(stores)
        if isinstance(found, Owner):
            yield _Remote(found)
            return
        try:
            found.drain.flush()
            yield Commands(stores, found)
        finally:
            found.close()


def store_waiting(stores: Stores, progress: Progress) -> None:
    """See what waits in the spool stored: by the running server, else here.

    Raises Unavailable when the store does not take it now, or the server not within half a minute; nothing is lost.
    """
    task = progress.add_task("storing", total=None)
    deadline = time.monotonic() + _PATIENCE
    last = stores.spool.last_batch()  # what others add meanwhile is not waited for
    while not stores.spool.has_sent(last):
        waiting = stores.spool.waiting()
        progress.update(task, description=f"storing {waiting:,} rows")
        try:
            events = EventStore(stores)
        except Busy:
            if time.monotonic() > deadline:
                raise Unavailable(f"{waiting} rows wait for the server to store them") from None
            time.sleep(_PAUSE)
            continue
        try:
            events.drain.flush()
        finally:
            events.close()


def _own_or_find(stores: Stores) -> EventStore | Owner:
    """The event store when nobody has it, else who has it and listens. Raises Busy."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            return EventStore(stores)
        except Busy:
            owner = find_owner(stores.settings.data)
            if owner is not None and owner.url:
                return owner
            # A server that is just starting, or another command, which will be done soon.
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


class _Remote:
    """Asks the server that owns the data directory, over its control door."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def goal_stats(self, goal_id: str, query: dict[str, str]) -> dict[str, Any]:
        """A goal's totals and days."""
        path = f"/goals/{quote(goal_id, safe='')}/stats?{urlencode(query)}"
        (answer,) = ask(self._owner, "GET", path)
        return answer

    def backfill(self, goal_id: str) -> Iterator[dict[str, Any]]:
        """Count a goal over stored events; the number so far after each portion."""
        return ask(self._owner, "POST", f"/goals/{quote(goal_id, safe='')}/backfill")
