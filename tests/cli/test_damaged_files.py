"""Files of the data directory that are damaged: a start names the file and `goalpost doctor`, which names the fault."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from goalpost.lost_stores import note
from goalpost.settings import Settings
from goalpost.stores import Stores
from tests.support.commands import Done
from tests.support.server import RunningServer, free_port

Run = Callable[..., Done]
REMEDY = "`goalpost doctor` names what is wrong and what to do"


ABOUT = {
    "goalpost.sqlite": ["relational store"],
    "spool.sqlite": ["spool"],
    "secret": ["secret"],
    "lock": ["data directory", "event store"],
    "events": ["event store"],
}
"""File → what the doctor calls it."""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that was used."""
    path = tmp_path / "data"
    Stores(Settings(data=path)).close()
    return path


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 7])


def zero(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def fill(path: Path) -> None:
    path.write_bytes(os.urandom(path.stat().st_size))


def make_directory(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(mode=0o700)


def lock_out(path: Path) -> None:
    if not os.geteuid():
        pytest.skip("nothing is unreadable to root")
    path.chmod(0)


@pytest.mark.parametrize("damage", [truncate, zero, fill, make_directory, lock_out])
@pytest.mark.parametrize("name", ["goalpost.sqlite", "spool.sqlite", "secret"])
def test_a_damaged_file_is_named(run: Run, data: Path, name: str, damage: Callable[[Path], None]) -> None:
    """The spool's was `the relational store or the spool cannot be used`, beside `ok  spool` of the doctor."""
    damage(data / name)
    environment = {"GOALPOST_DATA": str(data), "GOALPOST_HOST": "127.0.0.1"}

    done = run(environment, "import", "events", os.devnull, "--site", "x")  # opens them as `serve` does
    if name == "secret" and damage is truncate:  # a text all the same, and another one
        assert done.code == 1 and "is not the one" in done.err
    elif name == "secret" and damage in {zero, fill}:
        assert done.code == 1 and str(data / name) in done.err
    else:
        assert (done.code, done.out) == (1, "")
        assert done.err.startswith(f"goalpost: {data / name} cannot be used: ")
        assert done.err.endswith(f". {REMEDY}\n") and done.err.count("\n") == 1
    examined = run(environment, "doctor", "--json")
    states = [item["state"] for item in json.loads(examined.out)["findings"] if item["about"] in ABOUT[name]]
    assert (examined.code, set(states)) == (1, {"problem"})


def empty(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        path.mkdir(mode=0o700)
    else:
        path.write_bytes(b"")


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("loss", [empty, remove])
@pytest.mark.parametrize("name", ["goalpost.sqlite", "spool.sqlite", "events"])
def test_a_store_that_was_here_is_not_created_anew(
    run: Run, data: Path, name: str, loss: Callable[[Path], None]
) -> None:
    """An emptied store was taken for a new one: the server started, with no goals, no events or nothing on its way."""
    (data / "events" / "store").mkdir(parents=True, exist_ok=True)
    note(data, "events")
    for log in data.glob(f"{name}-*"):
        log.unlink()
    loss(data / name)
    environment = {"GOALPOST_DATA": str(data), "GOALPOST_HOST": "127.0.0.1", "GOALPOST_PORT": str(free_port())}

    done = run(environment, "serve")

    state = "empty" if loss is empty else "gone"
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert done.err.startswith(
        f"goalpost: {data / name} was here before and is {state}. Put {name} back from a backup."
    )
    assert (data / name).exists() == (loss is empty)
    (found,) = [
        item
        for item in json.loads(run(environment, "doctor", "--json").out)["findings"]
        if item["about"] in ABOUT[name]
    ]
    assert (found["state"], name in found["text"]) == ("problem", True)
    assert found["remedy"].endswith(f"delete its line in {data / 'stores'}: a start creates another")


def test_the_list_of_stores_deleted_lets_a_start_create_one(data: Path) -> None:
    assert (data / "stores").read_text().split() == ["goalpost.sqlite", "spool.sqlite"]
    for name in ("stores", "spool.sqlite"):
        (data / name).unlink()
    Stores(Settings(data=data)).close()
    assert (data / "stores").read_text().split() == ["goalpost.sqlite", "spool.sqlite"]


def place_file(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)
    path.write_text("not a folder")


@pytest.mark.parametrize(
    ("name", "damage"),
    [("spool.sqlite", fill), ("goalpost.sqlite", truncate), ("lock", make_directory), ("events", place_file)],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_a_start_says_what_is_damaged(
    own_server: Callable[..., RunningServer], data: Path, name: str, damage: Callable[[Path], None]
) -> None:
    """The event store's was a start, and then pages of the store's own code again and again."""
    damage(data / name)
    server = own_server()
    environment = {**server.environment, "GOALPOST_DATA": str(data)}
    command = [sys.executable, "-m", "goalpost", "serve"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 1
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("goalpost: ")]
    assert told.startswith(f"goalpost: {data / name} cannot be used: ") and told.endswith(REMEDY), told
    assert "Traceback" not in done.stderr and "Stack trace" not in done.stderr
    examined = subprocess.run(
        [*command[:-1], "doctor", "--json"], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert examined.returncode == 1
    states = {item["about"]: item["state"] for item in json.loads(examined.stdout)["findings"]}
    assert "problem" in {states[about] for about in ABOUT[name]}


def test_a_file_in_the_place_of_temporary_ones_is_removed(own_server: Callable[..., RunningServer], data: Path) -> None:
    server = own_server()
    server.data = data
    place_file(data / "tmp")
    server.start()
    assert (data / "tmp").is_dir()
