"""Rules about the addresses of pages and links, each one regular expression for RE2, ClickHouse and browsers alike.

An address is a URL in its normal form (urls.py) without protocol and without `www.`: `example.com/café?a=1#top`. What
has no host (`tel:+1`, `mailto:a@example.com`) is an address of its own. A rule's text is brought to the same form. A
text that begins with a slash leaves the host open. Query and fragment are part of what is compared, except where the
type or the text leaves them out: `simple` never looks at them, and `starts with`, `ends with` and `wildcard` look only
when the text itself holds a `?` or `#`. `*text*`, a wildcard around what has no slash, is found in the query too, as
`contains` is. An address whose path is `/` alone may be written without that slash. A hash router's route (`#/thanks`)
counts as a part of the path: who writes one means it, whatever the query before it.

A regular expression is written for whole URLs or for parts of them, by whoever sees `https://www.example.com/a` in a
browser. It holds where it is found in any spelling of the address: with and without host, `www.`, http and https.
"""

import re

from goalpost.conversions.model.copied_addresses import PROTOCOL
from goalpost.conversions.model.hosts import normal_host
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.patterns import normal_pattern, with_encoded_labels, with_form_spaces, with_normal_hosts
from goalpost.conversions.model.private_texts import without_credentials
from goalpost.conversions.model.urls import (
    decoded,
    is_opaque,
    normal_part,
    normal_path,
    normal_suffix,
    split_url,
    suffix_of,
    without_line_breaks,
)

ORIGINS = ("", "www.", "http://", "https://", "http://www.", "https://www.")
"""Texts before an address that a regular expression may be written for; it may also be written without the host."""
HOST_OF_ADDRESS = "^[^/?#]*"
"""The part of an address before its path."""

_PARTIAL = frozenset({MatchType.URL_CONTAINS, MatchType.URL_ENDS_WITH})
_ANY_HOST = r"[^/?#]*"
_ANY_SUFFIX = r"(?:[?#].*)?"
_ANY_PATH = "[^?#]*"
_ANY_PROTOCOL = re.compile(r"[A-Za-z*][A-Za-z0-9+.*-]*:[/\\]{2}")
_MOST_PARTS_OF_HOSTS = 8  # between the wildcards of one text
_SUFFIX = re.compile(r"[?#].*", re.DOTALL)
_ROUTE = re.compile(r"#!?/")
_QUERY = re.compile(r"\?|#(?!!?/)")
_QUERY_AND_ROUTE = re.compile(r"([^?#]*)(\?[^#]*)?(#!?/[^?]*)?(.*)", re.DOTALL)


def page_address(host: str, path: str, suffix: str) -> str:
    """The address of an event's page: `suffix` is query and fragment with `?` and `#`, and holds the route that a hash
    router's path has behind its own `#`."""
    return host.removeprefix("www.") + path.partition("#")[0] + suffix


def address_of(url: str, with_suffix: bool = True) -> str:
    """The address that a link's URL names, with or without query and fragment."""
    parts = None if is_opaque(url) else split_url(url)
    if parts is not None:
        return page_address(parts.host, parts.path, suffix_of(parts.query, parts.fragment) if with_suffix else "")
    rest, _, fragment = without_line_breaks(url).partition("#")
    page, _, query = rest.partition("?")
    return _opaque(page) + (suffix_of(query, fragment) if with_suffix else "")


def spellings(match_type: MatchType, address: str) -> tuple[str, ...]:
    """The texts in one of which a rule of this type must be found to hold for an address."""
    if match_type is not MatchType.URL_REGEX:
        return (address,)
    return (re.sub(HOST_OF_ADDRESS, "", address), *(origin + address for origin in ORIGINS))


def address_pattern(match_type: MatchType, text: str) -> str:
    """The regular expression that finds the addresses for which a rule holds; `match_type` is one of URL_TYPES."""
    if text == "*":
        return ""
    if match_type is MatchType.URL_REGEX:
        return with_encoded_labels(with_normal_hosts(normal_pattern(with_form_spaces(text))))
    if match_type is MatchType.URL_WILDCARD and not is_opaque(text):
        return _wildcard(text)
    bare = bare_text(match_type, text)
    if match_type is MatchType.URL_CONTAINS:
        return _part(bare)
    return _ending(bare) if match_type is MatchType.URL_ENDS_WITH else _beginning(match_type, bare)


def _ending(bare: str) -> str:
    start = "" if _SUFFIX.search(bare) else f"^{_ANY_PATH}"
    page, suffix = _cut(bare)
    first = (
        ""
        if "/" in page or not page
        else f"|^{_ANY_HOST}{_literal(_part_of_host(page))}/{_literal(suffix)}{_end(bare)}"
    )
    return f"{start}{_part(bare)}{_end(bare)}{first}"


def _beginning(match_type: MatchType, bare: str) -> str:
    start = "^" + (_ANY_HOST if bare.startswith("/") else "")
    if match_type is MatchType.URL_STARTS_WITH:
        return start + _literal(bare)
    if match_type is MatchType.URL_WILDCARD:  # of an opaque address
        run = ".*" if _SUFFIX.search(bare) else _ANY_PATH
        return start + run.join(_literal(part) for part in bare.split("*")) + _end(bare)
    return start + _literal(bare) + ("$" if match_type is MatchType.URL_EXACT else _ANY_SUFFIX + "$")


def reads_suffix(match_type: MatchType, text: str) -> bool:
    """Say whether a rule of one of URL_TYPES looks at the query or the fragment of a page."""
    if text == "*":
        return False
    if match_type is MatchType.URL_SIMPLE:
        return _ROUTE.search(text) is not None
    if match_type in (MatchType.URL_STARTS_WITH, MatchType.URL_ENDS_WITH, MatchType.URL_WILDCARD):
        return "?" in text or "#" in text or (match_type is MatchType.URL_WILDCARD and _is_anywhere(text))
    return True


def bare_text(match_type: MatchType, text: str) -> str:
    """A rule's text as addresses are written, without what its type never looks at."""
    if is_opaque(text):
        page, suffix = _cut(text)
        return _opaque(page) + ("" if match_type is MatchType.URL_SIMPLE else normal_suffix(suffix))
    rest = PROTOCOL.sub("", text, count=1) if PROTOCOL.match(text) else text
    if match_type in _PARTIAL and rest == text:
        # Any part of an address, of which nobody knows where it begins.
        page, suffix = _cut(text.removeprefix("www."))
        return normal_path(page, goes_on=match_type is MatchType.URL_CONTAINS and not suffix) + normal_suffix(suffix)
    page, suffix = _cut(rest)
    host, slash, path = page.replace("\\", "/").partition("/")
    # `example.` is where a host begins that goes on; with a path it is a whole one.
    if match_type is MatchType.URL_WILDCARD and "*" in host:
        return normal_part(page.removeprefix("www.")) + normal_suffix(suffix)
    goes_on = not suffix and match_type in (MatchType.URL_CONTAINS, MatchType.URL_STARTS_WITH)
    bare = _bare_host(host) + ("." if host.endswith(".") and not slash else "")
    bare += normal_path(slash + path, goes_on=goes_on)
    if match_type in (MatchType.URL_SIMPLE, MatchType.URL_EXACT):
        # A host alone is its first page, and an empty query is none.
        query, route, fragment = _QUERY_AND_ROUTE.fullmatch(suffix).groups("")[1:]  # type: ignore[union-attr]
        bare = bare if slash else bare.rstrip(".") + "/"
        suffix = query.removeprefix("?") and query
        suffix += route + (fragment.removeprefix("#") and fragment)
        suffix = route if match_type is MatchType.URL_SIMPLE else suffix
    elif suffix and not slash and match_type is not MatchType.URL_ENDS_WITH:
        bare = bare.rstrip(".") + "/"
    return bare + normal_suffix(suffix)


def _is_anywhere(text: str) -> bool:
    """Say whether a wildcard's text is `*…*` around what may stand anywhere in an address."""
    return len(text) > 1 and text[0] == text[-1] == "*" and not set("/\\") & set(text)


def _wildcard(text: str) -> str:
    """The regular expression of a text in which `*` stands for any characters.

    What stands before the first `*` and the first slash begins a host. Between that and the first slash each part may
    be one of the host, and is compared as hosts are, or lie behind it, as do all parts that follow.
    """
    rest = (PROTOCOL.match(text) or _ANY_PROTOCOL.match(text) or re.compile("").match(text)).end()  # type: ignore[union-attr]
    page, suffix = _cut(text[rest:])
    head, slash, path = page.replace("\\", "/").partition("/")
    run = ".*" if suffix or _is_anywhere(text) else _ANY_PATH
    tail = run.join(map(_literal, (normal_path(slash + path) + normal_suffix(suffix)).split("*")))
    end = _end(normal_suffix(suffix))
    if "*" not in head:
        start = _ANY_HOST if slash and not head else ""
        return f"^{start}{_literal(_bare_host(head))}{'' if slash else '/'}{tail}{end}"
    first, *parts = head.split("*")
    begin = _literal(_part_of_host(first).removeprefix("www."))
    hosts = [_part_of_host(part) for part in parts]
    hosts[-1] = re.sub(r":[0-9]*\Z", "", hosts[-1])
    if not first:
        hosts[0] = hosts[0].removeprefix("www.")
    parts = [normal_part(part) for part in parts]
    anywhere = [_literal(part) for part in parts]
    # From the last part on: it in the host, or it and all that follow behind the host.
    last = "" if slash or not parts[-1] else "/"
    pattern = tail
    for number in reversed(range(len(parts))):
        behind = run + run.join(anywhere[number:]) + tail
        if number >= _MOST_PARTS_OF_HOSTS or (hosts[number:] == parts[number:] and not last):
            pattern = behind
            continue
        in_host = _ANY_HOST + _literal(hosts[number]) + (last + tail if number == len(parts) - 1 else pattern)
        pattern = f"(?:{in_host}|{behind})"
    return f"^{begin}{pattern}{end}"


def _part_of_host(text: str) -> str:
    """A part of a host as hosts are written, with the dots at its end."""
    text = decoded(text)
    return normal_host(text) + "." * (len(text) - len(text.rstrip(".")))


def _cut(text: str) -> tuple[str, str]:
    """Divide a text into the page and its query and fragment."""
    found = _SUFFIX.search(text)
    return (text[: found.start()], found[0]) if found else (text, "")


def _bare_host(host: str) -> str:
    host = re.sub(r":[0-9]*\Z", "", host.rpartition("@")[2])
    return normal_host(decoded(host)).removeprefix("www.")


def _opaque(text: str) -> str:
    scheme, colon, rest = text.strip().partition(":")
    return (scheme.lower() + colon if colon else scheme) + without_credentials(decoded(rest))


def _part(bare: str) -> str:
    """The regular expression of a part of an address, which may begin with a part of a host or of a path."""
    host, slash, path = bare.partition("/")
    may_be_host = not host.isascii() or host.startswith("[") or bool(slash and "." in host)
    whole = normal_host(host) + slash + path if may_be_host else bare
    forms = dict.fromkeys(map(_literal, (bare, whole)))
    if not slash and not _SUFFIX.search(bare) and (in_host := _part_of_host(bare)) != bare:
        forms[f"^{_ANY_HOST}{_literal(in_host)}"] = None
    if "+" in bare and not _SUFFIX.search(bare):
        # Within a query + is a space.
        forms[rf"\?[^#]*{_literal(bare.replace('+', ' '))}"] = None
    return next(iter(forms)) if len(forms) == 1 else f"(?:{'|'.join(forms)})"


def _literal(text: str) -> str:
    """The regular expression of a text. Before a route any query may stand, unless the text says which."""
    pattern = re.escape(text)
    if "?" in text.partition("#")[0]:
        return pattern
    return re.sub(r"\\#(!?/)", r"(?:\\?[^#]*)?\\#\1", pattern, count=1)


def _end(bare: str) -> str:
    return "$" if _QUERY.search(bare) else _ANY_SUFFIX + "$"
