"""Pages of rows, in an order that is the same on every page and in either store."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, String, collate

from goalpost.customers.model.filters import OWN, FieldType
from goalpost.customers.model.paging import Order, Page, Slice, Sorting
from goalpost.customers.rows.where import collation_of, extracted

_PORTION = 10_000


def in_order(
    db: Connection,
    query: Select[Any],
    sorting: Sorting,
    columns: Mapping[str, ColumnElement[Any]],
    identity: ColumnElement[Any],
    *,
    comparable: ColumnElement[Any] | None = None,
    named: Callable[[str], str] = str,
) -> Select[Any]:
    """The query ordered by the columns that the orders' keys stand for; `comparable` has the user's own fields.

    Texts are in the order of their code points.
    """
    orders = (sorting,) if isinstance(sorting, Order) else sorting
    keys = []
    for order in orders:
        own = order.by.startswith(OWN) and comparable is not None
        found = _own_columns(comparable, named(order.by.removeprefix(OWN)), order.type) if own else [columns[order.by]]
        keys += [key for column in found for key in _keys(db, column, order.descending)]
    is_last = orders[-1].descending if orders else False
    return query.order_by(*keys, identity.desc() if is_last else identity)


def _own_columns(comparable: Any, name: str, type_: FieldType | None) -> list[ColumnElement[Any]]:
    forms = (FieldType.NUMBER, FieldType.TEXT) if type_ is None else (type_,)
    return [extracted(comparable, name, form) for form in forms]


def _keys(db: Connection, column: ColumnElement[Any], descending: bool) -> Iterator[ColumnElement[Any]]:
    """A column, before which rows go that have a value in it."""
    if not isinstance(column, Column) or column.nullable:
        yield column.is_(None)
    compared = collate(column, collation_of(db)) if isinstance(column.type, String) else column
    yield compared.desc() if descending else compared


def in_portions(ids: Collection[Any]) -> Iterator[list[Any]]:
    """The ids in lists that a statement can have: PostgreSQL takes 65,535 parameters."""
    listed = list(ids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def paged(query: Select[Any], page: Page | Slice | None) -> Select[Any]:
    """The rows of one page, or all."""
    return query if page is None else query.limit(page.size).offset(page.offset)
