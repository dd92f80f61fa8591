"""Clients that are slow, silent or many: none of them keeps a connection, the others, or the server's end waiting."""

import contextlib
import resource
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.support.server import RunningServer

HEAD = b"POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n"
DOORS = (
    "/api/event",
    "/api/v1/analytics/sites",
    "/pagesense/rest/v1/portal/x/customevents",
    "/oauth/v2/token",
    "/v1/users/m2m/oauth/token",
    "/psfullstacksdk/trackgoal",
)


@pytest.fixture
def connect(server: RunningServer) -> Iterator[Callable[[], socket.socket]]:
    with ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))


def ended_after(wire: socket.socket, *, trickle: bool) -> tuple[float, bytes]:
    """Seconds until the server closes the connection, and what it answered."""
    started, answer = time.monotonic(), b""
    wire.settimeout(0.5)
    while time.monotonic() - started < 30:
        try:
            part = wire.recv(65536)
        except TimeoutError:
            with contextlib.suppress(OSError):
                wire.sendall(b"x" if trickle else b"")
            continue
        except ConnectionResetError:
            break
        if not part:
            break
        answer += part
    return time.monotonic() - started, answer


def test_a_body_that_does_not_come(server: RunningServer, connect: Callable[[], socket.socket]) -> None:
    """A body's first byte, and then nothing, or a byte every half second: closed within ten seconds at every door."""
    key = server.make_workspace().key.encode()
    cases = [(door, trickle) for door in DOORS for trickle in (False, True)]
    with ThreadPoolExecutor(len(cases)) as threads:
        running = []
        for door, trickle in cases:
            wire = connect()
            wire.sendall(HEAD % (door.encode(), key, 1000) + b"{")
            running.append(threads.submit(ended_after, wire, trickle=trickle))
        for (door, trickle), done in zip(cases, running, strict=True):
            seconds, answer = done.result()
            assert 9 < seconds < 13, (door, trickle)
            assert answer.startswith(b"HTTP/1.1 400 "), (door, trickle, answer)
    assert server.client(key.decode()).get("/sites").status_code == 200


def test_a_body_that_is_too_large_is_answered(server: RunningServer, connect: Callable[[], socket.socket]) -> None:
    """Also to a client that sends all of it before it reads."""
    key = server.make_workspace().key.encode()
    for door, size in (("/api/event", 11_000_000), ("/api/v1/analytics/sites", 1_500_000)):
        wire = connect()
        wire.settimeout(20)
        wire.sendall(HEAD % (door.encode(), key, size) + b"x" * size)
        assert wire.recv(65536).startswith(b"HTTP/1.1 413 "), door


def test_more_connections_than_files_are_usually_allowed(
    server: RunningServer, connect: Callable[[], socket.socket]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    try:
        idle = [connect() for _ in range(1500)]
        assert server.make_site().api.get("/sites").status_code == 200
        del idle
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_end_waits_for_nobody(own_server: Callable[..., RunningServer]) -> None:
    """Bodies and heads that do not come, connections at rest: the server ends within fifteen seconds."""
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("custom", "exact", "signup")
    with ExitStack() as stack:
        for sent in (HEAD % (b"/api/event", b"x", 1000) + b"{", b"POST /api/event HT", b"", HEAD % (b"/x", b"", 9)):
            wire = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            wire.sendall(sent)
        assert site.send({"name": "signup", "kind": "goal", "url": "https://example.com/"}).status_code == 202
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 15
    assert "Traceback" not in server.log()
    server.start()
    assert site.counted(goal, 1)["conversions"] == 1


def test_an_answer_that_is_not_read_ends(server: RunningServer) -> None:
    """Clients that never read kept their answers in memory, and their connections, for as long as they liked."""
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.connect(("127.0.0.1", server.port))
        wire.sendall(b"GET /v1/csgoal/docs HTTP/1.1\r\nHost: x\r\n\r\n" * 40)
        time.sleep(26)
        wire.settimeout(10)
        read = 0
        with contextlib.suppress(ConnectionResetError):
            while part := wire.recv(1 << 20):
                read += len(part)
    assert read < 40 * 100_000
