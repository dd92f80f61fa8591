"""Doors beside the public one: the command line's socket, and the numbers behind a token or on a port of their own."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from goalpost.control import LONGEST_PATH
from goalpost.owner import find_owner
from tests.support.ready import start_ready
from tests.support.server import RunningServer, free_port

TOKEN = "a-token-for-the-numbers"


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False, timeout=30)


def test_the_control_door_is_a_private_socket_and_not_on_the_network(server: RunningServer) -> None:
    """It was below /- on the public port, with a token."""
    owner = find_owner(server.data)
    assert owner is not None
    assert Path(owner.socket) == server.data.resolve() / "control.sock"
    assert Path(owner.socket).stat().st_mode & 0o777 == 0o600
    goal = server.make_site().goal()
    answer = get(f"{server.url}/-/goals/{goal}/stats")
    assert (answer.status_code, "There is nothing" in answer.text) == (404, True)
    assert server.command("stats", goal, "--json").code == 0
    assert "there is no goal" in server.command("stats", "../../refresh").err
    assert server.command("goal", "backfill", goal).code == 0


def test_a_path_that_is_too_long_for_a_socket(tmp_path: Path) -> None:
    server = RunningServer(tmp_path / ("long" * 10) / ("longer" * 10) / "data")
    assert len(str(server.data)) > LONGEST_PATH
    try:
        start_ready(server)
        owner = find_owner(server.data)
        assert owner is not None
        place = Path(owner.socket)
        assert place.parent.parent == Path("/tmp")
        assert place.parent.stat().st_mode & 0o777 == 0o700
        goal = server.make_site().goal()
        assert server.command("stats", goal).code == 0
        assert server.stop() == 0
        assert not place.parent.exists()
    finally:
        server.close()


def test_a_socket_that_a_crash_left_is_replaced(own_server: Callable[..., RunningServer]) -> None:
    server = own_server().start()
    server.kill()
    assert (server.data / "control.sock").exists()
    assert find_owner(server.data) is None
    start_ready(server)
    goal = server.make_site().goal()
    assert server.command("stats", goal).code == 0
    assert server.stop() == 0
    assert not (server.data / "control.sock").exists()


def test_an_event_for_a_site_that_was_just_created_by_command(server: RunningServer) -> None:
    """The event was dropped as unknown_site for half a second."""
    workspace = server.make_workspace()
    for number in range(3):
        arguments = ("--workspace", workspace.name, "--domain", f"{number}.{workspace.name}.example.com", "--name", "S")
        key = server.command("site", "create", *arguments, "--json").json["site_key"]
        answer = server.post_event({"domain": key, "name": "pageview", "url": "https://example.com/"})
        assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None)


@pytest.mark.parametrize("own_port", [True, False])
def test_numbers_are_for_who_has_the_token(own_server: Callable[..., RunningServer], own_port: bool) -> None:
    port = free_port()
    env = {"GOALPOST_METRICS_TOKEN": TOKEN} | ({"GOALPOST_METRICS_PORT": str(port)} if own_port else {})
    server = own_server(**env).start()
    url = f"http://127.0.0.1:{port}" if own_port else server.url

    refused = [get(f"{url}/metrics"), get(f"{url}/metrics", authorization="Bearer another-token-of-theirs")]
    allowed = get(f"{url}/metrics", authorization=f"Bearer {TOKEN}")

    assert [answer.status_code for answer in refused] == [401, 401]
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in refused)
    assert not any("goalpost_" in answer.text for answer in refused)
    assert allowed.status_code == 200
    assert "goalpost_spool_rows 0.0" in allowed.text
    if own_port:
        assert get(f"{server.url}/metrics", authorization=f"Bearer {TOKEN}").status_code == 404
        assert get(f"{url}/healthz").status_code == 404


def test_a_port_for_numbers_without_a_token(own_server: Callable[..., RunningServer]) -> None:
    port = free_port()
    own_server(GOALPOST_METRICS_PORT=str(port)).start()
    assert "goalpost_events_accepted_total 0.0" in get(f"http://127.0.0.1:{port}/metrics").text


def test_a_port_for_numbers_that_is_taken_is_refused(server: RunningServer, tmp_path: Path) -> None:
    port = str(free_port())
    for taken, text in (
        (port, "GOALPOST_METRICS_PORT"),
        (str(server.port), f"cannot listen on 127.0.0.1:{server.port}"),
    ):
        other = RunningServer(tmp_path / "other", {"GOALPOST_PORT": port, "GOALPOST_METRICS_PORT": taken})
        done = other.cli("serve", check=False)
        assert (done.returncode, text in done.stderr) == (1, True), done.stderr


def test_readiness_tells_of_a_full_spool(own_server: Callable[..., RunningServer]) -> None:
    """It was 200 while every event was answered 503."""
    server = own_server(GOALPOST_SPOOL_MAX_MB="1", GOALPOST_EVENTS_URL="clickhouse://127.0.0.1:9/default").start()
    site = server.make_site()
    assert get(server.url + "/readyz").json()["spool"] is True
    for count in (200, 1):  # first what is large does not fit, then nothing does
        while site.send([{"props": {"a": "x" * 1000}}] * count).status_code == 202:
            pass
    answer = get(server.url + "/readyz")
    assert (answer.status_code, answer.json()["spool"], answer.json()["disk"]) == (503, False, True)
