"""One process owns a data directory's event store; a second one is refused in words that help."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from goalpost.owner import Busy, Owner, find_owner
from goalpost.settings import Settings
from goalpost.stores import EventStore, Stores
from tests.support.server import RunningServer, free_port


def test_a_second_server_is_refused_and_the_first_goes_on(server: RunningServer) -> None:
    site = server.make_site()
    goal = site.goal("pageview", "exact", "/")
    assert server.process is not None
    pid = server.process.pid

    second = server.cli("serve", "--port", str(free_port()), check=False)

    assert second.returncode == 1
    place = server.data.resolve()
    assert f"another goalpost (process {pid}) is running on the data directory {place}" in second.stderr
    assert "Traceback" not in second.stderr
    assert second.stdout == ""
    assert site.send({}).status_code == 202
    assert site.counted(goal, 1)["conversions"] == 1
    owner = find_owner(server.data)
    assert owner is not None and (owner.pid, owner.url) == (pid, server.url)


# The lock itself; the event stores here are never opened, so this process still has one chDB.


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    made = Stores(Settings(data=tmp_path / "data"))
    yield made
    made.close()


@pytest.fixture
def own(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], EventStore]]:
    """Takes the event store of the data directory, as often as it is asked to."""
    monkeypatch.setattr(tempfile, "tempdir", tempfile.gettempdir())  # an owner moves it into its data directory
    taken: list[EventStore] = []

    def take() -> EventStore:
        taken.append(EventStore(stores))
        return taken[-1]

    yield take
    for events in taken:
        events.close()


def test_a_lock_is_told_with_its_owner_and_goes_with_it(stores: Stores, own: Callable[[], EventStore]) -> None:
    data, pid = stores.settings.data, os.getpid()
    assert find_owner(data) is None
    first = own()
    with pytest.raises(Busy, match=rf"another goalpost \(process {pid}\) is running on the data directory"):
        own()
    assert find_owner(data) == Owner(pid, "", "")
    first.announce(Owner(pid, "http://127.0.0.1:1", "/control.sock"))
    assert find_owner(data) == Owner(pid, "http://127.0.0.1:1", "/control.sock")


def test_the_lock_is_for_its_owners_eyes(stores: Stores, own: Callable[[], EventStore]) -> None:
    own()
    assert (stores.settings.data / "lock").stat().st_mode & 0o777 == 0o600


def test_an_owner_that_was_killed_is_not_taken_for_the_next_one(stores: Stores, own: Callable[[], EventStore]) -> None:
    (stores.settings.data / "lock").write_text('{"pid": 1, "url": "http://127.0.0.1:1", "token": "old"}')
    assert find_owner(stores.settings.data) is None
    own()
    assert find_owner(stores.settings.data) == Owner(os.getpid(), "", "")


def test_no_lock_is_needed_to_look(tmp_path: Path) -> None:
    assert find_owner(tmp_path / "new") is None
