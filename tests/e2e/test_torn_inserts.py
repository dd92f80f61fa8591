"""A crash between the two writes by which the embedded event store takes an insert: a window of microseconds.

The store notes a block as taken first and moves its files into place then. What a crash in between leaves behind is made
here from what a whole insert leaves behind, for each of the tables that an event goes to.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import write_batch
from tests.support.clickhouse import ClickHouse
from tests.support.load import is_drained
from tests.support.server import RunningServer, eventually, free_port

EVENTS = 5
NUMBERS = {"conversions": "count()", "goal_days": "sum(conversions)", "events": "count()", "site_days": "sum(pageviews)"}
"""The tables, in the order in which a batch is written to them, and how many of its events each has."""


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose event store has a batch that the spool still holds, as after a crash between the two."""
    away = f"clickhouse://127.0.0.1:{free_port()}/default"
    server = RunningServer(tmp_path_factory.mktemp("crashed") / "data", {"GOALPOST_EVENTS_URL": away})
    try:
        site = server.start().make_site()
        site.goal("pageview", "contains", "/")
        assert site.send([{}] * EVENTS).status_code == 202
    finally:
        server.close()
    subprocess.run([sys.executable, write_batch.__file__, str(server.data)], check=True, timeout=60)
    return server.data


@pytest.mark.parametrize("table", ["", *NUMBERS])
def test_the_replay_counts_once(tmp_path: Path, crashed: Path, table: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(crashed, data, symlinks=True)
    if table:
        _tear(data / "events" / "data" / "default", table)

    server = RunningServer(data)
    try:
        server.start()
        eventually(lambda: is_drained(server), seconds=30, what="an empty spool")
    finally:
        server.close()

    assert _counts(data / "events") == dict.fromkeys(NUMBERS, EVENTS)


def _tear(tables: Path, table: str) -> None:
    """Take back the last part of the insert into `table`, and the inserts that come after it."""
    names = list(NUMBERS)
    for name in names[names.index(table) :]:
        directory = (tables / name).resolve()
        (part,) = [path for path in directory.iterdir() if path.name.startswith("20")]
        if name == table:
            part.rename(part.with_name(f"tmp_insert_{part.name}"))
        else:
            shutil.rmtree(part)
            for log in directory.glob("deduplication_logs/*"):
                log.write_bytes(b"")


def _counts(directory: Path) -> dict[str, int]:
    store = ClickHouse(directory).start()
    try:
        return {table: store.rows(f"SELECT {number} AS n FROM {table}")[0]["n"] for table, number in NUMBERS.items()}
    finally:
        store.close()
