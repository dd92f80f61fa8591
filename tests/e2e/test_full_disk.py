"""A full disk: events are turned away with 503, nothing acknowledged is lost, and with room again all is well."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.load import Load, check_counted_once
from tests.support.ready import start_ready
from tests.support.server import RunningServer, eventually
from tests.support.small_disk import SmallDisk, small_disk

MEGABYTES = 96


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", MEGABYTES) as disk:
        yield disk


@pytest.fixture
def server(disk: SmallDisk) -> Iterator[RunningServer]:
    """Everything that is kept lies on the small disk, the log beside it."""
    with RunningServer(disk.path) as server:
        yield start_ready(server)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallDisk, RunningServer]]:
    """The same for tests that leave room on the disk; the first of them finds no event there."""
    with small_disk(tmp_path_factory.mktemp("shared") / "disk", MEGABYTES) as disk, RunningServer(disk.path) as server:
        yield disk, start_ready(server)


def _is_turned_away(answer: httpx.Response) -> bool:
    assert answer.status_code in (202, 503), answer.text
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) > 0
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.json()["error"]
    return answer.status_code == 503


def test_a_disk_that_fills_up_under_load(disk: SmallDisk, server: RunningServer) -> None:
    site = server.make_site()
    goal = site.goal("pageview", "contains", "/load/")

    with Load(site) as load:
        site.counted(goal, 50)
        disk.fill()
        eventually(lambda: load.statuses[503] > 50, what="refusals")
        assert site.api.get(f"/sites/{site.key}/stats").status_code == 200
        assert site.api.patch(f"/sites/{site.key}", json={"name": "x" * 255}).status_code in (200, 503)
        assert httpx.get(server.url + "/healthz", trust_env=False).status_code == 200
        disk.free()
        load.wait_for(100)

    assert set(load.statuses) == {202, 503}
    assert None not in load.retry_after
    check_counted_once(server, site, goal, load)


def test_readiness_tells_of_a_full_disk_and_of_room_again(shared: tuple[SmallDisk, RunningServer]) -> None:
    """It was 200 on a full disk."""
    disk, server = shared
    disk.fill()
    answer = httpx.get(server.url + "/readyz", trust_env=False)
    assert (answer.status_code, answer.json()["disk"]) == (503, False)
    disk.free()
    eventually(lambda: httpx.get(server.url + "/readyz", trust_env=False).status_code == 200, what="readiness")


def test_the_first_event_of_all_meets_a_full_disk(shared: tuple[SmallDisk, RunningServer]) -> None:
    """It needs more than a place in the spool: the day's salt has to be kept too."""
    disk, server = shared
    site = server.make_site()
    goal = site.goal()
    disk.fill()

    assert [_is_turned_away(site.send({})) for _ in range(5)] == [True] * 5
    assert _is_turned_away(site.send([{}] * 100))

    disk.free()
    eventually(lambda: not _is_turned_away(site.send({})), what="an acknowledged event")
    assert site.counted(goal, 1)["conversions"] == 1


def test_the_log_lies_on_the_full_disk_too(disk: SmallDisk) -> None:
    with RunningServer(disk.path / "data") as server:
        start_ready(server)
        site = server.make_site()
        goal = site.goal()
        site.send({})
        site.counted(goal, 1)
        disk.fill()

        acknowledged = 1 + sum(not _is_turned_away(site.send({})) for _ in range(200))
        disk.free()
        eventually(lambda: not _is_turned_away(site.send({})), what="an acknowledged event")

        assert site.counted(goal, acknowledged + 1)["conversions"] == acknowledged + 1


def test_starting_on_a_full_disk(shared: tuple[SmallDisk, RunningServer]) -> None:
    """It starts or says why not; what it acknowledges counts."""
    disk, server = shared
    site = server.make_site()
    goal = site.goal()
    site.send({})
    site.counted(goal, 1)
    disk.fill()
    server.kill()

    server.start(wait=False)
    eventually(lambda: _ended(server) or _answers(server), seconds=60, what="a start or an end")
    acknowledged = 1
    if _ended(server):
        assert "is full (" in server.log()
        server.process = None
    else:
        acknowledged += not _is_turned_away(site.send({}))
        server.kill()
    disk.free()

    start_ready(server)
    site.send({})
    assert site.counted(goal, acknowledged + 1)["conversions"] == acknowledged + 1


def _ended(server: RunningServer) -> bool:
    return server.process is None or server.process.poll() is not None


def _answers(server: RunningServer) -> bool:
    try:
        return httpx.get(server.url + "/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
