"""Arrays of 100 events: events a second, beside the bare ASGI function given the same bodies."""

import time
from collections.abc import Callable
from pathlib import Path

from bench import traffic
from bench.harness import Floor, Measured, Run, Server, new_site
from bench.ingest import Counted
from bench.load import Requests, wrk
from bench.report import Figure

SIZE = 100
CONNECTIONS = 8
TARGET = 100_000


def measure(run: Run) -> None:
    _measure_sender(run, "browsers", lambda folder, to: traffic.arrays(folder, to.site.key, SIZE))
    _measure_sender(run, "a server with a key", _trusted)


def _trusted(folder: Path, to: Measured) -> Requests:
    return traffic.trusted_arrays(folder, to.site.key, SIZE, to.key, int(time.time() * 1000))


def _measure_sender(run: Run, sender: str, write: Callable[[Path, Measured], Requests]) -> None:
    with run.new_folder("batch") as folder:
        measured = new_site(folder / "data", traffic.GOALS)
        requests = write(folder, measured)
        with Floor(folder) as process:
            load = wrk(process.url, requests, seconds=run.pick(4, 1), connections=CONNECTIONS)
            floor = load.per_second * SIZE
        with Server(measured.data) as server:
            load = wrk(server.url + "/api/event", requests, seconds=run.pick(10, 1), connections=CONNECTIONS)
            counted = Counted(server, measured, load, ended_at=time.perf_counter(), per_request=SIZE)
    rate = load.per_second * SIZE
    run.report.add(
        Figure(
            "batch",
            f"arrays of {SIZE} events from {sender}, {CONNECTIONS} connections",
            f"{rate:,.0f} events/s",
            load.p50_ms,
            load.p99_ms,
            f"{rate / floor:.1%} of {floor:,.0f} events/s",
            f"≥ {TARGET:,} events/s",
            rate >= TARGET,
            load.faults,
        )
    )
    run.report.add(counted.figure("batch"))
