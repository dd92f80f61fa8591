"""Access logs of web servers: which formats there are, which one a file has, and which requests are page views."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from goalpost.conversions.ingest.log_json import JsonLog
from goalpost.conversions.ingest.log_prefixes import without_prefix
from goalpost.conversions.ingest.log_text import CombinedLog, LoadBalancerLog
from goalpost.conversions.ingest.log_values import LogLine, Other, encodable, host_of
from goalpost.conversions.ingest.log_w3c import W3cLog
from goalpost.conversions.ingest.robots import is_bot
from goalpost.conversions.model.hosts import usable_host

_ASSET = re.compile(
    r"\.(?:css|js|mjs|map|json|xml|rss|atom|txt|ico|png|jpe?g|gif|svg|webp|avif|bmp|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav"
    r"|pdf|zip|gz|tgz|bz2|xz|tar|rar|7z|rpm|deb|jar|exe|dmg|iso|swf|csv)\Z",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ABSOLUTE = re.compile(r"(?i:https?)://([^/?#]*)")


class LogReader(Protocol):
    """Reads the lines of one file in their order."""

    def read(self, line: str) -> LogLine | Other | None:
        """Return the request of a line; None for what cannot be read."""


class LogFormat(StrEnum):
    """Formats of log lines."""

    COMBINED = "combined"
    W3C = "w3c"
    JSON = "json"
    ALB = "alb"


READERS: dict[LogFormat, Callable[[], LogReader]] = {
    LogFormat.COMBINED: CombinedLog,
    LogFormat.W3C: W3cLog,
    LogFormat.JSON: JsonLog,
    LogFormat.ALB: LoadBalancerLog,
}
FORMATS = {
    LogFormat.COMBINED: "Apache, nginx, lighttpd, Traefik: common or combined, with or without virtual host and "
    "forwarded-for",
    LogFormat.W3C: "IIS, CloudFront: the lines below a #Fields line",
    LogFormat.JSON: "Caddy, Traefik, Cloudflare, nginx: JSON lines",
    LogFormat.ALB: "AWS application load balancers",
}
"""The servers that write each format."""


class _Unwrapping:
    """Reads lines that a container's or a system's log has put something before."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader

    def read(self, line: str) -> LogLine | Other | None:
        found = self._reader.read(line)
        if isinstance(found, LogLine) or found is Other.COMMENT:
            return found
        inner = without_prefix(line)
        return (self._reader.read(inner) or found) if inner is not None else found


def new_reader(log_format: LogFormat) -> LogReader:
    """Return a reader of one file, whose lines may stand behind the prefix of a container's or a system's log."""
    return _Unwrapping(READERS[log_format]())


def recognised(lines: Iterable[str]) -> LogFormat | None:
    """Return the format in which most of these lines are requests; None where there is none."""
    sample = list(lines)
    requests: dict[LogFormat, int] = {}
    for log_format in READERS:
        reader = new_reader(log_format)
        requests[log_format] = sum(isinstance(reader.read(line), LogLine) for line in sample)
    best = max(requests, key=lambda log_format: requests[log_format])
    return best if requests[best] else None


@dataclass(frozen=True, slots=True)
class PageViewRules:
    """Rules for requests that count as page views.

    `hosts` limits them to requests of these hosts, as `host_pattern` gives them; empty for all.
    """

    only_get: bool = True
    only_ok: bool = True
    skip_assets: bool = True
    skip_bots: bool = True
    hosts: frozenset[str] = frozenset()

    def reason_to_skip(self, line: LogLine) -> str | None:
        """Return why a request is not a page view: host, method, status, target, asset or bot; None when it is one."""
        host = sent_to(line)
        if host and self.hosts and not self._is_wanted(host):
            return "host"
        reasons = {
            "method": self.only_get and line.method != "GET",
            "status": self.only_ok and line.status not in (200, 304),
            # `OPTIONS *`, `CONNECT host:443`
            "target": not line.target.startswith("/") and not _ABSOLUTE.match(line.target),
            "asset": self.skip_assets and _ASSET.search(re.split("[?#]", line.target, maxsplit=1)[0]),
            # A log without user agents cannot tell.
            "bot": self.skip_bots and line.user_agent is not None and is_bot(line.user_agent),
        }
        return next((reason for reason, holds in reasons.items() if holds), None)

    def _is_wanted(self, host: str) -> bool:
        if host in self.hosts:
            return True
        labels = host.split(".")
        return any(f"*.{'.'.join(labels[number:])}" in self.hosts for number in range(1, len(labels)))


def host_pattern(text: str) -> str:
    """Return the host that a text names, which may be a URL or have a port; `*.` before it is for its subdomains.

    '' for what no host can be called.
    """
    authority = re.split(r"[/?#]", _SCHEME.sub("", text.strip()), maxsplit=1)[0].rpartition("@")[2]
    name = authority.removeprefix("*.")
    host = usable_host(host_of(name))
    if not host or "*" in host or any(not label for label in host.split(".")):
        return ""
    return f"*.{host}" if authority != name else host


def sent_to(line: LogLine) -> str:
    """Return the host that a request asked for: the target's, where that is a whole URL, else the log's column."""
    absolute = _ABSOLUTE.match(line.target)
    return host_of(absolute[1].rpartition("@")[2]) if absolute else line.host


def hosts_of(domain: str) -> frozenset[str]:
    """Return the hosts of a site: its domain without port, with and without www."""
    host = host_of(domain).removeprefix("www.")
    return frozenset({host, f"www.{host}"})


def page_url(line: LogLine, domain: str) -> str:
    """Return the URL of a request: on the host that it asked for, or else on the site's domain."""
    absolute = _ABSOLUTE.match(line.target)
    target = line.target[absolute.end() :] if absolute else line.target
    return f"https://{sent_to(line) or domain}{encodable(target)}"
