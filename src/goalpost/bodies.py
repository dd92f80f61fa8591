"""Bodies of requests, read within a deadline and a budget, whichever door they come to."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from starlette.types import Receive

from goalpost.core.errors import Malformed, TooLarge, Unavailable

SECONDS = 10.0
"""Time for a body, and a second more for each `RATE` bytes of it that have come."""
RATE = 64 * 1024
BUDGET = 128 * 1024 * 1024
"""Bytes of bodies that are being read at a time, all together."""
_SMALL = 64 * 1024  # bytes that a body may have whatever the budget says
_LOOK_EVERY = 1.0  # seconds


@dataclass(slots=True, eq=False)
class _Reading:
    """A body that is being read by a task."""

    task: "asyncio.Task[Any]"
    since: float
    size: int = 0
    is_late: bool = False


class _Readings:
    """The bodies being read in a loop, looked at every second as long as there are any."""

    def __init__(self) -> None:
        self._now: set[_Reading] = set()
        self._is_looking = False
        self.size = 0

    def begin(self) -> _Reading:
        task = asyncio.current_task()
        assert task is not None
        reading = _Reading(task, time.monotonic())
        self._now.add(reading)
        if not self._is_looking:
            self._is_looking = True
            asyncio.get_running_loop().call_later(_LOOK_EVERY, self._look)
        return reading

    def grow(self, reading: _Reading, size: int, limit: int) -> None:
        """Note what has come of a body; raises TooLarge and Unavailable."""
        self.size += size
        reading.size += size
        if reading.size > limit:
            raise too_large(limit)
        if self.size > BUDGET and reading.size > _SMALL:
            raise Unavailable("too many large requests are being read", 1)

    def end(self, reading: _Reading) -> None:
        self._now.discard(reading)
        self.size -= reading.size

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


async def read_body(receive: Receive, length: int, limit: int) -> bytes:
    """Return the whole body of a request whose head says `length`, 0 where it says nothing.

    Raises TooLarge, Malformed where it ends early or comes too slowly, and Unavailable while others take all the room.
    """
    if length > limit:
        await _leave(receive, length, limit)
        raise too_large(limit)
    reading = _readings.begin()
    try:
        return await _read(receive, reading, limit)
    except asyncio.CancelledError:
        if not reading.is_late:
            raise
        reading.task.uncancel()
        raise Malformed("the body did not come in time") from None
    finally:
        _readings.end(reading)


async def _read(receive: Receive, reading: _Reading, limit: int) -> bytes:
    message = await receive()
    body: bytes | bytearray = message.get("body", b"")
    _readings.grow(reading, len(body), limit)
    if message.get("more_body"):
        body = bytearray(body)
        while message.get("more_body"):
            message = await receive()
            part = message.get("body", b"")
            _readings.grow(reading, len(part), limit)
            body += part
    if message["type"] == "http.disconnect":
        raise Malformed("the body ended early")
    return bytes(body)


async def _leave(receive: Receive, length: int, limit: int) -> None:
    """Take a body that is a little too large and forget it: a client that is still sending does not see an answer."""
    if length > 2 * limit:
        return
    reading = _readings.begin()
    try:
        while (await receive()).get("more_body"):
            pass
    except asyncio.CancelledError:
        if not reading.is_late:
            raise
        reading.task.uncancel()
    finally:
        _readings.end(reading)


def too_large(limit: int) -> TooLarge:
    """Return the error for a body of more than `limit` bytes."""
    return TooLarge(f"a body may have {limit} bytes")


def declared_length(headers: list[tuple[bytes, bytes]]) -> int:
    """Return the length that the head of a request gives; 0 where it gives none."""
    value = next((value for name, value in headers if name == b"content-length"), b"")
    return int(value) if value.isdigit() else 0
