"""`/api/event`: a plain ASGI function, because this is the one path on which microseconds are felt.

The answer is sent when the events are on the disk, never before.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from starlette.types import Receive, Scope, Send

from goalpost.conversions.ingest import pipeline
from goalpost.conversions.ingest.answers import Answer, IngestCounts, Outcome
from goalpost.conversions.ingest.catalog import TrackedSite, page_revision, sites_to_tell
from goalpost.conversions.ingest.fields import note, withhold_revenue
from goalpost.conversions.ingest.group_commit import GroupCommit
from goalpost.conversions.ingest.peers import ClientAddress, first_public, network_of
from goalpost.conversions.ingest.requests import MAX_BODY, MAX_KEYLESS_BODY, Heads, Request, body_of_query, check_host
from goalpost.conversions.ingest.robots import is_own_name
from goalpost.conversions.ingest.wire import Sender, WireEvent, count_events, is_array, read_event, read_events, to_hit
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Hit
from goalpost.conversions.model.urls import split_url
from goalpost.kernel.bodies import read_body
from goalpost.kernel.errors import GoalpostError, Malformed, TooLarge, Unauthenticated, Unavailable
from goalpost.tenancy.callers import Caller, CallerCache
from goalpost.tenancy.guesses import Guesses
from goalpost.tenancy.rate_limit import IngestLimiter

SCOPES = ("events:write",)
"""The scope this door asks of a key: the right to say when, for whom and under which id an event happened."""

MAX_EVENTS = 10_000
MAX_REQUEST_BYTES = 32 << 20
"""Bytes that the rows of a request's events and conversions may have."""
_MOST_IN_MEMORY = 256 << 20  # bytes of rows of all requests that are not on the disk yet
_NONE = -1  # less than any amount
_TURN = 0.002  # seconds after which others get a turn amid an array
_TOO_MANY = "the events of a request may come to {} MB with their conversions: send fewer at once"


class Collector:
    """The ASGI application behind `/api/event`."""

    def __init__(
        self,
        *,
        context: pipeline.Context,
        commit: GroupCommit,
        callers: CallerCache,
        limiter: IngestLimiter,
        guesses: Guesses,
        keyless_array: int,
        most_revenue: int,
        addresses: ClientAddress,
        forwarded_header: str,
    ) -> None:
        self._context = context
        self._commit = commit
        self._callers = callers
        self._limiter = limiter
        self._guesses = guesses
        self._keyless_array = keyless_array
        self._most_revenue = most_revenue
        self._counts_events = keyless_array > 0 or limiter.limits.events > 0
        self._in_memory = 0
        self._turns = asyncio.Lock()  # of arrays: one at a time between two looks at everything else
        self._heads = Heads(addresses, forwarded_header)
        self.counts = IngestCounts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = self._heads.read(scope)
        answer = Answer(send, request.origin)
        try:
            check_host(scope, request.hosts)
            if request.method == "POST":
                await answer.post(await self._collect(request, receive))
            elif request.method == "GET":
                await answer.pixel(await self._collect(request, None))
            elif request.method == "OPTIONS":
                await answer.preflight(scope["headers"])
            else:
                await answer.wrong_method()
        except GoalpostError as error:
            await answer.error(error)

    async def _collect(self, request: Request, receive: Receive | None) -> Outcome:
        """Read, enrich and keep a request's events; raises what the whole request fails for.

        The body is what `receive` brings, and without it the query.
        """
        now = time.monotonic()
        client = network_of(request.ip)
        caller = await self._caller(request, client, now)
        # Nearly all requests have a length and one event: for them this is all that is taken.
        quota = None if caller else self._limiter.spend(client, (1, 1, request.length), now)
        body = await self._body(request, receive, caller, client)
        has_several = is_array(body)
        if caller is None and (has_several or len(body) != request.length):
            self._limiter.spend(client, self._further(body, request.length, has_several), now)
        sender = self._sender(request, caller, int(time.time() * 1000))
        outcome = Outcome(quota=quota)
        if caller is None and request.secret:
            note(outcome.ignored, "authorization")
        try:
            unwanted = request.do_not_track and caller is None
            if has_several:
                await self._enrich_all(body, sender, unwanted, outcome)
            else:
                self._enrich(0, read_event(body), sender, unwanted, outcome)
            if outcome.accepted:
                repeated = await self._commit.keep(outcome.accepted)
                if repeated:
                    outcome.drop("duplicate", len(repeated))
        finally:
            self._in_memory -= outcome.row_bytes
        self.counts.add(outcome)
        return outcome

    async def _body(self, request: Request, receive: Receive | None, caller: Caller | None, client: str) -> bytes:
        if receive is None:
            return body_of_query(request)
        if caller is not None or not self._keyless_array:
            sender = str(caller.workspace_id) if caller else client
            return await read_body(receive, request.length, MAX_BODY, sender=sender)
        return await read_body(receive, request.length, MAX_KEYLESS_BODY, f", with a key {MAX_BODY}", sender=client)

    def _further(self, body: bytes, length: int, has_several: bool) -> tuple[int, int, int]:
        """The cost without a key beyond the one event and the length that the head tells of.

        Raises TooLarge where an array has more events than one may have without a key.
        """
        events = count_events(body, MAX_EVENTS + 1) if self._counts_events and has_several else 1
        most = self._keyless_array or MAX_EVENTS
        if events > most:
            raise TooLarge(f"an array may have {most} events without a key, {MAX_EVENTS} with one")
        return 0, max(0, events - 1), max(0, len(body) - length)

    async def _caller(self, request: Request, client: str, now: float) -> Caller | None:
        """The caller of a request with a key; raises Unauthenticated or Forbidden for a key that is not valid here.

        Raises RateLimited for a key that is not known from an address that has sent too many wrong ones.
        """
        if not request.secret or request.is_of_a_page_with_another_key:
            return None
        scheme, _, secret = request.secret.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("use Authorization: Bearer <key>")
        secret = secret.strip()
        caller = self._callers.get(secret, now)
        if caller is None:
            self._guesses.check(client, secret)
            try:
                caller = await asyncio.to_thread(self._callers.find, secret, now)
            except Unauthenticated:
                self._guesses.note_wrong(client, secret)
                raise
            self._guesses.note_good(secret)
        caller.require(SCOPES[0])
        return caller

    def _sender(self, request: Request, caller: Caller | None, now_ms: int) -> Sender:
        if caller is None:
            if request.distrusted:
                self._heads.warn_of(request)
            return Sender(request.ip, request.user_agent, now_ms, None, self._most_revenue)
        # A server with a key sends the visitor's address and user agent in the headers in which it received them.
        ip = first_public(request.forwarded_for) or request.ip
        user_agent = "" if is_own_name(request.user_agent) else request.user_agent
        return Sender(ip, user_agent, now_ms, caller.workspace_id)

    async def _enrich_all(self, body: bytes, sender: Sender, unwanted: bool, outcome: Outcome) -> None:
        events = enumerate(read_events(body))
        more = True
        while more:
            async with self._turns:
                more = self._enrich_some(events, sender, unwanted, outcome)
                if more:
                    await asyncio.sleep(0)  # with the turn still taken: whoever comes meanwhile waits for the next

    def _enrich_some(
        self, events: Iterator[tuple[int, WireEvent | Malformed]], sender: Sender, unwanted: bool, outcome: Outcome
    ) -> bool:
        """Enrich the next events of an array; false where it has no more."""
        turn_ends = time.monotonic() + _TURN
        for index, wire in events:
            if index >= MAX_EVENTS:
                raise TooLarge(f"an array may have {MAX_EVENTS} events")
            if isinstance(wire, Malformed):
                outcome.size += 1
                outcome.rejected.append((index, str(wire)))
            else:
                self._enrich(index, wire, sender, unwanted, outcome)
            if time.monotonic() > turn_ends:
                return True
        return False

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
            outcome.page_revision = _revision_to_tell([site] if site else [], hit)

    def _keep(self, hit: Hit, sender: Sender, outcome: Outcome) -> bool:
        """Enrich an event of one site; false where it is dropped."""
        if (hit.revenue is not None or hit.props) and not hit.trusted:
            site = self._context.catalog.find(hit.domain)
            if site is not None and site.site.keyed_revenue:
                withhold_revenue(hit, _NONE, outcome.ignored)
        result = pipeline.run(hit, self._context, sender.now_ms)
        if isinstance(result, str):
            outcome.drop(result)
            return False
        size = result.size
        outcome.row_bytes += size
        self._in_memory += size
        if outcome.row_bytes > MAX_REQUEST_BYTES:
            raise TooLarge(_TOO_MANY.format(MAX_REQUEST_BYTES >> 20))
        if self._in_memory > _MOST_IN_MEMORY:
            raise Unavailable("too many events wait for the disk", retry_after=1)
        outcome.accepted.append(result)
        return True

    def _keep_for_each(self, index: int, hit: Hit, sender: Sender, outcome: Outcome) -> None:
        """Keep an event for each of the sites that its domain names, separated by commas."""
        named = self._context.catalog.find_each(hit.domain, hit.workspace_id)
        if not (named.sites or named.unknown or named.ambiguous):
            outcome.rejected.append((index, "domain is required: a text"))
        if named.unknown:
            outcome.drop("unknown_site", named.unknown)
        if named.ambiguous:
            outcome.drop("ambiguous_domain", named.ambiguous)
        if named.beyond:
            outcome.drop("too_many_sites", named.beyond)
        kept = [self._keep(replace(hit, domain=site.site.key), sender, outcome) for site in named.sites]
        if any(kept) and hit.kind is Trigger.PAGEVIEW and not hit.trusted:
            outcome.page_revision = _revision_to_tell(named.sites, hit)
        if len(outcome.accepted) > MAX_EVENTS:
            raise TooLarge(f"a request may have {MAX_EVENTS} events, counted once for each of their sites")


def _revision_to_tell(sites: Sequence[TrackedSite], hit: Hit) -> int | None:
    """Return what `/api/page-goals` will tell the page: none where there is nothing, or it is not the sites' own."""
    revision = page_revision(sites, hit.browser_visitor)
    if revision is None:
        return None
    url = split_url(hit.url)
    return page_revision(sites_to_tell(sites, hit.domain, url.host if url else ""), hit.browser_visitor)
