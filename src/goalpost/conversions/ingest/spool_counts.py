"""Counts of what is in the spool, kept in memory: whoever asks reads no file and waits for nobody."""

from collections.abc import Iterable
from typing import NamedTuple

Gap = tuple[int, int]
"""The first and the last number of batches that other processes have put in."""


class Counted(NamedTuple):
    """The rows that wait, and the batches that they were counted of."""

    waiting: int
    known: int
    gaps: tuple[Gap, ...]


class SpoolCounts:
    """Rows that wait, batches set aside and dead letters, as far as this process knows them.

    Batches have rising numbers. Those up to `known` are counted but for `gaps`, which are other processes' and are
    counted by `catch_up`. Whoever calls holds the spool's lock.
    """

    def __init__(self, waiting: int, known: int) -> None:
        self.waiting = waiting
        self.known = known
        self.gaps: tuple[Gap, ...] = ()
        self.set_aside = 0
        self.dead_letters = 0
        self.dropped_letters = 0
        self._gone = 0

    def kept(self, batch: int, rows: int) -> None:
        """Count a batch that was put in."""
        if batch > self.known + 1:
            self.gaps = (*self.gaps, (self.known + 1, batch - 1))
        self.known = max(self.known, batch)
        self.waiting += rows

    def left(self, batches: Iterable[tuple[int, int]], last: int) -> None:
        """Count batches that are no longer to be sent, each with its rows; up to `last` none is left."""
        self.waiting -= sum(rows for batch, rows in batches if self._is_counted(batch))
        self._gone = max(self._gone, last)

    def catch_up(self, batches: Iterable[tuple[int, int]], before: Counted) -> None:
        """Count what other processes have put in, as it was read when `before` was counted.

        What lies beyond waits for the next time where more was kept here meanwhile.
        """
        is_quiet = self.known == before.known
        for batch, rows in batches:
            is_in_gap = any(first <= batch <= last for first, last in before.gaps)
            if batch > self._gone and (is_in_gap or (is_quiet and batch > before.known)):
                self.waiting += rows
            if is_quiet:
                self.known = max(self.known, batch)
        self.gaps = tuple(gap for gap in self.gaps if gap not in before.gaps)

    @property
    def counted(self) -> Counted:
        """Return the counts of now, to go back to or to catch up from."""
        return Counted(self.waiting, self.known, self.gaps)

    def recount(self, before: Counted) -> None:
        """Go back to what was counted before, as when batches that were counted are rolled back."""
        self.waiting, self.known, self.gaps = before

    def _is_counted(self, batch: int) -> bool:
        return batch <= self.known and not any(first <= batch <= last for first, last in self.gaps)
