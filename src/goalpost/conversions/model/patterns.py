"""Users' regular expressions: always RE2, so that no pattern can take more than linear time, and bounded in memory."""

import re
from collections.abc import Iterator

import re2

from goalpost.conversions.model.hosts import normal_host
from goalpost.conversions.model.urls import decoded
from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.texts import composed

PATTERN_MEMORY = 1 << 20
"""Bytes one pattern's program may take; what needs more is refused when the goal is made."""

_SET_COST = 16_000  # one set's: RE2 compiles a set in one go, 4 µs for each, and nothing else runs meanwhile
_SET_MEMORY = 32 << 20  # a set's program and its automaton's cache together


def options(memory: int) -> re2.Options:
    """RE2's options as ClickHouse's match() has them (UTF-8, `.` matches a newline), within `memory` bytes."""
    chosen = re2.Options()
    chosen.dot_nl = True
    chosen.log_errors = False
    chosen.max_mem = memory
    return chosen


def compile_pattern(pattern: str) -> "re2._Regexp":
    """The compiled pattern; raises ValueError with RE2's reason."""
    try:
        return re2.compile(pattern, options(PATTERN_MEMORY))
    except re2.error as error:
        raise ValueError(_reason(error)) from None


_LONGEST_LABEL = 63  # of a host name, as DNS has it
_ESCAPES = re.compile(r"\\[^%]|(?:\\?%[0-9A-Fa-f]{2})++", re.DOTALL)
_HOSTS = re.compile(
    r"((?://|\\/\\/)(?:\((?:\?:)?www\\?\.\)\??|www\\?\.)?)"
    r"((?:[A-Za-z0-9-]|\\[.-]|\.(?![*+?{]))+)(?::[0-9]+(?![0-9*+?{]))?"
)
_QUESTION = re.compile(r"\\\?|\[[?&]+\]")
_PLUSES = re.compile(r"\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*+\]|\\.", re.DOTALL)
_LABELS = re.compile(r"\[(?:\\.|[^\]\\])*+\]?|\\.|((?<![\w-])[\w-]*[^\W\x00-\x7f][\w-]*+(?![*+?{]))", re.DOTALL)


def normal_pattern(pattern: str) -> str:
    """A pattern written for URLs as browsers show or send them, for texts in their normal form: composed, and with its
    percent-escapes decoded, `/caf%C3%A9` like `/café`. A pattern that would no longer compile stays as it is."""
    if "%" not in pattern and pattern.isascii():
        return pattern
    normal = pattern if "\\Q" in pattern else _ESCAPES.sub(_decoded_escapes, pattern)
    normal = composed(normal)
    return normal if normal == pattern or _compiles(normal) else pattern


def _decoded_escapes(found: re.Match[str]) -> str:
    return re.escape(decoded(found[0].replace("\\", ""))) if "%" in found[0] else found[0]


def with_normal_hosts(pattern: str) -> str:
    """A pattern about addresses in which the hosts behind `//` are in lower case and without port, as far as they are
    written out."""
    return _HOSTS.sub(lambda found: found[1] + found[2].lower(), pattern)


def with_form_spaces(pattern: str) -> str:
    """A pattern about addresses in which a plus behind a question mark may be a space, as it is in queries."""
    question = _QUESTION.search(pattern)
    if question is None or "+" not in pattern or "\\Q" in pattern:
        return pattern
    start = question.end()
    return pattern[:start] + _PLUSES.sub(_plus_or_space, pattern[start:])


def _plus_or_space(found: re.Match[str]) -> str:
    if found[0] == r"\+":
        return "[+ ]"
    is_set = found[0].startswith("[") and not found[0].startswith("[^")
    return f"[ {found[0][1:]}" if is_set and "+" in found[0] else found[0]


def with_encoded_labels(pattern: str) -> str:
    """A pattern in which every label of letters beyond ASCII stands for its form in host names too: `münchen` for
    `xn--mnchen-3ya`."""
    if pattern.isascii() or "\\Q" in pattern:
        return pattern
    widened = _LABELS.sub(lambda found: _both_forms(found[1]) if found[1] else found[0], pattern)
    return widened if _compiles(widened) else pattern


def _both_forms(label: str) -> str:
    host = normal_host(label)
    return f"(?:{label}|{host})" if host.isascii() and len(label) <= _LONGEST_LABEL else label


def _compiles(pattern: str) -> bool:
    try:
        compile_pattern(pattern)
    except ValueError:
        return False
    return True


def may_begin_with(pattern: str, start: str) -> bool:
    """Return whether a text that begins so may match; true where the pattern does not say how texts begin.

    Raises ValueError with RE2's reason.
    """
    compiled = compile_pattern(pattern)
    if not _ANCHORED.match(pattern) or "|" in pattern:
        return True
    low, high = compiled.possiblematchrange(_RANGE)
    return bool(low <= start.encode() + b"\xff" and high >= start.encode())


def matches_nothing(pattern: str) -> bool:
    """Return whether RE2 finds by itself that no text can match, as of `[^\\s\\S]`; false for what it cannot read."""
    try:
        return bool(compile_pattern(pattern).programsize == 1)
    except ValueError:
        return False


def pattern_cost(pattern: str) -> int:
    """Return what compiling a pattern costs, in instructions of RE2's; raises ValueError with RE2's reason.

    Of a text as it stands, as addresses are, RE2 makes ten times as many in the same time.
    """
    size = _program_sizes[pattern]
    return size if _LARGE_PARTS.search(pattern) else max(_SMALLEST_COST, size // 10)


def _program_size(pattern: str) -> int:
    # Of what the text must begin with RE2 makes no instructions; in a set it does.
    return int(compile_pattern(pattern).programsize) + len(pattern)


_program_sizes = BoundedCache(_program_size, entries=50_000, size=8 << 20)


# Repetitions with numbers, classes of Unicode, letters of any case: small to write and large to compile.
_LARGE_PARTS = re.compile(r"\{[0-9]|\\[pP]|\(\?[a-zA-Z]*i")
_SMALLEST_COST = 20
_ANCHORED = re.compile(r"(?:\(\?[a-zA-Z]+\))?(?:\^|\\A)")
_RANGE = 10  # bytes of the first and the last text that may match


class PatternSet:
    """Many patterns tried in one pass over the text, or in a few where their programs are large."""

    def __init__(self, patterns: list[str]) -> None:
        self._parts: list[tuple[int, re2.Set]] = []
        first = 0
        for size in _portions(patterns):
            self._parts += _compile_sets(patterns[first : first + size], first)
            first += size

    def matches(self, text: str) -> list[int]:
        """Indices of the patterns found in `text`, in no particular order."""
        return [first + index for first, part in self._parts for index in part.Match(text) or ()]


def _portions(patterns: list[str]) -> Iterator[int]:
    """Return how many patterns go into each set, one after another."""
    size = cost = 0
    for pattern in patterns:
        own = _program_sizes[pattern]
        if size and cost + own > _SET_COST:
            yield size
            size = cost = 0
        size, cost = size + 1, cost + own
    if size:
        yield size


def _compile_sets(patterns: list[str], first: int) -> list[tuple[int, re2.Set]]:
    """One set where it fits into the memory, halves where it does not: (index of its first pattern, set)."""
    if not patterns:
        return []
    combined = re2.Set.SearchSet(options(_SET_MEMORY))
    try:
        for pattern in patterns:
            combined.Add(pattern)
        combined.Compile()
    except re2.error:
        if len(patterns) == 1:
            raise
        middle = len(patterns) // 2
        return _compile_sets(patterns[:middle], first) + _compile_sets(patterns[middle:], first + middle)
    return [(first, combined)]


def _reason(error: Exception) -> str:
    argument = error.args[0] if error.args else ""
    return argument.decode("utf-8", "replace") if isinstance(argument, bytes) else str(argument)
