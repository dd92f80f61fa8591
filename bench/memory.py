"""The server's resident memory on a month: at rest, under load, and while a dashboard asks for every dimension."""

import subprocess
import sys
import time

from bench import traffic
from bench.harness import Run, Server
from bench.load import background, wrk
from bench.report import Figure
from bench.stats import stats_paths
from bench.stored import Month
from goalpost.conversions.events.reader import DIMENSIONS

TARGET_MB = 800
_MB = 1_000_000


def measure(run: Run, month: Month) -> None:
    measured = month.measured
    with run.new_folder("memory") as folder:
        command = [sys.executable, "-m", "bench.bare_store", str(folder / "bare")]
        floor = int(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout)
        events = traffic.single_events(folder, measured.site.key)
        questions = traffic.gets(folder, stats_paths(month, 0, 11), measured.key)
        with Server(measured.data) as server:
            _report(run, f"{month.count:,} events, at rest after the start", server.memory(), floor)
            with background(server.url + "/api/event", events, connections=64, pause_ms=0):
                wrk(server.url, questions, seconds=run.pick(20, 2), connections=4)
                _report(run, "events and goal statistics at full speed, the peak", server.memory("VmHWM"), floor)
                times = [_ask_everything(server, month) for _ in range(run.pick(5, 2))]
                _report(
                    run,
                    "and site statistics by every dimension, the peak",
                    server.memory("VmHWM"),
                    floor,
                    f"the slowest of these took {max(times):.1f} s",
                )


def _ask_everything(server: Server, month: Month) -> float:
    started = time.perf_counter()
    month.measured.get(server, "/stats", period="30d", dimensions=",".join(DIMENSIONS))
    return time.perf_counter() - started


def _report(run: Run, what: str, found: int, floor: int, note: str = "") -> None:
    run.report.add(
        Figure(
            "memory",
            what,
            f"{found / _MB:,.0f} MB",
            ratio=f"{found / floor:.2f} x {floor / _MB:,.0f} MB of a bare event store",
            target=f"≤ {TARGET_MB} MB",
            met=found <= TARGET_MB * _MB,
            note=note,
        )
    )
