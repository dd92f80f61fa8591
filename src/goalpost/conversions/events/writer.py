"""The one way into the event store: whole batches under a token, so that a replay is stored once."""

import time
from collections.abc import Sequence
from tempfile import NamedTemporaryFile
from typing import Any

from clickhouse_connect.driver import Client
from clickhouse_connect.driver.binding import format_query_value

from goalpost.conversions.events.client import Connections, Refused, translated
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.reconciliation import Reconciliation
from goalpost.conversions.events.rows import CONVERSIONS, EVENTS, Table, goal_and_day, known
from goalpost.conversions.events.schema import upgrade

DeadRow = tuple[Table, bytes, str]
"""A row the store refuses for good, with its reason."""

_SETTINGS = {
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,  # or the rollups would count a replay again
    "max_partitions_per_insert_block": 0,  # an import may span years
    "async_insert": 0,
}


class EventWriter:
    """Writes batches; for one thread at a time."""

    def __init__(self, connections: Connections, totals: DayTotals) -> None:
        self._connections = connections
        self._totals = totals
        self._upgraded = False

    def prepare(self) -> None:
        """Connect, and bring the tables up to date once; raises Unavailable."""
        if not self._upgraded:
            with translated():
                upgrade(self._connections.writer())
            self._upgraded = True

    def write(self, *, events: Sequence[bytes], conversions: Sequence[bytes], token: str) -> list[DeadRow]:
        """Store a batch; returns the rows that the store refuses for good. Raises Unavailable when it cannot now.

        The same batch under the same token is stored once, however often this is called. Conversions go first, so
        that an event that can be seen has its conversions there too.
        """
        self.prepare()
        dead = self._insert(CONVERSIONS, conversions, token)
        refused = {row for _, row, _ in dead}
        # The store takes more than a calendar can name, such as days after the year 9999.
        self._totals.forget(set(known(goal_and_day, (row for row in conversions if row not in refused))))
        return dead + self._insert(EVENTS, events, token)

    def write_again(self, *, events: Sequence[bytes], conversions: Sequence[bytes], token: str) -> list[DeadRow]:
        """Store a batch that may be stored in part; as `write` otherwise.

        A server that outlived us knows its tokens. The embedded store went down with the process, maybe between noting
        a token and keeping its rows, so its tokens prove nothing: it is asked for each row, and what the batch touches
        of the rollups is made anew.
        """
        if not self._connections.embedded:
            return self.write(events=events, conversions=conversions, token=token)
        self.prepare()
        with translated():
            reconciliation = Reconciliation(self._connections.writer(), events, conversions)
            missing_events, missing_conversions = reconciliation.missing()
        fresh = f"{token}-{time.time_ns():x}"
        dead = self._insert(CONVERSIONS, missing_conversions, fresh) + self._insert(EVENTS, missing_events, fresh)
        with translated():
            reconciliation.rebuild_rollups()
        self._totals.forget(known(goal_and_day, conversions))
        return dead

    def _insert(self, table: Table, rows: Sequence[bytes], token: str) -> list[DeadRow]:
        if not rows:
            return []
        try:
            self._send(table, rows, token)
        except Refused as error:
            if len(rows) == 1:
                return [(table, rows[0], str(error))]
            middle = len(rows) // 2
            return self._insert(table, rows[:middle], token + "a") + self._insert(table, rows[middle:], token + "b")
        return []

    def _send(self, table: Table, rows: Sequence[bytes], token: str) -> None:
        header = table.header
        block = b"".join([row[len(header) :] if row.startswith(header) else table.values(row) for row in rows])
        settings = {**_SETTINGS, "insert_deduplication_token": token}
        with translated():
            writer = self._connections.writer()
            if self._connections.embedded:
                _insert_from_file(writer, table, block, settings)
            else:
                writer.raw_insert(table.name, table.columns, block, settings=settings, fmt="MsgPack")
        self._connections.note_written()


def _insert_from_file(writer: Client, table: Table, block: bytes, settings: dict[str, Any]) -> None:
    """Hand rows to the store in this process.

    It reads plain columns and casts them whole, which takes it half the time of reading into dictionaries row by row.
    """
    structure = ", ".join(f"{column} {kind}" for column, kind in table.types.items())
    with NamedTemporaryFile() as file:
        file.write(block)
        file.flush()
        given = ", ".join(format_query_value(text) for text in (file.name, "MsgPack", structure))
        clause = ", ".join(f"{name} = {format_query_value(value)}" for name, value in settings.items())
        writer.command(f"INSERT INTO {table.name} SELECT * FROM file({given}) SETTINGS {clause}")
