"""Batches taken out of a spool."""

from goalpost.conversions.ingest.spool import Spool


def drained(spool: Spool) -> list[bytes]:
    """Take every batch out; its events in order."""
    events = []
    while (batch := spool.next_batch(50_000)) is not None:
        events += batch.events
        spool.sent(batch, [])
    return events
