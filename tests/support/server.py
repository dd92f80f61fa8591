"""The real server as its own process, and what tests ask of it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Connection

from goalpost.app import SCOPES
from goalpost.relational import Relational
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from goalpost.workspaces import create_workspace
from tests.support.commands import Done, run_command

API = "/api/v1/analytics"
PREFIX = "GOALPOST_"
"""Prefix of the names of settings."""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(condition, *, seconds: float = 10.0, what: str = "the condition"):
    """The first true value of `condition`, asked again until then."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.02)
    return found


@dataclass
class Workspace:
    """A workspace of its own with a key for everything."""

    server: "RunningServer"
    id: Any
    name: str
    key: str

    @property
    def api(self) -> httpx.Client:
        return self.server.client(self.key)

    def make_key(self, *scopes: str, expires_at: datetime | None = None) -> str:
        return self.server.make_key(self.id, *scopes, expires_at=expires_at)


@dataclass
class Site:
    """A site of a workspace of its own."""

    workspace: Workspace
    key: str
    id: str
    domain: str
    api: httpx.Client

    def goal(self, type_: str = "pageview", match_type: str = "exact", value: str = "/", **more: Any) -> str:
        """Make a goal through the API; its id."""
        body = {"name": value, "type": type_, "match_type": match_type, "match_value": value, **more}
        answer = self.api.post(f"/sites/{self.key}/goals", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["id"]

    def stats(self, goal: str, **query: str) -> dict[str, Any]:
        answer = self.api.get(f"/sites/{self.key}/goals/{goal}/stats", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def send(self, body: Any, **headers: str) -> httpx.Response:
        """Post an event, or a list of them, as a browser does; the domain is this site's key unless one is given."""
        events = body if isinstance(body, list) else [body]
        full = [{"domain": self.key, "url": f"https://{self.domain}/", "name": "pageview", **event} for event in events]
        return self.workspace.server.post_event(full if isinstance(body, list) else full[0], **headers)

    def counted(self, goal: str, conversions: int, **query: str) -> dict[str, Any]:
        """The goal's stats once they have reached `conversions`."""
        return eventually(
            lambda: (found := self.stats(goal, **query))["conversions"] >= conversions and found,
            what=f"{conversions} conversions",
        )


@dataclass
class RunningServer:
    """`goalpost serve` on a data directory and a free port of 127.0.0.1."""

    data: Path
    env: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    without: Sequence[str] = ()
    """Settings of tests to be left to their defaults."""
    module: Sequence[str] = ("goalpost", "serve")
    """The module to run, and its arguments."""
    _stores: Stores | None = None
    _relational: Relational | None = None
    _clients: list[httpx.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        found = {
            **{name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
            "GOALPOST_DATA": str(self.data),
            "GOALPOST_PORT": str(self.port),
            "GOALPOST_INGEST_LIMIT": "0",
            "GOALPOST_API_LIMIT": "0",
            "GOALPOST_LOG_LEVEL": "warning",
            **self.env,
        }
        return {name: value for name, value in found.items() if name not in self.without}

    def start(self, *, wait: bool = True) -> "RunningServer":
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *self.module],
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        if wait:
            eventually(self.is_listening, seconds=60, what="the server's start")
        return self

    def __enter__(self) -> "RunningServer":
        """Start it, unless that was done, until the end of the block."""
        return self.start() if self.process is None else self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_listening(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.log()
        try:
            return httpx.get(self.url + "/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text()

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(60)
        self.process = None
        return code

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for stores in (self._stores, self._relational):
            if stores is not None:
                stores.close()
        if self.process is not None and self.process.poll() is None:
            self.stop()

    @property
    def settings(self) -> Settings:
        """The settings that the environment makes."""
        chosen = {name: value for name, value in self.environment.items() if name.startswith(PREFIX)}
        return Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in chosen.items()})

    @property
    def stores(self) -> Stores:
        """The same data directory, opened by the test: for what has no API."""
        if self._stores is None:
            self._stores = Stores(self.settings)
        return self._stores

    @property
    def relational(self) -> Relational:
        """Its relational store alone: what is written here need not be followed by a catalog of this process."""
        if self._relational is None:
            self._relational = Relational(self.settings)
        return self._relational

    def client(self, key: str, base: str = API) -> httpx.Client:
        # No connection is kept: a worker makes thousands of clients, and may open 1,024 files.
        client = httpx.Client(
            base_url=self.url + base,
            headers={"authorization": f"Bearer {key}"},
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
            timeout=30,
        )
        self._clients.append(client)
        return client

    def make_key(self, workspace_id: Any, *scopes: str, expires_at: datetime | None = None) -> str:
        with self.relational.writing() as db:
            return self._key(db, workspace_id, scopes, expires_at)

    def _key(self, db: Connection, workspace_id: Any, scopes: Sequence[str], expires_at: datetime | None = None) -> str:
        _, secret = workspaces.create_key(
            db,
            workspace_id=workspace_id,
            name="test",
            scopes=scopes,
            known_scopes=SCOPES,
            pepper=self.relational.pepper,
            now=datetime.now(UTC),
            expires_at=expires_at,
        )
        return secret

    def make_workspace(self) -> Workspace:
        name = f"w-{uuid4()}"
        with self.relational.writing() as db:
            workspace = create_workspace(db, name=name, now=datetime.now(UTC))
            return Workspace(self, workspace.id, name, self._key(db, workspace.id, ["*"]))

    def make_site(self, workspace: Workspace | None = None) -> Site:
        workspace = workspace or self.make_workspace()
        api = workspace.api
        domain = f"{uuid4().hex}.example.com"
        answer = api.post("/sites", json={"domain": domain, "name": "Test"})
        assert answer.status_code == 201, answer.text
        found = answer.json()["data"]
        return Site(workspace, found["site_key"], found["id"], domain, api)

    def post_event(self, body: Any, **headers: str) -> httpx.Response:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        sent = {"user-agent": BROWSER, "content-type": "text/plain", **headers}
        return httpx.post(self.url + "/api/event", content=content, headers=sent, trust_env=False, timeout=30)

    def command(self, *arguments: str, stdin: bytes = b"") -> Done:
        """Run a command on the same data directory in this process; while no server runs, none that opens events."""
        chosen = {name: value for name, value in self.environment.items() if name.startswith(PREFIX)}
        return run_command(chosen, *arguments, stdin=stdin)

    def cli(self, *arguments: str, stdin: str | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a command on the same data directory in a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "goalpost", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr
        return done
