"""Answers of `/api/event`: what came of the events, as status, headers and body."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.types import Send

from goalpost import seldom
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.cors import Header, preflight, readable_by
from goalpost.kernel.errors import (
    Forbidden,
    GoalpostError,
    Malformed,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from goalpost.tenancy.rate_limit import Quota

_METHODS = b"POST, GET, OPTIONS"
_JSON: Header = (b"content-type", b"application/json")
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")
_STATUS: dict[type[GoalpostError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    TooLarge: 413,
    RateLimited: 429,
    Unavailable: 503,
}


@dataclass(slots=True)
class IngestCounts:
    """Counts of what came of the events since the start, for /metrics."""

    accepted: int = 0
    rejected: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: "Outcome") -> None:
        """Count what came of a request."""
        self.accepted += len(outcome.accepted) - outcome.dropped.get("duplicate", 0)
        self.rejected += len(outcome.rejected)
        if outcome.dropped:
            self.dropped.update(outcome.dropped)


@dataclass(slots=True)
class Outcome:
    """The result of one request's events; `rejected` has the place and fault of each unreadable one.

    `row_bytes` are those of the accepted events' rows.
    `ignored` names optional fields that could not be used, in any of the events.
    `page_revision` is set when the page that sent them has something to watch: the catalog's revision that it is of.
    """

    size: int = 0
    row_bytes: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    dropped: dict[str, int] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    quota: Quota | None = None
    rejected: list[tuple[int, str]] = field(default_factory=list)
    page_revision: int | None = None

    def drop(self, reason: str, count: int = 1) -> None:
        """Count events that are not kept."""
        self.dropped[reason] = self.dropped.get(reason, 0) + count


class Answer:
    """Sends the answer to one request; `origin` is the request's header of that name, if it had one."""

    def __init__(self, send: Send, origin: bytes | None) -> None:
        self._send = send
        self._origin = origin

    async def post(self, outcome: Outcome) -> None:
        """Send 202, or 400 with the place and fault of everything that could not be read."""
        if not outcome.rejected:
            await self._respond(202, _outcome_headers(outcome))
            return
        body: dict[str, Any] = {"error": outcome.rejected[0][1]}
        if outcome.size > 1 or outcome.accepted:
            rejected = [{"index": index, "error": text} for index, text in outcome.rejected]
            body = {"error": f"{len(rejected)} of {outcome.size} events cannot be read", "rejected": rejected}
        await self._respond(400, [_JSON, *_outcome_headers(outcome)], msgspec.json.encode(body))

    async def pixel(self, outcome: Outcome) -> None:
        """Send the picture that a page without scripts asked for, whatever came of the event."""
        headers = [(b"content-type", b"image/gif"), (b"cache-control", b"no-store"), *_outcome_headers(outcome)]
        await self._respond(200, headers, _PIXEL)

    async def preflight(self, request_headers: Iterable[Header]) -> None:
        """Allow what a browser asks for before it posts from another origin."""
        await self._respond(204, preflight(_METHODS, request_headers))

    async def wrong_method(self) -> None:
        """Send 405 with the methods there are."""
        await self._respond(405, [(b"allow", _METHODS)])

    async def error(self, error: GoalpostError) -> None:
        """Say what the whole request failed for."""
        headers: list[Header] = [_JSON, (b"cache-control", b"no-store")]
        if isinstance(error, RateLimited | Unavailable):
            headers.append((b"retry-after", str(error.retry_after).encode()))
        if isinstance(error, Unavailable):
            seldom.log.error("events were turned away", str(error))
        await self._respond(_STATUS[type(error)], headers, msgspec.json.encode({"error": str(error)}))

    async def _respond(self, status: int, headers: list[Header], body: bytes = b"") -> None:
        length = (b"content-length", str(len(body)).encode())
        headers = [*readable_by(self._origin), length, *headers]
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _outcome_headers(outcome: Outcome) -> list[Header]:
    """Return headers for what was dropped and why (`bot`, or `bot;n=3, unknown_site;n=1`), and what was ignored."""
    headers: list[Header] = outcome.quota.headers() if outcome.quota else []
    if outcome.dropped:
        counted = outcome.size > 1
        reasons = [f"{reason};n={count}" if counted else reason for reason, count in outcome.dropped.items()]
        headers.append((b"x-goalpost-dropped", ", ".join(reasons).encode()))
    if outcome.ignored:
        headers.append((b"x-goalpost-ignored", ", ".join(outcome.ignored).encode()))
    if outcome.page_revision is not None:
        headers.append((b"x-goalpost-page", str(outcome.page_revision).encode()))
    return headers
