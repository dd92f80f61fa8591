"""`where`, `select`, `orderBy` and pages of a fetch, as what the model is asked. Pure.

Source of the operators and date literals: the vendor's Custom Object, Bulk and Success Plan pages.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from goalpost.customers.model import filter_expressions
from goalpost.customers.model.field_values import as_moment
from goalpost.customers.model.filters import (
    NEGATIVE,
    All,
    AnyOf,
    Condition,
    FieldType,
    Not,
    Operator,
    Query,
    Span,
    check_condition,
)
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.gsids import is_gsid, parse_gsid
from goalpost.customers.model.paging import Order, Page, Sorting
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import CUSTOM, Code, Refused
from goalpost.dialects.gainsight.protocol.fields import Field
from goalpost.kernel.errors import Invalid, Malformed

MOST_ROWS = 1000
_PAGES = f"pageSize must be a whole number from 1 to {MOST_ROWS}, pageNumber one from 1 to {2**31 // MOST_ROWS}"
_DAY, _MILLISECOND = timedelta(days=1), timedelta(milliseconds=1)
_OTHER_SPELLINGS = {
    "DOES_NOT_CONTAINS": "DOES_NOT_CONTAIN",
    "NOT_CONTAINS": "DOES_NOT_CONTAIN",
    "NOT_CONTAIN": "DOES_NOT_CONTAIN",
    "BETWEEN": "BTW",
    "NOT_EQ": "NE",
}
ON_TEXTS = (Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.CONTAINS, Operator.DOES_NOT_CONTAIN)
"""Operators on texts, which compare an id by the name of what it points at."""
EQUALITY = (Operator.EQ, Operator.IN, Operator.INCLUDES)
"""Operators by which an id is compared with names, besides their opposites."""
_LAST_DAYS = re.compile(r"LAST_(\d{1,5})_DAYS|LAST_N_DAYS:(\d{1,5})", re.ASCII)
_LITERALS = {"TODAY": 0, "YESTERDAY": -1, "TOMORROW": 1}
_CURRENT_USER = "CURRENT_USER"


def page_from_wire(fetch: requests.Fetch) -> Page:
    """The page that is asked for; raises Refused with INVALID_PAGE_REQUEST."""
    number, size = fetch.pageNumber, fetch.pageSize
    is_whole = all(isinstance(one, int) and not isinstance(one, bool) for one in (number, size))
    if not is_whole or not 1 <= size <= MOST_ROWS or not 1 <= number <= 2**31 // MOST_ROWS:
        raise Refused(Code.INVALID_PAGE_REQUEST, f"Invalid page request - {_PAGES}")
    return Page(number, size)


_NEWEST_FIRST = (Order("created_at", descending=True),)


def sorting_from_wire(sent: Mapping[str, str] | None, key_of: Callable[[str], Order | None]) -> Sorting:
    """The order that is asked for, key by key: the newest first, unless something else is.

    `key_of` says what a name sorts by. Raises Refused with INVALID_FIELD for what cannot be sorted by.
    """
    found = []
    for name, way in (sent or {}).items():
        key = key_of(name)
        if key is None:
            raise Refused(Code.INVALID_FIELD, f"Invalid fields in orderBy clause - {name[:100]}")
        found.append(replace(key, descending=way.lower() == "desc"))
    return tuple(found) or _NEWEST_FIRST


def with_asked(known: Mapping[str, Field], fetch: requests.Fetch) -> dict[str, Field]:
    """The known fields, those that the workspace has added also under the spellings that a fetch has for them."""
    where = fetch.where.conditions if fetch.where else ()
    asked = {*fetch.select, *(one.fieldName for one in where), *(fetch.orderBy or ())}
    added = {name: field for name, field in known.items() if name.endswith(CUSTOM)}
    unknown = [name for name in asked if name not in known]
    return {**known, **{name: field for name in unknown if (field := named(added, name))}}


def selected(fetch: requests.Fetch, known: Mapping[str, Field], also: Sequence[str] = ()) -> list[str]:
    """The names that are selected; raises Refused when some are not fields."""
    if unknown := [name for name in fetch.select if name not in known and name not in also]:
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in select clause - {','.join(unknown)}", sampled=True)
    return fetch.select


def joined(where: requests.Where | None, condition: Callable[[requests.Condition], Query]) -> Query:
    """The conditions, each as `condition` makes it, joined as the expression says."""
    if where is None:
        return All()
    conditions: dict[str, Query] = {}
    for number, sent in enumerate(where.conditions):
        alias = sent.alias or f"_{number}"
        is_alias = filter_expressions.ALIAS.fullmatch(alias) and alias.upper() not in filter_expressions.KEYWORDS
        if not is_alias or alias in conditions:
            raise Refused(Code.INVALID_FIELD, f"Invalid alias in where clause - {alias[:40]}")
        conditions[alias] = condition(sent)
    try:
        return filter_expressions.parse(where.expression or "", conditions)
    except Malformed as error:
        raise Refused(Code.INVALID_FIELD, f"Invalid expression in where clause - {error}") from None


def compared(sent: requests.Condition, field: Field, now: datetime, user: UUID) -> Query:
    """A field compared with values; raises Refused with INVALID_FIELD.

    An id is compared with GSIDs, and by equality with names, which are those of what it points at.
    """
    operator = operator_from_wire(sent.operator)
    core, type_ = field.core, field.type or FieldType.TEXT
    if operator in ON_TEXTS and field.text:
        core, type_ = field.text, FieldType.TEXT
    if type_ is FieldType.IDENTITY:
        return _compared_id(sent, field, operator, user)
    return _condition(sent, core, type_, operator, _values(sent.value, type_, now))


def _compared_id(sent: requests.Condition, field: Field, operator: Operator, user: UUID) -> Query:
    texts = [_text(one) for one in sent.value]
    names = [text for text in texts if not is_gsid(text) and text != _CURRENT_USER]
    positive = NEGATIVE.get(operator, operator)
    if names and not (field.text and positive in EQUALITY):
        raise _wrong(names[0], "GSID")
    # A GSID that is not ours is nobody's: it finds nothing, as one that is not there.
    found = [user if text == _CURRENT_USER else (parse_gsid(text) or (None, None))[1] for text in texts]
    ids = tuple(one for one in found if one is not None)
    if not names:
        return _condition(sent, field.core, FieldType.IDENTITY, operator, ids)
    by_id = _condition(sent, field.core, FieldType.IDENTITY, positive, ids)
    either = AnyOf((by_id, _condition(sent, field.text, FieldType.TEXT, positive, tuple(names))))
    return either if positive is operator else Not(either)


def _condition(
    sent: requests.Condition, core: str, type_: FieldType, operator: Operator, values: tuple[Any, ...]
) -> Condition:
    try:
        return check_condition(Condition(core, type_, operator, values))
    except Invalid as error:
        text = next(iter(error.faults.values()))[0]
        raise Refused(Code.INVALID_FIELD, f"Invalid where clause - {sent.fieldName[:100]} {text}") from None


def operator_from_wire(name: str) -> Operator:
    """The operator of a name, in any case; raises Refused with INVALID_FIELD."""
    upper = name.upper()
    try:
        return Operator(_OTHER_SPELLINGS.get(upper, upper))
    except ValueError:
        known = ", ".join(operator.value for operator in Operator)
        text = f"Invalid operator in where clause - {name[:40]}, choose from {known}"
        raise Refused(Code.INVALID_FIELD, text) from None


def _values(sent: Sequence[Any], type_: FieldType, now: datetime) -> tuple[Any, ...]:
    if type_ is FieldType.MOMENT:
        return tuple(_span(one, now) for one in one_literal(sent))
    return tuple(_READ[type_](one) for one in sent)


def one_literal(values: Sequence[Any]) -> list[Any]:
    """The values, with a literal and its number of days, which may be apart, as one."""
    if len(values) == 2 and values[0] == "LAST_N_DAYS":
        return [f"LAST_N_DAYS:{values[1]}"]
    return list(values)


def is_literal(text: str) -> bool:
    """Return whether a text is a date literal, such as TODAY."""
    return text in _LITERALS or _LAST_DAYS.fullmatch(text) is not None


def _wrong(value: Any, what: str) -> Refused:
    return Refused(Code.INVALID_FIELD, f"Invalid value in where clause - {str(value)[:40]!r} is not a {what}")


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(value, "text")
    return str(value)


def _number(value: Any) -> float:
    try:
        found = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not math.isfinite(found):
        raise _wrong(value, "number")
    return found


def _flag(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise _wrong(value, "boolean")
    return str(value).lower() == "true"


_READ: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.CHOICES: _text,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _flag,
}


def _span(value: Any, now: datetime) -> Span:
    """A day, or the millisecond that is said in milliseconds since 1970 or as a date-time."""
    try:
        if isinstance(value, str) and value.isdecimal() and as_moment(value) is not None:
            value = as_moment(value)
        if isinstance(value, int) and not isinstance(value, bool):
            moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=value)
            return Span(moment, moment + _MILLISECOND)
        return _span_of_text(value, now) if isinstance(value, str) else _no_span(value)
    except (ValueError, OverflowError):
        return _no_span(value)


def _no_span(value: Any) -> Span:
    raise _wrong(value, "date")


def _span_of_text(text: str, now: datetime) -> Span:
    today = datetime.combine(now.astimezone(UTC).date(), datetime.min.time(), UTC)
    if text in _LITERALS:
        start = today + _LITERALS[text] * _DAY
        return Span(start, start + _DAY)
    if found := _LAST_DAYS.fullmatch(text):
        return Span(today - int(found[1] or found[2]) * _DAY, today + _DAY)
    if len(text) == len("2026-01-01"):
        start = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
        return Span(start, start + _DAY)
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    start = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return Span(start, start + _MILLISECOND)
