"""A copy of the data directory whose links were followed or lost opens with all its events, or is refused in words."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from goalpost.conversions.events.copies import count_lost_links, restore_links
from tests.support.ready import start_ready
from tests.support.server import RunningServer

Copy = Callable[[Path, Path], object]


def followed(data: Path, copy: Path) -> None:
    """Copy as `scp -r` and `zip -r` do."""
    shutil.copytree(data, copy, symlinks=False)


def left_out(data: Path, copy: Path) -> None:
    """Copy as some backups and file systems do."""
    shutil.copytree(data, copy, symlinks=True)
    for path in list(copy.rglob("*")):
        if path.is_symlink():
            path.unlink()


def as_texts(data: Path, copy: Path) -> None:
    """Copy as archives do where there are no links: a file with what the link says."""
    shutil.copytree(data, copy, symlinks=True)
    for path in list(copy.rglob("*")):
        if path.is_symlink():
            target = str(path.readlink())
            path.unlink()
            path.write_text(target)


def test_a_copy_without_its_links(own_server: Callable[..., RunningServer]) -> None:
    """It answered 202 to events and never opened its store, because the store found no tables."""
    server = start_ready(own_server())
    site = server.make_site()
    goal = site.goal()
    for _ in range(3):
        site.send({})
    site.counted(goal, 3)
    server.stop()

    for make in (followed, left_out, as_texts):
        copy = own_server()
        make(server.data, copy.data)
        start_ready(copy)
        client = copy.client(site.workspace.key)
        path = f"/sites/{site.key}/goals/{goal}/stats"
        assert client.get(path).json()["data"]["conversions"] == 3, make.__name__
        assert "they are restored" in copy.log()
        for link in ("metadata/default", "data/default/events"):
            assert (copy.data / "events" / link).is_symlink() or make is left_out, make.__name__
        copy.stop()

    changed = own_server()
    followed(server.data, changed.data)
    next((changed.data / "events/data/default/events").rglob("*.txt")).write_text("something else")
    done = changed.cli("serve", check=False)
    assert done.returncode == 1
    assert "differs from it: copy the data directory again, with its links" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("what", ["nothing", "an empty directory"])
def test_a_new_store_has_no_links_to_lose(what: str, tmp_path: Path) -> None:
    directory = tmp_path / "events"
    if what != "nothing":
        directory.mkdir()
    assert (count_lost_links(directory), restore_links(directory)) == (0, 0)
