"""Takes the URLs of hits and referrers apart: quickly, never raising, and into the one spelling that goals match on.

The normal form of a text is percent-decoded once, as UTF-8, and composed (NFC). What could be mistaken for a URL's
parts (`?`, `#`) or cannot be stored and shown everywhere (control characters, bytes that are not UTF-8) stays encoded,
in upper case: `/caf%c3%a9` is `/café`, `/%3f%00%ff` is `/%3F%00%FF`.
"""

import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from goalpost.conversions.model.hosts import usable_host
from goalpost.conversions.model.private_parameters import without_private_values
from goalpost.conversions.model.private_texts import without_credentials, without_sessions
from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.texts import composed

MAX_PATH = 2000
"""Characters of a path that are kept; the rest is cut off."""
MAX_SUFFIX = 2000
"""Characters of query and fragment together that are kept; the rest is cut off."""


class Url(NamedTuple):
    """The parts of a URL that an event can use.

    `host` is in its normal form, without port and credentials, `www.` kept; '' where the URL names none. `path` is in
    its normal form and starts with a slash. `query` and `fragment` are as sent, without `?` and `#`.
    """

    host: str
    path: str
    query: str
    fragment: str


# A name with dots is a host, unless slashes say that it is a scheme.
_SCHEME = re.compile(r"\s*([A-Za-z](?:[A-Za-z0-9+.-]*(?=://)|[A-Za-z0-9+-]*)):(.*)", re.DOTALL)
_WEB = frozenset({"http", "https"})
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)
_DOTS = re.compile(r"/(?:\.|%2e){1,2}(?![^/#])", re.IGNORECASE)
_DIVIDER = re.compile("[?#]")
_PORT = re.compile(r":[0-9]*\Z")
# `example.com:8080/x` and `localhost:3000` without a scheme.
_HOST_AND_PORT = re.compile(r"(?:(?=[^/:.]*+\.)[^/:]++|localhost):[0-9]++(?:/.*)?", re.DOTALL | re.IGNORECASE)
_LOOKS_LIKE_HOST = re.compile(r"[^/\s]+\.[^/\s.]+|\[[0-9A-Fa-f:.]+\](?::[0-9]*)?|localhost|[^/\s:]+:[0-9]+", re.I)

_MEMO_LONGEST = 2048
MAX_PART = 8192
"""Characters of a page, and of its query and fragment, that are looked at, as many as servers take."""

_SURROGATE = re.compile("[\ud800-\udfff]")

# C0 control characters and DEL, and the surrogates by which `surrogateescape` marks bytes that are not UTF-8, each to
# its percent-encoded byte. Other lone surrogates are replaced, as browsers do.
_ENCODED = {code: "\ufffd" for code in range(0xD800, 0xE000)} | {
    code: f"%{code & 0xFF:02X}" for code in (*range(0x20), 0x7F, *range(0xDC80, 0xDD00))
}


def split_url(url: str) -> Url | None:
    """The parts of a URL of any scheme, or of what is left of one: `//host/path`, `/path`, `example.com/path`.

    Tabs and line breaks are left out and `.` and `..` resolved, as browsers do (https://url.spec.whatwg.org/).

    None for what names neither a host nor a path: '', `about:blank`, `mailto:…`, `javascript:…`. A host that cannot be
    one is '', as in `https://exa mple.com/x`, whose path still counts.
    """
    rest, _, fragment = without_line_breaks(url).partition("#")
    address, _, query = rest.partition("?")
    page = _pages[address] if len(address) <= _MEMO_LONGEST else _read_page(address[:MAX_PART])
    return Url(*page, query, fragment) if page else None


def _read_page(address: str) -> tuple[str, str] | None:
    """Host and path of what comes before query and fragment."""
    scheme, rest = _cut_scheme(address.strip(" \t\r\n\0"))
    if scheme in ("", *_WEB):
        rest = rest.replace("\\", "/")
    if scheme in _WEB or rest.startswith("//"):
        is_web = scheme in ("", *_WEB)
        return _host_and_path(rest.lstrip("/") if is_web else rest[2:], is_web)
    if scheme or not rest:
        return ("", normal_path(rest)) if rest.startswith("/") else None
    if _LOOKS_LIKE_HOST.fullmatch(rest.partition("/")[0]):
        return _host_and_path(rest, True)
    return "", normal_path(rest if rest.startswith("/") else f"/{rest}")


# A site's pages are few, however many queries they are asked with.
_pages = BoundedCache(_read_page, entries=8192, size=8 << 20)


def _host_and_path(rest: str, is_web: bool) -> tuple[str, str] | None:
    authority, slash, path = rest.partition("/")
    if not authority and not path:
        return None
    # Credentials are nobody's to store.
    host = _PORT.sub("", authority.rpartition("@")[2])
    return usable_host(decoded(host) if "%" in host else host, is_web=is_web), normal_path(slash + path) or "/"


def without_line_breaks(url: str) -> str:
    """A URL without tabs and line breaks, which browsers leave out wherever they stand."""
    return url.replace("\n", "").replace("\t", "").replace("\r", "")


def scheme_of(url: str) -> str:
    """The scheme of a URL in lower case; '' where it has none, as in `//example.com/x` and `example.com:8080`."""
    return _cut_scheme(_DIVIDER.split(without_line_breaks(url), maxsplit=1)[0])[0]


def is_opaque(text: str) -> bool:
    """Say whether a text is an address without host and path: `tel:+1`, `mailto:a@example.com`."""
    scheme, rest = _cut_scheme(_DIVIDER.split(without_line_breaks(text), maxsplit=1)[0])
    return bool(scheme) and scheme not in _WEB and not rest.startswith("/")


def _cut_scheme(address: str) -> tuple[str, str]:
    found = _SCHEME.fullmatch(address)
    is_without = found is None or _HOST_AND_PORT.fullmatch(address)
    return ("", address) if is_without else (found[1].lower(), found[2])  # type: ignore[index]


def normal_path(path: str, *, goes_on: bool = False) -> str:
    """A path that begins with a slash, or a part of one, in its normal form; at most 2,000 characters, the rest is cut
    off. A route behind `#` may follow it.

    `.` and `..` are resolved, the last one too unless the path `goes_on`, since `/.well-known` begins with `/.`.
    Session ids that servers write into paths (`;jsessionid=…`) are left out.
    """
    path = path.replace("\\", "/")
    return normal_part(_resolved(path, goes_on) if path.startswith("/") and _DOTS.search(path) else path)


def _resolved(path: str, goes_on: bool) -> str:
    """A path without dot segments (https://url.spec.whatwg.org/#path-state)."""
    path, hash_mark, route = path.partition("#")
    kept: list[str] = []
    segments = path.split("/")[1:]
    for number, segment in enumerate(segments, 1):
        dots = _ENCODED_DOT.sub(".", segment) if "%" in segment else segment
        is_last = number == len(segments)
        if dots not in (".", "..") or (is_last and goes_on):
            kept.append(segment)
            continue
        if dots == "..":
            del kept[-1:]
        if is_last:
            kept.append("")
    return "/" + "/".join(kept) + hash_mark + route


def normal_part(text: str) -> str:
    """Any part of a path or of a route in its normal form, of which nobody knows where it begins."""
    text = _unquoted(text.replace("\\", "/"))[: 2 * MAX_PATH]  # what is left out leaves room for what follows
    if ";" in text or "\u037e" in text:
        text = without_sessions(text.replace("\u037e", ";"))  # the Greek question mark is composed to a semicolon
    if "@" in text:
        text = without_credentials(text)
    # Cut before it is composed, which costs most; a few letters become several.
    return _shown(text[:MAX_PATH])[:MAX_PATH]


def route_of(fragment: str) -> str:
    """The part of a hash router's fragment that stands for a path, in its normal form and without private values (as
    in suffix_of); '' for parameters."""
    route = _DIVIDER.split(fragment, maxsplit=1)[0]
    is_parameters = "=" in route and not route.startswith(("/", "!"))
    return "" if is_parameters else normal_part(without_private_values(route))


def suffix_of(query: str, fragment: str) -> str:
    """Query and fragment as they may be kept: in their normal form, with what divides them from the path, without
    private values (private_parameters.py), at most 2,000 characters."""
    query, fragment = without_private_values(query), without_private_values(fragment)
    suffix = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    return normal_suffix(suffix[:MAX_PART], MAX_SUFFIX)[:MAX_SUFFIX]


def normal_suffix(suffix: str, longest: int | None = None) -> str:
    """Query and fragment in their normal form, as far as `longest` characters of it. In a query `+` is a space, as
    forms write it, and `%2B` a plus."""
    query, hash_mark, fragment = suffix.partition("#")
    return decoded((query.replace("+", " ") if query.startswith("?") else query) + hash_mark + fragment, longest)


def decoded(text: str, longest: int | None = None) -> str:
    """A text in its normal form; of what is decoded `longest` characters at most are looked at."""
    if "%" not in text and text.isascii() and text.isprintable():
        return text[:longest]
    return _shown(_unquoted(text)[:longest])


def _shown(text: str) -> str:
    """A text that is percent-decoded, composed and without what cannot be stored and shown everywhere."""
    text = composed(text)
    return text if text.isprintable() else text.translate(_ENCODED)


def _unquoted(text: str) -> str:
    """A percent-decoded text. It costs the same whether what is encoded stands together or apart."""
    if "%" not in text:
        return text
    # Lone surrogates stand for nothing here, and must not be taken for bytes that were encoded.
    text = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
    for kept in ("%23", "%3F", "%3f"):
        text = text.replace(kept, "%25" + kept[1:].upper())
    return unquote_to_bytes(text).decode("utf-8", "surrogateescape")
