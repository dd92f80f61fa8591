"""Runs commands in this process: the real `main`, its exit code and what it printed.

`cli` works on a data directory of the test's own where no server runs, and again on the shared server's. What opens the
event store runs in a process of its own (`RunningServer.cli`), because a process can have one chDB.
"""

import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from goalpost.cli import main
from tests.support.server import RunningServer


@dataclass(frozen=True)
class Done:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)


Cli = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    """`run(environment, *arguments, stdin=…)`."""

    def run(environment: dict[str, str], *arguments: str, stdin: bytes = b"") -> Done:
        with monkeypatch.context() as patch:
            for name in [name for name in os.environ if name.startswith("GOALPOST_")]:
                patch.delenv(name)
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["goalpost", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(stdin))))
            capfd.readouterr()
            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else int(end.code is not None)
            captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture
def alone(run: Callable[..., Done], tmp_path: Path) -> Cli:
    """Commands on a data directory of this test's own, where no server runs."""
    return lambda *arguments, **more: run({"GOALPOST_DATA": str(tmp_path / "data")}, *arguments, **more)


@pytest.fixture
def beside(run: Callable[..., Done], server: RunningServer) -> Cli:
    """Commands on the data directory of the running server."""
    return lambda *arguments, **more: run({"GOALPOST_DATA": str(server.data)}, *arguments, **more)


@pytest.fixture(params=["alone", "beside"])
def cli(request: pytest.FixtureRequest) -> Cli:
    """Commands for which it must not matter whether a server is running."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def workspace_name(cli: Cli) -> str:
    """A workspace made by command."""
    name = f"w-{uuid4()}"
    assert cli("workspace", "create", name).code == 0
    return name


@pytest.fixture
def site_key(cli: Cli, workspace_name: str) -> str:
    """The key of a site made by command."""
    arguments = ("--workspace", workspace_name, "--domain", f"{uuid4().hex}.example.com", "--name", "Site")
    return str(cli("site", "create", *arguments, "--json").json["site_key"])


@pytest.fixture
def desk(alone: Cli, tmp_path: Path) -> Any:
    """A workspace made by command on this test's own data directory; see given.Desk."""
    from tests.support.desk import Desk

    assert alone("workspace", "create", "acme").code == 0
    return Desk(alone, tmp_path / "data", "acme")


@pytest.fixture
def import_(desk, tmp_path: Path):
    """Imports a file of these bytes."""

    def import_(content: bytes | str, *options: str):
        path = tmp_path / "companies.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return desk.owned("company", "import", str(path), *options)

    return import_
