"""A fifth vendor is a folder and a line: declared, it is served, limited, described and introduced like the others."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.server import RunningServer

TOYS = "/toy/v1/toys"


@pytest.fixture(scope="module")
def toy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("toy") / "data"
    with RunningServer(data, module=("tests.support.toy", "serve"), without=("GOALPOST_API_LIMIT",)) as server:
        yield server


def key_of(server: RunningServer, *scopes: str) -> str:
    """A key made on the command line, which knows the toy's scopes."""
    workspace = server.make_workspace()
    chosen = [part for scope in scopes for part in ("--scope", scope)]
    command = ["key", "create", "--name", "toy", "--workspace", workspace.name, *chosen]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.toy", *command],
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return next(word for word in done.stdout.split() if word.startswith("gp_"))


def ask(server: RunningServer, method: str, path: str, key: str = "", **sent: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {key}"} if key else {}
    return httpx.request(method, server.url + path, headers=headers, trust_env=False, **sent)


def test_its_requests_are_answered_in_its_words(toy_server: RunningServer) -> None:
    key = key_of(toy_server, "toys.read", "toys.write")
    made = ask(toy_server, "POST", TOYS, key, json={"name": "kite"})
    assert (made.status_code, made.json()) == (201, {"name": "kite"})
    assert ask(toy_server, "GET", TOYS, key).json() == {"toys": [{"name": "toy"}]}
    writer = key_of(toy_server, "toys.write")
    for method, path, body, expected in (
        ("POST", TOYS, {"name": ""}, (400, "wrong")),
        ("POST", TOYS, [], (400, "unreadable")),
        ("GET", "/toy/v1/nothing", None, (404, "no such thing")),
        ("DELETE", TOYS, None, (405, "no such thing")),
    ):
        answer = ask(toy_server, method, path, writer, json=body)
        assert (answer.status_code, answer.json()["oops"]) == expected, (method, path)
    assert answer.headers["allow"] == "GET, HEAD, POST"


def test_keys_scopes_and_the_quota_hold(toy_server: RunningServer) -> None:
    assert ask(toy_server, "GET", TOYS).json() == {"oops": "who are you"}
    writer = key_of(toy_server, "toys.write")
    refused = ask(toy_server, "GET", TOYS, writer)
    assert (refused.status_code, refused.json()) == (403, {"oops": "not yours"})
    assert (refused.headers["x-ratelimit-limit"], refused.headers["x-ratelimit-remaining"]) == ("5", "4")
    answers = [ask(toy_server, "POST", TOYS, writer, json={"name": "x"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [201] * 4 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_it_is_described_and_introduced(toy_server: RunningServer) -> None:
    document = ask(toy_server, "GET", "/toy/v1/openapi.json").json()
    created = document["paths"][TOYS]["post"]
    assert created["security"] == [{"key": ["toys.write"]}]
    assert created["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Toy"}
    assert created["responses"].keys() == {"201", "400", "401", "403", "429", "500"}
    assert "List the toys" in ask(toy_server, "GET", "/toy/v1/docs").text
    assert "/toy/v1/docs" in ask(toy_server, "GET", "/").text


def test_a_quota_can_be_set_for_it(tmp_path: Path) -> None:
    server = RunningServer(
        tmp_path / "data",
        {"GOALPOST_API_LIMITS": "toys=3"},
        module=("tests.support.toy", "serve"),
        without=("GOALPOST_API_LIMIT",),
    )
    server.start(wait=False)
    assert server.process is not None
    assert server.process.wait(60) == 1
    assert "there is no 'toys', only krafter, pagesense, msportal, gainsight, toy" in server.log()
    server.process = None
