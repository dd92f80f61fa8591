"""Counts of what is in the spool, kept in memory: whoever asks reads no file and waits for nobody."""

from collections.abc import Iterable


class SpoolCounts:
    """Rows that wait, batches set aside and dead letters, as far as this process knows them.

    Batches have rising numbers. Those up to `known` are counted; a batch of another process leaves a gap, from which on
    nothing is counted until `catch_up` is told what lies beyond. Whoever calls holds the spool's lock.
    """

    def __init__(self) -> None:
        self.waiting = 0
        self.known = 0
        self.set_aside = 0
        self.dead_letters = 0
        self.dropped_letters = 0
        self._gone = 0

    def kept(self, batch: int, rows: int) -> None:
        """Count a batch that was put in."""
        if batch == self.known + 1:
            self.known = batch
            self.waiting += rows

    def left(self, batches: Iterable[tuple[int, int]], last: int) -> None:
        """Count batches that are no longer to be sent, each with its rows; up to `last` none is left."""
        self.waiting -= sum(rows for batch, rows in batches if batch <= self.known)
        self._gone = max(self._gone, last)

    def catch_up(self, batches: Iterable[tuple[int, int]], since: int) -> None:
        """Count the batches beyond `since`, as they were read: without those that have left meanwhile."""
        if since != self.known:
            return
        for batch, rows in batches:
            self.known = max(self.known, batch)
            if batch > self._gone:
                self.waiting += rows

    def recount(self, waiting: int, known: int) -> None:
        """Go back to what was counted before, as when batches that were counted are rolled back."""
        self.waiting, self.known = waiting, known
