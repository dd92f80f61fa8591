"""Columns behind the request in lines of the combined format: referrer, user agent, and whatever was put there."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from goalpost.conversions.ingest.log_values import is_address_list, is_domain, is_private, parse_address, unescaped

# A line that was cut off within quotes has what is there.
_COLUMN = re.compile(
    r'(?<!\S)(?:(?P<name>[a-z_]++)=)?(?:"(?P<quoted>(?:[^"\\]|\\.|\\\Z)*+)(?:"|\Z)|(?P<bare>[^\s"]++))', re.DOTALL
)
_HOST_NAMES = frozenset({"host", "http_host", "vhost", "server_name", "sn", "domain"})
_HEADERS = 2  # referrer and user agent
_LABEL = re.compile(r"[a-z](?:[a-z0-9-]{1,61}[a-z0-9])(?P<port>:[0-9]{1,5})?")
_ID = re.compile(r"[0-9a-f-]{12,}")
_WORDS = frozenset(
    {"http", "https", "hit", "miss", "bypass", "expired", "stale", "updating", "revalidated", "off", "gzip", "deflate"}
    | {"zstd", "identity", "none", "null", "true", "false", "unknown", "mobile", "desktop", "tablet", "bot", "human"}
)
"""Words that logs have in the place of a host."""


class Column(NamedTuple):
    """A column, without its quotes and its name (`name="text"`); '' for `-`."""

    text: str
    name: str = ""
    is_quoted: bool = False


class After(NamedTuple):
    """The columns after the request. `agent` is None where the log has no place for one."""

    referrer: str
    agent: str | None
    more: Sequence[Column]


def read_after(text: str) -> After:
    """Read the columns: the first two in quotes are the headers, where there are two."""
    columns = [_column(found) for found in _COLUMN.finditer(text)]
    quoted = [number for number, column in enumerate(columns) if column.is_quoted and not column.name]
    if len(quoted) < _HEADERS:
        return After("", None, columns)
    referrer, agent = quoted[:_HEADERS]
    more = [column for number, column in enumerate(columns) if number not in (referrer, agent)]
    return After(columns[referrer].text, columns[agent].text, more)


def _column(found: re.Match[str]) -> Column:
    is_quoted = found["quoted"] is not None
    return Column(unescaped(found["quoted"] if is_quoted else found["bare"]), found["name"] or "", is_quoted)


def host_among(columns: Sequence[Column], peer: str) -> str:
    """Return the host that one of the columns is, with or without port; '' where none is.

    A name of one label is a host where nothing else stands there, and an address without quotes where it is the last,
    and neither it nor the peer is of a private network: such are the server's own, a backend's, or a visitor's.
    """
    named = [column.text for column in columns if column.name in _HOST_NAMES and column.text]
    told = [column for column in columns if column.text and not column.name and not _is_number(column.text)]
    found = named or [column.text for column in told if is_domain(column.text)]
    if found:
        return found[0]
    if len(told) == 1 and _is_label(told[0].text):
        return told[0].text
    return told[-1].text if told and not told[-1].is_quoted and _is_host_address(told[-1].text, peer) else ""


def forwarded_among(columns: Sequence[Column], peer: str) -> str:
    """Return the forwarded-for list that one of the columns is; without quotes only beside a peer that is a proxy."""
    own = parse_address(peer)
    is_proxy = own is not None and is_private(own)
    lists = (column for column in columns if not column.name and is_address_list(column.text))
    return next((column.text for column in lists if column.is_quoted or (is_proxy and "." in column.text)), "")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _is_label(text: str) -> bool:
    found = _LABEL.fullmatch(text)
    return found is not None and (found["port"] is not None or not (text in _WORDS or _ID.fullmatch(text)))


def _is_host_address(text: str, peer: str) -> bool:
    address, own = parse_address(text), parse_address(peer)
    if address is None or address == own:
        return False
    return not is_private(address) and (own is None or not is_private(own))
