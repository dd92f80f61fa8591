"""Traffic of a middling site: pages by Zipf's law, a few hundred browsers, campaigns, purchases."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

from bench.load import Requests, write_requests
from goalpost.conversions.model.conversion_goals import GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType

VISITORS = 50_000
"""Addresses that requests come from: enough for each to stay below 200 a minute up to 160,000 requests a second."""

PLACES = ("blog", "docs", "products", "help", "stories")
_WORDS = (
    "garden",
    "winter",
    "setup",
    "price",
    "guide",
    "travel",
    "simple",
    "review",
    "summer",
    "export",
    "table",
    "light",
)

PATHS = ["/", "/pricing", "/signup", "/cart", "/thank-you"] + [
    f"/{section}/{number}-{one}-{two}"
    for number, (section, one, two) in enumerate(itertools.product(PLACES, _WORDS, _WORDS))
]
PATH_WEIGHTS = [1 / rank for rank in range(1, len(PATHS) + 1)]

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Linux; Android 10; K",
)
USER_AGENTS = [
    f"Mozilla/5.0 ({system}) {browser}"
    for version in range(110, 140)
    for system in _SYSTEMS
    for browser in (
        f"{_WEBKIT} Chrome/{version}.0.0.0 {'Mobile ' if 'Android' in system else ''}Safari/537.36",
        f"{_WEBKIT} Chrome/{version}.0.0.0 Safari/537.36 Edg/{version}.0.0.0",
    )
] + [
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    f" Version/17.{minor} Mobile/15E148 Safari/604.1"
    for minor in range(8)
]
REFERRERS = ["", "https://www.google.com/", "https://www.bing.com/", "https://news.example.org/item?id=1"]
REFERRER_WEIGHTS = [60, 28, 6, 6]
CAMPAIGNS = [("", "", ""), ("newsletter", "email", "spring"), ("ads", "cpc", "launch")]
CAMPAIGN_WEIGHTS = [85, 9, 6]
EVENTS = ["Outbound Link", "Download", "Video", "Search"]
PURCHASE = "purchase"
KINDS = [Trigger.PAGEVIEW, Trigger.EVENT, Trigger.GOAL]
KIND_WEIGHTS = [87, 10, 3]

GOALS = [
    GoalDraft("Prices seen", Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/pricing")),
    GoalDraft("Documentation read", Rule(Trigger.PAGEVIEW, MatchType.CONTAINS, "/docs/")),
    GoalDraft("Guide read", Rule(Trigger.PAGEVIEW, MatchType.REGEX, r"^/blog/\d+-[a-z]+-guide$")),
    GoalDraft("Download", Rule(Trigger.EVENT, MatchType.EXACT, "Download")),
    GoalDraft("Purchase", Rule(Trigger.GOAL, MatchType.EXACT, PURCHASE), "USD"),
]
"""A middling site's goals; the last is reached by every goal call."""

_ARRAYS = 300
_BODIES = 20_000


def single_events(folder: Path, site_key: str) -> Requests:
    """One event a request, as browsers send it, the visitor's address given by the proxy."""
    rng = random.Random(1)
    return write_requests(folder, _browsers(rng), [_body(_event(rng, site_key)) for _ in range(_BODIES)])


def arrays(folder: Path, site_key: str, size: int) -> Requests:
    """Arrays of events from anybody, all of one visitor, as a page that was offline sends them."""
    rng = random.Random(2)
    bodies = [_body([_event(rng, site_key) for _ in range(size)]) for _ in range(_ARRAYS)]
    return write_requests(folder, _browsers(rng), bodies)


def trusted_arrays(folder: Path, site_key: str, size: int, key: str, now_ms: int) -> Requests:
    """Arrays of events from a server that says when and for whom each one happened."""
    rng = random.Random(3)
    head = _head("relay/1.0", f"authorization: Bearer {key}\r\n")
    bodies = [_body([_trusted_event(rng, site_key, now_ms) for _ in range(size)]) for _ in range(_ARRAYS)]
    return write_requests(folder, [head], bodies)


def gets(folder: Path, paths: list[str], key: str = "") -> Requests:
    """GET requests for the paths."""
    credential = f"authorization: Bearer {key}\r\n" if key else ""
    return write_requests(
        folder, [f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n{credential}" for path in paths], ["\r\n"]
    )


def _browsers(rng: random.Random) -> list[str]:
    return [_head(rng.choice(USER_AGENTS), f"x-forwarded-for: {_address(number)}\r\n") for number in range(VISITORS)]


def _head(user_agent: str, more: str) -> str:
    return (
        "POST /api/event HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\ncontent-type: text/plain\r\n"
        f"user-agent: {user_agent}\r\n{more}"
    )


def _address(number: int) -> str:
    """An address of the network set aside for benchmarks (RFC 2544)."""
    return f"198.{18 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"


def _body(content: Any) -> str:
    text = json.dumps(content, separators=(",", ":"))
    return f"content-length: {len(text)}\r\n\r\n{text}"


def _event(rng: random.Random, site_key: str) -> dict[str, Any]:
    path = rng.choices(PATHS, PATH_WEIGHTS)[0]
    source, medium, campaign = rng.choices(CAMPAIGNS, CAMPAIGN_WEIGHTS)[0]
    query = f"?utm_source={source}&utm_medium={medium}&utm_campaign={campaign}" if source else ""
    event = {"domain": site_key, "url": f"https://example.com{path}{query}"}
    kind = rng.choices(KINDS, KIND_WEIGHTS)[0]
    if kind is Trigger.PAGEVIEW:
        return {"name": "pageview", "referrer": rng.choices(REFERRERS, REFERRER_WEIGHTS)[0], **event}
    if kind is Trigger.EVENT:
        return {"name": rng.choice(EVENTS), "props": {"place": rng.choice(PLACES)}, **event}
    revenue = {"currency": "USD", "amount": f"{rng.randrange(500, 20_000) / 100:.2f}"}
    return {"name": PURCHASE, "kind": "goal", "revenue": revenue, **event}


def _trusted_event(rng: random.Random, site_key: str, now_ms: int) -> dict[str, Any]:
    number = rng.randrange(VISITORS)
    about = {"ip": _address(number), "user_agent": rng.choice(USER_AGENTS), "visitor": f"v{number}"}
    return {**_event(rng, site_key), **about, "timestamp": now_ms - rng.randrange(60_000)}
