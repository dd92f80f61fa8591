"""Load from wrk, and what it saw."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).with_name("replay.lua")


@dataclass(frozen=True)
class Requests:
    """Two files that replay.lua puts requests together from: a head and a tail, each drawn at random."""

    heads: Path
    tails: Path


@dataclass(frozen=True)
class Load:
    """The result of wrk: complete answers, their time, how slow, errors by status, and connections that broke off."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    longest_ms: float
    refused: int
    broken: int

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds

    @property
    def faults(self) -> str:
        """Return the faults in words; empty when there was none."""
        found = [(self.refused, "answers were errors"), (self.broken, "requests broke off or timed out")]
        return ", ".join(f"{count:,} {what}" for count, what in found if count)


def is_installed() -> bool:
    return shutil.which("wrk") is not None


def write_requests(folder: Path, heads: Iterable[str], tails: Iterable[str]) -> Requests:
    """Write the two files into a folder of their own below `folder`."""
    own = Path(tempfile.mkdtemp(prefix="requests-", dir=folder))
    requests = Requests(own / "heads", own / "tails")
    requests.heads.write_text("\0".join(heads), newline="")
    requests.tails.write_text("\0".join(tails), newline="")
    return requests


def wrk(url: str, requests: Requests, *, seconds: int, connections: int) -> Load:
    """Send requests as fast as they are answered."""
    command = _command(url, requests, seconds, connections, 0)
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    return _result(done.stdout, done.stderr)


@contextmanager
def background(url: str, requests: Requests, *, connections: int, pause_ms: int) -> Iterator[None]:
    """Send requests at a modest rate, each connection one in `pause_ms`, until the block is left."""
    child = subprocess.Popen(
        _command(url, requests, 3600, connections, pause_ms), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        child.kill()
        child.wait()


def _command(url: str, requests: Requests, seconds: int, connections: int, pause_ms: int) -> list[str]:
    options = ["-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(_SCRIPT)]
    return ["wrk", *options, url, "--", str(requests.heads), str(requests.tails), str(pause_ms)]


def _result(output: str, errors: str) -> Load:
    for line in output.splitlines():
        if line.startswith("RESULT "):
            answers, duration, p50, p99, longest, refused, broken = map(int, line.split()[1:])
            return Load(answers, duration / 1e6, p50 / 1e3, p99 / 1e3, longest / 1e3, refused, broken)
    raise RuntimeError(f"wrk told no result: {output}{errors}")
