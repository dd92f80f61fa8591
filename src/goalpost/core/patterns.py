"""Users' regular expressions: always RE2, so that no pattern can take more than linear time, and bounded in memory."""

import re2

PATTERN_MEMORY = 1 << 20
"""Bytes one pattern's program may take; what needs more is refused when the goal is made."""

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


class PatternSet:
    """Many patterns tried in one pass over the text."""

    def __init__(self, patterns: list[str]) -> None:
        self._parts = _compile_sets(patterns, 0)

    def matches(self, text: str) -> list[int]:
        """Indices of the patterns found in `text`, in no particular order."""
        return [first + index for first, part in self._parts for index in part.Match(text) or ()]


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
