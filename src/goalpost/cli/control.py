"""Asks the server that is running on a data directory, over its control door."""

import http.client
import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from goalpost.kernel.errors import GoalpostError
from goalpost.owner import Owner, find_owner
from goalpost.settings import Settings

_PROMPT = 2.0  # seconds for what the server finds out by itself a moment later


def ask(owner: Owner, method: str, path: str, *, timeout: float | None = None) -> Iterator[dict[str, Any]]:
    """Yield what the server answers, line by line; raises GoalpostError for what it reports, and when it breaks off."""
    connection = _Connection(owner.socket, timeout)
    try:
        connection.request(method, path)
        response = connection.getresponse()
        if response.status != http.client.OK:
            raise GoalpostError(f"the server answered {response.status}: is it of another version?")
        for line in response:
            item = json.loads(line)
            if "error" in item:
                raise GoalpostError(str(item["error"]))
            if item == {"end": True}:
                return
            yield item
        raise GoalpostError(f"the server (process {owner.pid}) broke off its answer")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise GoalpostError(f"the server (process {owner.pid}) does not answer: {error}") from error
    finally:
        connection.close()


def tell_server(settings: Settings) -> None:
    """Have a running server see at once what was changed; it would by itself half a second later."""
    owner = find_owner(settings.data)
    if owner is not None and owner.socket:
        with suppress(GoalpostError):
            for _ in ask(owner, "POST", "/refresh", timeout=_PROMPT):
                pass


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float | None) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
