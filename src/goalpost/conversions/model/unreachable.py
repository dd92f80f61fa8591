"""Finds rules that no event can ever match, and says what to write instead.

Refused is only what certainly never matches; who writes a path that no page has finds out by counting.
"""

import re
from collections.abc import Sequence

from goalpost.conversions.model.addresses import address_pattern, bare_text
from goalpost.conversions.model.copied_addresses import copied_fault, is_wrapped, meant
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.pattern_parts import Parts, parts_of
from goalpost.conversions.model.patterns import compile_pattern, matches_nothing, may_begin_with, normal_pattern
from goalpost.conversions.model.private_parameters import without_private_values
from goalpost.conversions.model.urls import decoded, is_opaque, split_url

_CONTROLS = "".join(map(chr, (*range(0x20), 0x7F)))
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_WEB = re.compile(r"\s*https?://", re.IGNORECASE)
_FRAGMENT = re.compile(r"#(?!!?/)")
# A route may begin with #/ or #!/; a run of characters that ends before may go on so.
_NO_ROUTE = re.compile(r"#(?!!?/|!?\Z)")
_PARAMETERS = re.compile("[&;?#]")
_UNSEEN = re.compile(r"\?[^#]*|#(?!!?/).*", re.DOTALL)  # by rules that look at pages and routes alone
_FROM_START = frozenset({MatchType.URL_SIMPLE, MatchType.URL_EXACT, MatchType.URL_STARTS_WITH, MatchType.URL_WILDCARD})
# What matches at the beginning and at the end of a text at once, with nothing between.
_EMPTY_TEXT = re.compile(r"(?:\(\?:|[()]|\^|\\A)*(?:\^|\\A)[()]*(?:\$|\\z)(?:[()]|\$|\\z)*|\$\^")
# Attention reports of other trackers come under this name and are never counted as events.
_NEVER_COUNTED = "engagement"


def path_fault(match_type: MatchType, text: str) -> str | None:
    """Say why no path of a page can ever match, in words that follow the field's name; None where one can."""
    if match_type is MatchType.REGEX:
        return _path_pattern_fault(normal_pattern(text))
    if match_type is MatchType.EXACT and not text.startswith("/"):
        return f"can never match: the path of a page begins with a slash; write {_path_in(text)}"
    if _CONTROL.search(text):
        return "can never match: it has control characters; write them percent-encoded"
    if _WEB.match(text) or is_wrapped(text):
        return f"can never match: page views are compared by their path alone; write {_path_in(text)}"
    if "?" in text or _FRAGMENT.search(text) or text.count("#") > 1:
        return (
            "can never match: the path of a page has no query and no fragment, but for a hash router's route (#/…); "
            f"write {_path_in(text)}"
        )
    parameter = _private_in(re.split("[?#]", text, maxsplit=1)[1:])
    return _private_fault(parameter, text) if parameter else None


def name_fault(match_type: MatchType, text: str, *, is_event: bool) -> str | None:
    """Say why no name of a custom event, or of something else that has a name, can ever match."""
    if match_type is MatchType.REGEX:
        return _pattern_fault(text, "", "\0")
    if is_event and match_type is MatchType.EXACT and text == _NEVER_COUNTED:
        return "can never match: events of this name are reports of other trackers, which are not counted"
    return None


def _path_in(text: str) -> str:
    """The path that a text for a whole page may have meant."""
    page = re.split(r"\?|#(?!!?/)", meant(text), maxsplit=1)[0]
    url = split_url(page) if "/" in page else None
    if url is None:
        return "/" + decoded(page)
    return url.path + (f"#{decoded(url.fragment)}" if url.fragment else "")


def _pattern_fault(pattern: str, start: str, never: str) -> str | None:
    parts = parts_of(pattern)
    if fault := _shape_fault(pattern, parts):
        return fault
    if not parts.never_found(start=start, never=never):
        return None
    if start:
        return (
            "can never match: the path of a page begins with a slash and has no query; write a regex of the path, ^/…"
        )
    return "can never match: it asks for characters that are never there"


def _shape_fault(pattern: str, parts: Parts) -> str | None:
    """Say why a pattern matches everything or nothing, whatever it is compared with."""
    if parts.has_empty_alternative:
        return "has an empty alternative, which everything matches; leave out the | beside which nothing stands"
    if _EMPTY_TEXT.fullmatch(pattern):
        return "can never match: only an empty text begins where it ends; write what stands between ^ and $"
    if parts.is_torn:
        return "can never match: ^ is the beginning of the whole text and $ its end; leave out those in the middle"
    return "can never match: one of its classes has no character left" if matches_nothing(pattern) else None


def _path_pattern_fault(pattern: str) -> str | None:
    if parts_of(pattern).always_has(lambda run: _NO_ROUTE.search(run) is not None):
        return "can never match: the path of a page has no fragment, but for a hash router's route (#/…)"
    if not may_begin_with(pattern, "/"):
        return "can never match: the path of a page begins with a slash; write a regex of the path, ^/…"
    return _pattern_fault(pattern, "/", "?" + _CONTROLS)


def _address_pattern_fault(pattern: str) -> str | None:
    if parts_of(pattern).always_has(lambda run: _private_in_run(run) != ""):
        return "can never match: it asks for the value of a private parameter, which is never kept; leave out the value"
    return _pattern_fault(pattern, "", _CONTROLS)


def address_fault(match_type: MatchType, text: str, *, is_page: bool) -> str | None:
    """Say why a rule about addresses can never match; `is_page` where they are those of pages, not of links."""
    if match_type is MatchType.URL_REGEX:
        return _address_pattern_fault(normal_pattern(text))
    if _CONTROL.search(text):
        return "can never match: it has control characters; write them percent-encoded"
    if is_page and match_type in _FROM_START and is_opaque(text):
        return "can never match: it is not the address of a page; write https://…"
    if fault := copied_fault(match_type, text):
        return fault
    parameter = _private_value_in(match_type, _UNSEEN.sub("", text) if match_type is MatchType.URL_SIMPLE else text)
    return _private_fault(parameter, text) if parameter else None


def _private_fault(parameter: str, text: str) -> str:
    name, equals, _ = decoded(parameter).partition("=")
    kept = without_private_values(parameter)
    if equals and decoded(kept) == f"{name}=":
        return f"can never match: the value of {name} is private and never kept; write {name}= without a value"
    instead = f"write {text.replace(parameter, kept, 1)}" if kept else "leave it out"
    return f"can never match: {decoded(parameter)} has something private, which is never kept; {instead}"


def _private_value_in(match_type: MatchType, text: str) -> str:
    """Return the first parameter of which not everything would be kept; '' for none."""
    # A wildcard's * may stand for no value at all.
    text = text.replace("*", "") if match_type is MatchType.URL_WILDCARD else text
    if match_type not in _FROM_START or match_type is MatchType.URL_WILDCARD:
        return _private_in_run(text)
    return _private_in(re.split("[?#]", text, maxsplit=1)[1:])


def _private_in_run(text: str) -> str:
    """Return the first private parameter with a value in a part of an address; '' for none. What it begins with may be
    the end of a name."""
    first, *others = _PARAMETERS.split(text)
    if "/" not in first and "=" in first and without_private_values(f"x{first}") != f"x{first}":
        return first
    return _private_in(others)


def _private_in(parameters: Sequence[str]) -> str:
    for parameter in (each for text in parameters for each in _PARAMETERS.split(text)):
        if without_private_values(parameter) != parameter:
            return parameter
    return ""


def exclusion_fault(match_type: MatchType, included: Sequence[str], excluded: Sequence[str]) -> str | None:
    """Say why excluded pages leave none over of those included (all, where none is); None where they do leave some."""
    if "*" in excluded:
        return "leaves no page over: * is every page"
    if included and all(_is_excluded(match_type, text, excluded) for text in included):
        return "leaves no page over: what is included is excluded too"
    return None


def _is_excluded(match_type: MatchType, text: str, excluded: Sequence[str]) -> bool:
    """Say whether every page that a text includes is excluded. A rule that holds for the text itself holds for every
    address that begins with it, ends with it, contains it or stands where its wildcards are."""
    if text in excluded:
        return True
    if text == "*" or match_type is MatchType.URL_REGEX:
        return False
    bare = bare_text(match_type, text)
    return any(compile_pattern(address_pattern(match_type, other)).search(bare) for other in excluded)
