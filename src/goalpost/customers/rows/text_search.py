"""Texts in any case: how a column is folded when it is stored, and how it is searched. The stores' own ways differ."""

from sqlalchemy import ColumnElement

from goalpost.kernel.texts import folded


def contains(column: ColumnElement[str], search: str) -> ColumnElement[bool]:
    """Return the condition that a folded column contains a text, in any case; `%` and `_` are themselves."""
    return column.contains(folded(search), autoescape=True)
