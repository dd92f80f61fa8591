"""Simulated visitors of a small shop: the same day has the same visitors, whenever and wherever it is simulated."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import NamedTuple

from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import PAGEVIEW, Hit

CURRENCY = "EUR"
_VISITS = 90  # of a middling day
_PEOPLE = 4000
_WEEKDAYS = (1.1, 1.2, 1.15, 1.1, 1.0, 0.7, 0.75)
_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 10, 12, 13, 12, 11, 12, 13, 12, 11, 10, 10, 11, 12, 10, 6)  # none begins after 23:00
_DAY_MS = 86_400_000

# (referring page, query of the landing page, weight)
_SOURCES = (
    ("", "", 30),
    ("https://www.google.com/", "", 26),
    ("https://duckduckgo.com/", "", 6),
    ("https://www.bing.com/", "", 4),
    ("https://github.com/", "", 8),
    ("https://news.ycombinator.com/", "", 6),
    ("https://www.linkedin.com/", "", 4),
    ("", "utm_source=newsletter&utm_medium=email&utm_campaign=autumn", 10),
    ("https://www.google.com/", "utm_source=google&utm_medium=cpc&utm_campaign=brand", 6),
)
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
_USER_AGENTS = (
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36", 30),
    (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36 Edg/141.0.0.0", 10),
    (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_CHROME} Safari/537.36", 9),
    (f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36", 20),
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0", 6),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", 5),
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Safari/605.1.15",
        8,
    ),
    (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        "Version/18.6 Mobile/15E148 Safari/604.1",
        12,
    ),
)
_POSTS = ("/blog/how-we-count", "/blog/autumn-sale", "/blog/ten-small-goals", "/blog/what-a-visit-is")
_PRICES = {101: "9.90", 102: "19.50", 105: "24.00", 111: "49.99", 120: "79.00", 131: "149.00"}

# Place → where a visitor goes from there, by weight; "" is away.
_WAYS = {
    "landing": {"home": 55, "blog": 24, "product": 15, "pricing": 6},
    "home": {"product": 32, "blog": 14, "pricing": 19, "": 35},
    "blog": {"blog": 20, "home": 15, "product": 10, "": 55},
    "product": {"product": 30, "cart": 20, "pricing": 8, "": 42},
    "pricing": {"signup": 30, "product": 16, "home": 8, "": 46},
    "signup": {"product": 40, "": 60},
    "cart": {"checkout": 55, "product": 15, "": 30},
    "checkout": {"paid": 70, "": 30},
    "paid": {"": 1},
}


@dataclass(slots=True)
class _Visit:
    """A visitor's place, and the moment."""

    ip: str
    user_agent: str
    at_ms: int
    page: str
    price: Decimal = Decimal(0)


class _Doing(NamedTuple):
    """One thing that a visitor does at a place."""

    kind: Trigger
    name: str
    revenue: Decimal | None = None


def hits_of(day: date, *, site_key: str, domain: str) -> list[Hit]:
    """Generate what the visitors of a UTC day do on the site, in the order of time."""
    random = Random(f"demo {day.isoformat()}")
    start_ms = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
    visits = round(_VISITS * _WEEKDAYS[day.weekday()] * random.uniform(0.85, 1.2))
    hits = [hit for _ in range(visits) for hit in _visit(random, start_ms, site_key, f"https://{domain}")]
    hits = sorted((hit for hit in hits if hit.timestamp_ms < start_ms + _DAY_MS), key=lambda hit: hit.timestamp_ms)
    for number, hit in enumerate(hits):
        hit.idempotency_key = f"demo {day.isoformat()} {number}"
    return hits


def _visit(random: Random, start_ms: int, site_key: str, origin: str) -> Iterator[Hit]:
    person = Random(f"person {random.randrange(_PEOPLE)}")
    hour = random.choices(range(len(_HOURS)), _HOURS)[0]
    visit = _Visit(
        f"198.18.{person.randrange(256)}.{person.randrange(256)}",  # addresses that are nobody's (RFC 2544)
        person.choices([agent for agent, _ in _USER_AGENTS], [weight for _, weight in _USER_AGENTS])[0],
        start_ms + hour * 3_600_000 + random.randrange(3_600_000),
        origin,
    )
    referrer, query, _ = random.choices(_SOURCES, [weight for *_, weight in _SOURCES])[0]
    place = _next(random, "landing")
    while place:
        for doing in _doings(random, place, visit, origin):
            url = visit.page + (f"?{query}" if query else "")
            yield _hit(site_key, visit, doing, url, referrer)
            visit.at_ms += random.randrange(1000, 4000)
        referrer, query = visit.page, ""
        visit.at_ms += random.randrange(4_000, 150_000)
        place = _next(random, place)


def _next(random: Random, place: str) -> str:
    ways = _WAYS[place]
    return random.choices(list(ways), list(ways.values()))[0]


def _doings(random: Random, place: str, visit: _Visit, origin: str) -> Iterator[_Doing]:
    if place == "paid":
        yield _Doing(Trigger.GOAL, "purchase", visit.price)
        visit.page = f"{origin}/thank-you"
    elif place == "product":
        product = random.choice(list(_PRICES))
        visit.page, visit.price = (
            f"{origin}/products/{product}",
            random.choice((1, 1, 1, 2)) * Decimal(_PRICES[product]),
        )
    else:
        visit.page = origin + {"home": "/", "blog": random.choice(_POSTS)}.get(place, f"/{place}")
    yield _Doing(Trigger.PAGEVIEW, PAGEVIEW)
    if place == "signup" and random.random() < 0.5:
        yield _Doing(Trigger.EVENT, "signup")


def _hit(site_key: str, visit: _Visit, doing: _Doing, url: str, referrer: str) -> Hit:
    return Hit(
        domain=site_key,
        name=doing.name,
        kind=doing.kind,
        url=url,
        referrer=referrer,
        timestamp_ms=visit.at_ms,
        client_ip=visit.ip,
        user_agent=visit.user_agent,
        revenue=doing.revenue,
        currency=CURRENCY if doing.revenue is not None else "",
    )
