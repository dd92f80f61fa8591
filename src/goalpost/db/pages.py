"""Pages of rows, in an order that is the same on every page and in either store."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select

from goalpost.core.pages import Order, Page, Slice

_PORTION = 10_000


def in_order(query: Select[Any], order: Order, column: ColumnElement[Any], identity: ColumnElement[Any]) -> Select[Any]:
    """The query ordered by the column that the order's key stands for."""
    keys = (column.desc(), identity.desc()) if order.descending else (column, identity)
    if getattr(column, "nullable", False):
        return query.order_by(column.is_(None), *keys)
    return query.order_by(*keys)


def in_portions(ids: Collection[Any]) -> Iterator[list[Any]]:
    """The ids in lists that a statement can have: PostgreSQL takes 65,535 parameters."""
    listed = list(ids)
    for start in range(0, len(listed), _PORTION):
        yield listed[start : start + _PORTION]


def paged(query: Select[Any], page: Page | Slice | None) -> Select[Any]:
    """The rows of one page, or all."""
    return query if page is None else query.limit(page.size).offset(page.offset)
