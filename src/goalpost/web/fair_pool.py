"""Threads that are shared fairly: whoever asks for much waits behind its own requests, not before those of others."""

import asyncio
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar

from goalpost.kernel.errors import Unavailable

T = TypeVar("T")

MOST_WAITING = 1000
"""Pieces of work that may wait for a thread."""
MOST_OF_A_LANE = 200
"""Limit of pieces of one lane among these."""


@dataclass(slots=True)
class _Work:
    lane: Hashable
    do: Callable[[], Any]
    done: "Future[Any]"
    expires_at: float  # by the monotonic clock


class FairPool:
    """Does work on `threads` threads. Lanes take turns, and one lane has at most `a_lane` threads at a time."""

    def __init__(self, name: str, threads: int, a_lane: int) -> None:
        self._a_lane = a_lane
        self._changed = threading.Condition()
        self._waiting: OrderedDict[Hashable, deque[_Work]] = OrderedDict()
        self._count = 0
        self._running: Counter[Hashable] = Counter()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def take(self, do: Callable[[], T], *, lane: Hashable, seconds: float) -> T:
        """Do the work when the lane's turn comes.

        Raises Unavailable when too much waits already, when it was not done after so many seconds (a thread that hangs
        is not waited for), and when the loop ends.
        """
        done = self.submit(do, lane=lane, seconds=seconds)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(done)
        except TimeoutError:
            done.cancel()
            raise Unavailable("the request took too long") from None
        except asyncio.CancelledError:  # the loop ends, and cancels what has not
            raise Unavailable("the server is being stopped", 1) from None
        finally:
            del done  # its exception knows this frame: together they would stay until the collector comes

    def submit(self, do: Callable[[], T], *, lane: Hashable, seconds: float) -> "Future[T]":
        """Queue work that is dropped when it has not begun after so many seconds; raises Unavailable."""
        work = _Work(lane, do, Future(), time.monotonic() + seconds)
        with self._changed:
            queue = self._waiting.get(lane)
            if self._closed or self._count >= MOST_WAITING or (queue is not None and len(queue) >= MOST_OF_A_LANE):
                raise Unavailable("too many requests are waiting", 1)
            if queue is None:
                queue = self._waiting[lane] = deque()
            queue.append(work)
            self._count += 1
            self._changed.notify()
        return work.done

    def close(self, seconds: float = 5.0) -> None:
        """Finish what was begun or waits, within so many seconds; threads that hang are left behind."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        ends_at = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, ends_at - time.monotonic()))

    def _run(self) -> None:
        while (work := self._next()) is not None:
            lane = work.lane
            try:
                self._do(work)
            finally:
                del work  # a thread that waits shall keep nothing of a request
                with self._changed:
                    self._running[lane] -= 1
                    if not self._running[lane]:
                        del self._running[lane]
                    self._changed.notify()

    def _do(self, work: _Work) -> None:
        if time.monotonic() >= work.expires_at:
            work.done.cancel()
        if not work.done.set_running_or_notify_cancel():
            return
        try:
            result = work.do()
        except BaseException as error:
            work.done.set_exception(error)
            del work  # the exception knows this frame, and would keep itself and all that the work has read
        else:
            work.done.set_result(result)

    def _next(self) -> _Work | None:
        """Wait for work of a lane that may have another thread; None when the pool is closed and empty."""
        with self._changed:
            while True:
                for lane, queue in self._waiting.items():
                    if self._running[lane] < self._a_lane:
                        return self._begin(lane, queue)
                if self._closed and not self._count:
                    return None
                self._changed.wait()

    def _begin(self, lane: Hashable, queue: deque[_Work]) -> _Work:
        work = queue.popleft()
        self._count -= 1
        self._running[lane] += 1
        self._waiting.pop(lane)
        if queue:
            self._waiting[lane] = queue  # behind the other lanes
        return work
