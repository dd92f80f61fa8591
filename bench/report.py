"""Results, as lines and as the table at the end."""

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("granian", "uvloop", "chdb-core", "pysqlite3", "msgspec", "fastapi")
_HEADINGS = ("part", "what", "value", "p50 ms", "p99 ms", "to the floor", "target", "")
_INDENT = " " * 8


@dataclass(frozen=True)
class Figure:
    """One number with what it is held against; `met` is None where the target does not speak of it."""

    part: str
    what: str
    value: str = ""
    p50_ms: float | None = None
    p99_ms: float | None = None
    ratio: str = ""
    target: str = ""
    met: bool | None = None
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        latencies = ("" if value is None else f"{value:.2f}" for value in (self.p50_ms, self.p99_ms))
        return (self.part, self.what, self.value, *latencies, self.ratio, self.target, self._verdict())

    def lines(self) -> str:
        latency = "" if self.p50_ms is None else f"p50 {self.p50_ms:.2f} ms, p99 {self.p99_ms:.2f} ms"
        found = ", ".join(text for text in (self.value, latency, self.ratio) if text)
        verdict = f" [{self.target}: {self._verdict()}]" if self.target else ""
        note = f"\n{_INDENT}{self.note}" if self.note else ""
        return f"{self.part:7} {self.what}: {found}{verdict}{note}"

    def _verdict(self) -> str:
        return "" if self.met is None else "met" if self.met else "missed"


@dataclass
class Report:
    """Prints every figure as it is found, and all of them once more at the end."""

    figures: list[Figure] = field(default_factory=list)

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        print(figure.lines(), flush=True)

    def say(self, text: str) -> None:
        print(f"{_INDENT}{text}", flush=True)

    def print_table(self) -> None:
        rows = [_HEADINGS, *(figure.cells() for figure in self.figures)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
        numeric = {2, 3, 4}
        for row in rows:
            aligned = [
                cell.rjust(width) if column in numeric else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            print("  ".join(aligned).rstrip())


def machine(folder: Path) -> str:
    """Describe in one line what the figures were taken on; `folder` is where the data lies."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {_processor()}, {platform.system()} {platform.release()},"
        f" data on {_filesystem(folder)}, Python {platform.python_version()}, {libraries}"
    )


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _filesystem(folder: Path) -> str:
    """The type of file system below `folder`: on a tmpfs an fsync costs nothing, and the ingest figures mean little."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    below = [(point, kind) for point, kind in mounts if folder.resolve().is_relative_to(point)]
    return max(below, key=lambda found: len(found[0]))[1]
