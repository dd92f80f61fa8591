"""`/api/event`: a plain ASGI function, because this is the one path on which microseconds are felt.

The answer is sent when the events are on the disk, never before.
"""

import asyncio
import time
from dataclasses import dataclass
from urllib.parse import parse_qsl

import msgspec
from starlette.types import Receive, Scope, Send

from goalpost.auth.callers import Caller, CallerCache
from goalpost.auth.rate_limit import IngestLimiter
from goalpost.core.conversion_goals import Trigger
from goalpost.core.errors import (
    GoalpostError,
    Malformed,
    TooLarge,
    Unauthenticated,
)
from goalpost.core.events import Hit
from goalpost.ingest import pipeline
from goalpost.ingest.answers import (
    IngestCounts,
    Outcome,
    answer_error,
    answer_pixel,
    answer_post,
    answer_preflight,
    answer_wrong_method,
)
from goalpost.ingest.group_commit import GroupCommit
from goalpost.ingest.peers import ClientAddress
from goalpost.ingest.wire import Sender, WireEvent, is_array, read_event, read_events, to_hit

SCOPES = ("events:write",)
"""What this door asks of a key: the right to say when, for whom and under which id an event happened."""

MAX_BODY = 10 * 1024 * 1024
MAX_EVENTS = 10_000
_TURN = 500  # events of an array after which others get a turn


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
                await answer_post(send, outcome)
            elif request.method == "GET":
                outcome = await self._collect(request, _body_of_query(request))
                await answer_pixel(send, outcome)
            elif request.method == "OPTIONS":
                await answer_preflight(send)
            else:
                await answer_wrong_method(send)
        except GoalpostError as error:
            await answer_error(send, error)

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
        outcome = Outcome(quota=quota)
        unwanted = request.do_not_track and caller is None
        if is_array(body):
            await self._enrich_all(body, sender, unwanted, outcome)
        else:
            self._enrich(0, read_event(body), sender, unwanted, outcome)
        if outcome.accepted:
            repeated = await self._commit.keep(outcome.accepted)
            if repeated:
                outcome.drop("duplicate", len(repeated))
        self.counts.add(outcome)
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

    async def _enrich_all(self, body: bytes, sender: Sender, unwanted: bool, outcome: Outcome) -> None:
        for index, wire in enumerate(read_events(body)):
            if index % _TURN == _TURN - 1:
                await asyncio.sleep(0)
            if index >= MAX_EVENTS:
                raise TooLarge(f"an array may have {MAX_EVENTS} events")
            if isinstance(wire, Malformed):
                outcome.size += 1
                outcome.rejected.append((index, str(wire)))
            else:
                self._enrich(index, wire, sender, unwanted, outcome)

    def _enrich(self, index: int, wire: WireEvent, sender: Sender, unwanted: bool, outcome: Outcome) -> None:
        outcome.size += 1
        if unwanted:
            outcome.drop("do_not_track")
            return
        try:
            hit, ignored = to_hit(wire, sender)
        except Malformed as error:
            outcome.rejected.append((index, str(error)))
            return
        outcome.ignored_revenue |= ignored
        result = pipeline.run(hit, self._context, sender.now_ms)
        if isinstance(result, str):
            outcome.drop(result)
        else:
            outcome.accepted.append(result)
            if hit.kind is Trigger.PAGEVIEW and not hit.trusted:
                outcome.page_revision = self._page_revision(hit)

    def _page_revision(self, hit: Hit) -> int | None:
        """What the page is to be told of: something to watch or to keep, or an id that the site wants no longer."""
        site = self._context.catalog.find(hit.domain)
        return site.revision if site and (site.needs_page or hit.browser_visitor) else None


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
