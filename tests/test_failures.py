"""Faults that nobody foresaw: answered in the door's own form, logged once with their request, and without secrets."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import API, BROWSER, RunningServer, eventually

PASSWORD = "p4ss/word-of-the-store"
IN_LOCALS = "secret-in-a-variable"

# A server in which things go wrong that cannot be made to from outside.
FAULTY = f"""
import sys
from goalpost.cli import main
from goalpost.conversions.ingest import collect, drain, pipeline
from goalpost.conversions.services import conversion_goals

def fail(*arguments, **named):
    password = "{IN_LOCALS}"
    raise RuntimeError("cannot reach postgresql://goalpost:other-p4ss@db.example.com/goalpost")

pipeline.run = fail
conversion_goals.list_goals = fail
drain.Drain.step = fail
sys.argv = ["goalpost", "serve"]
main()
"""


class Faulty(RunningServer):
    """A server whose handlers fail."""

    def start(self, *, wait: bool = True) -> "RunningServer":
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            command = [sys.executable, "-c", FAULTY]
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        eventually(self.is_listening, seconds=60, what="the server's start")
        return self


@pytest.fixture(params=["console", "json"])
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    with Faulty(tmp_path / "data", {"GOALPOST_LOG_FORMAT": request.param}) as server:
        yield server


def test_faults_are_logged_with_their_requests_id_and_without_secrets(faulty: RunningServer) -> None:
    """The events' door answered a bare 500 and logged nothing; JSON logs had the variables of every frame."""
    site = faulty.make_site()

    event = site.send({}, **{"x-request-id": "an-event", "origin": "https://shop.example.com"})
    listed = site.api.get(f"/sites/{site.key}/goals", headers={"x-request-id": "a-list"})

    assert (event.status_code, event.json()) == (500, {"error": "Internal server error"})
    assert event.headers["x-request-id"] == "an-event"
    assert event.headers["access-control-allow-origin"] == "https://shop.example.com"
    assert (listed.status_code, listed.json()) == (500, {"error": "Internal server error"})
    eventually(lambda: "the drain failed and will try again" in faulty.log(), what="a line of the drain")
    log = faulty.log()
    for request_id in ("an-event", "a-list"):
        lines = [line for line in log.splitlines() if request_id in line and "a request failed" in line]
        assert len(lines) == 1, log
    assert log.count("RuntimeError") >= 3
    assert IN_LOCALS not in log.replace(f'password = "{IN_LOCALS}"', "")  # the line of code is not its value
    assert "other-p4ss" not in log
    if faulty.env["GOALPOST_LOG_FORMAT"] == "json":
        told = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        assert {line["id"] for line in told if line["event"] == "a request failed"} == {"an-event", "a-list"}


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_no_password_of_a_store_is_told(own_server: Callable[..., RunningServer], log_format: str) -> None:
    """Neither when the server cannot start for it, nor by the drain of an event store that is not there."""
    database = f"postgresql://goalpost:{PASSWORD.replace('/', '%2F')}@127.0.0.1:9/goalpost"
    for name, url in [("GOALPOST_DATABASE_URL", database), ("GOALPOST_DATABASE_URL", f"postgresql://u:{PASSWORD}@h/d")]:
        done = own_server(**{name: url, "GOALPOST_LOG_FORMAT": log_format}).command("serve")
        assert done.code == 1
        assert "p4ss" not in done.out + done.err
        assert "word-of-the-store" not in done.out + done.err
    events = database.replace("postgresql", "clickhouse")
    server = own_server(GOALPOST_EVENTS_URL=events, GOALPOST_LOG_FORMAT=log_format).start()
    server.make_site().send({})
    server.stop()
    assert "events wait in the spool" in server.log()
    assert "p4ss" not in server.log()
    assert "word-of-the-store" not in server.log()


def raw(server: RunningServer, request: str) -> str:
    """The first line of the answer to a request that no client would send."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request.encode())
        return connection.recv(4096).decode("latin-1").partition("\r\n")[0]


@pytest.mark.parametrize("path", ["/api/event", API + "/sites", "/healthz"])
def test_a_request_needs_one_host(server: RunningServer, path: str) -> None:
    """https://www.rfc-editor.org/rfc/rfc9112#section-3.2"""
    assert " 400 " in raw(server, f"GET {path} HTTP/1.1\r\nconnection: close\r\n\r\n")
    assert " 400 " in raw(server, f"GET {path} HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n")
    assert " 400 " not in raw(server, f"GET {path}?d=x&u=http://x/ HTTP/1.0\r\n\r\n")


def test_answers_are_not_to_be_kept(server: RunningServer) -> None:
    """Except scripts and files, which say for how long."""
    api = server.make_workspace().api
    for answer in (
        api.get("/sites"),
        api.get("/sites/none/goals"),
        httpx.get(f"{server.url}{API}/sites", trust_env=False),
        httpx.post(f"{server.url}/oauth/v2/token", trust_env=False),
        httpx.get(f"{server.url}/readyz", trust_env=False),
        httpx.get(f"{server.url}/nothing", trust_env=False),
        server.post_event(b"{"),
    ):
        assert answer.headers["cache-control"] == "no-store", answer.request.url
    script = httpx.get(f"{server.url}/a.js", headers={"user-agent": BROWSER}, trust_env=False)
    assert script.headers["cache-control"] == "public, max-age=3600"
