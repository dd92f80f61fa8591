"""The door for the command line: what only the owner of the event store can do, asked by processes of the same machine.

It is a Unix socket in the data directory, so that only the user whose server it is can open it, and nobody over the
network. Answers are JSON lines; the last one is `{"end": true}`, without which something is missing.
"""

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn, UnixStreamServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog

from goalpost.commands import Commands
from goalpost.kernel.errors import GoalpostError

NAME = "control.sock"
LONGEST_PATH = 100
"""Bytes of a path that fit a socket's address everywhere: Linux has 107, other systems 103."""

_PATIENCE = 30.0  # seconds for a request to be sent; it is one line
_Answer = Iterator[dict[str, Any]]
_log = structlog.get_logger()


@contextmanager
def listening(commands: Commands, data: Path) -> Iterator[str]:
    """Answer on a socket as long as the block lasts; gives its path.

    It lies in the data directory, or, where the path would be too long or the file system knows no sockets, in a
    directory of its own for this user alone.
    """
    with _bound(commands, data) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.2,), name="control", daemon=True)
        thread.start()
        try:
            yield str(server.server_address)
        finally:
            server.shutdown()


class _Server(ThreadingMixIn, UnixStreamServer):
    daemon_threads = True  # a back-fill that is still telling how far it is does not keep the server from ending
    block_on_close = False

    def __init__(self, path: str, commands: Commands) -> None:
        self.commands = commands
        super().__init__(path, _Handler)
        Path(path).chmod(0o600)

    def handle_error(self, request: Any, client_address: Any) -> None:
        _log.exception("a command of the command line failed")


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Answer what changes nothing."""
        match self._parts():
            case ["goals", goal_id, "stats"]:
                query = dict(parse_qsl(urlsplit(self.path).query))
                self._answer(lambda: iter([self.server.commands.goal_stats(goal_id, query)]))
            case _:
                self.send_error(404)

    def do_POST(self) -> None:
        """Answer what changes something."""
        match self._parts():
            case ["goals", goal_id, "backfill"]:
                self._answer(lambda: self.server.commands.backfill(goal_id))
            case ["refresh"]:
                self._answer(self.server.commands.refresh)
            case _:
                self.send_error(404)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Log nothing: who asks here is the operator."""

    def address_string(self) -> str:
        """Return a name for a client that has no address."""
        return "command line"

    def _parts(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.path).path.strip("/").split("/")]

    def _answer(self, ask: Callable[[], _Answer]) -> None:
        self.send_response(200)
        self.send_header("content-type", "application/jsonl")
        self.end_headers()
        try:
            for item in ask():
                self._say(item)
            self._say({"end": True})
        except GoalpostError as error:
            self._say({"error": str(error)})
        except BrokenPipeError:  # whoever asked has gone
            return

    def _say(self, item: dict[str, Any]) -> None:
        self.wfile.write(json.dumps(item).encode() + b"\n")
        self.wfile.flush()


@contextmanager
def _bound(commands: Commands, data: Path) -> Iterator[_Server]:
    server, directory = _bind_in(data.resolve(), commands), None
    if server is None:
        # Not where the event store's temporary files are: that is below the data directory.
        directory = Path(tempfile.mkdtemp(prefix="goalpost-", dir="/tmp"))
        server = _Server(str(directory / NAME), commands)
    try:
        yield server
    finally:
        server.server_close()
        Path(str(server.server_address)).unlink(missing_ok=True)
        if directory is not None:
            directory.rmdir()


def _bind_in(directory: Path, commands: Commands) -> _Server | None:
    path = directory / NAME
    if len(os.fsencode(path)) > LONGEST_PATH:
        return None
    try:
        path.unlink(missing_ok=True)  # left by a crash: whoever has the lock on the directory may take it away
        return _Server(str(path), commands)
    except OSError as error:
        _log.info("the data directory takes no socket, so it is in /tmp", reason=str(error))
        return None
