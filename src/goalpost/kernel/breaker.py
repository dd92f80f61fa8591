"""A circuit breaker: what does not answer is left alone for a while, so that nobody waits for it in vain."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from goalpost.kernel.errors import Unavailable


class Unanswered(Exception):
    """A store did not answer at all, in contrast to one that was too slow for what it was asked."""


class Breaker:
    """Refuses at once after `failures` in a row, for `seconds`; then one caller at a time tries whether it answers.

    It measures time with a monotonic clock, which libraries for this do not.
    """

    def __init__(
        self, name: str, *, failures: int = 3, seconds: float = 3.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = name
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Try something that raises Unanswered when nothing answers; raises Unavailable then, and while it is open."""
        self._enter()
        try:
            yield
        except Unanswered as error:
            self._note_failure()
            raise Unavailable(str(error)) from error
        except BaseException:
            # Whatever else went wrong, something answered, or it was not asked.
            self.note_answer()
            raise
        else:
            self.note_answer()

    @property
    def is_open(self) -> bool:
        """Return whether callers are refused now."""
        with self._lock:
            return self._failures >= self._most and self._clock() < self._closed_until

    def note_answer(self) -> None:
        """Let callers in again: an answer came, be it by another way than through `guard`."""
        with self._lock:
            self._failures = 0

    def _enter(self) -> None:
        with self._lock:
            if self._failures < self._most:
                return
            now = self._clock()
            if now < self._closed_until:
                raise Unavailable(f"{self._name} does not answer", max(1, round(self._closed_until - now)))
            self._closed_until = now + self._seconds  # others wait for what this one finds out

    def _note_failure(self) -> None:
        with self._lock:
            self._failures += 1
            self._closed_until = self._clock() + self._seconds
