"""Keys and scopes against every route, and the order in which a request is checked."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from goalpost.tenancy import workspaces
from goalpost.web.gate import MAX_BODY
from tests.dialects.msportal.support import (
    BODY_ROUTES,
    PREFIX,
    READ,
    READ_COMPANIES,
    ROUTES,
    SCOPES,
    UNUSED_UUID,
    WRITE,
    WRITE_COMPANIES,
    Portal,
    Route,
    failure,
)

UNAUTHORIZED = (401, {"error": "Unauthorized", "details": None, "code": "UNAUTHORIZED"})
NOT_FOUND = (404, {"error": "Not found", "details": None, "code": "NOT_FOUND"})


def forbidden(scope: str) -> tuple[int, dict[str, object]]:
    text = f"Missing required scope: {scope}"
    return 403, {"error": text, "details": {"requiredScope": scope}, "code": "FORBIDDEN"}


def call(route: Route, portal: Portal, ids: dict[str, str], **headers: str | bytes) -> httpx.Response:
    """The request with these headers and no others."""
    with httpx.Client(base_url=portal.url, headers=headers, trust_env=False) as client:
        return route.call(client, ids)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer x", "Bearer gp_" + "A" * 43, "Basic dTpw", "gp_x", "Bearer gp_\xe9"],
    ids=["none", "empty", "no key", "not ours", "unknown", "basic", "no scheme", "not ASCII"],
)
def test_without_a_key_of_ours(authorization: str | None, portal: Portal) -> None:
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    ids = portal.ids()
    for route in ROUTES:
        answer = call(route, portal, ids, **headers)
        assert failure(answer) == UNAUTHORIZED, route
        assert answer.headers["www-authenticate"] == "Bearer"


def test_with_a_key_that_is_not_quite_it(portal: Portal) -> None:
    key, ids = portal.workspace.key, portal.ids()
    for wrong in (key[:-1], key + "A", key.swapcase(), f"{key} {key}"):
        for route in ROUTES:
            assert failure(call(route, portal, ids, authorization=f"Bearer {wrong}")) == UNAUTHORIZED, route


def test_with_an_expired_and_a_revoked_key(portal: Portal) -> None:
    now, ids = datetime.now(UTC), portal.ids()
    expired = portal.workspace.make_key("*", expires_at=now - timedelta(seconds=1))
    revoked = portal.workspace.make_key("*")
    assert call(ROUTES[1], portal, ids, authorization=f"Bearer {revoked}").status_code == 200
    with portal.server.stores.writing() as db:
        found = workspaces.list_keys(db, workspace_id=portal.workspace.id)
        (key,) = [key for key in found if revoked.startswith(key.prefix)]
        workspaces.revoke_key(db, key_id=key.id, now=now)
    for secret in (expired, revoked):
        for route in ROUTES:
            assert failure(call(route, portal, ids, authorization=f"Bearer {secret}")) == UNAUTHORIZED, route


def test_a_key_is_taken_in_any_case_of_its_scheme_and_without_its_blanks(portal: Portal) -> None:
    for scheme in ("bearer", "BEARER", "Bearer", "bEARER"):
        answer = call(ROUTES[1], portal, {}, authorization=f"{scheme}   {portal.workspace.key}")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "scopes",
    [*((scope,) for scope in SCOPES), (READ, WRITE_COMPANIES), ("events:write",), ("analytics:write",), ("*",)],
    ids=" ".join,
)
def test_each_scope_against_each_route(scopes: tuple[str, ...], portal: Portal) -> None:
    key, ids = portal.workspace.make_key(*scopes), portal.ids()
    for route in ROUTES:
        answer = call(route, portal, ids, authorization=f"Bearer {key}")
        if route.scope in scopes or "*" in scopes:
            assert answer.status_code == route.success, (route, answer.text)
        else:
            assert failure(answer) == forbidden(route.scope), route


def test_write_is_not_read(portal: Portal) -> None:
    assert failure(portal.client(WRITE, WRITE_COMPANIES).get("/goals")) == forbidden(READ)
    assert failure(portal.client(WRITE, WRITE_COMPANIES).get("/companies")) == forbidden(READ_COMPANIES)


def test_the_order_of_checks(portal: Portal) -> None:
    reader, writer, nobody = portal.client(READ), portal.client(WRITE), portal.server.client("gp_unknown", PREFIX)
    missing, there = f"/goals/{UNUSED_UUID}", f"/goals/{portal.goal()['id']}"
    large = b" " * (MAX_BODY + 1)

    assert failure(nobody.patch("/goals/abc", content=large)) == UNAUTHORIZED
    assert failure(reader.patch("/goals/abc", content=large)) == forbidden(WRITE)
    assert failure(reader.post("/goals", content=large)) == forbidden(WRITE)
    assert failure(writer.patch(missing, content=large))[0] == 413
    assert failure(writer.patch(missing, content=b"{"))[0] in (400, 404)
    assert failure(writer.patch(there, content=b"{"))[0] == 400
    assert failure(writer.patch(missing, json={"title": "New"})) == NOT_FOUND
    assert failure(reader.get(f"{missing}/tasks")) == NOT_FOUND
    for client, expected in ((nobody, 401), (writer, 403), (reader, 400)):
        assert failure(client.get("/goals?limit=0"))[0] == expected
    for client, expected in ((nobody, 401), (writer, 403), (reader, 400)):
        assert failure(client.get("/goals/abc"))[0] == expected


def test_schemas_are_checked_before_references(portal: Portal) -> None:
    body = portal.body(companyId=UNUSED_UUID, title="")
    status, found = failure(portal.api.post("/goals", json=body))
    assert (status, found["code"]) == (400, "VALIDATION_ERROR")
    assert [fault["field"] for fault in found["details"]] == ["title"]


@pytest.mark.parametrize("route", BODY_ROUTES, ids=str)
def test_a_body_may_have_a_mebibyte(route: Route, portal: Portal) -> None:
    ids = portal.ids()
    status, body = failure(route.call(portal.api, ids, content=b"{}".ljust(MAX_BODY + 1)))
    assert (status, body["code"], body["details"]) == (413, "PAYLOAD_TOO_LARGE", None)
    assert route.call(portal.api, ids, content=b"{}".ljust(MAX_BODY)).status_code in (200, 400)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/goals", {"GET", "POST"}),
        ("DELETE", "/goals", {"GET", "POST"}),
        ("PUT", "/goals/{goal}", {"GET", "PATCH", "DELETE"}),
        ("POST", "/goals/{goal}", {"GET", "PATCH", "DELETE"}),
        ("PUT", "/goals/{goal}/tasks/{task}", {"PATCH", "DELETE"}),
        ("GET", "/goals/{goal}/tasks/{task}", {"PATCH", "DELETE"}),
        ("DELETE", "/companies/{company}", {"GET", "PATCH"}),
        ("PATCH", "/goals/{goal}/updates", {"GET", "POST"}),
        ("OPTIONS", "/goals", {"GET", "POST"}),
        ("BREW", "/companies", {"GET", "POST"}),
    ],
)
def test_a_verb_that_is_not_there(method: str, path: str, allowed: set[str], portal: Portal) -> None:
    answer = portal.api.request(method, path.format(**portal.ids()))
    expected = {"error": "Method not allowed", "details": None, "code": "METHOD_NOT_ALLOWED"}
    assert failure(answer) == (405, expected)
    assert {*answer.headers["allow"].split(", ")} == allowed | ({"HEAD"} if "GET" in allowed else set())


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/goals/{goal}/nothing", "/goals/{goal}/updates/{task}", "/companies/users", "/redoc"]
)
def test_a_route_that_is_not_there(path: str, portal: Portal) -> None:
    status, body = failure(portal.api.get(path.format(**portal.ids())))
    assert (status, body["details"], body["code"]) == (404, None, "NOT_FOUND")
