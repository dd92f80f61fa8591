"""Queries: conditions on what a row has, joined by and, or and not. One tree; here it is asked of values, in db of SQL.

The meaning knows true and false only. What is missing meets no condition but IS_NULL; the negative operators are
exactly the opposite of their positive twins, so what is missing meets them. Texts compare as `comparable_text` makes
them and numbers as doubles, as a store keeps them. A field of the user's own is compared in the forms that its value
has (`field_values`); in one that it does not have, it is missing.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from goalpost.customers.model.field_values import (
    MAX_TEXT,
    SEPARATOR,
    as_moment,
    as_number,
    as_text,
    comparable_number,
    comparable_text,
    joined_choices,
    milliseconds,
)
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import prose_faults

OWN = "fields."
"""The prefix of custom fields in conditions."""
MAX_VALUES = 200


class FieldType(StrEnum):
    """Types of a field's values."""

    TEXT = "text"  # in any case; in the order of code points
    NUMBER = "number"
    MOMENT = "moment"  # with spans of time
    BOOLEAN = "boolean"
    IDENTITY = "identity"
    CHOICES = "choices"  # several texts at once


class Operator(StrEnum):
    """Ways to compare. Of several values one is enough, and for a negative operator one too many."""

    EQ = "EQ"
    NE = "NE"
    GT = "GT"
    GTE = "GTE"
    LT = "LT"
    LTE = "LTE"
    BTW = "BTW"
    IN = "IN"
    NOT_IN = "NOT_IN"
    STARTS_WITH = "STARTS_WITH"
    ENDS_WITH = "ENDS_WITH"
    CONTAINS = "CONTAINS"
    DOES_NOT_CONTAIN = "DOES_NOT_CONTAIN"
    INCLUDES = "INCLUDES"
    EXCLUDES = "EXCLUDES"
    IS_NULL = "IS_NULL"
    IS_NOT_NULL = "IS_NOT_NULL"


@dataclass(frozen=True, slots=True)
class Span:
    """The stretch of time that is meant, from `start` up to and without `end`: a millisecond, or a day."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """One field compared with values: texts, numbers, Spans for moments, booleans or UUIDs."""

    field: str
    type: FieldType
    operator: Operator
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part is met; without parts it always is."""

    parts: tuple["Query", ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is met."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part is not met."""

    part: "Query"


Query = Condition | All | AnyOf | Not

NEGATIVE = {
    Operator.NE: Operator.EQ,
    Operator.NOT_IN: Operator.IN,
    Operator.DOES_NOT_CONTAIN: Operator.CONTAINS,
    Operator.EXCLUDES: Operator.INCLUDES,
    Operator.IS_NOT_NULL: Operator.IS_NULL,
}
"""Operators and their opposites."""

_NULLS = frozenset({Operator.IS_NULL, Operator.IS_NOT_NULL})
_SETS = frozenset({Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN})
_ORDER = frozenset({Operator.GT, Operator.GTE, Operator.LT, Operator.LTE})
_CHOICES = frozenset({Operator.INCLUDES, Operator.EXCLUDES})
_PARTS = frozenset({Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.CONTAINS, Operator.DOES_NOT_CONTAIN})
OPERATORS: Mapping[FieldType, frozenset[Operator]] = {
    FieldType.TEXT: _SETS | _ORDER | _PARTS | _CHOICES | _NULLS,
    FieldType.NUMBER: _SETS | _ORDER | _NULLS | {Operator.BTW},
    FieldType.MOMENT: _SETS | _ORDER | _NULLS | {Operator.BTW},
    FieldType.BOOLEAN: frozenset({Operator.EQ, Operator.NE}) | _NULLS,
    FieldType.IDENTITY: _SETS | _ORDER | _CHOICES | _NULLS,
    FieldType.CHOICES: _CHOICES | _NULLS,
}
"""Types and the operators that compare them."""


def check_condition(condition: Condition) -> Condition:
    """The condition as given, when it can be asked; raises Invalid."""
    if fault := _fault(condition):
        raise Invalid({condition.field: [fault]})
    return condition


def _fault(condition: Condition) -> str | None:
    operator, values = condition.operator, condition.values
    if operator not in OPERATORS[condition.type]:
        return f"cannot be compared by {operator}"
    if len(values) not in _counts(operator):
        return f"{operator} takes {_COUNT_WORDS.get(operator, f'at most {MAX_VALUES} values')}"
    kinds, what = _KINDS[condition.type]
    if any(not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool) for value in values):
        return f"can only be compared with {what}"
    return next((fault for value in values if (fault := _value_fault(condition.type, value))), None)


def _value_fault(type_: FieldType, value: Any) -> str | None:
    """Return what is wrong with a value that no store could take."""
    if isinstance(value, str):
        is_wrong = prose_faults(value, MAX_TEXT) or (type_ is FieldType.CHOICES and SEPARATOR in value)
        return "cannot be compared with a text that is too long or has invalid characters" if is_wrong else None
    if isinstance(value, Span):
        return None if _is_in_calendar(value) else "cannot be compared with a time that no calendar has"
    if type_ is FieldType.NUMBER:
        return None if _is_double(value) else "is compared with a number that is not finite or too large"
    return None


def _is_in_calendar(span: Span) -> bool:
    """Moments that are the first or the last in their own zone may have no name in UTC."""
    try:
        return span.start.astimezone(UTC) <= span.end.astimezone(UTC)
    except OverflowError:
        return False


def _is_double(number: Any) -> bool:
    try:
        return math.isfinite(float(number))
    except (OverflowError, ValueError):  # an endless integer; a signaling NaN
        return False


def conditions_of(query: Query) -> Iterator[Condition]:
    """Every condition of a query."""
    if isinstance(query, Condition):
        yield query
    else:
        for part in (query.part,) if isinstance(query, Not) else query.parts:
            yield from conditions_of(part)


def matches(query: Query, row: Mapping[str, Any]) -> bool:
    """Return whether a row, as field → value or None, meets the query."""
    if isinstance(query, Not):
        return not matches(query.part, row)
    if isinstance(query, All):
        return all(matches(part, row) for part in query.parts)
    if isinstance(query, AnyOf):
        return any(matches(part, row) for part in query.parts)
    positive = NEGATIVE.get(query.operator, query.operator)
    value = row.get(query.field)
    meets = _meets_own if query.field.startswith(OWN) else _meets
    return meets(query, positive, value) is (positive is query.operator)


def _meets_own(condition: Condition, operator: Operator, value: Any) -> bool:
    """Return whether a field of the user's own meets it, in the form that the condition asks for."""
    form = _FORMS[condition.type](value)
    if operator is Operator.IS_NULL or form is None:
        return form is None and operator is Operator.IS_NULL
    wanted = [_WANTED[condition.type](one) for one in condition.values]
    if condition.type is FieldType.MOMENT:
        return _meets_spans(operator, form, wanted)
    if condition.type is FieldType.CHOICES:
        return any(choice in form for choice in wanted)
    return _meets_values(operator, form, wanted)


def _meets(condition: Condition, operator: Operator, value: Any) -> bool:
    if operator is Operator.IS_NULL:
        return value is None
    if value is None:
        return False
    if condition.type is FieldType.MOMENT:
        return _meets_spans(operator, value, [(span.start, span.end) for span in condition.values])
    wanted = [_comparable(one) for one in condition.values]
    if condition.type is FieldType.CHOICES:
        return any(_comparable(choice) in wanted for choice in value)
    return _meets_values(operator, _comparable(value), wanted)


def _meets_values(operator: Operator, compared: Any, wanted: Sequence[Any]) -> bool:
    if operator is Operator.BTW:
        return bool(wanted[0] <= compared <= wanted[1])
    return any(_COMPARE[operator](compared, one) for one in wanted)


def _meets_spans(operator: Operator, value: Any, spans: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether a moment meets spans, which are its start and its end in the same unit."""
    if operator is Operator.BTW:
        return bool(spans[0][0] <= value < spans[1][1])
    return any(_COMPARE_SPAN[operator](value, *span) for span in spans)


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return comparable_text(value)
    return value if isinstance(value, bool | UUID) else comparable_number(value)


_COMPARE: Mapping[Operator, Callable[[Any, Any], bool]] = {
    **dict.fromkeys((Operator.EQ, Operator.IN, Operator.INCLUDES), lambda value, wanted: value == wanted),
    Operator.GT: lambda value, wanted: value > wanted,
    Operator.GTE: lambda value, wanted: value >= wanted,
    Operator.LT: lambda value, wanted: value < wanted,
    Operator.LTE: lambda value, wanted: value <= wanted,
    Operator.STARTS_WITH: lambda value, wanted: value.startswith(wanted),
    Operator.ENDS_WITH: lambda value, wanted: value.endswith(wanted),
    Operator.CONTAINS: lambda value, wanted: wanted in value,
}
_COMPARE_SPAN: Mapping[Operator, Callable[[Any, Any, Any], bool]] = {
    **dict.fromkeys((Operator.EQ, Operator.IN), lambda value, start, end: start <= value < end),
    Operator.GT: lambda value, start, end: value >= end,
    Operator.GTE: lambda value, start, end: value >= start,
    Operator.LT: lambda value, start, end: value < start,
    Operator.LTE: lambda value, start, end: value < end,
}
_FORMS: Mapping[FieldType, Callable[[Any], Any]] = {
    **dict.fromkeys(FieldType, as_text),
    FieldType.NUMBER: as_number,
    FieldType.MOMENT: as_moment,
}
"""The form of a custom field's value that each type of condition compares."""
_WANTED: Mapping[FieldType, Callable[[Any], Any]] = {
    **dict.fromkeys(FieldType, _comparable),
    FieldType.MOMENT: lambda span: (milliseconds(span.start), milliseconds(span.end)),
    FieldType.BOOLEAN: lambda flag: str(flag).lower(),
    FieldType.IDENTITY: str,
    FieldType.CHOICES: lambda choice: joined_choices([choice]),
}
_KINDS: Mapping[FieldType, tuple[Any, str]] = {
    FieldType.TEXT: (str, "text"),
    FieldType.NUMBER: ((int, float, Decimal), "numbers"),
    FieldType.MOMENT: (Span, "times"),
    FieldType.BOOLEAN: (bool, "true or false"),
    FieldType.IDENTITY: (UUID, "ids"),
    FieldType.CHOICES: (str, "text"),
}
_COUNT_WORDS = {
    **dict.fromkeys(_NULLS, "no value"),
    **dict.fromkeys(_ORDER, "one value"),
    Operator.BTW: "two values",
}


def _counts(operator: Operator) -> range:
    if operator in _NULLS:
        return range(1)
    if operator in _ORDER:
        return range(1, 2)
    return range(2, 3) if operator is Operator.BTW else range(MAX_VALUES + 1)
