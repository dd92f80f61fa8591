"""Every route of every dialect: without a key, with a key of every other scope, and of another's workspace."""

from collections.abc import Iterator

import httpx
import pytest

from goalpost.app import SCOPES
from goalpost.vendors import DIALECTS
from goalpost.web.declared import Dialect, Route
from tests.support.server import RunningServer

EACH = [
    pytest.param(dialect, route, id=f"{dialect.name} {route.method} {route.path}")
    for dialect in DIALECTS
    for route in dialect.routes
]


def send(server: RunningServer, dialect: Dialect, route: Route, key: str) -> Iterator[httpx.Response]:
    """The request by each of its paths, with the key in each way in which the dialect takes it."""
    ways = [{"authorization": f"{scheme} {key}"} for scheme in dialect.schemes]
    ways += [{dialect.header: key}] if dialect.header else []
    for path in (route.path, *route.aliases):
        for headers in ways if key else [{}]:
            url = server.url + dialect.mount + path.replace("{", "").replace("}", "")
            yield httpx.request(route.method, url, headers=headers, json={}, trust_env=False, timeout=30)


@pytest.mark.parametrize(("dialect", "route"), EACH)
def test_no_route_is_open(dialect: Dialect, route: Route, server: RunningServer) -> None:
    for answer in send(server, dialect, route, ""):
        assert answer.status_code == 401, answer.text


@pytest.mark.parametrize(("dialect", "route"), EACH)
def test_a_key_needs_a_scope_of_the_route(dialect: Dialect, route: Route, server: RunningServer) -> None:
    workspace = server.make_workspace()
    others = workspace.make_key(*(scope for scope in SCOPES if scope not in route.needs.scopes))
    for answer in send(server, dialect, route, others):
        # PageSense documents no 403, and has a code of its own for it.
        assert answer.status_code == 403 or "10006" in answer.text, answer.text
    for scope in route.needs.scopes:
        for answer in send(server, dialect, route, workspace.make_key(scope)):
            assert (answer.status_code not in (401, 403) and answer.status_code < 500) or "CSGoal" in answer.text, (
                answer.text
            )
