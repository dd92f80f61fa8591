"""Meaning of queries, condition by condition, and checks of those that cannot be asked."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.field_values import MAX_TEXT
from goalpost.customers.model.filters import (
    MAX_VALUES,
    NEGATIVE,
    OPERATORS,
    All,
    AnyOf,
    Condition,
    FieldType,
    Not,
    Operator,
    Query,
    Span,
    check_condition,
    conditions_of,
    matches,
)
from goalpost.kernel.errors import Invalid
from tests.support.filter_strategies import (
    CHOICES,
    DAY,
    IDENTITIES,
    MILLISECOND,
    MOMENTS,
    NOON,
    NUMBERS,
    TEXTS,
    conditions,
    counts,
    trees,
)

FIELDS = {type_.value: type_ for type_ in FieldType}
ROWS = st.fixed_dictionaries(
    {
        "text": st.none() | st.sampled_from(TEXTS),
        "number": st.none() | st.sampled_from(NUMBERS),
        "moment": st.none() | st.sampled_from(MOMENTS),
        "boolean": st.none() | st.booleans(),
        "identity": st.none() | st.sampled_from(IDENTITIES),
        "choices": st.none() | st.lists(st.sampled_from(CHOICES), max_size=3),
    }
)
SPAN = Span(NOON, NOON + MILLISECOND)
ONE = {
    FieldType.TEXT: "a",
    FieldType.NUMBER: 1,
    FieldType.MOMENT: SPAN,
    FieldType.BOOLEAN: True,
    FieldType.IDENTITY: UUID(int=1),
    FieldType.CHOICES: "a",
}


def asked(type_: FieldType, operator: str, value: Any, *values: Any) -> bool:
    """Ask whether a row with that value meets a condition."""
    return matches(check_condition(Condition("x", type_, Operator(operator), values)), {"x": value})


@pytest.mark.parametrize(
    ("operator", "value", "values", "met"),
    [
        ("EQ", "Straße", ["STRASSE"], True),
        ("EQ", "i̇", ["İ"], True),
        ("EQ", "i", ["İ"], False),
        ("EQ", "ﬁn", ["FIN"], True),
        ("EQ", "\u03c3\u03c3", ["Σς"], True),
        ("EQ", "e\u0301", ["É"], True),
        ("EQ", "b", ["a", "B"], True),
        ("EQ", "b", [], False),
        ("NE", "b", [], True),
        ("NE", "b", ["a", "B"], False),
        ("INCLUDES", "b", ["a", "B"], True),
        ("EXCLUDES", "b", ["a", "B"], False),
        ("NOT_IN", "b", ["a", "c"], True),
        ("GT", "ab", ["a"], True),
        ("GT", "a", ["a"], False),
        ("GTE", "A", ["a"], True),
        ("LT", "10", ["9"], True),
        ("LT", "Z", ["é"], True),
        ("LTE", "\U0001f600", ["\uffff"], False),
        ("STARTS_WITH", "Goal 1", ["x", "goal"], True),
        ("STARTS_WITH", "é", ["e"], False),
        ("ENDS_WITH", "100%", ["%"], True),
        ("CONTAINS", "a\\_b", ["\\_"], True),
        ("CONTAINS", "aXb", ["a_b"], False),
        ("CONTAINS", "a", [""], True),
        ("DOES_NOT_CONTAIN", "abc", ["x", "B"], False),
        ("DOES_NOT_CONTAIN", "abc", ["x", "y"], True),
    ],
)
def test_texts(operator: str, value: str, values: list[str], met: bool) -> None:
    assert asked(FieldType.TEXT, operator, value, *values) is met


@pytest.mark.parametrize(
    ("operator", "value", "values", "met"),
    [
        ("EQ", Decimal("0.1"), [0.1], True),
        ("EQ", 2, [1, 2.0], True),
        ("NE", 2, [1, 2.0], False),
        ("BTW", 2, [1, 2], True),
        ("BTW", 2, [2, 1], False),
        ("GT", 2**53, [2**53 - 1], True),
        ("EQ", 2**53 + 1, [2**53], True),  # numbers are doubles
        ("LT", 1, [10**300], True),
        ("GTE", -1, [0], False),
    ],
)
def test_numbers(operator: str, value: Any, values: list[Any], met: bool) -> None:
    assert asked(FieldType.NUMBER, operator, value, *values) is met


@pytest.mark.parametrize(
    ("operator", "met"),
    [
        # a tick before the day, its first moment, its last tick, the next day's first moment
        ("EQ", [False, True, True, False]),
        ("NE", [True, False, False, True]),
        ("NOT_IN", [True, False, False, True]),
        ("GT", [False, False, False, True]),
        ("GTE", [False, True, True, True]),
        ("LT", [True, False, False, False]),
        ("LTE", [True, True, True, False]),
    ],
)
def test_a_day_is_from_its_first_moment_up_to_the_next_day(operator: str, met: list[bool]) -> None:
    start = NOON.replace(hour=0)
    tick = timedelta(microseconds=1)
    moments = [start - tick, start, start + DAY - tick, start + DAY]
    assert [asked(FieldType.MOMENT, operator, one, Span(start, start + DAY)) for one in moments] == met


def test_between_days_is_from_the_first_ones_start_to_the_last_ones_end() -> None:
    first, last = Span(NOON, NOON + DAY), Span(NOON + 2 * DAY, NOON + 3 * DAY)
    moments = [NOON - MILLISECOND, NOON, NOON + 3 * DAY - MILLISECOND, NOON + 3 * DAY]
    assert [asked(FieldType.MOMENT, "BTW", one, first, last) for one in moments] == [False, True, True, False]
    assert not any(asked(FieldType.MOMENT, "BTW", one, last, first) for one in moments)


def test_conditions_on_choices() -> None:
    assert asked(FieldType.CHOICES, "INCLUDES", ["Red", "Blue"], "green", "BLUE")
    assert not asked(FieldType.CHOICES, "INCLUDES", ["Red", "Blue"], "re")
    assert asked(FieldType.CHOICES, "EXCLUDES", [], "red")
    assert not asked(FieldType.CHOICES, "IS_NULL", [])


@pytest.mark.parametrize("type_", FieldType)
def test_what_is_missing_meets_is_null_and_what_is_negative(type_: FieldType) -> None:
    for operator in OPERATORS[type_]:
        values = [ONE[type_]] * max(counts(operator)[0], min(counts(operator)[1], 1))
        is_met = operator is Operator.IS_NULL or (operator in NEGATIVE and operator is not Operator.IS_NOT_NULL)
        assert asked(type_, operator, None, *values) is is_met
        assert matches(Condition("x", type_, operator, tuple(values)), {}) is is_met


def test_joined_queries() -> None:
    yes, no = Condition("x", FieldType.NUMBER, Operator.EQ, (1,)), Condition("x", FieldType.NUMBER, Operator.EQ, (2,))
    row = {"x": 1}
    assert [matches(query, row) for query in (All(), All((yes, yes)), All((yes, no)))] == [True, True, False]
    assert [matches(query, row) for query in (AnyOf(()), AnyOf((no, yes)), AnyOf((no,)))] == [False, True, False]
    assert [matches(query, row) for query in (Not(yes), Not(no), Not(Not(yes)), Not(All()))] == [
        False,
        True,
        True,
        False,
    ]
    assert list(conditions_of(AnyOf((yes, Not(All((no, yes))))))) == [yes, no, yes]


@given(conditions(FIELDS), ROWS)
def test_negative_operators_are_the_opposite_of_their_twins(condition: Condition, row: dict[str, Any]) -> None:
    for negative, positive in NEGATIVE.items():
        if positive is condition.operator and negative in OPERATORS[condition.type]:
            twin = Condition(condition.field, condition.type, negative, condition.values)
            assert matches(twin, row) is not matches(condition, row)


@given(trees(conditions(FIELDS)), trees(conditions(FIELDS)), ROWS)
def test_not_is_plain_negation(one: Query, other: Query, row: dict[str, Any]) -> None:
    assert matches(Not(one), row) is not matches(one, row)
    assert matches(Not(All((one, other))), row) is matches(AnyOf((Not(one), Not(other))), row)
    assert matches(Not(AnyOf((one, other))), row) is matches(All((Not(one), Not(other))), row)


# What can be asked


@pytest.mark.parametrize("operator", Operator)
@pytest.mark.parametrize("type_", FieldType)
def test_every_type_has_its_operators(type_: FieldType, operator: Operator) -> None:
    condition = Condition("x", type_, operator, (ONE[type_],) * counts(operator)[0])
    if operator in OPERATORS[type_]:
        assert check_condition(condition) is condition
    else:
        with pytest.raises(Invalid, match=f"x cannot be compared by {operator}"):
            check_condition(condition)


@pytest.mark.parametrize(
    ("operator", "count", "words"),
    [
        ("EQ", MAX_VALUES + 1, "EQ takes at most 200 values"),
        ("GT", 0, "GT takes one value"),
        ("LTE", 2, "LTE takes one value"),
        ("BTW", 1, "BTW takes two values"),
        ("BTW", 3, "BTW takes two values"),
        ("IS_NULL", 1, "IS_NULL takes no value"),
        ("IS_NOT_NULL", 1, "IS_NOT_NULL takes no value"),
    ],
)
def test_a_wrong_number_of_values(operator: str, count: int, words: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_condition(Condition("due", FieldType.NUMBER, Operator(operator), (1,) * count))
    assert raised.value.faults == {"due": [words]}


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        (FieldType.TEXT, "a\0", "invalid characters"),
        (FieldType.TEXT, "\ud800", "invalid characters"),
        (FieldType.TEXT, "x" * (MAX_TEXT + 1), "too long"),
        (FieldType.TEXT, 1, "with text"),
        (FieldType.CHOICES, "a\x1fb", "invalid characters"),
        (FieldType.NUMBER, float("nan"), "not finite"),
        (FieldType.NUMBER, float("-inf"), "not finite"),
        (FieldType.NUMBER, Decimal("sNaN"), "not finite"),
        (FieldType.NUMBER, 10**400, "too large"),
        (FieldType.NUMBER, "1", "with numbers"),
        (FieldType.NUMBER, True, "with numbers"),
        (FieldType.BOOLEAN, 1, "with true or false"),
        (FieldType.IDENTITY, str(UUID(int=1)), "with ids"),
        (FieldType.MOMENT, NOON, "with times"),
        (FieldType.MOMENT, Span(NOON + DAY, NOON), "no calendar has"),
        (
            FieldType.MOMENT,
            Span(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), datetime(1, 1, 2, tzinfo=UTC)),
            "no calendar has",
        ),
    ],
    ids=lambda value: value.value if isinstance(value, FieldType) else "",
)
def test_values_that_no_store_takes(type_: FieldType, value: Any, words: str) -> None:
    operator = Operator.INCLUDES if type_ is FieldType.CHOICES else Operator.EQ
    with pytest.raises(Invalid, match=f"x .*{words}"):
        check_condition(Condition("x", type_, operator, (value,)))


def test_texts_compare_by_their_first_4000_characters() -> None:
    assert asked(FieldType.TEXT, "EQ", "ß" * MAX_TEXT, "ss" * (MAX_TEXT // 2))
    assert asked(FieldType.TEXT, "EQ", "x" * MAX_TEXT + "y", "x" * MAX_TEXT)
    assert not asked(FieldType.TEXT, "ENDS_WITH", "x" * MAX_TEXT + "y", "y")
