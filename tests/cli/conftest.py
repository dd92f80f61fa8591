"""Commands on a data directory of the test's own where no server runs, and again on the shared server's."""

import shutil
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.commands import Cli, Done, run_command
from tests.support.desk import Desk
from tests.support.server import RunningServer


@pytest.fixture
def run() -> Cli:
    """`run(environment, *arguments, stdin=…)`."""
    return run_command


@pytest.fixture(scope="session")
def new_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with nothing in it, to be copied: a command takes 0.2 s to create one."""
    data = tmp_path_factory.mktemp("new") / "data"
    assert run_command({"GOALPOST_DATA": str(data)}, "workspace", "list").code == 0
    return data


@pytest.fixture
def alone(tmp_path: Path, new_data: Path) -> Cli:
    """Commands on a data directory of this test's own, where no server runs."""
    shutil.copytree(new_data, tmp_path / "data")
    return lambda *arguments, **more: run_command({"GOALPOST_DATA": str(tmp_path / "data")}, *arguments, **more)


@pytest.fixture
def beside(server: RunningServer) -> Cli:
    """Commands on the data directory of the running server."""
    return lambda *arguments, **more: run_command({"GOALPOST_DATA": str(server.data)}, *arguments, **more)


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
def desk(alone: Cli, tmp_path: Path) -> Desk:
    """A workspace made by command on this test's own data directory."""
    assert alone("workspace", "create", "acme").code == 0
    return Desk(alone, tmp_path / "data", "acme")


@pytest.fixture
def import_(desk: Desk, tmp_path: Path) -> Cli:
    """Imports a file of these bytes."""

    def import_(content: bytes | str, *options: str) -> Done:
        path = tmp_path / "companies.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return desk.owned("company", "import", str(path), *options)

    return import_
