"""Answers that need the event store: it is asked after the commit, on threads of its own, and never for long."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import Response

from goalpost.conversions.events.reader import EventReader
from goalpost.kernel.errors import Unavailable
from goalpost.web.base import Backend
from goalpost.web.fair_pool import FairPool

T = TypeVar("T")

SECONDS = 10.0
"""Seconds that an answer waits for the event store."""
_THREADS = 4


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """An answer that is made of numbers of the event store, by `ask`.

    `otherwise` is the answer where the store does not tell them; without one it is Unavailable. What was changed needs
    one: it is done, whatever the numbers are.
    """

    ask: Callable[[EventReader], T]
    otherwise: Callable[[], T] | None = None

    async def count(self, backend: Backend, render: Callable[[T], Response], *, lane: Hashable) -> Response:
        """Ask the event store, and render what it says on the same thread; raises Unavailable."""

        def answer() -> Response:
            return render(self.ask(backend.events))

        try:
            return await backend.statistics.take(answer, lane=lane, seconds=SECONDS)
        except Unavailable:
            if self.otherwise is None:
                raise
            return render(self.otherwise())


def new_pool() -> FairPool:
    """Return the threads that ask the event store: as many as it has connections for queries."""
    return FairPool("goalpost-statistics", _THREADS, _THREADS // 2)
