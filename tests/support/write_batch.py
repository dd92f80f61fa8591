"""Writes the spool's next batch to the embedded event store and ends, as a process that dies before the spool learns of it.

Run as a process of its own: `python write_batch.py DATA`.
"""

import sys
from pathlib import Path

from goalpost.events.client import Connections
from goalpost.events.day_totals import DayTotals
from goalpost.events.writer import EventWriter
from goalpost.ingest.drain import MAX_ROWS
from goalpost.settings import Settings
from goalpost.stores import Stores


def main(data: Path) -> None:
    stores = Stores(Settings(data=data))
    batch = stores.spool.next_batch(MAX_ROWS)
    assert batch is not None, "the spool is empty"
    connections = Connections(f"chdb://{data.resolve() / 'events'}")
    dead = EventWriter(connections, DayTotals()).write(
        events=batch.events, conversions=batch.conversions, token=batch.token
    )
    assert not dead
    connections.close()
    stores.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
