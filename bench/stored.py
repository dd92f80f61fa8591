"""Ten million events in a data directory, written through the real writer: what stats, size, start and memory need.

What opens the store does so in a process of its own, because an opened event store stays in a process's memory.
"""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from bench.harness import Measured, Run, in_child, new_site
from bench.month import events_of_a_month
from goalpost.conversions.events.client import Connections
from goalpost.conversions.events.day_totals import DayTotals
from goalpost.conversions.events.rows import conversion_row, event_row, uuid_bytes
from goalpost.conversions.events.writer import DeadRow, EventWriter
from goalpost.conversions.model.conversion_goals import GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType

_BATCH = 100_000
_SETTLED_AFTER = 2.0  # seconds without a merge
_SETTLED_WITHIN = 120.0
_SIZES = """
SELECT table, sum(rows), sum(bytes_on_disk) FROM system.parts
WHERE active AND database = currentDatabase() GROUP BY table
"""


_NUMBER = r"^/products/\d*%d-"

GOALS = [
    GoalDraft("Any product seen", Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "/products/")),
    *(GoalDraft(f"Product …{n}", Rule(Trigger.PAGEVIEW, MatchType.REGEX, _NUMBER % n)) for n in range(10)),
    GoalDraft("Help read", Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "/help/")),
]
"""Goals of the site. An event that reaches the first reaches one of the next ten, now as in the stored month."""


@dataclass(frozen=True)
class Written:
    """Rows and bytes on disk by table, the bytes of the rows as they were handed over, and how long it took."""

    rows: dict[str, int]
    disk: dict[str, int]
    handed_over: int
    seconds: float


@dataclass(frozen=True)
class Month:
    """A data directory with a month in it."""

    measured: Measured
    count: int
    written: Written


@contextmanager
def prepared_month(run: Run) -> Iterator[Month]:
    """A month of ten million events, a million of which convert; gone when the block is left."""
    count = run.pick(10_000_000, 200_000)
    with run.new_folder("month") as folder:
        measured = new_site(folder / "data", GOALS)
        run.report.say(f"storing {count:,} events …")
        goal_ids = [goal.id for goal in measured.goals]
        written = in_child(write, measured.data, measured.site.id, goal_ids, count)
        run.report.say(f"took {written.seconds:.0f} s")
        yield Month(measured, count, written)


def write(data: Path, site_id: UUID, goal_ids: list[UUID], count: int) -> Written:
    """Store a month of events up to now, and let the store come to rest."""
    started = time.monotonic()
    connections = Connections(_url(data))
    try:
        with ThreadPoolExecutor(1) as pool:
            batches = _Batches(pool, EventWriter(connections, DayTotals()))
            site_row = uuid_bytes(site_id)
            for event, conversions in events_of_a_month(site_id, goal_ids, count, datetime.now(UTC)):
                batches.add(event_row(event, site_row), [conversion_row(conversion) for conversion in conversions])
            batches.finish()
        seconds = time.monotonic() - started
        _settle(connections)
        rows, disk = _sizes(connections)
        return Written(rows, disk, batches.bytes, seconds)
    finally:
        connections.close()


def optimized(data: Path, copy: Path) -> dict[str, int]:
    """Bytes on disk by table after OPTIMIZE … FINAL of every table, on a copy of the store."""
    shutil.copytree(data / "events", copy / "events", symlinks=True)
    connections = Connections(_url(copy))
    try:
        for table in _sizes(connections)[0]:
            connections.writer().command(f"OPTIMIZE TABLE {table} FINAL")
        return _sizes(connections)[1]
    finally:
        connections.close()


class _Batches:
    """Hands rows to the writer a batch at a time, while the rows of the next one are made."""

    def __init__(self, pool: ThreadPoolExecutor, writer: EventWriter) -> None:
        self._pool = pool
        self._writer = writer
        self._number = 0
        self._events: list[bytes] = []
        self._conversions: list[bytes] = []
        self._written: Future[list[DeadRow]] | None = None
        self.bytes = 0

    def add(self, event: bytes, conversions: list[bytes]) -> None:
        self._events.append(event)
        self._conversions += conversions
        if len(self._events) >= _BATCH:
            self._hand_over()

    def finish(self) -> None:
        self._hand_over()
        self._wait()

    def _hand_over(self) -> None:
        self._wait()
        events, conversions = self._events, self._conversions
        self._number += 1
        self.bytes += sum(map(len, events)) + sum(map(len, conversions))
        token = f"bench-{self._number}"
        self._written = self._pool.submit(self._writer.write, events=events, conversions=conversions, token=token)
        self._events, self._conversions = [], []

    def _wait(self) -> None:
        dead = self._written.result() if self._written else []
        if dead:
            raise RuntimeError(f"the store refused {len(dead):,} rows: {dead[0][2]}")


def _url(data: Path) -> str:
    return f"chdb://{data.resolve() / 'events'}"


def _settle(connections: Connections) -> None:
    """Wait until the store has merged what it wants to merge by itself."""
    started = quiet_since = time.monotonic()
    while (now := time.monotonic()) - quiet_since < _SETTLED_AFTER and now - started < _SETTLED_WITHIN:
        time.sleep(0.1)
        if connections.writer().query("SELECT count() FROM system.merges").result_rows[0][0]:
            quiet_since = time.monotonic()


def _sizes(connections: Connections) -> tuple[dict[str, int], dict[str, int]]:
    found = connections.writer().query(_SIZES).result_rows
    return {row[0]: int(row[1]) for row in found}, {row[0]: int(row[2]) for row in found}
