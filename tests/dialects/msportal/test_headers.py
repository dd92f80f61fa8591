"""Headers of every answer: the request's id, the key's quota, and nothing of what was sent to deceive."""

import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import httpx
import pytest

from goalpost.web.gate import MAX_BODY
from tests.dialects.msportal.support import PREFIX, READ, READ_COMPANIES, ROUTES, WRITE, Portal, failure, make_portal
from tests.support.server import RunningServer

LIMIT = 5
QUOTA = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")


def every_kind(portal: Portal, **headers: str) -> list[httpx.Response]:
    """An answer of each status."""
    goal, nobody = f"/goals/{portal.goal()['id']}", portal.server.client("gp_no", PREFIX)
    api = portal.api
    answers = [
        api.get(goal, headers=headers),
        api.post("/goals", json=portal.body(), headers=headers),
        api.delete(goal, headers=headers),
        api.post("/goals", content=b"{", headers=headers),
        nobody.get("/goals", headers=headers),
        portal.client(READ).post("/goals", json={}, headers=headers),
        api.get(goal, headers=headers),
        api.get("/nothing", headers=headers),
        api.put("/goals", headers=headers),
        api.post("/goals", content=b" " * (MAX_BODY + 1), headers=headers),
        api.head("/goals", headers=headers),
    ]
    assert [answer.status_code for answer in answers] == [200, 201, 204, 400, 401, 403, 404, 404, 405, 413, 200]
    return answers


def check_quota(answer: httpx.Response) -> None:
    assert [len(answer.headers.get_list(name)) for name in QUOTA] == [1, 1, 1]
    limit, remaining, reset = (answer.headers[name] for name in QUOTA)
    assert 0 <= int(remaining) <= int(limit)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", reset)
    ahead = datetime.fromisoformat(reset) - datetime.now(UTC)
    assert timedelta(seconds=-1) <= ahead <= timedelta(seconds=60)


def test_every_answer_tells_the_quota(portal: Portal) -> None:
    for answer in every_kind(portal):
        check_quota(answer)


def test_every_answer_has_the_id_that_was_sent(portal: Portal) -> None:
    for sent in ("abc-1", "A", "x" * 128, "a.b_c:d-9"):
        for answer in every_kind(portal, **{"x-request-id": sent}):
            assert answer.headers.get_list("x-request-id") == [sent]


def test_every_answer_has_a_new_id_otherwise(portal: Portal) -> None:
    ids = [answer.headers["x-request-id"] for answer in every_kind(portal)]
    assert {UUID(id).version for id in ids} == {4}
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "sent",
    ["x" * 129, "x" * 10_240, "", "a b", "a,b", "<script>", "ä", "a;b=c", 'a"b', "a/b", "%0d%0aset-cookie:x=1"],
    ids=lambda sent: repr(sent[:12]),
)
def test_an_id_that_is_not_well_formed_is_replaced(sent: str, portal: Portal) -> None:
    answer = portal.api.get("/nothing", headers={"x-request-id": sent.encode()})
    assert UUID(answer.headers["x-request-id"]).version == 4
    assert failure(answer)[0] == 404
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("injected", [b"a\r\nset-cookie: x=1", b"a\nset-cookie: x=1", b"a\rb", b"a\x00b", b"a\tb"])
def test_nothing_is_put_into_the_head_of_an_answer(injected: bytes, portal: Portal) -> None:
    answer = raw(portal, b"x-request-id: " + injected)
    assert b"set-cookie" not in answer.lower()
    head, _, _ = answer.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"x-request-id:"):
            assert re.fullmatch(rb"[A-Za-z0-9._:-]{1,128}", line.partition(b":")[2].strip())


def raw(portal: Portal, header: bytes) -> bytes:
    """A request with a header that no client library would send."""
    with socket.create_connection(("127.0.0.1", portal.server.port), timeout=10) as connection:
        head = f"GET {PREFIX}/goals HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {portal.workspace.key}\r\n"
        connection.sendall(head.encode() + header + b"\r\nconnection: close\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
        return answer


def test_headers_may_be_sent_in_any_case(portal: Portal) -> None:
    headers = {"AUTHORIZATION": f"Bearer {portal.workspace.key}", "X-REQUEST-ID": "abc-1"}
    answer = httpx.get(f"{portal.url}/goals", headers=headers, trust_env=False)
    assert (answer.status_code, answer.headers["x-request-id"]) == (200, "abc-1")


def test_cookies_are_ignored_and_none_is_set(portal: Portal) -> None:
    plain, with_cookies = portal.goal(), {"cookie": "session=1; authorization=Bearer x; x-request-id=evil"}
    for answer in every_kind(portal, **with_cookies):
        assert "set-cookie" not in answer.headers
    answer = portal.api.get(f"/goals/{plain['id']}", headers=with_cookies)
    assert answer.json() == {"data": plain}
    cookie = {"cookie": f"authorization=Bearer {portal.workspace.key}; key={portal.workspace.key}"}
    assert httpx.get(f"{portal.url}/goals", headers=cookie, trust_env=False).status_code == 401


def test_head_is_get_without_the_body_and_there_is_no_cors(portal: Portal) -> None:
    ids = portal.ids()
    for route in ROUTES:
        if route.method == "GET":
            full, head = route.call(portal.api, ids), portal.api.head(route.path.format(**ids))
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["content-length"] == str(len(full.content))
    for answer in every_kind(portal, origin="https://evil.example.com"):
        assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.fixture
def limited(server_with: Callable[..., RunningServer]) -> RunningServer:
    return server_with(GOALPOST_API_LIMIT=str(LIMIT))


def remaining(answer: httpx.Response) -> int:
    return int(answer.headers["x-ratelimit-remaining"])


def test_the_quota_counts_down_until_429(limited: RunningServer) -> None:
    portal = make_portal(limited)
    answers = [portal.api.get("/goals") for _ in range(LIMIT - 1)]
    assert [remaining(answer) for answer in answers] == [3, 2, 1, 0], "the company took the first"
    refused = portal.api.get("/goals")
    expected = {"error": "Rate limit exceeded", "details": None, "code": "RATE_LIMITED"}
    assert failure(refused) == (429, expected)
    assert (remaining(refused), refused.headers["x-ratelimit-limit"]) == (0, str(LIMIT))
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    for answer in (*answers, refused):
        check_quota(answer)
    assert len({answer.headers["x-ratelimit-reset"] for answer in (*answers, refused)}) == 1, "one window"


def test_a_quota_is_each_keys_own(limited: RunningServer) -> None:
    portal = make_portal(limited)
    for _ in range(LIMIT):
        last = portal.api.get("/goals")
    assert last.status_code == 429
    second, stranger = portal.client(READ, READ_COMPANIES), make_portal(limited)
    assert remaining(second.get("/goals")) == LIMIT - 1
    assert remaining(stranger.api.get("/goals")) == LIMIT - 2
    assert portal.api.get("/goals").status_code == 429


def test_the_quota_comes_after_the_key_and_before_the_scope(limited: RunningServer) -> None:
    portal = make_portal(limited)
    writer = portal.client(WRITE)
    assert [writer.get("/goals").status_code for _ in range(LIMIT + 1)] == [403] * LIMIT + [429]
    assert writer.post("/goals", json=portal.body()).status_code == 429
    assert limited.client("gp_no", PREFIX).get("/goals").status_code == 401
    assert portal.list() == [], "a refused request does nothing"
