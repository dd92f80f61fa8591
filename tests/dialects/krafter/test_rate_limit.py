"""The quota of a workspace: https://docs.krafter.dev/api/rate-limits.html."""

import time
from collections.abc import Callable

import httpx
import pytest

from goalpost.conversions.services import conversion_goals, sites
from tests.dialects.krafter.support import FORBIDDEN, GOAL, UNAUTHENTICATED, seen
from tests.support.server import API, RunningServer, Workspace

LIMIT = 5


@pytest.fixture
def limited(server_with: Callable[..., RunningServer]) -> RunningServer:
    """One server for all of these tests: each has a workspace, and so a quota, of its own."""
    return server_with(GOALPOST_API_LIMIT=str(LIMIT))


def quota(answer: httpx.Response) -> tuple[int, int]:
    """(limit, remaining)"""
    return int(answer.headers["x-ratelimit-limit"]), int(answer.headers["x-ratelimit-remaining"])


def spend(workspace: Workspace, times: int = LIMIT) -> list[httpx.Response]:
    return [workspace.api.get("/sites") for _ in range(times)]


def test_the_headers_count_down_until_429(limited: RunningServer) -> None:
    workspace = limited.make_workspace()
    started = time.time()
    answers = spend(workspace)
    refused = workspace.api.get("/sites")
    ended = time.time()

    assert [(answer.status_code, *quota(answer)) for answer in answers] == [
        (200, LIMIT, remaining) for remaining in (4, 3, 2, 1, 0)
    ]
    resets = {int(answer.headers["x-ratelimit-reset"]) for answer in [*answers, refused]}
    assert len(resets) == 1, "one window"
    assert started <= resets.pop() <= ended + 61

    retry_after = int(refused.headers["retry-after"])
    assert seen(refused) == (429, {"error": "Rate limit exceeded", "retry_after": retry_after})
    assert quota(refused) == (LIMIT, 0)
    assert 1 <= retry_after <= 60
    assert abs(int(refused.headers["x-ratelimit-reset"]) - ended - retry_after) <= 3


def test_a_window_is_a_workspaces(limited: RunningServer) -> None:
    first, second = limited.make_workspace(), limited.make_workspace()
    spend(first)
    assert quota(spend(second, 1)[0]) == (LIMIT, LIMIT - 1)
    another_key = limited.client(first.make_key("analytics:read"))
    assert another_key.get("/sites").status_code == 429
    assert spend(second, 1)[0].status_code == 200


def test_authenticated_requests_alone_spend_the_quota(limited: RunningServer) -> None:
    workspace = limited.make_workspace()
    reader = limited.client(workspace.make_key("analytics:read"))

    def left() -> int:
        # The 403 is the probe: it spends one itself.
        answer = reader.post("/sites", json={})
        assert seen(answer) == FORBIDDEN
        return quota(answer)[1]

    assert left() == 4
    for client, path in [
        (limited.client("gp_unknown"), "/sites"),
        (limited.client(workspace.key + "x"), "/sites"),
        (reader, "/nothing"),
        (reader, "/docs"),
        (reader, "/openapi.json"),
    ]:
        client.get(path)
    assert left() == 3, "neither a 401 nor a route that is not there spends"
    assert reader.get("/sites/sk_none").status_code == 404
    assert left() == 1
    assert workspace.api.post("/sites", content=b"{").status_code == 400
    assert workspace.api.post("/sites", content=b"{").status_code == 429


def test_the_quota_is_checked_after_the_key_and_before_all_else(limited: RunningServer) -> None:
    workspace = limited.make_workspace()
    spend(workspace)
    reader = limited.client(workspace.make_key("analytics:read"))

    assert seen(limited.client("gp_unknown").post("/sites", content=b"{")) == UNAUTHENTICATED
    assert reader.post("/sites", content=b"{").status_code == 429, "before the scope"
    assert workspace.api.get("/sites/sk_none").status_code == 429, "before the site"
    assert workspace.api.post("/sites", content=b"{").status_code == 429, "before the body"


def test_a_refused_request_does_nothing(limited: RunningServer) -> None:
    site = limited.make_site()
    spend(site.workspace, LIMIT - 1)
    assert site.api.post(f"/sites/{site.key}/goals", json=GOAL).status_code == 429
    with limited.stores.reading() as db:
        found = sites.get_site(db, key=site.key)
        assert conversion_goals.list_goals(db, site=found) == []


def test_without_a_key_the_public_quota_is_shown(limited: RunningServer) -> None:
    for path in ("/sites", "/nothing"):
        answer = httpx.get(f"{limited.url}{API}{path}", trust_env=False)
        assert quota(answer) == (200, 200)
        assert abs(int(answer.headers["x-ratelimit-reset"]) - time.time() - 60) < 5


def test_events_do_not_spend_it(limited: RunningServer) -> None:
    site = limited.make_site()
    for _ in range(LIMIT + 1):
        assert site.send({"name": "x"}, authorization=f"Bearer {site.workspace.key}").status_code == 202
    assert quota(site.api.get("/sites")) == (LIMIT, LIMIT - 2)


def test_every_limit_can_be_lifted_at_once(server_with: Callable[..., RunningServer]) -> None:
    server = server_with(GOALPOST_RATE_LIMIT="off", GOALPOST_API_LIMIT="3", GOALPOST_INGEST_LIMIT="3")
    site = server.make_site()
    assert {site.api.get("/sites").status_code for _ in range(10)} == {200}
    assert {site.send({}).status_code for _ in range(10)} == {202}


def test_a_mistyped_switch_is_told(own_server: Callable[..., RunningServer]) -> None:
    done = own_server(GOALPOST_RATE_LIMIT="no").cli("serve", check=False)
    assert done.returncode != 0
    assert "GOALPOST_RATE_LIMIT" in done.stderr and "'on' or 'off'" in done.stderr
