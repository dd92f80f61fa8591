"""Texts in any case: how a column is folded when it is stored, and how it is searched. The stores' own ways differ."""

import unicodedata

from sqlalchemy import ColumnElement


def folded(text: str) -> str:
    """The text as it is compared: composed, and in no case."""
    return unicodedata.normalize("NFC", text.casefold())


def contains(column: ColumnElement[str], search: str) -> ColumnElement[bool]:
    """Whether a folded column contains a text, in any case; `%` and `_` are themselves."""
    return column.contains(folded(search), autoescape=True)
