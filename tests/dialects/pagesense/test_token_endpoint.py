"""The token door itself: every way in that Zoho's clients use, and what nobody should send."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from goalpost.tenancy import oauth
from goalpost.tenancy.oauth import Granted
from tests.support.server import API, RunningServer, Workspace

TOKEN, REVOKE = "/oauth/v2/token", "/oauth/v2/token/revoke"
URI = "https://relay.example.com/back?a=1&b=é"
Fields = dict[str, str]


@dataclass
class Relay:
    """A client of a workspace of its own."""

    workspace: Workspace
    client_id: str
    secret: str

    @property
    def server(self) -> RunningServer:
        return self.workspace.server

    def code(self, *scopes: str) -> str:
        with self.server.stores.writing() as db:
            given = {"scopes": scopes or ("analytics:read",), "known_scopes": ("analytics:read", "events:write")}
            pepper, now = self.server.stores.pepper, datetime.now(UTC)
            return oauth.grant_code(db, client_id=self.client_id, pepper=pepper, now=now, **given)

    def fields(self, **more: str) -> Fields:
        return {"client_id": self.client_id, "client_secret": self.secret, "redirect_uri": URI, **more}

    def exchange(self, *scopes: str) -> Fields:
        fields = self.fields(grant_type="authorization_code", code=self.code(*scopes))
        found: Fields = self.post(data=fields).json()
        assert "access_token" in found, found
        return found

    def post(self, path: str = TOKEN, **sent: Any) -> httpx.Response:
        return post(self.server, path, **sent)


def post(server: RunningServer, path: str = TOKEN, **sent: Any) -> httpx.Response:
    return httpx.request(sent.pop("method", "POST"), server.url + path, trust_env=False, timeout=30, **sent)


@pytest.fixture
def relay(server: RunningServer, workspace: Workspace) -> Relay:
    with server.stores.writing() as db:
        made = {"workspace_id": workspace.id, "name": "Relay", "redirect_uri": URI}
        client, secret = oauth.create_client(db, **made, pepper=server.stores.pepper, now=datetime.now(UTC))
    return Relay(workspace, client.client_id, secret)


def in_parts(fields: Fields) -> dict[str, Any]:
    """A form as `curl -F` sends it."""
    return {"files": {name: (None, value) for name, value in fields.items()}}


WAYS: list[Callable[[Fields], dict[str, Any]]] = [
    lambda fields: {"params": fields},
    lambda fields: {"data": fields},
    in_parts,
    lambda fields: {"params": {"client_id": fields.pop("client_id")}, "data": fields},
]


@pytest.mark.parametrize("way", WAYS, ids=["query", "form", "parts", "both"])
def test_parameters_come_in_any_way(relay: Relay, way: Callable[[Fields], dict[str, Any]]) -> None:
    answer = relay.post(**way(relay.fields(grant_type="authorization_code", code=relay.code())))
    found = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (found["scope"], found["expires_in"]) == ("analytics:read", 3600)
    again = relay.post(**way(relay.fields(grant_type="refresh_token", refresh_token=found["refresh_token"]))).json()
    assert "access_token" in again and "refresh_token" not in again
    assert relay.post(REVOKE, **way({"client_id": "", "token": again["access_token"]})).json() == {"status": "success"}


def test_an_access_token_opens_every_door_it_has_the_scope_for(relay: Relay, server: RunningServer) -> None:
    token = relay.exchange("events:write")["access_token"]
    site = server.make_site(relay.workspace)
    answer = site.send({"timestamp": "2026-06-01T12:00:00Z"}, authorization=f"Bearer {token}")
    assert answer.status_code == 202, answer.text
    api = server.client(token)
    assert (api.get("/sites").status_code, api.get("/sites").json()) == (403, {"error": "Insufficient scope"})
    reader = relay.exchange("analytics:read")["access_token"]
    assert server.client(reader).get("/sites").status_code == 200
    assert site.send({}, authorization=f"Bearer {reader}").status_code == 403


def test_schemes_before_a_token(relay: Relay, server: RunningServer) -> None:
    token, portal = relay.exchange()["access_token"], f"/pagesense/rest/v1/portal/{relay.workspace.name}/projectgoals/x"
    words = ("Bearer ", "bearer ", "Bearer   ", "Zoho-oauthtoken ", "ZOHO-OAUTHTOKEN  ", "Token ", "")
    found = []
    for path in (API + "/sites", portal):
        answers = [post(server, path, method="GET", headers={"authorization": word + token}) for word in words]
        found.append([answer.status_code for answer in answers])
    assert found[0] == [200, 200, 200, 401, 401, 401, 401]
    reasons = [answer.json()["status_code"] for answer in answers]
    assert reasons == [10006] * 5 + [10005] * 2, "known and without the scope, or not known"


def test_codes_and_refresh_tokens_open_nothing(relay: Relay, server: RunningServer) -> None:
    for secret in (relay.code(), relay.exchange()["refresh_token"], relay.secret, relay.client_id):
        assert server.client(secret).get("/sites").status_code == 401


@pytest.mark.parametrize("token", ["", "1000.", "1000.x", "gp_x", "1000.\0", "1000.é", "x" * 5000, None])
def test_a_token_that_cannot_be_revoked(server: RunningServer, token: str | None) -> None:
    answer = post(server, REVOKE, params={} if token is None else {"token": token})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_code"})


def test_a_code_is_not_revoked_and_a_key_neither(relay: Relay, server: RunningServer) -> None:
    for token in (relay.code(), relay.workspace.key):
        assert relay.post(REVOKE, params={"token": token}).status_code == 400
    assert relay.workspace.api.get("/sites").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", TOKEN, 405),
        ("HEAD", TOKEN, 405),
        ("DELETE", REVOKE, 405),
        ("POST", "/oauth/v2/nothing", 404),
        ("POST", TOKEN + "/", 200),
        ("POST", "/oauth/v2//token", 200),
    ],
)
def test_other_paths_and_methods_of_oauth(server: RunningServer, method: str, path: str, status: int) -> None:
    answer = post(server, path, method=method)
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert method == "HEAD" or answer.json() == {"error": "invalid_request"}


BOUNDARY = "multipart/form-data; boundary=x"
PART = b'--x\r\nContent-Disposition: form-data; name="grant_type"\r\n\r\n'


def parts(count: int) -> bytes:
    """A form of many fields, each of its own name."""
    return b"".join(PART.replace(b"grant_type", b"field-%d" % number) for number in range(count))


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        (BOUNDARY, b"", 200),
        (BOUNDARY, PART, 200),
        (BOUNDARY, PART * 2 + b"password\r\n--x--", 400),
        (BOUNDARY, parts(50) + b"password\r\n--x--", 200),
        (BOUNDARY, parts(51) + b"password\r\n--x--", 400),
        (BOUNDARY, b"--x" * 20_000, 400),
        (BOUNDARY, PART + b"\xff\r\n--x--", 400),
        (BOUNDARY, PART + b"x" * 70_000, 413),
        (BOUNDARY, b'--x\r\nContent-Disposition: form-data; name="grant_type\r\n\r\nx', 200),
        ("multipart/form-data", PART, 200),
        ("multipart/form-data; boundary=", PART, 200),
        ("multipart/form-data;" + " boundary" * 3000, b"", 200),
        ("multipart/mixed; boundary=x", PART, 200),
        ("", b"\0" * 1000, 200),
        ("", b"grant_type=%ed%a0%80&client_id=%00&code=%ff", 200),
        ("", b"grant_type=refresh_token&client_id=%00&client_secret=%00&refresh_token=1000.%00", 200),
        ("", b"%" * 60_000, 200),
        ("", b"=&" * 30_000, 400),
    ],
)
def test_odd_bodies(server: RunningServer, kind: str, body: bytes, status: int) -> None:
    answer = post(server, content=body, headers={"content-type": kind})
    assert (answer.status_code, set(answer.json()), answer.headers["cache-control"]) == (status, {"error"}, "no-store")


@pytest.mark.parametrize("host", [b"[", b"a b", b"\xff", b"x/../y", b"", b"h:99999999", b"]["])
@pytest.mark.parametrize("query", [b"grant_type=x", b"grant_type=\xff\xfe", b"grant_type=%00%ff", b"&" * 100])
def test_odd_heads(server: RunningServer, host: bytes, query: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        head = b"POST /oauth/v2/token?" + query + b" HTTP/1.1\r\nHost: " + host + b"\r\nContent-Length: 0\r\n"
        connection.sendall(head + b"Connection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    assert answer.split(b" ", 2)[1] in (b"200", b"400"), answer


def test_a_clients_secret_must_be_the_whole_of_it(relay: Relay) -> None:
    code = relay.code()
    for secret in ("", relay.secret[:-1], relay.secret + "0", relay.secret.upper(), relay.secret + "\0"):
        fields = relay.fields(grant_type="authorization_code", code=code, client_secret=secret)
        assert relay.post(data=fields).json() == {"error": "invalid_client_secret"}, secret


def test_an_address_has_a_quota_behind_a_proxy_too(server_with: Callable[..., RunningServer]) -> None:
    server = server_with(GOALPOST_TRUSTED_PROXIES="127.0.0.1")
    with httpx.Client(base_url=server.url, trust_env=False) as client:

        def ask(address: str) -> httpx.Response:
            return client.post(TOKEN, headers={"x-forwarded-for": address})

        first = [ask("198.51.100.1").status_code for _ in range(205)]
        refused = ask("198.51.100.1")
        assert (set(first), first[0], first[-1]) == ({200, 429}, 200, 429)
        assert (refused.json(), refused.headers["cache-control"]) == ({"error": "access_denied"}, "no-store")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert ask("198.51.100.2").status_code == 200


def test_the_quota_can_be_lifted(server_with: Callable[..., RunningServer]) -> None:
    server = server_with(GOALPOST_RATE_LIMIT="off")
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        assert {client.post(TOKEN).status_code for _ in range(205)} == {200}


def test_secrets_are_compared_in_constant_time(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[Any, Any]] = []

    def compare(stored: Any, sent: Any) -> bool:
        compared.append((stored, sent))
        return bool(stored == sent)

    monkeypatch.setattr(oauth.hmac, "compare_digest", compare)
    stores, code = relay.server.stores, relay.code()
    fields = {"client_id": relay.client_id, "redirect_uri": URI, "pepper": stores.pepper, "now": datetime.now(UTC)}
    with stores.writing() as db:
        assert not isinstance(oauth.exchange_code(db, secret="wrong", code=code, **fields), Granted)
        assert len(compared) == 1, "the secret"
        assert not isinstance(oauth.exchange_code(db, secret=relay.secret, code=code[:-1] + "g", **fields), Granted)
        assert len(compared) == 3, "the secret, and the code that begins alike"
        assert isinstance(oauth.exchange_code(db, secret=relay.secret, code=code, **fields), Granted)
        assert all(len(str(stored)) == len(str(sent)) == 64 for stored, sent in compared[:5]), "digests, not secrets"
