r"""Reads access logs that are text: the common and the combined format with what is put around them, and AWS's.

`IP IDENT USER [TIME] "REQUEST" STATUS BYTES "REFERRER" "AGENT"`, where

* a virtual host may go before the address, with or without port (Apache's `vhost_combined`), take the place of
  IDENT (lighttpd), follow the time, or stand at the end, in quotes or not, also as `host=NAME`;
* a forwarded-for list may go before the address, take its place, or stand in quotes at the end (nginx's `main`).

Sources: https://httpd.apache.org/docs/2.4/logs.html, https://nginx.org/en/docs/http/ngx_http_log_module.html,
https://redmine.lighttpd.net/projects/lighttpd/wiki/Mod_accesslog, https://doc.traefik.io/traefik/observability/access-logs/,
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
"""

import re
from typing import NamedTuple

from goalpost.conversions.ingest.log_columns import forwarded_among, host_among, read_after
from goalpost.conversions.ingest.log_values import (
    LogLine,
    Other,
    client_of,
    host_of,
    is_address_list,
    is_domain,
    parse_address,
    parse_iso,
    parse_time,
    unescaped,
    unescaped_target,
)
from goalpost.conversions.model.hosts import usable_host

# The time's length is bounded, so that a long line of brackets takes no time either.
_LINE = re.compile(
    r"(?P<before>.*?) ?\[(?P<time>\d[^\]]{15,40})\] (?:(?P<late_host>[^\s\"]++) )?"
    r'"(?P<request>(?:[^"\\]|\\.)*+)" (?P<status>[0-9]{3}|-) (?:[0-9]++|-)(?P<after>.*)',
    re.DOTALL,
)
_REQUEST = re.compile(r"(?P<method>[A-Z_]++) (?P<target>\S.*?)(?: HTTP/[0-9.]++)?", re.DOTALL)
_LIST = re.compile(r",\s+")
_ALB = re.compile(
    r"(?:https?|h2|grpcs|wss?) (?P<time>\S{20,40}) \S++ (?P<ip>\S++) \S++ \S++ \S++ \S++ (?P<status>[0-9]{3}|-) \S++ "
    r'\S++ \S++ "(?P<request>[^"]*+)" "(?P<agent>[^"]*+)".*',
    re.DOTALL,
)
_MOST_BEFORE = 2000  # characters before the time


class _Before(NamedTuple):
    """The columns before the time."""

    peer: str
    forwarded: str = ""
    host: str = ""


class CombinedLog:
    """Reads lines of the common and the combined format."""

    def read(self, line: str) -> LogLine | Other | None:
        """Return the request of a line; None for what cannot be read."""
        if line.startswith("#"):
            return Other.COMMENT
        found = _LINE.fullmatch(line.strip())
        at = parse_time(found["time"]) if found else None
        before = _read_before(found["before"]) if found and len(found["before"]) <= _MOST_BEFORE else None
        if found is None or at is None or before is None:
            return None
        request = _REQUEST.fullmatch(found["request"])
        if request is None or found["status"] == "-":
            return Other.NO_REQUEST
        after = read_after(found["after"])
        host = before.host or found["late_host"] or host_among(after.more, before.peer)
        forwarded = before.forwarded or forwarded_among(after.more, before.peer)
        target = unescaped_target(request["target"]).replace(" ", "%20")
        return LogLine(
            *(client_of(before.peer, forwarded), at, request["method"], target, int(found["status"])),
            *(after.referrer, after.agent, host_of(host)),
        )


class LoadBalancerLog:
    """Reads lines of AWS's application load balancers."""

    def read(self, line: str) -> LogLine | Other | None:
        """Return the request of a line; None for what cannot be read."""
        found = _ALB.fullmatch(line.strip())
        at, peer = (parse_iso(found["time"]), parse_address(found["ip"])) if found else (None, None)
        if found is None or at is None or peer is None:
            return None
        method, _, rest = found["request"].partition(" ")
        target = rest.rpartition(" ")[0]
        if found["status"] == "-" or not target or target == "-":
            return Other.NO_REQUEST
        return LogLine(
            str(peer), at, method, unescaped_target(target), int(found["status"]), "", unescaped(found["agent"])
        )


def _may_be_host(column: str) -> bool:
    """Return whether a column in front may be a virtual host, and not what a log collector adds."""
    return column in ("-", "_") or usable_host(host_of(column)) != ""


def _read_before(text: str) -> _Before | None:
    """The columns before the time: who, and where the request was sent; None where neither can be told."""
    columns = _LIST.sub(",", text.strip()).split() or [""]
    first, second, third = [*columns, "", ""][:3]
    if is_address_list(second) and (first == "-" or is_address_list(first, with_port=False)):
        return _Before(second, first)
    # A virtual host, and then everything as without it.
    if is_address_list(second) or (second == "-" and is_address_list(third)):
        rest = _read_before(" ".join(columns[1:]))
        return rest._replace(host=first) if rest and _may_be_host(first) else None
    if is_domain(first) and is_domain(second) and third == "-" and len(columns) > len((first, second, third)):
        return _Before(second, host=first)
    # Without an address, a name may be the client's: but only where the next column says that nothing more is known.
    if is_address_list(first) or (first and second == "-"):
        return _Before(first.partition(",")[0], first if "," in first else "", second if is_domain(second) else "")
    return None
