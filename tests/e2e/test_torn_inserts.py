"""A crash between the two writes by which the embedded event store takes an insert: a window of microseconds.

The store notes a block as taken first and moves its files into place then. What a crash in between leaves behind is
made here from what a whole insert leaves behind, for each of the tables that an event goes to.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import store_batches
from tests.support.server import RunningServer, free_port

EVENTS = 5
NUMBERS = {
    "conversions": "count()",
    "goal_days": "sum(conversions)",
    "events": "count()",
    "site_days": "sum(pageviews)",
}
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
    assert _store("write", server.data) == dict.fromkeys(NUMBERS, EVENTS)
    return server.data


def _store(what: str, data: Path) -> dict[str, int]:
    """Do it in a process of its own; how many events each table has then."""
    command = [sys.executable, store_batches.__file__, what, str(data), json.dumps(NUMBERS)]
    return json.loads(subprocess.run(command, check=True, timeout=60, stdout=subprocess.PIPE).stdout)


@pytest.mark.parametrize("table", ["", *NUMBERS])
def test_the_replay_counts_once(tmp_path: Path, crashed: Path, table: str) -> None:
    data = tmp_path / "data"
    shutil.copytree(crashed, data, symlinks=True)
    if table:
        _tear(data / "events" / "data" / "default", table)

    assert _store("drain", data) == dict.fromkeys(NUMBERS, EVENTS)


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
