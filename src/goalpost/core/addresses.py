"""Rules about the addresses of pages, each one regular expression for RE2, ClickHouse and browsers alike.

An address is written without protocol and without `www.`, the path percent-decoded: `example.com/café?a=1#top`.
A rule's text is brought to the same form. A text that begins with a slash leaves the host open. Query and fragment are
part of what is compared, except where the type or the text leaves them out: `simple` never looks at them, and
`ends with` and `wildcard` look only when the text itself holds a `?` or `#`.
"""

import re

from goalpost.core.match_types import MatchType
from goalpost.core.urls import decoded_path, split_url

_ANY_HOST = r"[^/?#]*"
_ANY_SUFFIX = r"(?:[?#].*)?"
_PROTOCOL = re.compile(r"(?i:https?)://")
# How a pattern may begin that somebody wrote for whole URLs: ^https?://(www\.)? and what is like it.
_PROTOCOL_PATTERN = re.compile(r"(\^?)(?i:https?)\??:(?:/|\\/){2}(?:www\\?\.|\(www\\?\.\)\?|\(\?:www\\?\.\)\?)?")


def page_address(host: str, path: str, suffix: str) -> str:
    """The address of a page from its parts; `suffix` is query and fragment as sent, with `?` and `#`."""
    return host.removeprefix("www.") + path + suffix


def address_of(url: str) -> str:
    """The address that a URL names; what is no http(s) URL (`mailto:`, `tel:`) is its own."""
    parts = split_url(url)
    return page_address(parts.host, parts.path, parts.suffix) if parts else url


def address_pattern(match_type: MatchType, text: str) -> str:
    """The regular expression that finds the addresses for which a rule holds; `match_type` is one of URL_TYPES."""
    if text == "*":
        return ""
    if match_type is MatchType.URL_REGEX:
        return _PROTOCOL_PATTERN.sub(r"\1", text, count=1) if _PROTOCOL_PATTERN.match(text) else text
    if match_type is MatchType.URL_CONTAINS:
        return re.escape(_bare(text) if _PROTOCOL.match(text) else text)
    if match_type is MatchType.URL_ENDS_WITH:
        return re.escape(_bare(text) if _PROTOCOL.match(text) else text) + _end(text)
    return "^" + (_ANY_HOST if text.startswith("/") else "") + _from_start(match_type, _bare(text))


def reads_suffix(match_type: MatchType, text: str) -> bool:
    """Whether a rule about addresses looks at the query or the fragment of a page; `match_type` is one of URL_TYPES."""
    if text == "*" or match_type is MatchType.URL_SIMPLE:
        return False
    if match_type in (MatchType.URL_STARTS_WITH, MatchType.URL_ENDS_WITH, MatchType.URL_WILDCARD):
        return "?" in text or "#" in text
    return True


def _from_start(match_type: MatchType, bare: str) -> str:
    if match_type is MatchType.URL_STARTS_WITH:
        return re.escape(bare)
    if match_type is MatchType.URL_WILDCARD:
        run = ".*" if reads_suffix(match_type, bare) else "[^?#]*"
        return run.join(map(re.escape, bare.split("*"))) + _end(bare)
    if match_type is MatchType.URL_EXACT:
        return re.escape(_with_path(bare)) + "$"
    return re.escape(_with_path(re.split("[?#]", bare, maxsplit=1)[0])) + _ANY_SUFFIX + "$"


def _end(text: str) -> str:
    return "$" if "?" in text or "#" in text else _ANY_SUFFIX + "$"


def _bare(text: str) -> str:
    """A rule's text as addresses are written."""
    rest = _PROTOCOL.sub("", text, count=1)
    host = re.match(_ANY_HOST, rest)[0]  # type: ignore[index]  # it matches nothing at least
    page, suffix = re.match(r"([^?#]*)(.*)", rest[len(host) :], re.DOTALL).groups()  # type: ignore[union-attr]
    return re.sub(r":[0-9]*\Z", "", host.lower()).removeprefix("www.") + decoded_path(page) + suffix


def _with_path(bare: str) -> str:
    """A host alone is its first page."""
    host = re.match(_ANY_HOST, bare)[0]  # type: ignore[index]
    return bare if bare[len(host) :].startswith("/") else host + "/" + bare[len(host) :]
