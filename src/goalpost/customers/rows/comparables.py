"""Fields of the user's own as rows keep them twice: as they were sent, and as `where` compares them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Select

from goalpost.customers.model.field_values import as_moment, as_number, as_text

_FORMS: Mapping[str, Callable[[Any], Any]] = {"t": as_text, "n": as_number, "m": as_moment}
"""Letter → what a value can be compared as: t(ext), n(umber), m(oment), in milliseconds."""


def own_fields(fields: Mapping[str, Any], named: Callable[[str], str] = str) -> dict[str, Any]:
    """The columns of a row that has fields of the user's own; `named` makes names as they are compared."""
    comparable = _comparable(fields, named) if fields else None
    return {"fields": json.dumps(dict(fields)) if fields else None, "comparable": comparable}


def read_fields(text: str | None) -> dict[str, Any]:
    """The fields of a row, as they were sent."""
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def names_in(db: Connection, rows: Select[Any]) -> list[str]:
    """The names of fields in the column that is selected, in the order in which they first come."""
    found: dict[str, None] = {}
    for text in db.execute(rows, execution_options={"yield_per": 1000}).scalars():
        found |= dict.fromkeys(read_fields(text))
    return list(found)


def _comparable(fields: Mapping[str, Any], named: Callable[[str], str]) -> dict[str, Any]:
    """Each value in each form that it has. A text that says a number or a moment is that, too."""
    found: dict[str, dict[str, Any]] = {letter: {} for letter in _FORMS}
    for name, value in fields.items():
        for letter, form_of in _FORMS.items():
            if (form := form_of(value)) is not None:
                found[letter].setdefault(named(name), form)  # of two names that are compared as one, the first
    return found
