"""Visitors: a number that cannot be turned back, and the visits it makes."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from hashlib import blake2b

from goalpost.conversions.model.events import LASTING_VISITOR

SALT_BYTES = 32
VISIT_MS = 30 * 60 * 1000
"""A visit ends with this much time without an event."""

LoadSalts = Callable[[date, bytes], Mapping[date, bytes]]
"""Returns the salts that were made on a day, the day's own among them; keeps the bytes as that when there is none."""

_DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1).toordinal()


class VisitorNumbers:
    """Turns address and user agent into a number for one day, under a salt that is destroyed at midnight UTC.

    `load_salts(made_on, fresh)` reads from the store the salts that were made on a day, or keeps `fresh` as the salt of
    that day. A salt is kept here only as long as the store keeps it: until the day on which it was made is over.
    Events of past days, as imports send them, have salts that are derived from that of the day on which they come in.

    Nothing but `prepare` asks the store. Where a day comes that it has not prepared, a salt is made up, which the next
    `prepare` stores unless the store has one by then.
    """

    def __init__(self, load_salts: LoadSalts, pepper: bytes) -> None:
        self._load_salts = load_salts
        self._pepper = pepper
        # A key of its own: no id that a browser makes up may give the number of a visitor whom a sender names.
        self._browser_key = blake2b(b"browser", key=pepper, digest_size=32).digest()
        # For each day on which events come in, the salts of the days on which they happened.
        self._salts: dict[int, dict[int, bytes]] = {}
        self._stored: set[int] = set()
        self._last_asked: tuple[bytes, str, str, int, int] | None = None
        self._last_number = 0

    def prepare(self, now_ms: int, *, ahead: bool = False) -> None:
        """Forget the salts of earlier days and read today's, with `ahead` tomorrow's too; raises what the store raises.

        To be called at least once a minute by whoever goes on taking events.
        """
        today = now_ms // _DAY_MS
        for day in [day for day in list(self._salts) if day < today]:
            self._last_asked = None
            del self._salts[day]
        self._stored.intersection_update(self._salts)
        for day in (today, today + 1) if ahead else (today,):
            if day not in self._stored:
                made_up = self._salts.get(day, {}).get(day)
                loaded = self._load_salts(_date(day), made_up or secrets.token_bytes(SALT_BYTES))
                self._salts[day] = {of.toordinal() - _EPOCH: salt for of, salt in loaded.items()}
                self._stored.add(day)

    def daily(self, *, site: bytes, ip: str, user_agent: str, timestamp_ms: int, now_ms: int) -> int:
        """The visitor's number on the event's UTC day: 63 bits, the top bit clear."""
        asked = (site, ip, user_agent, timestamp_ms // _DAY_MS, now_ms // _DAY_MS)
        if asked != self._last_asked:  # the events of an array are mostly one visitor's
            salt = self._salt(*asked[3:])
            text = f"{ip}\n{user_agent}".encode("utf-8", "surrogatepass")
            digest = blake2b(text, digest_size=8, key=salt, person=site).digest()
            self._last_asked, self._last_number = asked, int.from_bytes(digest) & ~LASTING_VISITOR
        return self._last_number

    def lasting(self, *, site: bytes, visitor: str) -> int:
        """The number of a visitor whom the sender names itself: the same on every day, the top bit set."""
        return _lasting(self._pepper, site, visitor)

    def of_browser(self, *, site: bytes, visitor: str) -> int:
        """The number of a visitor by the id that the browser keeps: the same on every day, the top bit set."""
        return _lasting(self._browser_key, site, visitor)

    def _salt(self, day: int, today: int) -> bytes:
        salts = self._salts.get(today)
        if salts is None:
            salts = self._salts.setdefault(today, {today: secrets.token_bytes(SALT_BYTES)})
        salt = salts.get(day)
        if salt is None:
            salt = salts[day] = blake2b(b"%d" % day, key=salts[today], digest_size=SALT_BYTES).digest()
        return salt


def _date(day: int) -> date:
    return date.fromordinal(_EPOCH + day)


def _lasting(key: bytes, site: bytes, visitor: str) -> int:
    text = visitor.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8, key=key, person=site).digest()) | LASTING_VISITOR


class Visits:
    """The beginnings of visitors' current visits.

    Two dicts take turns: what was not touched for a whole turn of 30 minutes goes with the older one, so nothing has to
    be swept. A turn also ends when it holds `size` visitors, which bounds the memory; a visitor lost to that begins a
    new visit.
    """

    def __init__(self, size: int = 400_000) -> None:
        self._size = size
        self._recent: dict[int, tuple[int, int]] = {}
        self._older: dict[int, tuple[int, int]] = {}
        self._turn_ends_ms = 0

    def touch(self, visitor: int, timestamp_ms: int, now_ms: int) -> int:
        """Note an event of the visitor; the Unix second at which the visit it belongs to began."""
        if now_ms >= self._turn_ends_ms or len(self._recent) >= self._size:
            self._older, self._recent = self._recent, {}
            self._turn_ends_ms = now_ms + VISIT_MS
        known = self._recent.get(visitor) or self._older.get(visitor)
        if known is None or abs(timestamp_ms - known[1]) > VISIT_MS:
            began_at = timestamp_ms // 1000
        else:
            began_at = known[0]
            timestamp_ms = max(timestamp_ms, known[1])
        self._recent[visitor] = (began_at, timestamp_ms)
        return began_at

    def restore(self, visits: Iterable[tuple[int, int, int]], now_ms: int) -> None:
        """Take over visits from before a restart: (visitor, Unix second it began, millisecond it was last seen)."""
        self._turn_ends_ms = now_ms + VISIT_MS
        self._older.update({visitor: (began_at, seen_ms) for visitor, began_at, seen_ms in visits})


def today_of(now_ms: int) -> date:
    """The UTC day of a Unix millisecond."""
    return datetime.fromtimestamp(now_ms / 1000, UTC).date()
