"""Quotas: so many requests for a key in a window, and what the response headers say of it."""

import math
import time
from datetime import UTC, datetime
from typing import NamedTuple

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from goalpost.core.errors import RateLimited


class Allowance(NamedTuple):
    """Requests that an API allows: in a minute, and in a day where it has such a quota. 0 means unlimited."""

    minute: int
    day: int = 0


class Quota(NamedTuple):
    """Where a caller stands: `reset_at` is in Unix seconds."""

    limit: int
    remaining: int
    reset_at: float

    def headers(self, *, iso: bool = False) -> list[tuple[bytes, bytes]]:
        """The response headers that tell a client where it stands; the reset in Unix seconds, or as ISO 8601."""
        return [
            (b"x-ratelimit-limit", b"%d" % self.limit),
            (b"x-ratelimit-remaining", b"%d" % self.remaining),
            (b"x-ratelimit-reset", self._iso_reset() if iso else b"%d" % math.ceil(self.reset_at)),
        ]

    def _iso_reset(self) -> bytes:
        moment = datetime.fromtimestamp(self.reset_at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()


class RateLimiter:
    """Fixed windows in memory. A limit of 0 is no limit."""

    def __init__(self, limit: int, seconds: int) -> None:
        self._limit = limit
        self._seconds = seconds
        self._item = RateLimitItemPerSecond(limit, seconds) if limit else None
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def spend(self, key: str) -> Quota:
        """Take one request from the key's window; raises RateLimited when it is used up."""
        if self._item is None:
            return self._unlimited()
        allowed = self._limiter.hit(self._item, key)
        if not allowed:
            reset_at = self._limiter.get_window_stats(self._item, key).reset_time
            raise RateLimited(max(1, math.ceil(reset_at - time.time())))
        return self.look(key)

    def look(self, key: str) -> Quota:
        """Where the key stands, without taking anything."""
        if self._item is None:
            return self._unlimited()
        stats = self._limiter.get_window_stats(self._item, key)
        reset_at = stats.reset_time if stats.remaining < self._limit else time.time() + self._seconds
        return Quota(self._limit, max(0, stats.remaining), reset_at)

    def _unlimited(self) -> Quota:
        largest = 2**31 - 1
        return Quota(largest, largest, time.time() + self._seconds)


class IngestLimiter:
    """The same promise for the ingest path, where a look-up must cost next to nothing: one dict, emptied each window.

    Every key's window ends at the same time, so that a full clear replaces per-key expiry. A limit of 0 is no limit.
    """

    def __init__(self, limit: int, seconds: int) -> None:
        self.limit = limit
        self._seconds = seconds
        self._counts: dict[str, int] = {}
        self._window_ends = 0.0

    def spend(self, key: str, now: float) -> Quota | None:
        """Take one request of the key's window at Unix time `now`; raises RateLimited when it is used up."""
        if not self.limit:
            return None
        if now >= self._window_ends:
            self._counts.clear()
            self._window_ends = now - now % self._seconds + self._seconds
        count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > self.limit:
            raise RateLimited(max(1, math.ceil(self._window_ends - now)))
        return Quota(self.limit, self.limit - count, self._window_ends)
