"""Everything in the data directory is its owner's alone: keys, salts, events."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from goalpost.kernel.private_files import loose_files, prepare_directory
from tests.support.ready import start_ready
from tests.support.server import RunningServer


def open_to_others(data: Path) -> list[str]:
    found = []
    for path in (data, *data.rglob("*")):
        with suppress(FileNotFoundError):  # the event store gives its parts other names meanwhile
            if not path.is_symlink() and path.lstat().st_mode & 0o077:
                found.append(str(path))
    return found


def test_files_of_servers_and_commands_are_for_their_user_alone(own_server: Callable[..., RunningServer]) -> None:
    """Both databases were readable for everybody."""
    before = os.umask(0o000)
    try:
        server = own_server()
        server.cli("workspace", "create", "acme")
        start_ready(server)
    finally:
        os.umask(before)
    site = server.make_site()
    goal = site.goal()
    site.send({})
    site.counted(goal, 1)

    names = {path.name for path in server.data.iterdir()}
    assert {"goalpost.sqlite", "goalpost.sqlite-wal", "spool.sqlite", "spool.sqlite-wal", "events", "tmp"} <= names
    assert open_to_others(server.data) == []


def test_files_that_an_older_version_left_open_are_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "events" / "store").mkdir(parents=True)
    for name in ("goalpost.sqlite", "spool.sqlite-wal", "events/store/part", "notes.txt"):
        (data / name).touch(mode=0o644)
    (data / "events" / "link").symlink_to(tmp_path)
    data.chmod(0o755)
    tmp_path.chmod(0o755)

    prepare_directory(data)

    assert open_to_others(data) == [str(data / "notes.txt")]  # not ours
    assert tmp_path.stat().st_mode & 0o777 == 0o755  # what a link leads to is not ours either
    assert loose_files(data) == []


def test_a_directory_that_everybody_shares_stays_shared(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    prepare_directory(tmp_path)
    assert tmp_path.stat().st_mode & 0o7777 == 0o1777


def test_an_export_is_as_open_as_its_owners_files_are(own_server: Callable[..., RunningServer], tmp_path: Path) -> None:
    server = own_server()
    server.cli("workspace", "create", "acme")
    before = os.umask(0o022)
    try:
        file = str(tmp_path / "goals.csv")
        server.cli("export", "customer-goals", "--workspace", "acme", "--format", "csv", "--output", file)
    finally:
        os.umask(before)
    assert (tmp_path / "goals.csv").stat().st_mode & 0o777 == 0o644
