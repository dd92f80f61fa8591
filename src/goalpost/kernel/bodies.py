"""Bodies of requests, read within a deadline and a budget, whichever door they come to."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from goalpost.kernel.errors import Malformed, TooLarge, Unavailable

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""Callable of ASGI: each call returns the next message of a request."""

SECONDS = 10.0
"""Time for a body, and a second more for each `RATE` bytes of it that have come."""
RATE = 64 * 1024
BUDGET = 64 * 1024 * 1024
"""Bytes that bodies may take while they are being read, all together; those of one sender half of them."""
_MOST_TAKEN = 16 * 1024 * 1024  # bytes of a body that is too large
_SMALL = 64 * 1024  # bytes that a body may have whatever the budget says
_BUFFERED = 64 * 1024  # bytes of a large body that the server has read from the connection and not handed over yet
_PART = 64  # bytes that a part takes besides its content: bodies may come byte by byte
_LOOK_EVERY = 1.0  # seconds


@dataclass(slots=True)
class _Parts:
    """The part of a body that has come, where it comes in parts."""

    sender: str
    size: int = 0
    taken: int = 0  # in memory
    large: int = 0  # of it what counts for the sender


class _Readings:
    """The bodies being read, by the task that reads each; looked at every second as long as there are any.

    Nearly all bodies come at once: for them a task is noted with its time, and nothing else.
    """

    def __init__(self) -> None:
        self._since: dict[asyncio.Task[Any], float] = {}
        self._in_parts: dict[asyncio.Task[Any], _Parts] = {}
        self._late: set[asyncio.Task[Any]] = set()
        self._of_sender: Counter[str] = Counter()
        self._taken = 0
        self._is_looking = False

    def begin(self) -> "asyncio.Task[Any]":
        task = asyncio.current_task()
        assert task is not None
        self._since[task] = time.monotonic()
        if not self._is_looking:
            self._is_looking = True
            asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)
        return task

    def grow(self, task: "asyncio.Task[Any]", sender: str, size: int) -> None:
        """Note a part of a body; raises Unavailable where all of them, or those of its sender, take too much."""
        parts = self._in_parts.setdefault(task, _Parts(sender))
        parts.size += size
        taken = size + _PART
        if parts.size > _SMALL:
            taken += 0 if parts.large else _BUFFERED
            parts.large += taken
            self._of_sender[sender] += taken
        parts.taken += taken
        self._taken += taken
        if parts.large and (self._taken > BUDGET or self._of_sender[sender] > BUDGET // 2):
            raise Unavailable("too many large requests are being read", 1)

    def end(self, task: "asyncio.Task[Any]") -> None:
        del self._since[task]
        parts = self._in_parts.pop(task, None) if self._in_parts else None
        if parts is not None:
            self._taken -= parts.taken
            self._of_sender[parts.sender] -= parts.large
            if not self._of_sender[parts.sender]:
                del self._of_sender[parts.sender]

    def was_late(self, task: "asyncio.Task[Any]") -> bool:
        """Return whether a task was cancelled because its body is late, and let it go on."""
        if task not in self._late:
            return False
        self._late.discard(task)
        task.uncancel()
        return True

    def _look(self) -> None:
        now = time.monotonic()
        for task, since in self._since.items():
            parts = self._in_parts.get(task)
            if now - since > SECONDS + (parts.size / RATE if parts else 0):
                self._late.add(task)
                task.cancel()
        self._is_looking = bool(self._since)
        if self._is_looking:
            asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)


_readings = _Readings()


async def read_body(receive: Receive, length: int, limit: int, more: str = "", *, sender: str = "") -> bytes:
    """Return the whole body of a request whose head says `length`, 0 where it says nothing.

    `sender` is the workspace or the address that it comes from. Raises TooLarge, which tells `more` besides the limit,
    Malformed where the body ends early or comes too slowly, and Unavailable while others take all the room.
    """
    task = _readings.begin()
    try:
        body = b"" if length > _MOST_TAKEN else await _read(receive, task, sender, limit)
    except asyncio.CancelledError:
        if _readings.was_late(task):
            raise Malformed("the body did not come in time") from None
        raise
    finally:
        _readings.end(task)
    if len(body) > limit or length > _MOST_TAKEN:
        raise TooLarge(f"a body may have {limit} bytes{more}")
    return body


async def _read(receive: Receive, task: "asyncio.Task[Any]", sender: str, limit: int) -> bytes:
    """Read a body; of one that is too large a byte more than the limit.

    All of it is taken all the same: a client that is still sending does not look for an answer.
    """
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        # As they came, and joined once: what grows in one piece takes up to twice its size on the way.
        kept: list[bytes] = []
        size = 0
        while message.get("more_body") and size <= _MOST_TAKEN:
            if size <= limit:
                try:
                    _readings.grow(task, sender, len(body))
                except Unavailable:
                    kept.clear()  # the error knows this frame, and lives until the answer is sent
                    raise
                kept.append(body)
            size += len(body)
            message = await receive()
            body = message.get("body", b"")
        kept.append(body)
        body = b"".join(kept)[: limit + 1]
    if message["type"] == "http.disconnect":
        raise Malformed("the body ended early")
    return body


def declared_length(headers: list[tuple[bytes, bytes]]) -> int:
    """Return the length that the head of a request gives; 0 where it gives none."""
    value = next((value for name, value in headers if name == b"content-length"), b"")
    return int(value) if value.isdigit() else 0
