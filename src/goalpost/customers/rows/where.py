"""Queries as SQL. `model.filters.matches` is their meaning; what users send is bound, never part of the text."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Connection,
    Double,
    String,
    and_,
    cast,
    collate,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import Grouping
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from goalpost.customers.model.field_values import (
    MAX_TEXT,
    comparable_number,
    comparable_text,
    joined_choices,
    milliseconds,
)
from goalpost.customers.model.filters import NEGATIVE, All, Condition, FieldType, Not, Operator, Query, Span
from goalpost.kernel.texts import prose_faults

Columns = Mapping[Any, ColumnElement[Any]]
"""Columns by the names of a query's fields; one that is kept under several types has its name and the type."""


def collation_of(db: Connection) -> str:
    """The collation by which texts are in the order of their code points."""
    return "C" if db.dialect.name == "postgresql" else "BINARY"


class _Member(FunctionElement[str]):
    """Return, as a text, the member of that name in a part of a column that `comparables` fills. Any name will do.

    SQLAlchemy's own paths do not work for names with quotes, nor on PostgreSQL for `null`.
    """

    type = String()
    inherit_cache = True


@compiles(_Member, "sqlite")
def _member_in_sqlite(element: _Member, compiler: Any, **more: Any) -> str:
    column, part, name = element.clauses
    path = literal_column("'$.'", String).concat(part).concat(literal_column("'.'")).concat(func.json_quote(name))
    return str(compiler.process(func.json_extract(column, path), **more))


@compiles(_Member, "postgresql")
def _member_in_postgresql(element: _Member, compiler: Any, **more: Any) -> str:
    return str(compiler.process(func.jsonb_extract_path_text(*element.clauses), **more))


def extracted(comparable: Any, name: str, type_: FieldType) -> ColumnElement[Any]:
    """Return what a row has to compare under a name; `comparable` is a column that `comparables` fills."""
    if prose_faults(name, MAX_TEXT):
        return cast(null(), String)  # nothing has a name that cannot be stored
    letter, kept = _KEPT.get(type_, ("t", None))
    member = _Member(comparable, literal(letter, String), literal(name, String))
    return cast(member, kept) if kept else member


class _Apart(Grouping[bool]):
    """In parentheses that stay: SQLAlchemy would make one chain of all ORs, and SQLite takes none of over 1,000."""

    operator = None  # by which SQLAlchemy sees what it may make one
    inherit_cache = True


def to_sql(query: Query, columns: Columns, collation: str, *, negated: bool = False) -> ColumnElement[bool]:
    """Return the condition that a row meets the query, or with `negated` does not; `columns` go by the query's fields.

    Columns of texts hold them folded. A NULL where false is meant does no harm, since "not" is said of conditions only:
    a condition that is negated says that what is missing meets it.
    """
    if isinstance(query, Not):
        return to_sql(query.part, columns, collation, negated=not negated)
    if isinstance(query, Condition):
        column = columns[query.field] if query.field in columns else columns[query.field, query.type]
        return _condition(query, column, collation, negated=negated)
    parts = [_Apart(to_sql(part, columns, collation, negated=negated)) for part in query.parts]
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
        return or_(*(column.contains(joined_choices([one]), autoescape=True) for one in values))
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
        return (milliseconds(value.start), milliseconds(value.end)) if in_milliseconds else (value.start, value.end)
    if isinstance(value, bool):
        return value if isinstance(column.type, Boolean) else str(value).lower()
    if isinstance(value, str):
        return comparable_text(value)
    if isinstance(value, UUID):
        return str(value) if isinstance(column.type, String) else value
    return comparable_number(value)  # which no column of numbers is too small for


_KEPT: Mapping[FieldType, tuple[str, TypeEngine[Any]]] = {
    FieldType.NUMBER: ("n", Double()),
    FieldType.MOMENT: ("m", BigInteger()),
}
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
