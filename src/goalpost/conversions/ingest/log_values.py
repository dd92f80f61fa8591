"""Values of access logs' columns, whatever the format: addresses, hosts, moments, escaped text."""

import re
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum, auto
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import NamedTuple
from urllib.parse import unquote

from goalpost.conversions.model.hosts import normal_host

MOST_HOST = 253
_MOST_ROUNDS = 2  # CloudFront encodes a user agent's percent signs once more
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_TIME = re.compile(r"(\d{2})/(\w{3})/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:[.,]\d+)? ([+-])(\d{2}):?(\d{2})\Z", re.ASCII)
_PORT = re.compile(r":[0-9]{1,5}\Z")
_DOMAIN = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]+)\.?\Z", re.IGNORECASE)
_FILE_NAME = re.compile(r"\.(?:php|html?|aspx?|jsp|cgi|js|css|json|xml)\Z", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.))", re.DOTALL)
_SURROGATE = re.compile("[\udc80-\udcff]")  # how `surrogateescape` carries a byte that is not UTF-8
_CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "v": "\v", "f": "\f"}

_PRIVATE = [ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7")]

Address = IPv4Address | IPv6Address


class LogLine(NamedTuple):
    """One request of a log. `host` is where it was sent; it and the referrer are '' where the log is silent.

    `user_agent` is '' where the request had none, and None where the log has no place for it.
    """

    ip: str
    at: datetime
    method: str
    target: str
    status: int
    referrer: str
    user_agent: str | None
    host: str = ""


class Other(Enum):
    """Lines that are readable and not a request."""

    COMMENT = auto()
    """A directive or a comment."""
    NO_REQUEST = auto()
    """Something else that the server noted, or bytes that were not HTTP."""


def parse_address(text: str) -> Address | None:
    """Return the IP address that `text` is, brackets and port cut off; None for anything else."""
    try:
        return ip_address(text)
    except ValueError:
        pass
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None


def client_of(peer: str, forwarded: str) -> str:
    """Return who sent the request: the first address of a forwarded-for list, else the peer.

    A list of private addresses alone, beside a public peer, does not name the client: some logs have the
    server's own address in such a place.
    """
    addresses = [address for part in forwarded.split(",") if (address := parse_address(part.strip(" +"))) is not None]
    own = parse_address(peer)
    if not addresses or (own is not None and not is_private(own) and all(map(is_private, addresses))):
        return str(own) if own is not None else peer
    return str(addresses[0])


def is_private(address: Address) -> bool:
    """Return whether an address belongs to a private network or to the machine itself."""
    return any(address in network for network in _PRIVATE)


def is_address_list(text: str, *, with_port: bool = True) -> bool:
    """Return whether a column holds addresses, divided by commas; `unknown` and `-` may be among them."""
    parts = [part.strip() for part in text.split(",")]
    known = [part for part in parts if part not in ("unknown", "-")]
    if not with_port and any(part.count(":") == 1 or part.startswith("[") for part in known):
        return False
    return bool(known) and all(parse_address(part) is not None for part in known)


def host_of(text: str) -> str:
    """Return the host that a column with or without port names, in lower case; '' for `-` and `_`."""
    host = normal_host(_PORT.sub("", text.strip()))
    return "" if host in ("-", "_", "") or len(host) > MOST_HOST else host


def is_domain(text: str) -> bool:
    """Return whether a column is a domain name, with or without port: no number, address or name of a file."""
    host = _PORT.sub("", text)
    return len(host) <= MOST_HOST and _DOMAIN.match(host) is not None and not _FILE_NAME.search(host)


def parse_time(text: str) -> datetime | None:
    """Return the moment of `17/May/2024:10:05:03 +0200`, or of an ISO 8601 text; None for anything else."""
    # Not strptime: it reads month names in the locale of whoever runs this.
    found = _TIME.match(text)
    if found is None or found[2] not in _MONTHS:
        return parse_iso(text)
    day, _, year, hour, minute, second, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours), minutes=int(zone_minutes)) * (-1 if sign == "-" else 1)
    try:
        moment = datetime(
            *(int(year), _MONTHS[found[2]], int(day), int(hour), int(minute), 59 if second == "60" else int(second)),
            tzinfo=timezone(offset),
        )
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def parse_iso(text: str) -> datetime | None:
    """Return the moment of an ISO 8601 text, in UTC where it names no zone; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def unescaped(text: str | None) -> str:
    r"""Return a quoted column as it was sent: Apache and nginx write `\"`, `\\` and bytes as `\xC3`; '' for `-`."""
    if text is None or text == "-":
        return ""
    if "\\" not in text:
        return text
    percent = _ESCAPE.sub(_percent_encoded, text.replace("%", "%25"))
    return unquote(percent, errors="replace")


def header_text(cell: str, encoded: bool) -> str:
    """Return a header as it was sent: CloudFront percent-encodes it, IIS puts plus signs in the place of spaces."""
    if not encoded:
        return cell.replace("+", " ")
    for _ in range(_MOST_ROUNDS):
        if "%" in cell:
            cell = unquote(cell, errors="replace")
    return cell


def unescaped_target(text: str) -> str:
    """Return the target of a request as a URL has it: escaped bytes are percent-encoded ones."""
    return _ESCAPE.sub(_percent_encoded, text) if "\\" in text else text


def encodable(target: str) -> str:
    """Return a target in which bytes that are not UTF-8 are percent-encoded."""
    return target if target.isascii() else _SURROGATE.sub(lambda found: f"%{ord(found[0]) & 0xFF:02X}", target)


def _percent_encoded(escape: re.Match[str]) -> str:
    byte, code, character = escape.groups()
    if byte is not None:
        return f"%{byte}"
    encoded = chr(int(code, 16)) if code is not None else _CONTROLS.get(character, character)
    return "".join(f"%{byte:02X}" for byte in encoded.encode("utf-8", "replace"))
