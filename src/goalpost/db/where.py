"""Queries as SQL. core.queries.matches is their meaning; what users send is bound and never part of the SQL's text."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    String,
    and_,
    cast,
    collate,
    false,
    not_,
    or_,
    true,
)

from goalpost.core.queries import NEGATIVE, All, Condition, FieldType, Not, Operator, Query, Span
from goalpost.core.texts import folded

ColumnOf = Callable[[Condition], ColumnElement[Any]]
SEPARATOR = "\x1f"
"""Stands before, between and behind the choices of a row where several are one text."""


def collation_of(db: Connection) -> str:
    """The collation by which texts are in the order of their code points."""
    return "C" if db.dialect.name == "postgresql" else "BINARY"


def extracted(comparable: Any, name: str, type_: FieldType) -> ColumnElement[Any]:
    """What a row has to compare under a name; `comparable` is a column that db.comparables fills."""
    if type_ is FieldType.MOMENT:
        return cast(comparable["m", name].as_string(), BigInteger)
    found: ColumnElement[Any] = comparable["t", name].as_string()
    return comparable["n", name].as_float() if type_ is FieldType.NUMBER else found


def to_sql(query: Query, column_of: ColumnOf, collation: str, *, negated: bool = False) -> ColumnElement[bool]:
    """Whether a row meets the query, or with `negated` does not; `column_of` says what a condition compares.

    Columns of texts hold them folded. A NULL where false is meant does no harm, since "not" is said of conditions only:
    a condition that is negated says that what is missing meets it.
    """
    if isinstance(query, Not):
        return to_sql(query.part, column_of, collation, negated=not negated)
    if isinstance(query, Condition):
        return _condition(query, column_of(query), collation, negated=negated)
    parts = [to_sql(part, column_of, collation, negated=negated) for part in query.parts]
    if isinstance(query, All) is negated:
        return or_(false(), *parts)
    return and_(true(), *parts)


def _condition(
    condition: Condition, column: ColumnElement[Any], collation: str, *, negated: bool
) -> ColumnElement[bool]:
    operator = NEGATIVE.get(condition.operator, condition.operator)
    is_opposite = negated is (operator is condition.operator)
    if operator is Operator.IS_NULL:
        return column.is_not(None) if is_opposite else column.is_(None)
    met = _met(condition, operator, column, collation)
    return or_(column.is_(None), not_(met)) if is_opposite else met


def _met(condition: Condition, operator: Operator, column: ColumnElement[Any], collation: str) -> ColumnElement[bool]:
    values = [_bound(one, column) for one in condition.values]
    if not values:
        return false()
    if condition.type is FieldType.MOMENT:
        return _met_by_spans(operator, column, values)
    if operator is Operator.BTW:
        return column.between(*values)
    if condition.type is FieldType.CHOICES:
        return or_(*(column.contains(f"{SEPARATOR}{one}{SEPARATOR}", autoescape=True) for one in values))
    if operator in (Operator.EQ, Operator.IN, Operator.INCLUDES):
        return column.in_(values)
    compared = collate(column, collation) if isinstance(values[0], str) and operator in _ORDER else column
    return or_(false(), *(_COMPARE[operator](compared, one) for one in values))


def _met_by_spans(operator: Operator, column: ColumnElement[Any], spans: list[Any]) -> ColumnElement[bool]:
    if operator is Operator.BTW:
        return and_(column >= spans[0][0], column < spans[1][1])
    return or_(*(_COMPARE_SPAN[operator](column, *span) for span in spans))


def _bound(value: Any, column: ColumnElement[Any]) -> Any:
    """A value as its column is compared with it."""
    if isinstance(value, Span):
        in_milliseconds = isinstance(column.type, BigInteger)
        return (_milliseconds(value.start), _milliseconds(value.end)) if in_milliseconds else (value.start, value.end)
    if isinstance(value, bool):
        return value if isinstance(column.type, Boolean) else str(value).lower()
    if isinstance(value, str):
        return folded(value)
    if isinstance(value, int):
        return float(value)  # which no column of numbers is too small for
    return str(value) if isinstance(column.type, String) else value


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


_ORDER = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)
_COMPARE: Mapping[Operator, Callable[[Any, Any], ColumnElement[bool]]] = {
    Operator.GT: lambda column, value: column > value,
    Operator.GTE: lambda column, value: column >= value,
    Operator.LT: lambda column, value: column < value,
    Operator.LTE: lambda column, value: column <= value,
    Operator.STARTS_WITH: lambda column, value: column.startswith(value, autoescape=True),
    Operator.ENDS_WITH: lambda column, value: column.endswith(value, autoescape=True),
    Operator.CONTAINS: lambda column, value: column.contains(value, autoescape=True),
}
_COMPARE_SPAN: Mapping[Operator, Callable[[Any, Any, Any], ColumnElement[bool]]] = {
    **dict.fromkeys((Operator.EQ, Operator.IN), lambda column, start, end: (column >= start) & (column < end)),
    Operator.GT: lambda column, start, end: column >= end,
    Operator.GTE: lambda column, start, end: column >= start,
    Operator.LT: lambda column, start, end: column < start,
    Operator.LTE: lambda column, start, end: column < end,
}
