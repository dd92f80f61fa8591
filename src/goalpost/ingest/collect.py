"""`/api/event`: a plain ASGI function, because this is the one path on which microseconds are felt.

The answer is sent when the events are on the disk, never before.
"""

import asyncio
import time
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from goalpost.auth.callers import Caller, CallerCache
from goalpost.auth.rate_limit import IngestLimiter
from goalpost.core.conversion_goals import Trigger
from goalpost.core.errors import GoalpostError, Malformed, TooLarge, Unauthenticated
from goalpost.core.events import Hit
from goalpost.ingest import pipeline
from goalpost.ingest.answers import Answer, IngestCounts, Outcome
from goalpost.ingest.catalog import page_revision
from goalpost.ingest.fields import note
from goalpost.ingest.group_commit import GroupCommit
from goalpost.ingest.peers import ClientAddress, first_public
from goalpost.ingest.requests import Heads, Request, body_of_query, check_host, read_body
from goalpost.ingest.robots import is_own_name
from goalpost.ingest.wire import Sender, WireEvent, is_array, read_event, read_events, to_hit

SCOPES = ("events:write",)
"""What this door asks of a key: the right to say when, for whom and under which id an event happened."""

MAX_EVENTS = 10_000
_TURN = 500  # events of an array after which others get a turn


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
        self._heads = Heads(addresses, forwarded_header)
        self.counts = IngestCounts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = self._heads.read(scope)
        answer = Answer(send, request.origin)
        try:
            check_host(scope, request.hosts)
            if request.method == "POST":
                await answer.post(await self._collect(request, await read_body(receive, request.length)))
            elif request.method == "GET":
                await answer.pixel(await self._collect(request, body_of_query(request)))
            elif request.method == "OPTIONS":
                await answer.preflight(scope["headers"])
            else:
                await answer.wrong_method()
        except GoalpostError as error:
            await answer.error(error)

    async def _collect(self, request: Request, body: bytes) -> Outcome:
        """Read, enrich and keep a request's events; raises what the whole request fails for."""
        now = time.time()
        caller = await self._caller(request, now)
        quota = None if caller else self._limiter.spend(request.ip, now)
        sender = self._sender(request, caller, int(now * 1000))
        outcome = Outcome(quota=quota)
        if caller is None and request.secret:
            note(outcome.ignored, "authorization")
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

    async def _caller(self, request: Request, now: float) -> Caller | None:
        """The caller of a request with a key; raises Unauthenticated or Forbidden for a key that is no good here."""
        if not request.secret or request.is_of_a_page_with_another_key:
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

    def _sender(self, request: Request, caller: Caller | None, now_ms: int) -> Sender:
        if caller is None:
            if request.distrusted:
                self._heads.warn_of(request)
            return Sender(request.ip, request.user_agent, now_ms, None)
        # A server with a key sends the visitor's address and user agent in the headers in which it received them.
        ip = first_public(request.forwarded_for) or request.ip
        user_agent = "" if is_own_name(request.user_agent) else request.user_agent
        return Sender(ip, user_agent, now_ms, caller.workspace_id)

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
        for field in ignored:
            note(outcome.ignored, field)
        if "," in hit.domain:
            self._keep_for_each(index, hit, sender, outcome)
        elif self._keep(hit, sender, outcome) and hit.kind is Trigger.PAGEVIEW and not hit.trusted:
            site = self._context.catalog.find(hit.domain)
            outcome.page_revision = page_revision([site] if site else [], hit.browser_visitor)

    def _keep(self, hit: Hit, sender: Sender, outcome: Outcome) -> bool:
        """Enrich an event of one site; false where it is dropped."""
        result = pipeline.run(hit, self._context, sender.now_ms)
        if isinstance(result, str):
            outcome.drop(result)
            return False
        outcome.accepted.append(result)
        return True

    def _keep_for_each(self, index: int, hit: Hit, sender: Sender, outcome: Outcome) -> None:
        """Keep an event for each of the sites that its domain names, separated by commas."""
        named = self._context.catalog.find_each(hit.domain, hit.workspace_id)
        if not named.sites and not named.unknown:
            outcome.rejected.append((index, "domain is required: a text"))
        if named.unknown:
            outcome.drop("unknown_site", named.unknown)
        if named.beyond:
            outcome.drop("too_many_sites", named.beyond)
        kept = [self._keep(replace(hit, domain=site.site.key), sender, outcome) for site in named.sites]
        if any(kept) and hit.kind is Trigger.PAGEVIEW and not hit.trusted:
            outcome.page_revision = page_revision(named.sites, hit.browser_visitor)
        if len(outcome.accepted) > MAX_EVENTS:
            raise TooLarge(f"a request may have {MAX_EVENTS} events, counted once for each of their sites")
