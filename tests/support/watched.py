"""A server that notes every call of its event loop's thread that may wait for a store, a file or a compiler.

`python -m tests.support.watched REPORT` serves like `goalpost serve`, and writes to the file REPORT, a line each, what
was called and from where. Python tells a profiler of each call of a C function on the thread it is set for, and only
that thread is watched: https://docs.python.org/3/library/sys.html#sys.setprofile.
"""

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from goalpost.server import serve
from goalpost.settings import Settings

STORES = ("pysqlite3.", "psycopg", "chdb", "_chdb", "clickhouse_connect", "sqlite3.")
FUNCTIONS = {("time", "sleep"), ("_socket", "getaddrinfo"), ("posix", "fsync"), ("posix", "fdatasync")}
COMPILERS = {"Compile", "make_automaton"}  # of RE2's sets, and of the automaton of substrings


def is_blocking(function: Any) -> bool:
    """Ask whether a C function may keep its thread waiting, or busy for long."""
    owner = getattr(function, "__self__", None)
    module = getattr(function, "__module__", None) or ""
    kind = "" if owner is None else type(owner).__module__ + "." + type(owner).__name__
    name = getattr(function, "__name__", "")
    return module.startswith(STORES) or kind.startswith(STORES) or (module, name) in FUNCTIONS or name in COMPILERS


def watch(report: Path) -> Callable[[FrameType, str, Any], None]:
    """Make the profiler of the thread."""

    def note(frame: FrameType, event: str, function: Any) -> None:
        if event == "c_call" and is_blocking(function):
            sys.setprofile(None)
            callers = [f"{Path(call.filename).name}:{call.lineno}" for call in traceback.extract_stack(frame)[-8:]]
            with report.open("a") as file:
                file.write(f"{function!r} {' < '.join(reversed(callers))}\n")
            sys.setprofile(note)

    return note


def main() -> None:
    """Serve, and watch from the moment on at which requests are taken."""
    report = Path(sys.argv[1])

    def on_ready(_url: str) -> None:
        report.touch()
        sys.setprofile(watch(report))

    serve(Settings(), on_ready)


if __name__ == "__main__":
    main()
