"""What a query compares: the columns of a table under their names, and the fields of the user's own."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table

from goalpost.core.queries import Condition, Query
from goalpost.db.where import collation_of, extracted, to_sql

OWN = "fields."
"""What the names of the user's own fields begin with in a query."""


def columns_of(table: Table, *names: str) -> dict[str, ColumnElement[Any]]:
    """Columns that are compared under their own names."""
    return {name: table.c[name] for name in names}


def found_by(
    db: Connection, query: Query, columns: Mapping[str, ColumnElement[Any]], comparable: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Whether a query finds a row; `comparable` is the row's column of the user's own fields."""

    def column_of(condition: Condition) -> ColumnElement[Any]:
        if condition.field.startswith(OWN):
            return extracted(comparable, condition.field.removeprefix(OWN), condition.type)
        return columns[condition.field]

    return to_sql(query, column_of, collation_of(db))
