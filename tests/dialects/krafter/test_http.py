"""Rules for every request: unknown routes, methods, spellings of a path, sizes, many at once."""

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from structlog.testing import capture_logs

from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.tenancy.rate_limit import RateLimiter
from goalpost.web.application import make_app
from goalpost.web.gate import MAX_BODY
from goalpost.web.middleware import RequestContext
from goalpost.web.quota_headers import QuotaHeaders
from tests.dialects.krafter.support import GOAL, NOT_FOUND, ROUTES, same_to_the_byte, seen
from tests.support.server import API, RunningServer, Site

QUOTA = {"x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"}


def assert_quota(answer: httpx.Response) -> None:
    assert set(answer.headers) >= QUOTA
    assert all(answer.headers[name].isdigit() for name in QUOTA)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/nothing"),
        ("GET", "/goals"),
        ("GET", "/sites/{key}/goals/{id}/nothing"),
        ("GET", "/redoc"),
    ],
)
@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without"])
def test_a_route_that_is_not_there(method: str, path: str, has_key: bool, site: Site) -> None:
    headers = site.api.headers if has_key else {}
    url = f"{site.workspace.server.url}{API}{path.format(key=site.key, id=site.goal())}"
    answer = httpx.request(method, url, headers=headers, trust_env=False)
    assert seen(answer) == NOT_FOUND
    assert_quota(answer)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/sites/{key}/goals/{id}", "PATCH, DELETE"),
        ("HEAD", "/sites/{key}/goals/{id}", "PATCH, DELETE"),
        ("PUT", "/sites/{key}/goals/{id}", "PATCH, DELETE"),
        ("POST", "/sites/{key}/goals/{id}/stats", "GET, HEAD"),
        ("POST", "/sites/{key}", "GET, HEAD, PATCH, DELETE"),
        ("DELETE", "/sites/{key}/goals", "GET, HEAD, POST"),
        ("PUT", "/sites/sk_none", "GET, HEAD, PATCH, DELETE"),
        ("DELETE", "/sites", "GET, HEAD, POST"),
        ("OPTIONS", "/sites", "GET, HEAD, POST"),
        ("TRACE", "/sites", "GET, HEAD, POST"),
        ("BREW", "/sites/", "GET, HEAD, POST"),
        ("POST", "/docs", "GET, HEAD"),
        ("GET", "/sites/{key}/goals/%2F/stats", "PATCH, DELETE"),  # doubled slashes are forgiven
    ],
)
@pytest.mark.parametrize("has_key", [True, False], ids=["with a key", "without"])
def test_a_method_that_a_path_does_not_take(method: str, path: str, allowed: str, has_key: bool, site: Site) -> None:
    """RFC 9110, section 15.5.6. Krafter documents neither 405 nor OPTIONS."""
    headers = site.api.headers if has_key else {}
    url = f"{site.workspace.server.url}{API}{path.format(key=site.key, id=site.goal())}"
    answer = httpx.request(method, url, headers=headers, trust_env=False)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert method == "HEAD" or answer.json() == {"error": "Method not allowed"}
    assert_quota(answer)


def test_every_success_and_failure_tells_the_quota(site: Site) -> None:
    answers = [
        site.api.get("/sites"),
        site.api.post("/sites", json={}),
        site.api.post("/sites", content=b"{"),
        site.api.post("/sites", content=b" " * (MAX_BODY + 1)),
        site.api.get("/sites/sk_none"),
        site.workspace.server.client("gp_no").get("/sites"),
        site.workspace.server.client(site.workspace.make_key("events:write")).get("/sites"),
        site.api.get("/docs"),
        site.api.get("/openapi.json"),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 400, 413, 404, 401, 403, 200, 200]
    for answer in answers:
        assert_quota(answer)


def test_head_is_get_without_the_body(site: Site) -> None:
    goal = site.goal()
    for route in ROUTES:
        if route.method == "GET":
            full, head = route.call(site.api, site.key, goal), site.api.head(route.at(site.key, goal))
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(full.content))
    assert site.api.head("/sites/sk_none").status_code == 404


def test_slashes_too_many_change_nothing(site: Site) -> None:
    goal = site.goal()
    plain = same_to_the_byte(site.api.get(f"/sites/{site.key}/goals"))
    for path in (f"//sites/{site.key}/goals", f"/sites//{site.key}///goals", f"/sites/{site.key}/goals/"):
        answer = httpx.get(f"{site.workspace.server.url}{API}{path}", headers=site.api.headers, trust_env=False)
        assert same_to_the_byte(answer) == plain, path
    assert site.api.delete(f"/sites/{site.key}/goals/{goal}//").status_code == 200


def test_a_path_may_be_percent_encoded(site: Site) -> None:
    goal = site.goal()
    key, id = (f"%{ord(text[0]):02x}{text[1:]}".replace("_", "%5F") for text in (site.key, goal))
    assert site.api.get(f"/sites/{key}/goals").json()["data"][0]["id"] == goal
    assert site.api.get(f"/sites/{key}/goals/{id}/stats").status_code == 200


@pytest.mark.parametrize("text", ["%00", "%FF", "%ED%A0%80", "%zz", "..", "%2E%2E", "%", "a" * 4000, "*", "%0A"])
def test_any_text_in_a_path_is_just_not_there(text: str, server: RunningServer, site: Site) -> None:
    for path in (f"/sites/{text}/goals", f"/sites/{site.key}/goals/{text}/stats"):
        answer = raw(server, f"GET {API}{path} HTTP/1.1", site.workspace.key)
        assert b" 404 Not Found\r\n" in answer and answer.endswith(b'{"error":"Not found"}'), answer
        assert b"x-ratelimit-limit" in answer


def raw(server: RunningServer, line: str, key: str) -> bytes:
    """A request whose path no client library tidies up."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        head = f"{line}\r\nhost: localhost\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\r\n"
        connection.sendall(head.encode("latin-1"))
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_a_body_may_have_a_mebibyte(site: Site) -> None:
    goals = f"/sites/{site.key}/goals"
    body = b'{"name":"x","type":"event","match_type":"exact","match_value":"x"}'
    assert site.api.post(goals, content=body.ljust(MAX_BODY)).status_code == 201
    assert seen(site.api.post(goals, content=body.ljust(MAX_BODY + 1))) == (
        413,
        {"error": f"a body may have {MAX_BODY} bytes"},
    )


def test_a_body_that_ends_early_is_not_a_fault_of_the_server(server: RunningServer, site: Site) -> None:
    logged = len(server.log())
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        head = f"POST {API}/sites HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {site.workspace.key}"
        connection.sendall(f"{head}\r\ncontent-length: 100\r\n\r\n{{".encode())
        time.sleep(0.3)  # the server has begun to read
    time.sleep(0.3)  # and notices
    assert len(site.api.get("/sites").json()["data"]) == 1
    assert server.log()[logged:] == ""


def test_a_fault_of_the_server_is_500_in_the_same_envelope() -> None:
    """The dialect without the backend it needs: a fault if ever there was one."""
    app = RequestContext(QuotaHeaders(make_app(KRAFTER), RateLimiter(200, 60)))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.get("/sites", headers={"authorization": "Bearer gp_x"})

    with capture_logs() as logged:
        answer = asyncio.run(ask())
    assert seen(answer) == (500, {"error": "Internal server error"})
    assert_quota(answer)
    assert [entry["event"] for entry in logged if entry["log_level"] == "error"] == ["a request failed"]


def test_more_requests_at_once_than_there_are_threads_and_connections(site: Site) -> None:
    """Requests that wait for a transaction must not keep the threads from those that have one."""

    def ask(number: int) -> int:
        if number % 4:
            return site.api.get(f"/sites/{site.key}/goals").status_code
        return site.api.post(f"/sites/{site.key}/goals", json=GOAL).status_code

    with ThreadPoolExecutor(96) as pool:
        statuses = list(pool.map(ask, range(192)))
    assert sorted(statuses) == [200] * 144 + [201] * 48
    assert len(site.api.get(f"/sites/{site.key}/goals").json()["data"]) == 48


def test_a_failed_request_changes_nothing(site: Site) -> None:
    goal = site.goal()
    before = site.api.get(f"/sites/{site.key}/goals").json()
    answer = site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"name": "New", "currency": "nope"})
    assert answer.status_code == 422
    assert site.api.get(f"/sites/{site.key}/goals").json() == before
