"""Reads web servers' access logs, common and combined format, and picks the page views out of them.

Source: https://httpd.apache.org/docs/2.4/logs.html
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from goalpost.ingest.robots import is_bot

_LINE = re.compile(
    r"(?P<ip>\S++) \S++ (?P<user>.*?) \[(?P<time>[^\]]++)\] "
    r'"(?P<method>[A-Z]++) (?P<target>\S++)(?: HTTP/[0-9.]++)?" (?P<status>[0-9]{3}) (?:[0-9]++|-)'
    r'(?: "(?P<referrer>(?:[^"\\]|\\.)*+)" "(?P<agent>(?:[^"\\]|\\.)*+)")?.*'
)
_TIME = re.compile(r"(\d{2})/(\w{3})/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})\Z")
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|json|xml|rss|atom|txt|ico|png|jpe?g|gif|svg|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav"
    r"|pdf|zip|gz|tgz|bz2|xz|tar|rar|7z|rpm|deb|jar|exe|dmg|iso|swf|csv)\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One request of the log; referrer and user agent are '' in the common format."""

    ip: str
    at: datetime
    method: str
    target: str
    status: int
    referrer: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class PageViewRules:
    """Which requests count as page views."""

    only_get: bool = True
    only_ok: bool = True
    skip_assets: bool = True
    skip_bots: bool = True

    def reason_to_skip(self, line: LogLine) -> str | None:
        """Why a request is no page view: method, status, asset or bot; None when it is one."""
        if self.only_get and line.method != "GET":
            return "method"
        if self.only_ok and line.status not in (200, 304):
            return "status"
        if self.skip_assets and _ASSET.search(line.target.partition("?")[0]):
            return "asset"
        if self.skip_bots and is_bot(line.user_agent):
            return "bot"
        return None


def parse_line(line: str) -> LogLine | None:
    """A line of the log; None for what is none."""
    found = _LINE.fullmatch(line.rstrip("\r\n"))
    at = _parse_time(found["time"]) if found else None
    if found is None or at is None:
        return None
    referrer, agent = (_unquoted(found[name]) for name in ("referrer", "agent"))
    return LogLine(found["ip"], at, found["method"], found["target"], int(found["status"]), referrer, agent)


def _parse_time(text: str) -> datetime | None:
    # Not strptime: it reads month names in the locale of whoever runs this.
    found = _TIME.match(text)
    if found is None or found[2] not in _MONTHS:
        return None
    day, _, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    try:
        zone = timezone(offset)
        return datetime(
            int(year), _MONTHS[found[2]], int(day), int(hour), int(minute), int(second), tzinfo=zone
        ).astimezone(UTC)
    except ValueError:
        return None


def _unquoted(text: str | None) -> str:
    return "" if text is None or text == "-" else text.replace('\\"', '"').replace("\\\\", "\\")
