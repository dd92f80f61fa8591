"""The ground of every part: the run's options and folder, the server as its own process, a site on it, its API."""

import http.client
import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from bench.report import Report
from goalpost.app import SCOPES
from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from goalpost.workspaces import create_workspace

API = "/api/v1/analytics"
_START_WITHIN = 120.0  # seconds; a server that takes longer is broken, not slow
_T = TypeVar("_T")


@dataclass
class Run:
    """One run of the benchmark: how large, where its files are, and where the figures go."""

    quick: bool
    folder: Path
    report: Report = field(default_factory=Report)

    def pick(self, full: _T, quick: _T) -> _T:
        return quick if self.quick else full

    @contextmanager
    def new_folder(self, name: str) -> Iterator[Path]:
        """A folder that is gone when the block is left."""
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self.folder))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


class Process:
    """A child that answers HTTP on 127.0.0.1, from the start of the block to its end.

    `ready_in` is how long it took from the start of the process until `probe` was answered with success.
    """

    def __init__(self, arguments: Sequence[str], *, probe: str, log: Path, port: int, env: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", *arguments]
        self._probe = probe
        self._log = log
        self._env = {**os.environ, **env}
        self.port = port
        self.ready_in = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        started = time.perf_counter()
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                self._command, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        try:
            while not self._is_ready():
                if self._child.poll() is not None or time.perf_counter() - started > _START_WITHIN:
                    raise RuntimeError(f"{' '.join(self._command)} did not start: {self._log.read_text()[-2000:]}")
                time.sleep(0.002)
        except BaseException:
            self.__exit__()
            raise
        self.ready_in = time.perf_counter() - started
        return self

    def __exit__(self, *_: object) -> None:
        self._child.terminate()
        try:
            self._child.wait(60)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()

    def get(self, path: str) -> bytes:
        """The body of a successful answer, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:300]!r}")
        return body

    def memory(self, kind: str = "VmRSS") -> int:
        """Bytes the process has in memory now, or at most had so far (VmHWM)."""
        for line in Path(f"/proc/{self._child.pid}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError(f"/proc tells no {kind}")

    def _is_ready(self) -> bool:
        try:
            self.get(self._probe)
        except (OSError, http.client.HTTPException, RuntimeError):
            return False
        return True


class Server(Process):
    """`goalpost serve` on a data directory, as an operator behind a proxy of this machine runs it.

    The limit of requests per address stays on; those of what requests cost are counted, and too high to be reached.
    Only the quota of the API, which no benchmark could live with, is off, and arrays need no key.
    """

    def __init__(self, data: Path, **more: str) -> None:
        port = free_port()
        env = {
            **more,
            "GOALPOST_DATA": str(data),
            "GOALPOST_PORT": str(port),
            "GOALPOST_TRUSTED_PROXIES": "127.0.0.1",
            "GOALPOST_API_LIMIT": "0",
            "GOALPOST_INGEST_ARRAY": "0",
            **{f"GOALPOST_{name}": str(10**9) for name in ("INGEST_EVENTS", "SITE_ROWS", "WORKSPACE_ROWS")},
            **{f"GOALPOST_{name}": str(10**6) for name in ("INGEST_MB", "SITE_MB", "WORKSPACE_MB")},
        }
        log = data.parent / f"{data.name}.log"
        super().__init__(["goalpost", "serve"], probe="/readyz", log=log, port=port, env=env)

    def metric(self, name: str) -> int:
        """A number of /metrics, summed over its labels."""
        lines = self.get("/metrics").decode().splitlines()
        return sum(int(float(line.split()[-1])) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


class Floor(Process):
    """The bare ASGI function, on the same server."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        super().__init__(["bench.bare_server", str(port)], probe="/", log=folder / "floor.log", port=port, env={})


@dataclass(frozen=True)
class Measured:
    """A site with its goals, in a data directory of its own, and a key that may do everything."""

    data: Path
    site: Site
    goals: list[ConversionGoal]
    key: str

    def get(self, server: Server, path: str, **query: str) -> Any:
        """Return the API's answer under the site's own path."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        text = "&".join(f"{name}={value}" for name, value in query.items())
        try:
            connection.request("GET", f"{self.path(path)}?{text}", headers={"authorization": f"Bearer {self.key}"})
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"GET {path} answered {answer.status}: {body[:300]!r}")
        return json.loads(body)["data"]

    def path(self, path: str) -> str:
        return f"{API}/sites/{self.site.key}{path}"


def new_site(data: Path, drafts: Sequence[GoalDraft]) -> Measured:
    """Make a workspace, a key, a site and its goals on a fresh data directory, before a server runs on it."""
    now = datetime.now(UTC)
    stores = Stores(Settings(data=data))
    try:
        with stores.writing() as db:
            workspace = create_workspace(db, name="bench", now=now)
            _, key = workspaces.create_key(
                db,
                workspace_id=workspace.id,
                name="bench",
                scopes=["*"],
                known_scopes=SCOPES,
                pepper=stores.pepper,
                now=now,
            )
            site = sites.create_site(db, workspace_id=workspace.id, domain="example.com", name="Bench", now=now)
            goals = [conversion_goals.create_goal(db, site=site, draft=draft, now=now) for draft in drafts]
    finally:
        stores.close()
    return Measured(data, site, goals, key)


def in_child(function: Callable[..., _T], *arguments: object) -> _T:
    """Return what the function returns in a process of its own, so that its memory and its stores end with it."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            return pool.submit(function, *arguments).result()
        except BaseException:
            # The pool would wait for the child; who ends the benchmark does not want to.
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
