"""What needs the event store: done here when nobody owns it, else asked of the server that does."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from goalpost import control
from goalpost.cli.context import open_stores
from goalpost.commands import Commands
from goalpost.core.errors import GoalpostError
from goalpost.stores import EventStore, Owner, find_owner


class OwnerCommands(Protocol):
    """What can be asked of the owner of the event store."""

    def goal_stats(self, goal_id: str, query: dict[str, str]) -> dict[str, Any]:
        """A goal's totals and days."""

    def backfill(self, goal_id: str) -> Iterator[dict[str, Any]]:
        """Count a goal over stored events; the number so far after each portion."""


@contextmanager
def owner_commands() -> Iterator[OwnerCommands]:
    """The commands, of the running server or of this process."""
    with open_stores() as stores:
        owner = find_owner(stores.settings.data)
        if owner is not None:
            yield _Remote(owner)
            return
        events = EventStore(stores)
        try:
            events.drain.flush()
            yield Commands(stores, events)
        finally:
            events.close()


class _Remote:
    """Asks the server that owns the data directory, over its control door."""

    def __init__(self, owner: Owner) -> None:
        if not owner.url:
            raise GoalpostError("another goalpost is busy with this data directory; try again when it is done")
        self._owner = owner

    def goal_stats(self, goal_id: str, query: dict[str, str]) -> dict[str, Any]:
        lines = list(self._ask("GET", f"/goals/{urllib.parse.quote(goal_id)}/stats?{urllib.parse.urlencode(query)}"))
        return lines[0]

    def backfill(self, goal_id: str) -> Iterator[dict[str, Any]]:
        return self._ask("POST", f"/goals/{urllib.parse.quote(goal_id)}/backfill")

    def _ask(self, method: str, path: str) -> Iterator[dict[str, Any]]:
        headers = {"authorization": f"Bearer {self._owner.token}"}
        request = urllib.request.Request(self._owner.url + control.PREFIX + path, method=method, headers=headers)
        # No proxy of the environment: the server is on this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request) as response:
                for line in response:
                    yield _checked(json.loads(line))
        except urllib.error.HTTPError as error:
            _checked(json.loads(error.read() or b"{}"))
            raise GoalpostError(f"the server answered {error.code}") from error
        except urllib.error.URLError as error:
            raise GoalpostError(f"the server at {self._owner.url} does not answer: {error.reason}") from error


def _checked(item: dict[str, Any]) -> dict[str, Any]:
    if "error" in item:
        raise GoalpostError(str(item["error"]))
    return item
