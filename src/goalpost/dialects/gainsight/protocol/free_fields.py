"""Fields of the user's own that are of no one type: what they are compared with, and as what. Pure.

What a value is asked as follows from both sides: a number, or a text that says one, meets numbers and texts that say
one; a day, a date-time or a date literal meets ISO texts and milliseconds; any other text meets texts. The vendor's
standard fields are of one type.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from goalpost.customers.model.field_values import as_moment, as_number
from goalpost.customers.model.filters import NEGATIVE, OWN, All, AnyOf, Condition, FieldType, Not, Operator, Query
from goalpost.customers.model.free_fields import name_faults, named
from goalpost.customers.model.records import RecordKind
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.fields import Field
from goalpost.dialects.gainsight.protocol.filters import (
    EQUALITY,
    ON_TEXTS,
    compared,
    is_literal,
    one_literal,
    operator_from_wire,
)

_NUMBERS = dict.fromkeys(("ARR", "MRR", "Employees", "Users", "CustomerLifetimeInMonths"), FieldType.NUMBER)
_DAYS = dict.fromkeys(("RenewalDate", "OriginalContractDate"), FieldType.MOMENT)
STANDARD: Mapping[RecordKind, Mapping[str, FieldType]] = {
    RecordKind.COMPANY: {**_NUMBERS, **_DAYS},
    RecordKind.RELATIONSHIP: {**_NUMBERS, **_DAYS},
    RecordKind.CTA: {"DueDate": FieldType.MOMENT, "ClosedDate": FieldType.MOMENT},
    RecordKind.SUCCESS_PLAN: {"DueDate": FieldType.MOMENT, "ClosedCtaCount": FieldType.NUMBER},
}
"""The vendor's standard fields that are compared as one type.

Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Company_and_Relationship_API
"""
_SINCE_1973 = 10**11
"""Whole numbers from here are taken for milliseconds where they meet a day."""
_Ask = Callable[[FieldType, Sequence[Any], Operator], Query]


def standard_type(kind: RecordKind, name: str) -> FieldType | None:
    """The type of a standard field, by its name in any case."""
    return named(STANDARD.get(kind, {}), name)


def record_condition(sent: requests.Condition, kind: RecordKind, now: datetime, user: UUID) -> Query:
    """A record's own field, of any name, compared with values; raises Refused with INVALID_FIELD."""
    if name_faults(sent.fieldName):
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in where clause - {sent.fieldName[:100]}")
    return own_condition(sent, OWN + sent.fieldName, standard_type(kind, sent.fieldName), now, user)


def own_condition(sent: requests.Condition, core: str, type_: FieldType | None, now: datetime, user: UUID) -> Query:
    """The field `core` compared with values, as one type or as what they say; raises Refused with INVALID_FIELD.

    A value of any type is not null, but for an empty text.
    """
    operator = operator_from_wire(sent.operator)
    positive = NEGATIVE.get(operator, operator)

    def ask(type_: FieldType, values: Sequence[Any], by: Operator) -> Query:
        one = sent.model_copy(update={"value": list(values), "operator": by.value})
        return compared(one, Field(core, type_, _never_shown), now, user)

    values = one_literal(sent.value)
    if type_ is not None and positive not in (*ON_TEXTS, Operator.INCLUDES, Operator.IS_NULL):
        found = ask(type_, values, positive)
    else:
        found = _untyped(ask, positive, values)
    return found if positive is operator else Not(found)


def own_equals(core: str, value: Any) -> Query:
    """Return the query for a field that has this value, as a text or, where the text says a number, as that."""
    if isinstance(value, bool):
        return Condition(core, FieldType.BOOLEAN, Operator.EQ, (value,))
    if not isinstance(value, str):
        return Condition(core, FieldType.NUMBER, Operator.EQ, (value,))
    as_texts = Condition(core, FieldType.TEXT, Operator.EQ, (value,))
    number = as_number(value)
    return as_texts if number is None else AnyOf((as_texts, _unless_text(core, number)))


def _unless_text(core: str, number: float) -> Query:
    """A number equals a number that was sent as one: of two texts, `007` is not `7`."""
    no_text = Condition(core, FieldType.TEXT, Operator.IS_NULL)
    return All((no_text, Condition(core, FieldType.NUMBER, Operator.EQ, (number,))))


def _untyped(ask: _Ask, operator: Operator, values: Sequence[Any]) -> Query:
    if operator is Operator.IS_NULL:
        nothing = All((ask(FieldType.TEXT, values, operator), ask(FieldType.NUMBER, values, operator)))
        return AnyOf((nothing, ask(FieldType.TEXT, [""], Operator.EQ)))  # exports write nothing so
    if operator in EQUALITY:
        return _equal(ask, operator, values)
    if operator in ON_TEXTS:
        return AnyOf(tuple(ask(type_, some, operator) for type_, some in _by_type(values).items()))
    if operator is Operator.BTW and len(values) == 2:
        return _between(ask, values)
    types = _by_order(values[:1]) or {FieldType.TEXT}
    return _ordered(ask, types.pop(), operator, values)


def _equal(ask: _Ask, operator: Operator, values: Sequence[Any]) -> Query:
    by_type = _by_type(values)
    numbers = by_type.get(FieldType.NUMBER, [])
    texts = by_type.get(FieldType.TEXT, [])
    said = [text for text in texts if isinstance(text, str) and as_number(text) is not None]
    days = [one for one in values if _is_day(one) or (numbers and _is_milliseconds(one))]
    parts = [ask(FieldType.BOOLEAN, [flag], Operator.EQ) for flag in by_type.get(FieldType.BOOLEAN, [])]
    if texts or not values:
        parts.append(ask(FieldType.TEXT, texts, operator))
    if numbers:
        parts.append(ask(FieldType.NUMBER, numbers, Operator.IN))
    if said:
        parts.append(All((_no(ask, FieldType.TEXT), ask(FieldType.NUMBER, said, Operator.IN))))
    if days:
        parts.append(_as_moment(ask, days, Operator.IN))
    if operator is Operator.INCLUDES:
        parts.append(ask(FieldType.CHOICES, [one for one in values if not isinstance(one, bool)], operator))
    return AnyOf(tuple(parts))


def _between(ask: _Ask, values: Sequence[Any]) -> Query:
    types = _by_order(values)
    if types == {FieldType.TEXT}:
        return All((ask(FieldType.TEXT, values[:1], Operator.GTE), ask(FieldType.TEXT, values[1:], Operator.LTE)))
    if len(types) == 1:
        return _ordered(ask, types.pop(), Operator.BTW, values)
    raise Refused(Code.INVALID_FIELD, "Invalid value in where clause - BTW takes two values of one type")


def _ordered(ask: _Ask, type_: FieldType, operator: Operator, values: Sequence[Any]) -> Query:
    if type_ is FieldType.MOMENT:
        return _as_moment(ask, values, operator)
    found = ask(type_, values, operator)
    if type_ is FieldType.NUMBER and all(map(_is_milliseconds, values)):
        return AnyOf((found, All((_no(ask, FieldType.NUMBER), ask(FieldType.MOMENT, values, operator)))))
    return found


def _as_moment(ask: _Ask, values: Sequence[Any], operator: Operator) -> Query:
    """Return values as moments: days, and numbers of milliseconds that cannot mean something else."""
    meant = AnyOf((Not(_no(ask, FieldType.TEXT)), ask(FieldType.NUMBER, [_SINCE_1973], Operator.GTE)))
    return All((ask(FieldType.MOMENT, values, operator), meant))


def _no(ask: _Ask, type_: FieldType) -> Query:
    return ask(type_, [], Operator.IS_NULL)


def _by_order(values: Sequence[Any]) -> set[FieldType]:
    """Return the types as which values are compared where one is greater than another."""
    return {
        FieldType.MOMENT if _is_day(one) else FieldType.NUMBER if as_number(one) is not None else _type_of(one)
        for one in values
    }


def _by_type(values: Sequence[Any]) -> dict[FieldType, list[Any]]:
    found: dict[FieldType, list[Any]] = {}
    for value in values:
        found.setdefault(_type_of(value), []).append(value)
    return found or {FieldType.TEXT: []}


def _type_of(value: Any) -> FieldType:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    return FieldType.NUMBER if isinstance(value, int | float) else FieldType.TEXT


def _is_day(value: Any) -> bool:
    """Return whether a value is a day, a date-time or a date literal."""
    return isinstance(value, str) and (is_literal(value) or (as_number(value) is None and as_moment(value) is not None))


def _is_milliseconds(value: Any) -> bool:
    number = as_number(value)
    return number is not None and number.is_integer() and _SINCE_1973 <= number < 10**14


def _never_shown(_: Any) -> None:
    return None
