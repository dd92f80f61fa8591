"""The body of `POST /api/event`: Plausible's Events API, its short keys, and goalpost's additions.

Source: https://plausible.io/docs/events-api
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from goalpost.core.conversion_goals import IN_PAGE, MAX_PATTERN, Trigger
from goalpost.core.errors import Malformed
from goalpost.core.events import PAGEVIEW, Hit
from goalpost.core.matching import parse_revenue

MAX_NAME = 255
MAX_PROPS = 30
MAX_PROP_KEY = 300
MAX_PROP_VALUE = 2000
MAX_OPAQUE_ID = 255
MAX_BROWSER_ID = 64
_EARLIEST_MS = 946_684_800_000  # 2000-01-01
_DAY_MS = 86_400_000

Scalar = str | int | float | bool | None
Props = dict[str, Scalar] | str | None


class WireRevenue(msgspec.Struct):
    """What an event earned; an amount without a currency is in the goal's own."""

    amount: Decimal
    currency: str | None = None


class WireEvent(msgspec.Struct):
    """One event as sent. The one-letter names are the short keys of the same fields; unknown fields are ignored."""

    name: str = ""
    url: str = ""
    domain: str = ""
    referrer: str | None = None
    props: Props = None
    revenue: WireRevenue | str | None = None
    kind: Trigger | None = None
    timestamp: str | int | float | None = None
    id: str | int | None = None
    ip: str | None = None
    user_agent: str | None = None
    visitor: str | int | None = None
    # The id that a browser keeps. Foreign trackers have an `i` of their own, so that anything has to be put up with.
    i: Any = None
    # Whether pages are told apart by the fragment: 1. https://plausible.io/docs/hash-based-routing
    h: Any = None
    hash_mode: Any = msgspec.field(name="hashMode", default=None)
    n: str = ""
    u: str = ""
    d: str = ""
    r: str | None = None
    p: Props = None
    m: Props = None
    short_revenue: WireRevenue | str | None = msgspec.field(name="$", default=None)


class Sender(msgspec.Struct):
    """Who sent a request, as far as it bears on its events.

    `workspace_id` is that of the key with the scope to write events, None for everybody else; only who has such a key
    may say when and for whom.
    """

    ip: str
    user_agent: str
    now_ms: int
    workspace_id: UUID | None


_decode_event = msgspec.json.Decoder(WireEvent).decode
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_props = msgspec.json.Decoder(dict[str, Scalar]).decode
_decode_revenue = msgspec.json.Decoder(WireRevenue).decode


def is_array(body: bytes) -> bool:
    """Whether a body holds an array of events and not one alone."""
    return body.lstrip(b" \t\r\n")[:1] == b"["


def read_events(body: bytes) -> Iterator[WireEvent | Malformed]:
    """The events of an array; a bad one comes as its error. Raises Malformed when the array cannot be read."""
    try:
        items = _decode_array(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(_reason(error)) from None
    for item in items:
        try:
            yield read_event(item)
        except Malformed as error:
            yield error


def read_event(body: bytes | msgspec.Raw) -> WireEvent:
    """One event; raises Malformed with what is wrong and where."""
    try:
        return _decode_event(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Malformed(_reason(error)) from None


def to_hit(wire: WireEvent, sender: Sender) -> tuple[Hit, bool]:
    """The hit that an event means, and whether a revenue was sent that had to be ignored; raises Malformed."""
    name = wire.name or wire.n or wire.kind or ""
    domain = wire.domain or wire.d
    kind = wire.kind or (Trigger.PAGEVIEW if name == PAGEVIEW else Trigger.EVENT)
    url = wire.url or wire.u
    _check(name, domain, url, kind)
    revenue, currency, ignored = _revenue(wire.revenue or wire.short_revenue)
    referrer = wire.referrer or wire.r or ""
    props = _props(wire.props or wire.p or wire.m)
    # By position, which takes a third of the time that names take.
    hit = Hit(domain, name, kind, url, referrer, sender.now_ms, sender.ip, sender.user_agent, revenue, currency, props)
    if isinstance(wire.i, str) and 0 < len(wire.i) <= MAX_BROWSER_ID:
        hit.browser_visitor = wire.i
    if wire.h is not None or wire.hash_mode is not None:
        hit.hash_routed = (wire.h or wire.hash_mode) in (1, "1", "true")
    if sender.workspace_id is not None:
        _believe(hit, wire, sender)
    return hit, ignored


def _check(name: str, domain: str, url: str, kind: Trigger) -> None:
    if not name:
        raise Malformed("name is required")
    if not domain:
        raise Malformed("domain is required")
    if not url and kind is Trigger.PAGEVIEW:
        raise Malformed("url is required for a page view")
    longest = MAX_PATTERN if kind in IN_PAGE else MAX_NAME
    if len(name) > longest:
        raise Malformed(f"name is longer than {longest} characters")
    if "\0" in name:
        raise Malformed("name contains a NUL character")


def _believe(hit: Hit, wire: WireEvent, sender: Sender) -> None:
    """Take over what only a trusted sender may say."""
    hit.workspace_id = sender.workspace_id
    hit.client_ip = wire.ip or hit.client_ip
    hit.user_agent = wire.user_agent or ""
    if wire.timestamp is not None:
        hit.timestamp_ms = _timestamp_ms(wire.timestamp, sender.now_ms)
    if wire.id is not None:
        hit.idempotency_key = _opaque("id", wire.id)
    if wire.visitor is not None:
        hit.sender_visitor = _opaque("visitor", wire.visitor)


def _opaque(field: str, value: str | int) -> str:
    text = str(value)
    if not 0 < len(text) <= MAX_OPAQUE_ID:
        raise Malformed(f"{field} must have 1 to {MAX_OPAQUE_ID} characters")
    return text


def _timestamp_ms(value: str | float, now_ms: int) -> int:
    """Unix milliseconds of an ISO 8601 text (UTC where it has no zone) or of a number of milliseconds."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
        milliseconds = round(value)
    except (ValueError, OverflowError):
        raise Malformed("timestamp must be ISO 8601 or Unix milliseconds") from None
    if not _EARLIEST_MS <= milliseconds <= now_ms + _DAY_MS:
        raise Malformed("timestamp must lie between the year 2000 and tomorrow")
    return milliseconds


def _props(props: Props) -> dict[str, str]:
    """Custom properties as text, null and empty ones left out; trackers with short keys send them as JSON text."""
    if not props:
        return {}
    if isinstance(props, str):
        try:
            props = _decode_props(props)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(f"props: {_reason(error)}") from None
    texts = {key: _text(value) for key, value in props.items() if value is not None and value != ""}
    if len(texts) > MAX_PROPS:
        raise Malformed(f"props has more than {MAX_PROPS} entries")
    for key, text in texts.items():
        if len(key) > MAX_PROP_KEY or len(text) > MAX_PROP_VALUE:
            raise Malformed(f"props: a key may have {MAX_PROP_KEY} characters, a value {MAX_PROP_VALUE}")
    return texts


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _revenue(wire: WireRevenue | str | None) -> tuple[Decimal | None, str, bool]:
    """(amount, currency, ignored): what is negative or beyond all bounds is ignored, the event itself is not."""
    if not wire:
        return None, "", False
    if isinstance(wire, str):
        try:
            wire = _decode_revenue(wire)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise Malformed(f"revenue: {_reason(error)}") from None
    currency = (wire.currency or "").upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise Malformed("revenue.currency must be a code of three letters")
    amount = parse_revenue(wire.amount)
    return amount, currency if amount is not None else "", amount is None


def _reason(error: Exception) -> str:
    return "JSON is nested too deeply" if isinstance(error, RecursionError) else str(error)
