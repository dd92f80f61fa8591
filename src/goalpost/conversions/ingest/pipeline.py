"""The steps of a hit, as a list one can read: each adds to the event, or says why the hit is dropped."""

import itertools
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from goalpost.conversions.events.rows import conversion_row, event_row
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.catalog import Catalog, TrackedSite
from goalpost.conversions.ingest.devices import device_of
from goalpost.conversions.ingest.robots import sends_no_events
from goalpost.conversions.ingest.row_quotas import RowQuotas
from goalpost.conversions.ingest.sources import ANDROID_APP, source_of, utm_of
from goalpost.conversions.ingest.visitors import VisitorNumbers, Visits
from goalpost.conversions.model.addresses import address_of
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Event, Hit
from goalpost.conversions.model.hosts import normal_host
from goalpost.conversions.model.private_parameters import personal_scheme
from goalpost.conversions.model.revenue import convert
from goalpost.conversions.model.urls import MAX_PATH, Url, route_of, scheme_of, split_url, suffix_of
from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.texts import composed

_NO_SITE = UUID(int=0)
_NO_HOST = re.compile("[^/?#]*[@=]")  # at the beginning of a text without a scheme
_ENGAGEMENT = "engagement"  # scroll and attention reports of Plausible's tracker, which are not custom events


@dataclass(slots=True)
class Context:
    """The knowledge that steps may ask."""

    catalog: Catalog
    numbers: VisitorNumbers
    visits: Visits
    country_of: Callable[[str], str]
    quotas: RowQuotas | None = None
    # Event ids: the millisecond of the start, then a count. Unique across restarts and across processes, and rising.
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(int(time.time() * 1000) << 20))


@dataclass(slots=True)
class Work:
    """A hit on its way."""

    hit: Hit
    event: Event
    now_ms: int
    site: TrackedSite | None = None
    query: str = ""
    conversions: list[bytes] = field(default_factory=list)


def drop_bots(work: Work, context: Context) -> str | None:
    """Crawlers and monitors are not visitors; a trusted sender may leave the user agent out."""
    hit = work.hit
    if hit.trusted and not hit.user_agent:
        return None
    return "bot" if sends_no_events(hit.user_agent) else None


def drop_engagement(work: Work, context: Context) -> str | None:
    """Attention reports of foreign trackers are accepted and not counted."""
    return _ENGAGEMENT if work.event.name == _ENGAGEMENT and work.event.kind is Trigger.EVENT else None


def find_site(work: Work, context: Context) -> str | None:
    """The site by key or domain; to a trusted sender, another workspace's site looks like a missing one."""
    hit = work.hit
    site = context.catalog.find(hit.domain, hit.workspace_id)
    if site is None:
        return "ambiguous_domain" if context.catalog.is_ambiguous(hit.domain, hit.workspace_id) else "unknown_site"
    work.site = site
    work.event.site_id = site.site.id
    return None


def put_url(work: Work, context: Context) -> str | None:
    """Host and path of the page, and its query and fragment where a goal looks at them. Only page views need a path:
    anything else counts whatever its URL."""
    assert work.site is not None
    url = split_url(work.hit.url)
    if url is None:
        return "malformed_url" if work.event.kind is Trigger.PAGEVIEW else None
    event = work.event
    event.host, event.path, work.query = url.host, url.path, url.query
    if work.hit.hash_routed and url.fragment:
        _put_route(work, url)
    if work.site.reads_suffix and (url.query or url.fragment):
        event.suffix = suffix_of(url.query, url.fragment)
    return None


def _put_route(work: Work, url: Url) -> None:
    """The route of a hash router belongs to the path, and may have a query of its own."""
    if route := route_of(url.fragment):
        work.event.path = f"{url.path}#{route}"[:MAX_PATH]
        work.query = url.query or url.fragment.partition("?")[2]


def put_target(work: Work, context: Context) -> str | None:
    """The address of a clicked link, and the name of anything else, in the one spelling that goals match on."""
    assert work.site is not None
    event = work.event
    if event.kind is Trigger.LINK_CLICK:
        event.name = address_of(event.name, with_suffix=work.site.reads_suffix)
        if scheme := personal_scheme(event.name):
            _put_scheme(event, scheme, work.site)
    elif not event.name.isascii():
        event.name = composed(event.name)
    return None


def _put_scheme(event: Event, scheme: str, site: TrackedSite) -> None:
    """Keep the scheme alone of an address that is a person's (`tel:+1`), unless a goal is reached by the rest."""
    address = event.name
    reached = site.goals.reached(event)
    event.name = scheme
    if site.goals.reached(event) != reached:
        event.name = address


def put_campaign(work: Work, context: Context) -> str | None:
    """UTM parameters of the page's URL."""
    utm = utm_of(work.query) if work.query else None
    if utm is not None:
        event = work.event
        event.utm_source, event.utm_medium, event.utm_campaign, event.utm_term, event.utm_content = utm
    return None


def put_source(work: Work, context: Context) -> str | None:
    """Set where the visitor came from: the referring page and its canonical source; the site itself is not a source."""
    event = work.event
    if work.hit.referrer:
        assert work.site is not None
        host, referrer, source = _referrers[work.hit.referrer]
        if host != (event.host or normal_host(work.site.site.domain)).removeprefix("www."):
            event.referrer, event.source = referrer, source
    if not event.source:
        event.source = event.utm_source
    return None


def _referring(referrer: str) -> tuple[str, str, str]:
    """Host without www., address without query, and source of a referrer; a site has few, again and again.

    What names no web page has none of them: `Newsletter`, `a@example.com`, `about:client`, pages of extensions.
    """
    if referrer.startswith(ANDROID_APP):
        return "", "", source_of(referrer)
    scheme = scheme_of(referrer)
    url = split_url(referrer) if scheme in ("", "http", "https") else None
    is_other_text = not scheme and _NO_HOST.match(referrer)
    if url is None or not url.host or is_other_text:
        return "", "", ""
    return url.host.removeprefix("www."), url.host + url.path, source_of(url.host)


_referrers = BoundedCache(_referring, entries=10_000, size=8 << 20)


def put_device(work: Work, context: Context) -> str | None:
    """Device class, browser and operating system, as labels; the user agent itself is not kept."""
    event = work.event
    event.device, event.browser, event.os = device_of(work.hit.user_agent)
    return None


def put_country(work: Work, context: Context) -> str | None:
    """The country of the address, where a GeoIP file is configured; the address itself is not kept."""
    work.event.country = context.country_of(work.hit.client_ip)
    return None


def put_visitor(work: Work, context: Context) -> str | None:
    """The visitor's number: for one day, or lasting where a trusted sender names its visitor or the site wants ids."""
    hit, site = work.hit, work.site
    assert site is not None
    if hit.sender_visitor is not None:
        work.event.visitor = context.numbers.lasting(site=site.row_id, visitor=hit.sender_visitor)
    elif hit.browser_visitor is not None and site.site.visitor_ids:
        work.event.visitor = context.numbers.of_browser(site=site.row_id, visitor=hit.browser_visitor)
    else:
        work.event.visitor = context.numbers.daily(
            site=site.row_id,
            ip=hit.client_ip,
            user_agent=hit.user_agent,
            timestamp_ms=hit.timestamp_ms,
            now_ms=work.now_ms,
        )
    return None


def put_visit(work: Work, context: Context) -> str | None:
    """The visit the event belongs to."""
    event = work.event
    event.visit_at = context.visits.touch(event.visitor, event.timestamp_ms, work.now_ms)
    return None


def put_conversions(work: Work, context: Context) -> str | None:
    """The goals that the event reaches, decided now: what is done to a goal later does not change it."""
    assert work.site is not None
    event = work.event
    for goal in work.site.goals.reached(event):
        work.conversions.append(conversion_row(convert(event, goal)))
    return None


Step = Callable[[Work, Context], str | None]

STEPS: list[Step] = [
    drop_bots,
    drop_engagement,
    find_site,
    put_url,
    put_target,
    put_campaign,
    put_source,
    put_device,
    put_country,
    put_visitor,
    put_visit,
    put_conversions,
]


def run(hit: Hit, context: Context, now_ms: int, steps: Sequence[Step] = STEPS) -> Accepted | str:
    """The event and its conversions as rows ready to be kept, or the reason why the hit is dropped."""
    event = Event(
        next(context.ids), _NO_SITE, hit.kind, hit.name, hit.timestamp_ms, hit.revenue, hit.currency, hit.props
    )
    work = Work(hit, event, now_ms)
    for step in steps:
        reason = step(work, context)
        if reason is not None:
            return reason
    assert work.site is not None
    accepted = Accepted(event_row(event, work.site.row_id), work.conversions, _idempotency_key(work.site.row_id, hit))
    if context.quotas is not None:
        context.quotas.spend(work.site, 1 + len(work.conversions), accepted.size, keyed=hit.trusted)
    return accepted


def _idempotency_key(site: bytes, hit: Hit) -> bytes | None:
    """Return the key by which an event is the same one: site, kind, name and the sender's id.

    A refund may have its order's id.
    """
    if hit.idempotency_key is None:
        return None
    identity = f"{hit.kind}\0{composed(hit.name)}\0{hit.idempotency_key}"  # no name has a NUL
    return blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=16, person=site).digest()


def warm_up() -> None:
    """Build the tables of user agents and hosts now, for which the first event would wait, and all others with it."""
    browser = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
    sends_no_events(browser)
    device_of(browser)
    normal_host("bücher.example")
