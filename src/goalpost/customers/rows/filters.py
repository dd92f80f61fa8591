"""The operands of a query: the columns of a table under their names, and the fields of the user's own."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from goalpost.customers.model.filters import OWN, Query, conditions_of
from goalpost.customers.rows.where import collation_of, extracted, to_sql


def columns_of(table: Table, *names: str) -> dict[str, ColumnElement[Any]]:
    """Columns that are compared under their own names."""
    return {name: table.c[name] for name in names}


def name_of(table: Table, reference: ColumnElement[Any]) -> ColumnElement[str]:
    """The folded name of the row of a table that a column of another row points at; NULL where it points at none."""
    referred = table.alias()
    return select(referred.c.name_folded).where(referred.c.id == reference).scalar_subquery()


def found_by(
    db: Connection,
    query: Query,
    columns: Mapping[str, ColumnElement[Any]],
    comparable: ColumnElement[Any],
    named: Callable[[str], str] = str,
) -> ColumnElement[bool]:
    """Return whether a query finds a row; `comparable` is its column of custom fields, named as `named` says."""
    own = {
        (one.field, one.type): extracted(comparable, named(one.field.removeprefix(OWN)), one.type)
        for one in conditions_of(query)
        if one.field.startswith(OWN)
    }
    return to_sql(query, {**columns, **own}, collation_of(db))
