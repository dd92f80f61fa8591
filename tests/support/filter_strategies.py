"""Conditions, queries and rows as hypothesis makes them: of few values, so that they meet, and hard ones."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from goalpost.customers.model.filters import OPERATORS, All, AnyOf, Condition, FieldType, Not, Operator, Query, Span

MILLISECOND, DAY = timedelta(milliseconds=1), timedelta(days=1)
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)

TEXTS = [
    *(
        "",
        " ",
        "a",
        "A",
        "aa",
        "ab",
        "abc",
        "b",
        "Z",
        "z",
        "10",
        "9",
        "true",
        "null",
        "a b",
        "a-b",
        "a_b",
        "aXb",
        "a%b",
    ),
    *("%", "_", "\\", "/", "//", "/%", "'", '"', "''", "'; DROP TABLE goals; --", ":x", "%(x)s", "?", "$1", "{t,a}"),
    *(
        "İ",
        "i̇",
        "I",
        "\u0131",
        "ß",
        "ss",
        "ẞ",
        "ﬁ",
        "fi",
        "Σς",
        "\u03c3\u03c3",
        "é",
        "e\u0301",
        "É",
        "e",
        "\u0301",
        "Å",
        "\u212b",
    ),
    *("日本", "😀", "\uffff", "\ue000", "\x01", "\t", "\n", "\u200b", "\u00a0", "x" * 300),
]
NUMBERS = [0, -0.0, 1, -1, 2, 10, 9, 0.1, 0.3, 0.1 + 0.2, 1.5, 1e-9, -2.5, 2**31, 2**53, -(2**53), 1e15, 123456.789]
MOMENTS = [
    *(NOON + step * MILLISECOND for step in (-2, -1, 0, 1, 2, 123)),
    *(NOON.replace(hour=0) + step for step in (-MILLISECOND, timedelta(0), DAY - MILLISECOND, DAY)),
    *(datetime(1969, 12, 31, 23, 59, 59, 999_000, UTC), datetime(1970, 1, 1, tzinfo=UTC)),
    *(datetime(1, 1, 1, tzinfo=UTC), datetime(1900, 2, 28, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)),
    *(NOON + step * timedelta(microseconds=1) for step in (-1, 1, 999)),
    *(NOON.replace(microsecond=step * 1000) for step in (1, 57, 58, 113, 114, 115, 999)),  # hard as floats
]
IDENTITIES = [UUID(int=number) for number in (0, 1, 9, 10, 0xA0 << 120, 0xFF << 120, 2**128 - 1)]
CHOICES = ["a", "A", "ab", "b", "a b", "%", "_", "ß", "ss", "é", "😀", "", "/", "'"]

VALUES: Mapping[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: st.sampled_from(TEXTS) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=3),
    FieldType.NUMBER: st.sampled_from([*NUMBERS, 10**400, -(10**30)]) | st.integers(-20, 20),
    FieldType.MOMENT: st.builds(
        lambda start, length: Span(start, start + length),
        st.sampled_from([one.replace(microsecond=one.microsecond // 1000 * 1000) for one in MOMENTS]),
        st.sampled_from([MILLISECOND, DAY - MILLISECOND]),
    ),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.IDENTITY: st.sampled_from(IDENTITIES),
    FieldType.CHOICES: st.sampled_from(CHOICES),
}


def counts(operator: Operator) -> tuple[int, int]:
    """The fewest and the most values of a condition that is made up."""
    if operator in (Operator.IS_NULL, Operator.IS_NOT_NULL):
        return 0, 0
    if operator in (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE):
        return 1, 1
    return (2, 2) if operator is Operator.BTW else (0, 4)


@st.composite
def conditions(draw: st.DrawFn, fields: Mapping[str, FieldType]) -> Condition:
    field = draw(st.sampled_from(list(fields)))
    operator = draw(st.sampled_from(sorted(OPERATORS[fields[field]])))
    fewest, most = counts(operator)
    values = draw(st.lists(VALUES[fields[field]], min_size=fewest, max_size=most))
    return Condition(field, fields[field], operator, tuple(values))


def trees(leaves: st.SearchStrategy[Any], max_leaves: int = 8) -> st.SearchStrategy[Query]:
    """Leaves joined in every way."""

    def joined(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(parts, max_size=3).map(tuple)
        return several.map(All) | several.map(AnyOf) | parts.map(Not)

    return st.recursive(leaves, joined, max_leaves=max_leaves)
