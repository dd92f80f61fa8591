"""Fields of objects that nobody has described: texts, numbers, booleans and lists of these, under any name. Pure."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from goalpost.core.errors import Invalid
from goalpost.core.queries import NEGATIVE, OWN, SEPARATOR, All, AnyOf, FieldType, Operator, Query
from goalpost.core.texts import prose_faults
from goalpost.dialects.gainsight import requests
from goalpost.dialects.gainsight.codes import Code, Refused
from goalpost.dialects.gainsight.fields import Field
from goalpost.dialects.gainsight.queries import compared, operator_from_wire

MOST_FIELDS = 200
MOST_CHARACTERS = 32_768
"""Of all own fields of a record together, as JSON."""
_MOST_CHOICES = 500
_LONGEST_NAME = 200
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_NAME_FAULT = f"is no field: names are letters, digits and _, beginning with a letter, at most {_LONGEST_NAME}"
_VALUE_FAULT = "must be a text, a number, true or false, or a list of these"


def is_name(name: str) -> bool:
    """Whether a field may have this name."""
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def check_own(values: Mapping[str, Any]) -> None:
    """Raise Invalid with every fault of the fields, by `fields.` and their names."""
    if len(values) > MOST_FIELDS:
        raise Invalid({"fields": [f"are more than {MOST_FIELDS}"]})
    found = {OWN + name: texts for name, value in values.items() if (texts := _faults(name, value))}
    if found:
        raise Invalid(found)
    if len(json.dumps(values)) > MOST_CHARACTERS:
        raise Invalid({"fields": [f"should be at most {MOST_CHARACTERS} character(s) of JSON together"]})


def own_condition(sent: requests.Condition, now: datetime, user: UUID) -> Query:
    """A field compared with values, as each value's own type; raises Refused with INVALID_FIELD.

    A field has a value when it has one of any type. INCLUDES finds a text by itself and in a list.
    """
    if not is_name(sent.fieldName):
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in where clause - {sent.fieldName[:100]}")
    operator = operator_from_wire(sent.operator)
    positive = NEGATIVE.get(operator, operator)

    def ask(type_: FieldType, values: Sequence[Any], by: Operator = operator) -> Query:
        one = sent.model_copy(update={"value": list(values), "operator": by.value})
        return compared(one, Field(OWN + sent.fieldName, type_, _never_shown), now, user)

    if positive is Operator.IS_NULL:
        parts = [ask(FieldType.TEXT, sent.value), ask(FieldType.NUMBER, sent.value)]
        return All(tuple(parts)) if positive is operator else AnyOf(tuple(parts))
    if positive is Operator.INCLUDES:
        parts = [ask(type_, sent.value) for type_ in (FieldType.TEXT, FieldType.CHOICES)]
    elif operator is Operator.BTW and len(sent.value) == 2 and all(isinstance(one, str) for one in sent.value):
        return All(
            (ask(FieldType.TEXT, sent.value[:1], Operator.GTE), ask(FieldType.TEXT, sent.value[1:], Operator.LTE))
        )
    else:
        parts = [ask(type_, values) for type_, values in _by_type(sent.value).items()]
    return AnyOf(tuple(parts)) if positive is operator else All(tuple(parts))


def _by_type(values: Sequence[Any]) -> dict[FieldType, list[Any]]:
    found: dict[FieldType, list[Any]] = {}
    for value in values:
        found.setdefault(_type_of(value), []).append(value)
    return found or {FieldType.TEXT: []}


def _type_of(value: Any) -> FieldType:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    return FieldType.NUMBER if isinstance(value, int | float) else FieldType.TEXT


def _never_shown(_: Any) -> None:
    return None


def _faults(name: str, value: Any) -> list[str]:
    if not is_name(name):
        return [_NAME_FAULT]
    if not isinstance(value, list):
        return [] if value is None else _scalar_faults(value)
    if len(value) > _MOST_CHOICES:
        return [f"has more than {_MOST_CHOICES} values"]
    faults = [fault for one in value for fault in _scalar_faults(one)]
    if any(isinstance(one, str) and SEPARATOR in one for one in value):
        faults.append("has invalid characters")
    return faults[:1]


def _scalar_faults(value: Any) -> list[str]:
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [] if abs(value) < 2**63 else ["is too large a number"]
    if isinstance(value, float):
        return [] if math.isfinite(value) else ["is too large a number"]
    return prose_faults(value, MOST_CHARACTERS) if isinstance(value, str) else [_VALUE_FAULT]
