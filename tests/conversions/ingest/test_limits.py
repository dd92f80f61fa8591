"""Too much at once: refused as soon as it is known, and without harm to anybody else."""

import json
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.support.server import BROWSER, RunningServer, Site

MB = 1024 * 1024
HEAD = f"POST /api/event HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {BROWSER}\r\n"


@contextmanager
def _connection(server: RunningServer) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        yield connection


def _status(connection: socket.socket) -> int:
    """The status of the answer; 0 when the connection ends without one."""
    received = b""
    while b"\r\n" not in received and (chunk := connection.recv(4096)):
        received += chunk
    return int(received.split(b" ", 2)[1]) if received else 0


def _send_until_answered(connection: socket.socket, piece: bytes, most: int) -> int:
    """Send the same again and again, at most so many bytes, until something comes back; how many were sent."""
    sent = 0
    while sent < most and not select.select([connection], [], [], 0)[0]:
        try:
            sent += connection.send(piece)
        except ConnectionError:
            break
    return sent


@pytest.fixture
def unharmed(site: Site) -> Iterator[None]:
    """After the test the server takes events as before."""
    yield
    answer = site.send({})
    assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None)


@pytest.mark.usefixtures("unharmed")
def test_a_body_that_says_how_long_it_is_is_refused_unread(server: RunningServer) -> None:
    with _connection(server) as connection:
        connection.sendall(f"{HEAD}Content-Length: {50 * MB}\r\n\r\n[".encode())

        assert _status(connection) == 413


@pytest.mark.usefixtures("unharmed")
def test_a_body_that_does_not_say_is_refused_at_the_limit(server: RunningServer) -> None:
    chunk = b"%x\r\n%s\r\n" % (64 * 1024, b" " * (64 * 1024))
    with _connection(server) as connection:
        connection.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())

        sent = _send_until_answered(connection, chunk, 50 * MB)

        assert _status(connection) == 413
        assert 10 * MB <= sent < 40 * MB  # what is more than the limit was in the sockets' buffers


@pytest.mark.usefixtures("unharmed")
def test_fifty_megabytes(server: RunningServer) -> None:
    answer = server.post_event(b"[" + b" " * (50 * MB))

    assert answer.status_code == 413
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "10485760" in answer.json()["error"]


def test_a_body_of_greatest_length(site: Site) -> None:
    event = json.dumps({"name": "pageview", "domain": site.key, "url": f"https://{site.domain}/"}).encode()

    exact = event + b" " * (10 * MB - len(event))

    assert site.workspace.server.post_event(exact).status_code == 202
    assert site.workspace.server.post_event(exact + b" ").status_code == 413


def test_arrays_of_ten_thousand_and_no_more(site: Site) -> None:
    goal = site.goal("pageview", "contains", "/")

    refused = site.send([{}] * 10_001)
    assert (refused.status_code, refused.headers["content-type"]) == (413, "application/json")
    assert "10000" in refused.json()["error"]
    assert site.workspace.server.post_event([0] * 10_001).status_code == 413
    assert site.send([{}] * 10_000).status_code == 202

    assert site.counted(goal, 10_000)["conversions"] == 10_000


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    ("size", "statuses"), [(10_000, {202}), (30_000, {202}), (100_000, {202, 431}), (2_000_000, {0, 431})]
)
def test_a_long_header(site: Site, size: int, statuses: set[int]) -> None:
    event = json.dumps({"name": "other", "domain": site.key})
    head = f"{HEAD}X-Long: {'x' * size}\r\nContent-Length: {len(event)}\r\n\r\n{event}".encode()
    with _connection(site.workspace.server) as connection:
        sent = 0
        while sent < len(head) and not select.select([connection], [], [], 0)[0]:
            try:
                sent += connection.send(head[sent : sent + 65_536])
            except ConnectionError:
                break

        try:
            assert _status(connection) in statuses
        except ConnectionResetError:
            assert 0 in statuses


@pytest.mark.usefixtures("unharmed")
def test_a_long_user_agent_and_a_long_referer(site: Site) -> None:
    headers = {"user-agent": BROWSER + "x" * 10_000, "referer": "https://example.com/" + "x" * 10_000}

    assert site.send({"name": "other"}, **headers).status_code == 202
    answer = httpx.get(f"{site.workspace.server.url}/api/event?domain={site.key}", headers=headers, trust_env=False)
    assert answer.status_code == 200
    assert "x-goalpost-dropped" not in answer.headers


@pytest.mark.usefixtures("unharmed")
@pytest.mark.parametrize(
    "request_",
    [
        f"{HEAD}Content-Length: -1\r\n\r\n",
        f"{HEAD}Content-Length: 1e3\r\n\r\n",
        f"{HEAD}Content-Length: 99999999999999999999\r\n\r\n",
        f"{HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n[1,2]]",
        f"{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /api/event HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
    ],
)
def test_bytes_that_are_not_http_are_rejected(server: RunningServer, request_: str) -> None:
    with _connection(server) as connection:
        connection.sendall(request_.encode())
        connection.shutdown(socket.SHUT_WR)

        assert _status(connection) in {0, 400, 413, 431, 501, 505}


@pytest.mark.parametrize("framing", ["Content-Length: 1000", "Transfer-Encoding: chunked"])
def test_clients_that_leave_amid_their_body(site: Site, framing: str) -> None:
    goal = site.goal()
    event = json.dumps([{"name": "pageview", "domain": site.key, "url": f"https://{site.domain}/"}])
    start = event if "Length" in framing else f"{len(event):x}\r\n{event}\r\n"
    for _ in range(20):
        with _connection(site.workspace.server) as connection:
            connection.sendall(f"{HEAD}{framing}\r\n\r\n{start}".encode())

    site.send({})
    assert site.counted(goal, 1)["conversions"] == 1


@pytest.mark.usefixtures("unharmed")
def test_clients_that_never_finish_hold_nobody_up(site: Site) -> None:
    waiting = [socket.create_connection(("127.0.0.1", site.workspace.server.port)) for _ in range(100)]
    try:
        for connection in waiting:
            connection.sendall(f"{HEAD}Content-Length: 1000\r\n\r\n[".encode())
        assert site.send({"name": "other"}).status_code == 202
    finally:
        for connection in waiting:
            connection.close()
