"""From the start of the process until /readyz answers 200, on nothing and on a month."""

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from bench.harness import Run, Server
from bench.report import Figure
from bench.stored import Month

TARGET = 3.0


def measure(run: Run, month: Month) -> None:
    times = run.pick(5, 1)
    with run.new_folder("start") as folder:
        floor = median(_open_store(folder / f"bare-{number}") for number in range(times))
        empty = [_start(folder / f"data-{number}") for number in range(times)]
    stored = [_start(month.measured.data) for _ in range(times)]
    for what, seconds in (("an empty directory", empty), (f"{month.count:,} events", stored)):
        run.report.add(
            Figure(
                "start",
                f"ready on {what}, the slowest of {times}",
                f"{max(seconds):.2f} s",
                ratio=f"{max(seconds) / floor:.1f} x {floor:.2f} s to open a bare event store",
                target=f"≤ {TARGET:.0f} s",
                met=max(seconds) <= TARGET,
                note=f"median {median(seconds):.2f} s",
            )
        )


def _start(data: Path) -> float:
    _forget(data)
    with Server(data) as server:
        return server.ready_in


def _open_store(folder: Path) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bench.bare_store", str(folder)], check=True, capture_output=True, timeout=60)
    return time.perf_counter() - started


def _forget(folder: Path) -> None:
    """Have the system drop these files from memory, as after a restart of the machine; the programs' files stay."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                os.fdatasync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
