"""Quotas: so many requests for a key in a window, and what the response headers say of it."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, NoReturn

from goalpost.kernel.errors import RateLimited, TooLarge


class Allowance(NamedTuple):
    """Requests that an API allows: in a minute, and in a day where it has such a quota. 0 means unlimited."""

    minute: int
    day: int = 0


class Quota(NamedTuple):
    """A caller's standing: `reset_at` is in Unix seconds."""

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


@dataclass(slots=True)
class _Window:
    """A window that is open; `ends` by the monotonic clock."""

    ends: float
    spent: int = 0


class RateLimiter:
    """Fixed windows in memory, of `seconds` by a clock that only runs forward. A limit of 0 means no limit.

    At most `most_keys` windows are open at once; a further one ends the oldest.
    """

    def __init__(self, limit: int, seconds: int, *, most_keys: int = 100_000) -> None:
        self._limit = limit
        self._seconds = seconds
        self._most_keys = most_keys
        self._windows: OrderedDict[str, _Window] = OrderedDict()  # in the order in which they end
        self._lock = threading.Lock()

    def spend(self, key: str) -> Quota:
        """Take one request from the key's window; raises RateLimited when it is used up."""
        if not self._limit:
            return self._unlimited()
        now = time.monotonic()
        with self._lock:
            window = self._open(key, now)
            if window.spent >= self._limit:
                raise RateLimited(max(1, math.ceil(window.ends - now)))
            window.spent += 1
            return self._quota(window, now)

    def look(self, key: str) -> Quota:
        """Return the key's standing, without taking anything."""
        if not self._limit:
            return self._unlimited()
        now = time.monotonic()
        window = self._windows.get(key)
        is_open = window is not None and window.ends > now
        return self._quota(window if window and is_open else _Window(now + self._seconds), now)

    def check(self, key: str) -> None:
        """Raise RateLimited when the key's window is used up, without taking anything."""
        quota = self.look(key)
        if not quota.remaining:
            raise RateLimited(max(1, math.ceil(quota.reset_at - time.time())))

    def _open(self, key: str, now: float) -> _Window:
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            self._windows.pop(key, None)
            while self._windows and (len(self._windows) >= self._most_keys or self._oldest.ends <= now):
                self._windows.popitem(last=False)
            window = self._windows[key] = _Window(now + self._seconds)
        return window

    @property
    def _oldest(self) -> _Window:
        return next(iter(self._windows.values()))

    def _quota(self, window: _Window, now: float) -> Quota:
        return Quota(self._limit, max(0, self._limit - window.spent), time.time() + window.ends - now)

    def _unlimited(self) -> Quota:
        largest = 2**31 - 1
        return Quota(largest, largest, time.time() + self._seconds)


class Cost(NamedTuple):
    """Requests, events and bytes that are allowed in a window; 0 means no limit."""

    requests: int = 0
    events: int = 0
    size: int = 0


class IngestLimiter:
    """The same promise for the ingest path, where a look-up must cost next to nothing: one dict, emptied each window.

    Every key's window ends at the same time, so that a full clear replaces per-key expiry; so does it where there are
    more than `most_keys`. `now` is a monotonic clock's, in seconds.
    """

    def __init__(self, limits: Cost, seconds: int, *, most_keys: int = 100_000) -> None:
        self.limits = limits
        self._is_limited = any(limits)
        self._seconds = seconds
        self._most_keys = most_keys
        self._spent: dict[Hashable, list[int]] = {}
        self._window_ends = 0.0

    def spend(self, key: Hashable, cost: tuple[int, int, int], now: float) -> Quota | None:
        """Take requests, events and bytes from the key's window; raises RateLimited, and takes nothing, where there is
        less left, and TooLarge for what no window holds.

        The quota is that of requests; None where they are not limited.
        """
        if not self._is_limited:
            return None
        if now >= self._window_ends or len(self._spent) > self._most_keys:
            self._spent.clear()
            self._window_ends = now - now % self._seconds + self._seconds
        spent = self._spent.get(key)
        if spent is None:
            spent = self._spent[key] = [0, 0, 0]
        requests, events, size = spent[0] + cost[0], spent[1] + cost[1], spent[2] + cost[2]
        most = self.limits
        if (most[0] and requests > most[0]) or (most[1] and events > most[1]) or (most[2] and size > most[2]):
            self._refuse(cost, now)
        spent[:] = requests, events, size
        return Quota(most[0], most[0] - requests, time.time() + self._window_ends - now) if most[0] else None

    def _refuse(self, cost: tuple[int, int, int], now: float) -> NoReturn:
        limits = self.limits
        if (limits.events and cost[1] > limits.events) or (limits.size and cost[2] > limits.size):
            raise TooLarge(f"more than {limits.events or 'any'} events or {limits.size or 'any'} bytes a minute")
        raise RateLimited(max(1, math.ceil(self._window_ends - now)))
