"""Bodies of requests, read within a deadline and a budget, whichever door they come to."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive

from goalpost.core.errors import Malformed, TooLarge, Unavailable

SECONDS = 10.0
"""Time for a body, and a second more for each `RATE` bytes of it that have come."""
RATE = 64 * 1024
BUDGET = 128 * 1024 * 1024
"""Bytes of bodies that are being read at a time, all together; of one sender a quarter of them."""
_MOST_TAKEN = 16 * 1024 * 1024  # bytes of a body that is too large
_SMALL = 64 * 1024  # bytes that a body may have whatever the budget says
_LOOK_EVERY = 1.0  # seconds


@dataclass(slots=True, eq=False)
class _Reading:
    """A body that is being read by a task."""

    task: "asyncio.Task[Any]"
    since: float
    sender: str
    size: int = 0
    large: int = 0
    is_late: bool = False


class _Readings:
    """The bodies being read in a loop, looked at every second as long as there are any."""

    def __init__(self) -> None:
        self._now: set[_Reading] = set()
        self._is_looking = False
        self.size = 0
        self._of_sender: Counter[str] = Counter()

    def begin(self, sender: str) -> _Reading:
        task = asyncio.current_task()
        assert task is not None
        reading = _Reading(task, time.monotonic(), sender)
        self._now.add(reading)
        if not self._is_looking:
            self._is_looking = True
            asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)
        return reading

    def grow(self, reading: _Reading, size: int) -> None:
        """Note what has come of a body; raises Unavailable where all of them, or those of its sender, take too much."""
        self.size += size
        reading.size += size
        if reading.size <= _SMALL:
            return
        self._of_sender[reading.sender] += size
        reading.large += size
        if self.size > BUDGET or self._of_sender[reading.sender] > BUDGET // 4:
            raise Unavailable("too many large requests are being read", 1)

    def end(self, reading: _Reading) -> None:
        self._now.discard(reading)
        self.size -= reading.size
        if reading.large:
            self._of_sender[reading.sender] -= reading.large
            if not self._of_sender[reading.sender]:
                del self._of_sender[reading.sender]

    def _look(self) -> None:
        now = time.monotonic()
        for reading in list(self._now):
            if now - reading.since > SECONDS + reading.size / RATE:
                reading.is_late = True
                reading.task.cancel()
        self._is_looking = bool(self._now)
        if self._is_looking:
            asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)


_readings = _Readings()


async def read_body(receive: Receive, length: int, limit: int, more: str = "", *, sender: str = "") -> bytes:
    """Return the whole body of a request whose head says `length`, 0 where it says nothing.

    `sender` is the workspace or the address that it comes from.

    Raises TooLarge, which tells `more` besides the limit, Malformed where the body ends early or comes too slowly, and
    Unavailable while others take all the room.
    """
    reading = _readings.begin(sender)
    try:
        body = await _read(receive, reading, limit) if length <= _MOST_TAKEN else None
    except asyncio.CancelledError:
        if not reading.is_late:
            raise
        reading.task.uncancel()
        raise Malformed("the body did not come in time") from None
    finally:
        _readings.end(reading)
    if body is None:
        raise TooLarge(f"a body may have {limit} bytes{more}")
    return body


async def _read(receive: Receive, reading: _Reading, limit: int) -> bytes | None:
    """Read a body; None for one that is too large, which is taken all the same: a client that is still sending does
    not look for an answer."""
    message = await receive()
    body: bytes = message.get("body", b"")
    _readings.grow(reading, len(body))
    size = len(body)
    if message.get("more_body"):
        kept = bytearray(body)
        while message.get("more_body") and size <= _MOST_TAKEN:
            message = await receive()
            part = message.get("body", b"")
            size += len(part)
            if size <= limit:
                _readings.grow(reading, len(part))
                kept += part
        body = bytes(kept)
    if message["type"] == "http.disconnect":
        raise Malformed("the body ended early")
    return body if size <= limit else None


def declared_length(headers: list[tuple[bytes, bytes]]) -> int:
    """Return the length that the head of a request gives; 0 where it gives none."""
    value = next((value for name, value in headers if name == b"content-length"), b"")
    return int(value) if value.isdigit() else 0
