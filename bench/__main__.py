"""`python -m bench [part …] [--quick]`: measure, and print each figure with its floor and its target."""

import argparse
import os
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import batch, customer_goals, goal_queries, ingest, load, match, memory, size, start, stats, stored
from bench.harness import Run
from bench.report import machine

ALONE: dict[str, Callable[[Run], None]] = {
    "ingest": ingest.measure,
    "batch": batch.measure,
    "match": match.measure,
    "goals": customer_goals.measure,
    "goal-queries": goal_queries.measure,
}
ON_A_MONTH: dict[str, Callable[[Run, stored.Month], None]] = {
    "size": size.measure,
    "start": start.measure,
    "stats": stats.measure,
    "memory": memory.measure,
}
"""In this order, because stats and memory add events to the month."""


def main() -> int:
    """Run what was asked for. A missed target is a finding and no failure; 1 means that something was not measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"{', '.join([*ALONE, *ON_A_MONTH])}; all by default")
    parser.add_argument("--quick", action="store_true", help="small and short: whether it works, not what it reaches")
    options = parser.parse_args()
    if unknown := set(options.parts) - {*ALONE, *ON_A_MONTH}:
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    if not load.is_installed():
        print("bench needs the load generator wrk. On Debian: sudo apt-get install wrk", file=sys.stderr)
        return 1
    _prepare_process()
    with tempfile.TemporaryDirectory(prefix="goalpost-bench-") as folder:
        return _measure(Run(options.quick, Path(folder)), set(options.parts) or {*ALONE, *ON_A_MONTH})


def _measure(run: Run, parts: set[str]) -> int:
    started = time.monotonic()
    print(f"machine: {machine(run.folder)}")
    if run.quick:
        print("quick: sizes and times are smaller than what the targets speak of")
    done = [_attempt(partial(part, run)) for name, part in ALONE.items() if name in parts]
    if parts & ON_A_MONTH.keys():
        done.append(_attempt(partial(_measure_month, run, parts)))
    print()
    run.report.print_table()
    print(f"\n{time.monotonic() - started:.0f} s in all")
    return 0 if all(done) else 1


def _measure_month(run: Run, parts: set[str]) -> None:
    with stored.prepared_month(run) as month:
        for name, part in ON_A_MONTH.items():
            if name in parts:
                part(run, month)


def _attempt(measure: Callable[[], None]) -> bool:
    """Return whether it could be measured; a failure is told, and the other parts go on."""
    try:
        measure()
    except Exception:
        traceback.print_exc()
        return False
    return True


def _prepare_process() -> None:
    # The operator's own settings would change what is measured, or lead to the operator's own stores.
    for name in [name for name in os.environ if name.startswith("GOALPOST_")]:
        del os.environ[name]
    # A terminated benchmark stops its servers and removes its folders too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
