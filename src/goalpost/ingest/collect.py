"""`/api/event`: a plain ASGI function, because this is the one path on which microseconds are felt.

The answer is sent when the events are on the disk, never before.
"""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import structlog
from starlette.types import Receive, Scope, Send

from goalpost.auth.callers import Caller, CallerCache
from goalpost.auth.rate_limit import IngestLimiter, Quota
from goalpost.core.errors import (
    Forbidden,
    GoalpostError,
    Malformed,
    RateLimited,
    TooLarge,
    Unauthenticated,
    Unavailable,
)
from goalpost.ingest import pipeline
from goalpost.ingest.group_commit import GroupCommit
from goalpost.ingest.peers import ClientAddress
from goalpost.ingest.spool import Accepted
from goalpost.ingest.wire import Sender, WireEvent, read_events, to_hit

SCOPES = ("events:write",)
"""What this door asks of a key: the right to say when, for whom and under which id an event happened."""

MAX_BODY = 10 * 1024 * 1024
MAX_EVENTS = 10_000

Header = tuple[bytes, bytes]

_CORS: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"x-goalpost-dropped, x-goalpost-ignored, retry-after"),
]
_PREFLIGHT: list[Header] = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"POST, GET, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, authorization"),
    (b"access-control-max-age", b"86400"),
]
_PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b")
_STATUS: dict[type[GoalpostError], int] = {
    Malformed: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    TooLarge: 413,
    RateLimited: 429,
    Unavailable: 503,
}
_log = structlog.get_logger()


@dataclass(slots=True)
class IngestCounts:
    """What came of the events since the start, for /metrics."""

    accepted: int = 0
    rejected: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Outcome:
    """What came of one request's events; `rejected` has the place and fault of each unreadable one."""

    size: int = 0
    accepted: list[Accepted] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)
    ignored_revenue: bool = False
    quota: Quota | None = None
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Request:
    """What of a request's head matters here."""

    method: str
    query: bytes
    ip: str
    user_agent: str = ""
    referer: str = ""
    secret: str = ""
    length: int = 0
    do_not_track: bool = False


class Collector:
    """The ASGI application behind `/api/event`."""

    def __init__(
        self,
        *,
        context: pipeline.Context,
        commit: GroupCommit,
        callers: CallerCache,
        limiter: IngestLimiter,
        addresses: ClientAddress,
        forwarded_header: str,
    ) -> None:
        self._context = context
        self._commit = commit
        self._callers = callers
        self._limiter = limiter
        self._addresses = addresses
        self._forwarded_header = forwarded_header.lower().encode()
        self.counts = IngestCounts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = self._head(scope)
        try:
            if request.method == "POST":
                outcome = await self._collect(request, await _read_body(receive, request.length))
                await _answer_post(send, outcome)
            elif request.method == "GET":
                outcome = await self._collect(request, _body_of_query(request))
                await _respond(send, 200, [(b"content-type", b"image/gif"), *_outcome_headers(outcome)], _PIXEL)
            elif request.method == "OPTIONS":
                await _respond(send, 204, _PREFLIGHT)
            else:
                await _respond(send, 405, [(b"allow", b"POST, GET, OPTIONS")])
        except GoalpostError as error:
            await _answer_error(send, error)

    def _head(self, scope: Scope) -> _Request:
        peer = scope["client"][0] if scope.get("client") else ""
        request = _Request(scope["method"], scope["query_string"], peer)
        forwarded: list[bytes] = []
        for name, value in scope["headers"]:
            if name == b"user-agent":
                request.user_agent = value.decode("latin-1")
            elif name == b"referer":
                request.referer = value.decode("latin-1")
            elif name == b"content-length":
                request.length = int(value) if value.isdigit() else 0
            elif name == b"authorization":
                request.secret = value.decode("latin-1")
            elif name in {b"dnt", b"sec-gpc"}:
                request.do_not_track |= value == b"1"
            elif name == self._forwarded_header:
                forwarded.append(value)
        request.ip = self._addresses.of(peer, forwarded)
        return request

    async def _collect(self, request: _Request, body: bytes) -> Outcome:
        """Read, enrich and keep a request's events; raises what the whole request fails for."""
        now = time.time()
        caller = await self._caller(request, now)
        quota = None if caller else self._limiter.spend(request.ip, now)
        sender = Sender(request.ip, request.user_agent, int(now * 1000), caller.workspace_id if caller else None)
        outcome = self._enrich(body, sender, request.do_not_track)
        outcome.quota = quota
        if outcome.accepted:
            repeated = await self._commit.keep(outcome.accepted)
            if repeated:
                outcome.dropped["duplicate"] += len(repeated)
        self._count(outcome)
        return outcome

    async def _caller(self, request: _Request, now: float) -> Caller | None:
        """The caller of a request with a key; raises Unauthenticated or Forbidden for a key that is no good here."""
        if not request.secret:
            return None
        scheme, _, secret = request.secret.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("use Authorization: Bearer <key>")
        secret = secret.strip()
        caller = self._callers.get(secret, now)
        if caller is None:
            caller = await asyncio.to_thread(self._callers.find, secret, now)
        caller.require(SCOPES[0])
        return caller

    def _enrich(self, body: bytes, sender: Sender, do_not_track: bool) -> Outcome:
        outcome = Outcome()
        for index, wire in enumerate(read_events(body)):
            outcome.size += 1
            if index >= MAX_EVENTS:
                raise TooLarge(f"an array may have {MAX_EVENTS} events")
            if isinstance(wire, Malformed):
                outcome.rejected.append((index, str(wire)))
            elif do_not_track and sender.workspace_id is None:
                outcome.dropped["do_not_track"] += 1
            else:
                self._enrich_one(index, wire, sender, outcome)
        return outcome

    def _enrich_one(self, index: int, wire: WireEvent, sender: Sender, outcome: Outcome) -> None:
        try:
            hit, ignored = to_hit(wire, sender)
        except Malformed as error:
            outcome.rejected.append((index, str(error)))
            return
        outcome.ignored_revenue |= ignored
        result = pipeline.run(hit, self._context, sender.now_ms)
        if isinstance(result, str):
            outcome.dropped[result] += 1
        else:
            outcome.accepted.append(result)

    def _count(self, outcome: Outcome) -> None:
        counts = self.counts
        counts.accepted += len(outcome.accepted) - outcome.dropped["duplicate"]
        if outcome.rejected:
            counts.rejected += len(outcome.rejected)
        if outcome.dropped:
            counts.dropped.update(outcome.dropped)


async def _read_body(receive: Receive, length: int) -> bytes:
    """The whole body; raises TooLarge as soon as it is known to be."""
    if length > MAX_BODY:
        raise TooLarge(f"a body may have {MAX_BODY} bytes")
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        if len(body) > MAX_BODY:
            raise TooLarge(f"a body may have {MAX_BODY} bytes")
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise Malformed("the body ended early")
    return body


def _body_of_query(request: _Request) -> bytes:
    """A pixel's query as the body it stands for: the page is the referring one unless a url says otherwise."""
    try:
        fields = dict(parse_qsl(request.query.decode()))
    except (UnicodeDecodeError, ValueError):
        raise Malformed("the query cannot be read") from None
    known = {
        key: fields[key] for key in ("name", "url", "domain", "referrer", "kind", "n", "u", "d", "r") if key in fields
    }
    if not known.get("url") and not known.get("u"):
        known["url"] = request.referer
    known.setdefault("name", known.pop("n", "pageview"))
    return msgspec.json.encode(known)


async def _answer_post(send: Send, outcome: Outcome) -> None:
    if not outcome.rejected:
        await _respond(send, 202, _outcome_headers(outcome))
        return
    body: dict[str, Any] = {"error": outcome.rejected[0][1]}
    if outcome.size > 1 or outcome.accepted:
        rejected = [{"index": index, "error": text} for index, text in outcome.rejected]
        body = {"error": f"{len(rejected)} of {outcome.size} events cannot be read", "rejected": rejected}
    await _respond(
        send, 400, [(b"content-type", b"application/json"), *_outcome_headers(outcome)], msgspec.json.encode(body)
    )


def _outcome_headers(outcome: Outcome) -> list[Header]:
    """Why something was dropped (`bot`, or `bot;n=3, unknown_site;n=1` for several events), and what was ignored."""
    headers: list[Header] = outcome.quota.headers() if outcome.quota else []
    if outcome.dropped:
        counted = outcome.size > 1
        reasons = [f"{reason};n={count}" if counted else reason for reason, count in outcome.dropped.items()]
        headers.append((b"x-goalpost-dropped", ", ".join(reasons).encode()))
    if outcome.ignored_revenue:
        headers.append((b"x-goalpost-ignored", b"revenue"))
    return headers


async def _answer_error(send: Send, error: GoalpostError) -> None:
    headers: list[Header] = [(b"content-type", b"application/json")]
    if isinstance(error, RateLimited | Unavailable):
        headers.append((b"retry-after", str(error.retry_after).encode()))
    if isinstance(error, Unavailable):
        _log.error("events were turned away", reason=str(error))
    await _respond(send, _STATUS[type(error)], headers, msgspec.json.encode({"error": str(error)}))


async def _respond(send: Send, status: int, headers: list[Header], body: bytes = b"") -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*_CORS, length, *headers]})
    await send({"type": "http.response.body", "body": body})
