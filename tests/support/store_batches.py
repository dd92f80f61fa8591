"""Takes what waits in a spool to the embedded event store, whole or as a process does that dies amid it.

Run as a process of its own: `python store_batches.py (write|drain) DATA NUMBERS`. `write` stores the next batch and
ends before the spool learns of it; `drain` does what a start does. Prints the numbers asked for, by table.
"""

import json
import sys
from pathlib import Path

from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.writer import EventWriter
from goalpost.conversions.ingest.drain import MAX_ROWS
from goalpost.settings import Settings
from goalpost.stores import EventStore, Stores


def main(what: str, data: Path, numbers: dict[str, str]) -> None:
    stores = Stores(Settings(data=data))
    if what == "write":
        _write_one(stores, _connections(data))
    else:
        events = EventStore(stores)
        events.drain.flush()
        events.close()
    stores.close()

    connections = _connections(data)
    with connections.reader() as client:
        counted = {table: client.query(f"SELECT {number} FROM {table}").first_item for table, number in numbers.items()}
    connections.close()
    print(json.dumps({table: next(iter(row.values())) for table, row in counted.items()}))


def _connections(data: Path) -> Connections:
    return Connections(f"chdb://{data.resolve() / 'events'}")


def _write_one(stores: Stores, connections: Connections) -> None:
    batch = stores.spool.next_batch(MAX_ROWS)
    assert batch is not None, "the spool is empty"
    writer = EventWriter(connections, DayTotals())
    dead = writer.write(events=batch.events, conversions=batch.conversions, token=batch.token)
    assert not dead
    connections.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]))
