"""Shared by tests of the dialect: its routes, its failures, and events at chosen moments."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.support.server import Site

UNAUTHENTICATED = (401, {"error": "Invalid or missing API key"})
FORBIDDEN = (403, {"error": "Insufficient scope"})
NOT_FOUND = (404, {"error": "Not found"})

NO_UUID = "not-a-uuid"
UNUSED_UUID = "550e8400-e29b-41d4-a716-446655440000"

GOAL = {"name": "Signup", "type": "event", "match_type": "exact", "match_value": "signup"}


@dataclass(frozen=True)
class Route:
    """One endpoint with a body that it takes; `{key}` and `{id}` stand for a site and a goal."""

    method: str
    path: str
    scope: str
    success: int
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def at(self, key: str, id: str = UNUSED_UUID) -> str:
        return self.path.format(key=key, id=id)

    def call(self, client: httpx.Client, key: str, id: str = UNUSED_UUID, **more: Any) -> httpx.Response:
        body = {"domain": f"{uuid4().hex}.example.com", "name": "Shop"} if self.path == "/sites" else self.body
        sent = {"json": body} if self.method in ("POST", "PATCH") else {}
        return client.request(self.method, self.at(key, id), **{**sent, **more})


READ, WRITE = "analytics:read", "analytics:write"
ROUTES = [
    Route("POST", "/sites/{key}/goals", WRITE, 201, GOAL),
    Route("GET", "/sites/{key}/goals", READ, 200),
    Route("PATCH", "/sites/{key}/goals/{id}", WRITE, 200, {"name": "New"}),
    Route("GET", "/sites/{key}/goals/{id}/stats", READ, 200),
    Route("DELETE", "/sites/{key}/goals/{id}", WRITE, 200),
    Route("GET", "/sites", READ, 200),
    Route("POST", "/sites", WRITE, 201),
    Route("GET", "/sites/{key}", READ, 200),
    Route("PATCH", "/sites/{key}", WRITE, 200, {"name": "New"}),
    Route("GET", "/sites/{key}/stats", READ, 200),
    Route("GET", "/sites/{key}/realtime", READ, 200),
    Route("GET", "/sites/{key}/events", READ, 200),
    Route("DELETE", "/sites/{key}", WRITE, 200),
]
SITE_ROUTES = [route for route in ROUTES if "{key}" in route.path]
GOAL_ROUTES = [route for route in ROUTES if "{id}" in route.path]


def seen(answer: httpx.Response) -> tuple[int, Any]:
    """An answer as (status, body)."""
    return answer.status_code, answer.json()


def same_to_the_byte(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All of an answer that could tell two failures apart."""
    changing = {"date", "x-request-id", "x-ratelimit-reset", "x-ratelimit-remaining"}
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k not in changing}


def record(site: Site, *events: dict[str, Any]) -> None:
    """Send events as a server does that may say when and for whom they happened; each of a visitor of its own."""
    numbered = [{"ip": f"198.51.100.{number}", **event} for number, event in enumerate(events)]
    answer = site.send(numbered, authorization=f"Bearer {site.workspace.key}")
    assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None), answer.text


def view(site: Site, path: str, **more: Any) -> dict[str, Any]:
    """A page view of a path, which may have a query."""
    return {"name": "pageview", "url": f"https://{site.domain}{path}", **more}


def track(name: str, **more: Any) -> dict[str, Any]:
    """An event as `ka.track()` sends it."""
    return {"name": name, "kind": "event", **more}


def goal_call(name: str, revenue: float | str | None = None, **more: Any) -> dict[str, Any]:
    """An event as `ka.goal()` sends it."""
    return {"name": name, "kind": "goal", **({} if revenue is None else {"revenue": {"amount": revenue}}), **more}


def settle(site: Site) -> None:
    """Return when every conversion of what was sent before can be seen: batches are written in order."""
    name = f"settled-{uuid4()}"
    marker = site.goal("custom", "exact", name)
    record(site, goal_call(name))
    site.counted(marker, 1)
