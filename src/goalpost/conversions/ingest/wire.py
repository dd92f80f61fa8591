"""The body of `POST /api/event`: Plausible's Events API, its short keys, and goalpost's additions.

Source: https://plausible.io/docs/events-api; every field and bound: docs/events.md
"""

import itertools
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from goalpost.conversions.ingest import fields
from goalpost.conversions.ingest.json_texts import FAULTS, forgiving, forgiving_items, reason
from goalpost.conversions.model.conversion_goals import IN_PAGE, MAX_PATTERN, Trigger
from goalpost.conversions.model.events import PAGEVIEW, Hit
from goalpost.kernel.errors import Malformed

MAX_NAME = 255


class WireEvent(msgspec.Struct):
    """One event as sent. The one-letter names are the short keys of the same fields; unknown fields are ignored.

    Any value is taken here: `to_hit` decides what can be used, so that no field is lost for another.
    """

    name: Any = None
    url: Any = None
    domain: Any = None
    referrer: Any = None
    props: Any = None
    revenue: Any = None
    kind: Any = None
    timestamp: Any = None
    id: Any = None
    ip: Any = None
    user_agent: Any = None
    visitor: Any = None
    i: Any = None
    n: Any = None
    u: Any = None
    d: Any = None
    r: Any = None
    p: Any = None
    m: Any = None
    short_revenue: Any = msgspec.field(name="$", default=None)
    # Whether pages are told apart by the fragment: 1. https://plausible.io/docs/hash-based-routing
    h: Any = None
    hash_mode: Any = msgspec.field(name="hashMode", default=None)


class Sender(msgspec.Struct):
    """The sender of a request, as far as it bears on its events.

    `workspace_id` is that of the key with the scope to write events, None for everybody else; only who has such a key
    may say when and for whom. `most_revenue` is what one event of everybody else may earn; 0 means no bound. `ip` and
    `user_agent` are the visitor's, as far as the request's head tells them.
    """

    ip: str
    user_agent: str
    now_ms: int
    workspace_id: UUID | None
    most_revenue: int = 0


_decode_event = msgspec.json.Decoder(WireEvent, float_hook=Decimal).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


def is_array(body: bytes) -> bool:
    """Return whether a body holds an array of events and not one alone."""
    return body.lstrip(b" \t\r\n")[:1] == b"["


def count_events(body: bytes, most: int) -> int:
    """Return how many events an array has, counted up to `most`; raises Malformed when the array cannot be read."""
    try:
        return len(_decode_array(body))
    except FAULTS as error:
        return sum(1 for _ in itertools.islice(forgiving_items(body, reason(error)), most))


def read_events(body: bytes) -> Iterator[WireEvent | Malformed]:
    """The events of an array; a bad one comes as its error. Raises Malformed when the array cannot be read."""
    try:
        items: Iterator[Any] = iter(_decode_array(body))
        read: Callable[[Any], WireEvent] = read_event
    except FAULTS as error:
        items, read = forgiving_items(body, reason(error)), _to_event
    for item in items:
        try:
            yield read(item)
        except Malformed as error:
            yield error


def read_event(body: bytes | msgspec.Raw) -> WireEvent:
    """One event; raises Malformed with what is wrong and where."""
    try:
        return _decode_event(body)
    except FAULTS as error:
        return _to_event(forgiving(bytes(body), reason(error)))


def _to_event(value: Any) -> WireEvent:
    try:
        return msgspec.convert(value, WireEvent)
    except msgspec.ValidationError as error:
        raise Malformed(reason(error)) from None


def to_hit(wire: WireEvent, sender: Sender) -> tuple[Hit, tuple[str, ...]]:
    """Return the hit that an event means, and the names of the optional fields that could not be used.

    Raises Malformed where the name, the domain or a page view's url is missing or cannot be used.
    """
    ignored: list[str] = []
    kind = None if wire.kind is None else fields.kind_of(wire.kind, ignored)
    name, domain, url, referrer = _texts(wire, kind, ignored)
    kind = kind or (Trigger.PAGEVIEW if name == PAGEVIEW else Trigger.EVENT)
    _check(name, domain, url, kind)
    # By position, which takes a third of the time that names take.
    hit = Hit(domain, name, kind, url, referrer, sender.now_ms, sender.ip, sender.user_agent)
    if wire.revenue is not None or wire.short_revenue is not None:
        hit.revenue, hit.currency = fields.revenue((wire.revenue, wire.short_revenue), ignored)
    if wire.props is not None or wire.p is not None or wire.m is not None:
        hit.props = fields.properties((wire.props, wire.p, wire.m), ignored)
    if wire.h is not None or wire.hash_mode is not None:
        hit.hash_routed = fields.flag("h", (wire.h, wire.hash_mode), ignored)
    if wire.i is not None:
        hit.browser_visitor = fields.browser_id(wire.i, ignored)
    if sender.workspace_id is None:
        _leave_out(hit, wire, sender, ignored)
    else:
        _believe(hit, wire, sender, ignored)
    return hit, tuple(ignored)


def _texts(wire: WireEvent, kind: Trigger | None, ignored: list[str]) -> tuple[str, str, str, str]:
    """Return name, domain, url and referrer, each under its long or its short key."""
    # Nearly always one of the two is a text; only for what is not the readers are called.
    name, domain, url, referrer = (
        wire.name or wire.n,
        wire.domain or wire.d,
        wire.url or wire.u,
        wire.referrer or wire.r,
    )
    if name.__class__ is not str:
        name = fields.required_text(wire.name, wire.n) or kind or ""
    if domain.__class__ is not str or len(domain) > fields.MAX_DOMAINS:
        domain = fields.site_names(wire.domain, wire.d)
    if url.__class__ is not str:
        url = fields.optional_text("url", wire.url, wire.u, ignored)
    if referrer.__class__ is not str:
        referrer = fields.optional_text("referrer", wire.referrer, wire.r, ignored)
    # Nothing behind here looks at more: what is remembered by these texts would be as large as they are.
    return name, domain, url[: fields.MAX_URL], referrer[: fields.MAX_REFERRER]


def _check(name: str, domain: str, url: str, kind: Trigger) -> None:
    if not name:
        raise Malformed("name is required: a text, or a number")
    if not domain:
        raise Malformed("domain is required: a text")
    if not url and kind is Trigger.PAGEVIEW:
        raise Malformed("url is required for a page view: a text")
    longest = MAX_PATTERN if kind in IN_PAGE else MAX_NAME
    if len(name) > longest:
        raise Malformed(f"name is longer than {longest} characters")
    if "\0" in name:
        raise Malformed("name contains a NUL character")


def _believe(hit: Hit, wire: WireEvent, sender: Sender, ignored: list[str]) -> None:
    """Take over what only a trusted sender may say."""
    hit.workspace_id = sender.workspace_id
    hit.client_ip = fields.client_address(wire.ip, ignored) or hit.client_ip
    user_agent = fields.optional_text("user_agent", wire.user_agent, None, ignored)
    hit.user_agent = user_agent[: fields.MAX_USER_AGENT] or hit.user_agent
    hit.timestamp_ms = fields.timestamp_ms(wire.timestamp, sender.now_ms, ignored)
    hit.idempotency_key = fields.opaque("id", wire.id, ignored)
    hit.sender_visitor = fields.opaque("visitor", wire.visitor, ignored)


def _leave_out(hit: Hit, wire: WireEvent, sender: Sender, ignored: list[str]) -> None:
    """Leave out, and name, what only a trusted sender may say."""
    if sender.most_revenue and (hit.revenue is not None or hit.props):
        fields.withhold_revenue(hit, sender.most_revenue, ignored)
    if wire.timestamp is wire.id is wire.ip is wire.user_agent is wire.visitor is None:
        return
    for name in TRUSTED:
        if getattr(wire, name) is not None:
            fields.note(ignored, name)


TRUSTED = ("timestamp", "id", "ip", "user_agent", "visitor")
"""The fields that only a sender with a key may fill."""
