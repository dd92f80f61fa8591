"""Splits the URLs of hits and referrers: quickly, never raising, and with the one spelling that goals match on."""

import re
from functools import lru_cache
from typing import NamedTuple

MAX_URL_LENGTH = 2048
"""Characters a URL may have; longer ones are refused, not cut, because a cut path would count as another page."""


class Url(NamedTuple):
    """The parts of an http(s) URL that an event keeps.

    `host` is lower-case, without port and credentials, `www.` kept. `path` starts with a slash and is percent-decoded.
    `query` and `fragment` are as sent, without `?` and `#`.
    """

    host: str
    path: str
    query: str
    fragment: str

    @property
    def suffix(self) -> str:
        """Query and fragment with what divides them from the path."""
        return (f"?{self.query}" if self.query else "") + (f"#{self.fragment}" if self.fragment else "")


# What no host may hold: white space and control characters, and what the URL Standard calls forbidden domain code
# points (https://url.spec.whatwg.org/#forbidden-domain-code-point).
_HOST_CHARACTER = r"[^\s\x00-\x20\x7f-\x9f#/:<>?@\[\\\]^|%]"

# What comes before query and fragment. The quantifiers are possessive (`++`): nothing is ever tried twice, so the time
# is linear in the length.
_PAGE = re.compile(
    rf"""
    (?i:https?)://
    (?:[^/\\@]*+@)?                                         # credentials, which nobody should store
    ((?!\.){_HOST_CHARACTER}{{1,253}}+|\[[0-9A-Fa-f:.]++\])  # a name of DNS's greatest length, or an IPv6 address
    (?::[0-9]{{0,5}}+)?
    (/.*+)?
    """,
    re.DOTALL | re.VERBOSE,
)
_ENCODED_RUN = re.compile(r"(?:%[0-9A-Fa-f]{2})++")

# C0 control characters and DEL, and the surrogates by which `surrogateescape` marks bytes that are not UTF-8, each to
# its percent-encoded byte.
_ENCODED = {code: f"%{code & 0xFF:02X}" for code in (*range(0x20), 0x7F, *range(0xDC80, 0xDD00))}


def split_url(url: str) -> Url | None:
    """The parts of an absolute http or https URL; None for anything else, whatever text it is.

    The path is percent-decoded once, as UTF-8. Bytes that are not UTF-8 stay encoded, and control characters are always
    encoded, so that a path can be stored and shown anywhere: `/caf%C3%A9` is `/café`, `/%00%FF` stays `/%00%FF`.
    """
    if len(url) > MAX_URL_LENGTH or not (url.isascii() or _is_encodable(url)):
        return None
    rest, _, fragment = url.partition("#")
    address, _, query = rest.partition("?")
    page = _page(address)
    return Url(*page, query, fragment) if page else None


# A site's pages are few, however many queries they are asked with.
@lru_cache(maxsize=4096)
def _page(address: str) -> tuple[str, str] | None:
    """Host and path of what comes before query and fragment."""
    match = _PAGE.fullmatch(address)
    if match is None:
        return None
    host, path = match.groups("")
    return host.lower(), decoded_path(path) or "/"


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def decoded_path(path: str) -> str:
    """A path percent-decoded once, in the one spelling that is stored."""
    if "%" not in path and path.isprintable():
        return path
    text = _ENCODED_RUN.sub(_decoded_run, path)
    return text if text.isprintable() else text.translate(_ENCODED)


def _decoded_run(run: re.Match[str]) -> str:
    return bytes.fromhex(run[0].replace("%", "")).decode("utf-8", "surrogateescape")
