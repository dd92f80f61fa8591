"""Bounds on the bodies that are read at a time: one sender's share, and everybody's."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from goalpost.kernel import bodies
from goalpost.kernel.errors import Malformed, TooLarge, Unavailable

LIMIT = 1_000_000


def sent(*parts: bytes, hold: asyncio.Event | None = None) -> Callable[[], Awaitable[dict[str, Any]]]:
    """Give a body in parts; wait before the last of them."""
    left = list(parts)

    async def receive() -> dict[str, Any]:
        if hold is not None and len(left) == 1:
            await hold.wait()
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    return receive


def test_a_sender_has_a_share_of_what_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow uploads of one workspace turned away the arrays of all others."""
    monkeypatch.setattr(bodies, "BUDGET", 400_000)

    async def read() -> None:
        hold, large = asyncio.Event(), b"x" * 90_000
        slow = asyncio.create_task(bodies.read_body(sent(large, b"y", hold=hold), 0, LIMIT, sender="a"))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="too many large requests"):
            await bodies.read_body(sent(large, b"y"), 0, LIMIT, sender="a")
        assert len(await bodies.read_body(sent(b"z" * 60_000, b"z"), 0, LIMIT, sender="a")) == 60_001, "small ones pass"
        assert await bodies.read_body(sent(large), len(large), LIMIT, sender="a") == large, "it was there at once"
        assert await bodies.read_body(sent(large, b"y"), 0, LIMIT, sender="b") == large + b"y"
        hold.set()
        assert await slow == large + b"y"
        assert await bodies.read_body(sent(large), len(large), LIMIT, sender="a") == large

    asyncio.run(read())


def test_a_body_that_is_too_large_is_read_and_rejected() -> None:
    async def read() -> None:
        for length in (0, LIMIT + 1):
            with pytest.raises(TooLarge, match="a body may have 1000000 bytes, or more"):
                await bodies.read_body(sent(b"x" * LIMIT, b"x"), length, LIMIT, ", or more")
        with pytest.raises(TooLarge):
            await bodies.read_body(sent(), 10**12, LIMIT)  # without a look at it

        async def gone() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        with pytest.raises(Malformed, match="ended early"):
            await bodies.read_body(gone, 10, LIMIT)

    asyncio.run(read())


def test_parts_count_with_what_they_take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Byte by byte a body takes many times its size."""
    monkeypatch.setattr(bodies, "BUDGET", 8_000_000)
    parts = [b"x" * 66_000, *[b"y"] * 40_000]

    async def read() -> bytes:
        return await bodies.read_body(sent(*parts), 0, LIMIT, sender="a")

    assert asyncio.run(read()) == b"".join(parts)
    monkeypatch.setattr(bodies, "BUDGET", 4_000_000)
    with pytest.raises(Unavailable):
        asyncio.run(read())
    assert (bodies._readings._taken, bodies._readings._in_parts) == (0, {})
