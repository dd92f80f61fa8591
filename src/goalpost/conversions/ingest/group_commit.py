"""One fsync for many requests: whoever arrives while a commit is going on shares the next one."""

import asyncio
import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import Unavailable

_Waiting = tuple[Sequence[Accepted], "asyncio.Future[set[int]]", int, float]
"""A request's events, its future, the bytes of their rows, and when it came."""

MOST_EVENTS = 20_000
"""A commit takes no further request once it holds this many events."""
MOST_BYTES = 8 << 20
"""Nor once their rows have this many bytes."""
MOST_WAITING = 64 << 20
"""Bytes of rows that may wait for a commit; a request alone may have more."""
_SLOW = 1.0  # seconds after which a commit that fails says that the next one would wait in vain, too
_REST = 1.0  # seconds for which nobody tries then


class GroupCommit:
    """Keeps events in the spool from a thread of its own; requests wait on the loop that made this."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._waiting_bytes = 0  # of the loop's thread alone
        # Not None while the spool takes nothing: when the next request may try. The others are told so at once.
        self._closed_until: float | None = None
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="group-commit")
        self._thread.start()

    def keep(self, accepted: Sequence[Accepted]) -> "asyncio.Future[set[int]]":
        """A future that is done when the events are on the disk: the indices of those that were there already.

        It raises Unavailable when the spool cannot take them, or too much waits for it already.
        """
        future: asyncio.Future[set[int]] = self._loop.create_future()
        size = accepted[0].size if len(accepted) == 1 else sum(item.size for item in accepted)
        if self._waiting_bytes and self._waiting_bytes + size > MOST_WAITING:
            future.set_exception(Unavailable("too many events wait for the disk", retry_after=1))
            return future
        now = time.monotonic()
        if self._closed_until is not None:
            if now < self._closed_until:
                future.set_exception(Unavailable("the spool takes no events now"))
                return future
            self._closed_until = math.inf  # this one finds out
        self._waiting_bytes += size
        self._queue.put((accepted, future, size, now))
        return future

    def close(self) -> None:
        """Commit what is waiting and end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            waiting, ended = self._gather(first)
            if not self._commit(waiting):
                ended |= self._turn_away()
            if ended:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Everyone who waits by now, and whether the end was among them."""
        waiting, events, size = [first], len(first[0]), first[2]
        try:
            while events < MOST_EVENTS and size < MOST_BYTES:
                request = self._queue.get_nowait()
                if request is None:
                    return waiting, True
                waiting.append(request)
                events += len(request[0])
                size += request[2]
        except Empty:
            pass
        return waiting, False

    def _commit(self, waiting: list[_Waiting]) -> bool:
        """Commit the events of requests and tell them; false where the spool let them wait in vain."""
        results: list[set[int] | Exception]
        began, in_vain = time.monotonic(), False
        try:
            events = [item for accepted, *_ in waiting for item in accepted]
            repeated = self._spool.keep(events, began - waiting[0][3])
            results = list(_shares(waiting, repeated)) if repeated else [_NONE] * len(waiting)
        except Exception as error:
            failure = error if isinstance(error, Unavailable) else Unavailable(f"the spool failed: {error}")
            # Where it comes from is this frame, with every event that waits: they would keep each other in memory.
            results = [failure.with_traceback(None)] * len(waiting)
            in_vain = time.monotonic() - began > _SLOW
        self._closed_until = time.monotonic() + _REST if in_vain else None
        self._loop.call_soon_threadsafe(self._settle, waiting, results)
        return not in_vain

    def _turn_away(self) -> bool:
        """Refuse everybody who came during a commit that failed, and say whether the end was among them."""
        waiting: list[_Waiting] = []
        ended = False
        while not ended:
            try:
                request = self._queue.get_nowait()
            except Empty:
                break
            ended = request is None
            if request is not None:
                waiting.append(request)
        if waiting:
            refusal = Unavailable("the spool takes no events now")
            self._loop.call_soon_threadsafe(self._settle, waiting, [refusal] * len(waiting))
        return ended

    def _settle(self, waiting: list[_Waiting], results: Sequence[set[int] | Exception]) -> None:
        for (_, future, size, _), result in zip(waiting, results, strict=True):
            self._waiting_bytes -= size
            if future.done():  # the request was cancelled; its events are kept all the same
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)


@contextmanager
def group_commit(spool: Spool) -> Iterator[GroupCommit]:
    """A GroupCommit that ends with the block, whatever happens in it."""
    commit = GroupCommit(spool)
    try:
        yield commit
    finally:
        commit.close()


_NONE: set[int] = set()


def _shares(waiting: list[_Waiting], repeated: set[int]) -> list[set[int] | Exception]:
    """Each request's own part of the repeated indices."""
    shares: list[set[int] | Exception] = []
    start = 0
    for accepted, *_ in waiting:
        shares.append({index - start for index in repeated if start <= index < start + len(accepted)})
        start += len(accepted)
    return shares
