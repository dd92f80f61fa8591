"""Cells of CSV files as spreadsheets may have them: what they would run is text, and is read back as it was."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from goalpost.customers.model.field_values import written
from goalpost.kernel.texts import folded

MARK = "\ufeff"
"""The byte order mark at the start of CSV files, by which spreadsheets know that they are UTF-8."""
# What a spreadsheet may run. Characters of no width are as good as spaces before it, and apostrophes are counted off.
_FORMULA = re.compile(r"'*[\s\u00ad\u200b-\u200f\u2060\ufeff]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def defused(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def undefused(cell: str) -> str:
    """The text that `defused` made this cell of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell, 1) else cell


def cell_of(value: Any) -> str:
    """A value of a field of the user's own as a cell; numbers need no apostrophe."""
    return written(value) if isinstance(value, bool | int | float) else defused(written(value))


def column_names(fields: Iterable[str], taken: Sequence[str]) -> dict[str, str]:
    """Fields of the user's own → the columns for them: their names, behind `fields.` where another column has it."""
    used = {folded(name) for name in taken}
    found: dict[str, str] = {}
    for field in fields:
        name = field
        while folded(name) in used:
            name = f"fields.{name}"
        used.add(folded(name))
        found[field] = defused(name)
    return found


class Line:
    """The file that csv.writer writes a row to: writerow returns what `write` does."""

    def write(self, text: str) -> str:
        return text
