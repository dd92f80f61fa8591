"""Tells programs from people by the user agent, so that crawlers, monitors and feed readers count as nobody's visit.

Crawlers by name come from two lists that others keep: crawler-user-agents and ua-parser. Our own tables have what those
leave out: the general words by which a program names its trade, HTTP libraries, and shapes that no browser has.
"""

import re
from collections.abc import Iterable

import re2
import ua_parser
from crawleruseragents import CRAWLER_USER_AGENTS_DATA

from goalpost.conversions.model.patterns import compile_pattern, options
from goalpost.kernel.bounded_cache import BoundedCache

_LONGEST = 512  # characters looked at; what a program says of itself comes earlier
_LIST_MEMORY = 32 << 20

# In doubt a visitor: a robot that is missed adds an event, a person who is taken for one is lost without a trace.
#
# Not in the tables, on purpose:
# - HeadlessChrome. It runs the page's script as a browser does, robots that hide what they are do not send it, and the
#   browser tests of goalpost and of its users drive headless Chromium against a real server. It is counted, and visible
#   as a browser of its own in the statistics.
# - Electron, in-app browsers (Instagram, Pinterest, WeChat, …) and text browsers (Lynx, Links): people read there.
#
# HTTP libraries include CFNetwork, Dalvik, okhttp and Dart's, with which feed readers fetch pages; but who sends events
# with them is an app on somebody's device, which says no more of itself unless its makers think of it.

_TOO_WIDE = {
    "HeadlessChrome",
    "008\\/",  # the end of a telephone's number, TS1008
    "AP3A\\.240617\\.008",  # a release of Android
    "Butterfly",  # a telephone
    "Expanse",  # a telephone
    "Feedly",  # people read there, too
    "Fever",  # a telephone
    "Fluid",  # a browser
    "Sogou",  # a browser, too
    "Sonic",  # ViewSonic
    "Viber",  # people read there, too
}
"""Patterns of the list that match browsers of people. Their crawlers are found by what else they say."""

_WORDS = """
    crawl spider slurp scrap fetch archive indexer harvest validator checker linkcheck scanner nuclei
    monitor uptime pingdom pinger probe healthcheck health-check googlehc newrelic datadog nagios elastic-heartbeat
    page+speed pagespeed google-pagerenderer sitebulb webpagetest
    slimerjs htmlunit jsdom puppeteer prerender rendertron linkpreview link+preview imageproxy snippet favicon
    feedparser feed-id subscribers aggregator liferea netnewswire newsgator
    meta-external mastodon/ pleroma misskey/ cardyb claude-web
    libcurl pycurl lwp:: libfetch httpclient http-client http_client http_request http+request http%20client
    python-httpx axios/ undici guzzle postmanruntime insomnia/ restsharp rest-client resttemplate unirest faraday
    typhoeus mechanize winhttp cfnetwork dalvik/ reqwest aria2 powershell xmlrpc gvfs/ webdav
    ms-office microsoft+office office+protocol+discovery cryptoapi chef+client portscout urllog dts+agent
"""
"""Found anywhere, in any case; `+` stands for a space."""

_STARTS = """
    curl wget java/ ruby php perl python node deno/ bun/ dart/ got+ lua- hyper/ ureq/ go-http apache- symfony snoopy
    whatsapp viber feedly wordpress robo user-agent:
"""
"""Found at the beginning: names that elsewhere mean something else."""

_SHAPES = (
    r"bots?(?:[^a-z]|$)",  # "bot" at a word's end
    r"https?://|\bwww\.",  # an address to complain to
    r"@[a-z0-9-]+\.[a-z]{2,}",  # or one to write to; "Ecosia android@112.0" is neither
    r"\brss\b",
    r"^mozilla/[0-9.]+(?: \(compatible;? *\))?$",  # "Mozilla/5.0" and not a word more
    r"^[^a-z0-9]",  # nothing at all in a log ("-"), quoted by a careless script, or an attack
)

_PEOPLE = compile_pattern(
    # What stands where a telephone's model does: "Android 7.0; M bot 54)", "Android 13; en-us; Spider 8 Build/".
    r"(?i)android[^;()]*;(?: u;)?(?: [a-z]{2}(?:[-_][a-z]{2,4})?;)? [^;()/]*(?:;|\)| build/)"
    r"|\bcubot|embedded web browser from: https?://bsalsa\.com/"
)
"""Words of people's browsers that look like a robot's; left out before our own tables are asked."""

_APPS = compile_pattern(r"(?i)^(?:dalvik|okhttp|dart)/[0-9.]+|\bcfnetwork/[0-9.]+")
"""Default names of the HTTP clients of apps: Android's, Java's and Flutter's, Apple's."""

_VISITOR = compile_pattern(r"(?i)^mozilla/|bots?(?:[^a-z]|$)|crawl|spider")


def is_bot(user_agent: str) -> bool:
    """Return whether the user agent is that of a program that works without a person; an empty one is.

    The first call after the start builds ua-parser's tables and takes about 0.1 s.
    """
    return _bots[user_agent[:_LONGEST]]


def sends_no_events(user_agent: str) -> bool:
    """Return whether events of this user agent are nobody's: as `is_bot`, but for what apps send by default."""
    return _not_senders[user_agent[:_LONGEST]]


def is_own_name(user_agent: str) -> bool:
    """Tell the user agent of a server that sends events from one that it passes on for a visitor.

    Programs that name themselves (`python-requests/2.32`, `MyShop/1.0 (+https://…)`) are senders. Browsers and programs
    that call themselves crawlers are visitors.
    """
    user_agent = user_agent[:_LONGEST]
    return _bots[user_agent] and _VISITOR.search(user_agent.encode("utf-8", "replace")) is None


def _is_bot(user_agent: str) -> bool:
    # Both engines take UTF-8 and so no lone surrogates.
    encoded = user_agent.encode("utf-8", "replace")
    if not encoded.strip() or _LISTED.search(encoded) is not None:
        return True
    if _OURS.search(_PEOPLE.sub(b" ", encoded)) is not None:
        return True
    # ua-parser calls a telephone by its name before it looks for crawlers.
    device = ua_parser.parse_device(encoded.decode())
    return device is not None and device.family == "Spider"


def _is_not_a_sender(user_agent: str) -> bool:
    # A crawler that has such a library says what it is besides.
    return _is_bot(_APPS.sub(b"app/1", user_agent.encode("utf-8", "replace")).decode())


def _pattern() -> str:
    words = (re.escape(word.replace("+", " ")) for word in _WORDS.split())
    starts = (re.escape(word.replace("+", " ")) for word in _STARTS.split())
    return "|".join([*words, f"^(?:{'|'.join(starts)})", *_SHAPES])


def _any_of(patterns: Iterable[str]) -> "re2._Regexp":
    return re2.compile("|".join(f"(?:{pattern})" for pattern in patterns), options(_LIST_MEMORY))


def _listed() -> "re2._Regexp":
    """Compile the list into one pattern, without those that RE2 does not know, should a later list have any."""
    patterns = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA if entry["pattern"] not in _TOO_WIDE]
    try:
        return _any_of(patterns)
    except re2.error:
        return _any_of(filter(_is_known_to_re2, patterns))


def _is_known_to_re2(pattern: str) -> bool:
    try:
        compile_pattern(pattern)
    except ValueError:
        return False
    return True


# RE2, though the patterns are not users': with this many alternatives it takes 3 µs where `re` takes 100.
_bots = BoundedCache(_is_bot, entries=10_000, size=8 << 20)
_not_senders = BoundedCache(_is_not_a_sender, entries=10_000, size=8 << 20)
_LISTED = _listed()
_OURS = compile_pattern(f"(?i){_pattern()}")
