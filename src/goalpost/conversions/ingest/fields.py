"""Readers of an event's fields: each takes what was sent under the names of a field, and returns what can be used.

The rule for optional fields is here alone: a value that cannot be used is left out and its field is named in `ignored`;
the event is kept. Names are fit for a header, and there are at most MAX_IGNORED of them.
"""

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from goalpost.conversions.ingest.json_texts import read_json
from goalpost.conversions.ingest.peers import canonical_address
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Hit
from goalpost.conversions.model.private_parameters import separators, without_private_parts
from goalpost.conversions.model.revenue import parse_revenue
from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.errors import Malformed
from goalpost.kernel.money_texts import read_amount

MAX_URL = 65_536
"""Characters of a page's address that are looked at; the rest is cut off."""
MAX_REFERRER = 2048
"""Characters of a referrer that are looked at; the rest is cut off."""
MAX_USER_AGENT = 2048
"""Characters of a user agent that are looked at; the rest is cut off."""
MAX_DOMAINS = 8192
"""Characters of a list of sites that are looked at: twenty of the longest names, and as much again."""
MAX_JSON_TEXT = 1 << 20
"""Characters of an object that is sent as JSON text: more than the largest usable one has with every letter escaped."""
MAX_PROPS = 30
MAX_PROP_KEY = 300
MAX_PROP_VALUE = 2000
MAX_SEPARATORS = 256
"""Separators of parameters and members in the properties of an event that are looked at for what is private."""
MAX_OPAQUE_ID = 255
MAX_BROWSER_ID = 64
MAX_IGNORED = 20
MORE = "..."
"""Stands behind the names of ignored fields where there are more than MAX_IGNORED."""

_LONGEST_MOMENT = 64  # ISO 8601 with microseconds and zone has 32
_LONGEST_ADDRESS = 64  # IPv6 in brackets with a port has 53
_LONGEST_WORD = 16  # of currencies and flags
_SHOWN_KEY = 60
_EARLIEST_MS = 946_684_800_000  # 2000-01-01
_DAY_MS = 86_400_000
_NO_SITE = "?"  # no site is called so, as none has a name of thousands of characters
_YES, _NO = frozenset({"1", "true"}), frozenset({"", "0", "false"})
_KINDS = {trigger.value: trigger for trigger in Trigger}
# Compared by class and not by isinstance: true and false are not numbers here.
_NUMBERS = {int, float, Decimal}


def note(ignored: list[str], name: str) -> None:
    """Add the name of an ignored field, once, unless there are enough already."""
    if len(ignored) < MAX_IGNORED:
        if name not in ignored:
            ignored.append(name)
    elif len(ignored) == MAX_IGNORED and name not in ignored:
        ignored.append(MORE)


def site_names(*spellings: Any) -> str:
    """Return the first value that is a text or a number, as far as a list of sites is looked at: whole names."""
    text = required_text(*spellings)
    return text if len(text) <= MAX_DOMAINS else text[:MAX_DOMAINS].rpartition(",")[0] or _NO_SITE


def required_text(*spellings: Any) -> str:
    """Return the first value that is a text or a number, as text; '' where there is none."""
    for value in spellings:
        if value.__class__ is str:
            if value:
                return str(value)
        elif value.__class__ in _NUMBERS and (text := _number_text(value)):
            return text
    return ""


def optional_text(name: str, long: Any, short: Any, ignored: list[str]) -> str:
    """Return the first value that is a text; '' where there is none."""
    for value in (long, short):
        if value.__class__ is str:
            if value:
                return str(value)
        elif value is not None:
            note(ignored, name)
    return ""


def kind_of(value: Any, ignored: list[str]) -> Trigger | None:
    """Return the trigger that a value names."""
    if value is None or value == "":
        return None
    kind = _KINDS.get(value) if value.__class__ is str else None
    if kind is None:
        note(ignored, "kind")
    return kind


def timestamp_ms(value: Any, now_ms: int, ignored: list[str]) -> int:
    """Return Unix milliseconds of an ISO 8601 text (UTC where it has no zone) or of a number of milliseconds.

    It is `now_ms` where nothing was sent that lies between the year 2000 and tomorrow.
    """
    if value is None:
        return now_ms
    milliseconds = _moment(value) if value.__class__ is str else _number(value)
    if _EARLIEST_MS <= milliseconds <= now_ms + _DAY_MS:
        return round(milliseconds)
    note(ignored, "timestamp")
    return now_ms


def _moment(text: str) -> float:
    if len(text) > _LONGEST_MOMENT:
        return math.nan
    try:
        moment = datetime.fromisoformat(f"{text[:-1]}Z" if text.endswith("z") else text)  # RFC 3339 has both
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000
    except (ValueError, OverflowError):
        return math.nan


def _number(value: Any) -> float:
    """Return a number's nearest float; NaN for what is not a number, infinity for what is too large."""
    if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.inf


def opaque(name: str, value: Any, ignored: list[str]) -> str | None:
    """Return an id of the sender's: a text of 1 to 255 characters, or a whole number."""
    if value is None:
        return None
    text = value if value.__class__ is str else str(value) if value.__class__ is int else ""
    if 0 < len(text) <= MAX_OPAQUE_ID:
        return str(text)
    note(ignored, name)
    return None


def browser_id(value: Any, ignored: list[str]) -> str | None:
    """Return the id that a browser keeps."""
    if value.__class__ is str and 0 < len(value) <= MAX_BROWSER_ID:
        return str(value)
    note(ignored, "i")
    return None


def client_address(value: Any, ignored: list[str]) -> str:
    """Return a visitor's address in its one spelling; '' where nothing was sent that is one."""
    if value is None or value == "":
        return ""
    is_short = value.__class__ is str and len(value) <= _LONGEST_ADDRESS
    address = canonical_address(value) if is_short else None
    if address is None:
        note(ignored, "ip")
    return address or ""


def flag(name: str, spellings: tuple[Any, ...], ignored: list[str]) -> bool:
    """Return whether a value says yes: true, 1, or these as text. No value, false and 0 say no."""
    sent = [value for value in spellings if value is not None]
    texts = [_yes_or_no(value) for value in sent]
    if not {*texts} <= _YES | _NO:
        note(ignored, name)
    return not _YES.isdisjoint(texts)


def _yes_or_no(value: Any) -> str:
    if value.__class__ in _NUMBERS:
        return "1" if value == 1 else "0" if value == 0 else "?"
    return str(value)[:_LONGEST_WORD].lower() if value.__class__ in {str, bool} else "?"


def properties(spellings: tuple[Any, ...], ignored: list[str]) -> dict[str, str]:
    """Return custom properties as text, from the first spelling with an object or JSON text of one.

    Null and empty ones are left out without a word.
    """
    for value in spellings:
        if value is None or value == "":
            continue
        sent = _object_of(value)
        if sent is None:
            note(ignored, "props")
        elif sent:
            return _usable(sent, ignored)
    return {}


def _usable(sent: dict[str, Any], ignored: list[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    room = MAX_SEPARATORS
    for key, value in sent.items():
        if value is None or value == "":
            continue
        if len(texts) == MAX_PROPS and len(ignored) > MAX_IGNORED:
            break  # nothing more can be taken, and nothing more told
        text = value if value.__class__ is str else _scalar_text(key, value)
        if text is None or len(text) > MAX_PROP_VALUE or len(key) > MAX_PROP_KEY or len(texts) == MAX_PROPS:
            _note_property(ignored, key)
        elif ":" in text or "/" in text or "%" in text:
            # Links and the pages of forms, as trackers send them. What cannot be searched cannot be kept.
            room -= separators(text)
            if room < 0:
                _note_property(ignored, key)
            else:
                texts[key] = without_private_parts(text)
        else:
            texts[key] = text
    return texts


def _note_property(ignored: list[str], key: str) -> None:
    if len(ignored) <= MAX_IGNORED:
        note(ignored, f"props.{quote(key[:_SHOWN_KEY], errors='replace')[:_SHOWN_KEY]}")


def _scalar_text(key: str, value: Any) -> str | None:
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ not in _NUMBERS:
        return None
    text = _number_text(value)
    # Goals read this property as money, where 1.299 as text is not clear; the number is.
    return f"{text}0" if key == "revenue" and text and read_amount(text) is None and "." in text else text or None


def _number_text(value: Any) -> str:
    if value.__class__ is int:
        return str(value)
    number = _number(value)
    return str(number) if math.isfinite(number) else ""


def revenue(spellings: tuple[Any, ...], ignored: list[str]) -> tuple[Decimal | None, str]:
    """Return amount and currency of the first spelling that has a usable amount; (None, '') where none has."""
    for value in spellings:
        if value is None or value == "":
            continue
        sent = _object_of(value)
        if sent is None:
            note(ignored, "revenue")
            continue
        amount, currency = _amount(sent.get("amount")), _currency(sent.get("currency"))
        if amount is not None and currency is not None:
            return amount, currency
        # Trackers send an empty object where nothing was earned.
        if not all(part is None or part == "" for part in sent.values()):
            note(ignored, "revenue")
    return None, ""


def withhold_revenue(hit: Hit, most: int, ignored: list[str]) -> None:
    """Take away an amount of more than `most`, and the property that goals with a currency read as one."""
    if hit.revenue is not None and hit.revenue > most:
        hit.revenue, hit.currency = None, ""
        note(ignored, "revenue")
    amount = parse_revenue(hit.props["revenue"]) if "revenue" in hit.props else None
    if amount is not None and amount > most:
        hit.props = {name: value for name, value in hit.props.items() if name != "revenue"}
        note(ignored, "props.revenue")


def _currency(value: Any) -> str | None:
    if value is None or value == "":
        return ""
    code = value[:_LONGEST_WORD].strip().upper() if value.__class__ is str else ""
    return code if code in CURRENCIES else None


def _amount(value: Any) -> Decimal | None:
    if value.__class__ is str or value.__class__ is Decimal:
        return parse_revenue(value)
    return parse_revenue(Decimal(str(value))) if value.__class__ in _NUMBERS else None


def _object_of(value: Any) -> dict[str, Any] | None:
    """Return an object sent as such or as JSON text, as trackers with short keys do."""
    if value.__class__ is str:
        if len(value) > MAX_JSON_TEXT:
            return None
        try:
            value = read_json(value)
        except Malformed:
            return None
    return value if value.__class__ is dict else None
