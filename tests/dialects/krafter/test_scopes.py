"""Keys and scopes against every route, and the order in which a request is checked."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.tenancy import workspaces
from goalpost.web.application import make_app
from tests.dialects.krafter.support import (
    FORBIDDEN,
    NOT_FOUND,
    READ,
    ROUTES,
    UNAUTHENTICATED,
    UNUSED_UUID,
    WRITE,
    Route,
    seen,
)
from tests.support.server import RunningServer, Site, Workspace


def test_the_table_has_every_route() -> None:
    documented = {
        (method.upper(), path, next(iter(operation["security"][0].values()))[0], min(operation["responses"]))
        for path, operations in make_app(KRAFTER).openapi()["paths"].items()
        for method, operation in operations.items()
    }
    assert documented == {(route.method, route.path, route.scope, str(route.success)) for route in ROUTES}


def call(route: Route, site: Site, goal: str, **headers: str | bytes) -> httpx.Response:
    """The request with these headers and no others."""
    with httpx.Client(base_url=site.api.base_url, headers=headers, trust_env=False) as client:
        return route.call(client, site.key, goal)


def revoke(workspace: Workspace, secret: str) -> None:
    with workspace.server.stores.writing() as db:
        (key,) = [key for key in workspaces.list_keys(db, workspace_id=workspace.id) if secret.startswith(key.prefix)]
        workspaces.revoke_key(db, key_id=key.id, now=datetime.now(UTC))


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer x", "Bearer gp_" + "A" * 43, "Basic dTpw", "gp_x", "Bearer gp_\xe9"],
    ids=["none", "empty", "no key", "not ours", "unknown", "basic", "no scheme", "not ASCII"],
)
def test_without_a_key_of_ours(authorization: str | None, site: Site) -> None:
    headers = {} if authorization is None else {"authorization": authorization.encode("latin-1")}
    goal = site.goal()
    for route in ROUTES:
        assert seen(call(route, site, goal, **headers)) == UNAUTHENTICATED, route


def test_with_a_key_that_is_not_quite_it(site: Site) -> None:
    key, goal = site.workspace.key, site.goal()
    for wrong in (key[:-1], key + "A", key.swapcase(), key[:12] + key[:11:-1]):
        for route in ROUTES:
            assert seen(call(route, site, goal, authorization=f"Bearer {wrong}")) == UNAUTHENTICATED, route


def test_with_an_expired_key(site: Site) -> None:
    now, goal = datetime.now(UTC), site.goal()
    past = site.workspace.make_key("*", expires_at=now - timedelta(seconds=1))
    future = site.workspace.make_key("*", expires_at=now + timedelta(days=1))
    for route in ROUTES:
        assert seen(call(route, site, goal, authorization=f"Bearer {past}")) == UNAUTHENTICATED, route
        assert call(route, site, goal, authorization=f"Bearer {future}").status_code == route.success, route


def test_with_a_revoked_key(site: Site) -> None:
    secret, goal = site.workspace.make_key("*"), site.goal()
    assert call(ROUTES[1], site, goal, authorization=f"Bearer {secret}").status_code == 200
    revoke(site.workspace, secret)
    for route in ROUTES:
        assert seen(call(route, site, goal, authorization=f"Bearer {secret}")) == UNAUTHENTICATED, route


@pytest.mark.parametrize("scopes", [(READ,), (WRITE,), ("events:write",), (READ, WRITE), ("*",)], ids=" ".join)
def test_each_scope_against_each_route(scopes: tuple[str, ...], site: Site) -> None:
    key, goal = site.workspace.make_key(*scopes), site.goal()
    for route in ROUTES:
        answer = call(route, site, goal, authorization=f"bearer {key}")
        if route.scope in scopes or "*" in scopes:
            assert (answer.status_code, set(answer.json())) == (route.success, {"data"}), route
        else:
            assert seen(answer) == FORBIDDEN, route


def test_a_key_is_checked_before_everything_else(server: RunningServer, site: Site) -> None:
    reader, writer = site.workspace.make_key(READ), site.workspace.make_key(WRITE)
    bad = f"/sites/{site.key}/goals"

    assert seen(server.client("gp_unknown").post("/sites/sk_none/goals", content=b"{")) == UNAUTHENTICATED
    assert seen(server.client(reader).post("/sites/sk_none/goals", content=b"{")) == FORBIDDEN
    assert seen(server.client(writer).post("/sites/sk_none/goals", content=b"{")) == NOT_FOUND
    assert seen(server.client(writer).patch(f"{bad}/{UNUSED_UUID}", content=b"{")) == NOT_FOUND
    assert server.client(writer).post(bad, content=b"{").status_code == 400
    assert server.client(writer).post(bad, content=b"{}").status_code == 422
    assert seen(server.client(reader).get(f"{bad}/{UNUSED_UUID}/stats?period=never")) == NOT_FOUND
    assert server.client(reader).get(f"{bad}/{site.goal()}/stats?period=never").status_code == 400
    assert seen(server.client(reader).get("/sites/sk_none/stats?dimensions=never")) == NOT_FOUND
