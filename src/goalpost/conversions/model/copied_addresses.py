"""Finds what is wrong with the address of a goal that was copied along with what was around it, and what was meant.

People paste addresses out of mails and documents: in quotes or angle brackets, with a comma behind, with one slash too
few. Browsers forgive some of that in their address bar; a rule with it meets no page.
"""

import re
from collections.abc import Iterator

from goalpost.conversions.model.hosts import usable_host
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.urls import decoded, is_opaque

PROTOCOL = re.compile(r"https?:[/\\]+|(?:[A-Za-z][A-Za-z0-9+.-]*:|:)?[/\\]{2}", re.IGNORECASE)
"""Texts that may stand before the host of a rule's text. Browsers take any number of slashes behind `https:`."""

ANY_PROTOCOL = re.compile(r"[A-Za-z*][A-Za-z0-9+.*-]*:[/\\]{2}")
"""Texts that may stand there too in a wildcard's text."""

_FROM_START = frozenset({MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_STARTS_WITH, MatchType.URL_WILDCARD})
_TO_END = frozenset({MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_WILDCARD})
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_QUOTES = "<>\"'`\u00ab\u00bb\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2039\u203a"
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_CLOSED_BY = {**_PAIRS, "<": ">", "\u00ab": "\u00bb", "\u201c": "\u201d", "\u2018": "\u2019", "\u2039": "\u203a"}
_TRAILING = re.compile(r"[.,;!:" + _QUOTES + r")\]}\s]+\Z")
_SCHEMES = re.compile(r"(?:(?:https?|htt?ps?|hptts?)\s*[:;,]?\s*[/\\]{1,}\s*|https?[:;]\s*)+", re.IGNORECASE)
_MISWRITTEN = re.compile(r"\s*https?(?:\s*[:;,]?\s*[/\\]{2}|\s*[:;](?![0-9]))", re.IGNORECASE)
_SECOND = re.compile(r"[\s,;|]+https?:[/\\]{2}", re.IGNORECASE)
_NEVER_IN_HOST = re.compile(r"[\s(){},;!$&=+|^" + _QUOTES + "]")
_PORT = re.compile(r":[0-9]*\Z")
_HOST_END = re.compile(r"[/\\?#]")


def copied_fault(match_type: MatchType, text: str) -> str | None:
    """Say what is wrong with a text for whole addresses or parts of them, in words that follow the field's name."""
    if text == "*":
        return None
    if found := _INVISIBLE.search(text):
        return f"has an invisible character (U+{ord(found[0]):04X}); {_instead(match_type, text)}"
    if _SECOND.search(re.split("[?#]", text.strip(), maxsplit=1)[0]):
        return "holds two addresses; give each an entry or a goal of its own"
    if is_wrapped(text) or (match_type in _FROM_START and _opens(text)):
        return f"can never match: it begins with {text.strip()[0]}; {_instead(match_type, text)}"
    if match_type in _FROM_START and _MISWRITTEN.match(_without_protocol(text.strip())):
        return f"can never match: its protocol is not https://; {_instead(match_type, text)}"
    return _host_fault(match_type, text) or _end_fault(match_type, text)


def is_wrapped(text: str) -> bool:
    """Say whether a text is an address or a path within quotes or brackets."""
    inner = text.strip()
    return _opens(inner) and inner[-1] in {*_QUOTES, *_PAIRS.values()} and re.match(r"https?:|/", inner[1:]) is not None


def meant(text: str) -> str:
    """The address that was probably meant: without what is around it, and with two slashes behind its protocol."""
    text = _INVISIBLE.sub("", text).strip().strip(_QUOTES).strip()
    while text[:1] in _PAIRS and not _is_ip6(text):
        text = text[1:].strip()
    text = _without_end(text)
    found = _SCHEMES.match(text)
    return (("https://" if "s" in found[0].lower() else "http://") + text[found.end() :]) if found else text


def _without_protocol(text: str, match_type: MatchType = MatchType.URL_SIMPLE) -> str:
    found = PROTOCOL.match(text)
    if found is None and match_type is MatchType.URL_WILDCARD:
        found = ANY_PROTOCOL.match(text)
    return text[found.end() :] if found else text


def _instead(match_type: MatchType, text: str) -> str:
    better = meant(text)
    return f"write {better}" if better and copied_fault(match_type, better) is None else "write https://… or a path"


def _opens(text: str) -> bool:
    text = text.strip()
    return text[:1] in {*_QUOTES, *_PAIRS} - {""} and not _is_ip6(text)


def _is_ip6(text: str) -> bool:
    return re.match(r"\[[0-9A-Fa-f:.]+\]", text) is not None


def _host_fault(match_type: MatchType, text: str) -> str | None:
    """Say why the host that a text begins with cannot be a page's."""
    text = text.strip()
    start = len(text) - len(_without_protocol(text, match_type))
    end = found.start() if (found := _HOST_END.search(text, start)) else len(text)
    host = _PORT.sub("", text[start:end].rpartition("@")[2])
    if match_type not in _FROM_START or is_opaque(text) or not host:
        return None
    if "*" in host:
        return _wildcard_fault(match_type, text, start, end)
    goes_on = match_type is MatchType.URL_STARTS_WITH and end == len(text)
    if goes_on and not host.isascii() and "." not in host:
        return _label_fault("write the host to its end")
    is_web = not start or text[:start].lower().startswith(("http", "/", "\\"))
    if _NEVER_IN_HOST.search(host) or not (goes_on or usable_host(decoded(host), is_web=is_web)):
        instead = _instead(match_type, text) if meant(text) != text else "write https://… or a path"
        return f"can never match: its host is not the name of a host; {instead}"
    return None


def _wildcard_fault(match_type: MatchType, text: str, start: int, end: int) -> str | None:
    """Say what is wrong with a wildcard in a host: within a label beyond ASCII, which browsers encode as a whole."""
    if match_type is not MatchType.URL_WILDCARD:
        return "can never match: * is a wildcard under the match type wildcard alone"
    head = text[start:end]
    if not any(_cut_labels(head, has_protocol=start > 0, has_path=end < len(text))):
        return None
    labels = ["*" if "*" in label and not label.isascii() else label for label in head.split(".")]
    better = text[:start] + ".".join(labels) + text[end:]
    return _label_fault(f"write the whole label, or a wildcard in its place: {better}")


def _label_fault(instead: str) -> str:
    return f"has a part of a label beyond ASCII, which browsers send encoded as a whole (xn--…); {instead}"


def _cut_labels(head: str, *, has_protocol: bool, has_path: bool) -> Iterator[bool]:
    """Return for each label beside a wildcard whether it certainly is a host's and has letters beyond ASCII."""
    parts = head.split("*")
    for number, part in enumerate(parts):
        is_host = has_protocol or (number == 0 and part != "") or (has_path and "." in part)
        labels = part.split(".")
        beside = [*labels[:1][: number > 0], *labels[-1:][: number < len(parts) - 1]]
        yield is_host and not all(map(str.isascii, beside))


def _end_fault(match_type: MatchType, text: str) -> str | None:
    """Say that a text ends with what a sentence has behind an address."""
    if match_type not in _TO_END or is_opaque(text):
        return None
    bare = _without_end(text)
    trail = text[len(bare) :]
    if not trail.strip() or not _HOST_END.search(_without_protocol(bare)):
        return None
    encoded = "".join(f"%{byte:02X}" for byte in trail.strip().encode())
    shown = f"{trail.strip()!r} as if copied from a text"
    return f"ends with {shown}; write {bare}, or {bare}{encoded} for pages that end so"


def _without_end(text: str) -> str:
    """A text without the punctuation at its end, but for what belongs to it: `Foo_(bar)`, `?q="a"`, `/..`."""
    found = _TRAILING.search(text)
    if found is None:
        return text
    end = len(text)
    while end > found.start() and not _belongs(text[:end]):
        end -= 1
    return text[:end]


def _belongs(text: str) -> bool:
    last = text[-1]
    opener = next((opener for opener, closer in _CLOSED_BY.items() if closer == last), "")
    if opener:
        return text.count(opener) >= text.count(last)
    if last in "\"'`":
        return text.count(last) % 2 == 0
    return re.search(r"(?:\A|[/\\])\.{1,2}\Z", text) is not None
