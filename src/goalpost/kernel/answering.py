"""Probes that ask the stores all the time whether they answer, so that whoever wants to know waits for nobody."""

import time
from collections.abc import Callable
from typing import NamedTuple

PERIOD = 2.0
"""Seconds from one question to the next."""
_PATIENCE = 10.0  # seconds since the last answer after which a store is said not to answer


class Probe:
    """Asks one store, and knows when it answered last, by the monotonic clock.

    `refuses` says whether callers are turned away unasked, as they are after failures in a row.
    """

    def __init__(self, ask: Callable[[], object], refuses: Callable[[], bool]) -> None:
        self._ask = ask
        self._refuses = refuses
        self._answered_at: float | None = None

    def look(self) -> None:
        """Ask the store; raises what it raises."""
        self._ask()
        self._answered_at = time.monotonic()

    @property
    def answers(self) -> bool:
        """Return whether the store answered within the last seconds, and is asked at all now."""
        recently = self._answered_at is not None and time.monotonic() - self._answered_at < _PATIENCE
        return recently and not self._refuses()


class Probes(NamedTuple):
    """A probe of each store."""

    relational: Probe
    events: Probe
