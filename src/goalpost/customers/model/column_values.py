"""Columns of numbers and of days in files for people: how their cells are read, judged by all of a column's cells.

What the cells leave open (`1,200`, `3/4/2026`) is read as the column's other cells are, else as the file's delimiter
and the field's kind say. What then is still open stays as it is written, and is told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from goalpost.customers.model.field_values import as_number
from goalpost.customers.model.written_days import DAY_FIRST, MONTH_FIRST, days_of, is_day
from goalpost.customers.model.written_numbers import COMMA, PERCENT, POINT, Written, number_of

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_NAMES_OF_TEXTS = frozenset(
    {
        *(
            "code",
            "duns",
            "fax",
            "iban",
            "id",
            "ids",
            "ip",
            "isin",
            "key",
            "mobile",
            "phone",
            "plz",
            "postal",
            "postcode",
        ),
        *("ref", "reference", "serial", "sku", "tel", "telephone", "vat", "version", "zip", "zipcode"),
    }
)
_LAST_WORDS = frozenset({"no", "nr", "num", "number"})
_WHOLE = frozenset({"employees", "users", "customerlifetimeinmonths", "headcount", "seats", "licenses"})


@dataclass(frozen=True, slots=True)
class Read:
    """A cell as it is stored, and whether it was to be a number or a day of its column and stays a text."""

    value: str
    is_kept: bool = False


@dataclass
class ColumnEvidence:
    """Evidence of what the cells of a column are, as far as they were seen."""

    name: str
    cells: int = 0
    numbers: int = 0
    days: int = 0
    marks: set[str] = field(default_factory=set)
    orders: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    fractions: set[str] = field(default_factory=set)

    def see(self, cell: str) -> None:
        """Take a cell into account."""
        self.cells += 1
        if number := number_of(cell):
            self.numbers += 1
            self._see_number(number)
        elif days := days_of(cell):
            self.days += 1
            if len(days) == 1:
                self.orders |= days.keys()
        elif is_day(cell):
            self.days += 1

    def _see_number(self, number: Written) -> None:
        self.units.add(number.unit)
        if len(number.by_mark) == 1:
            self.marks |= number.by_mark.keys()
        self.fractions |= {mark for mark, value in number.by_mark.items() if value != value.to_integral_value()}

    def reader(self, delimiter: str) -> Callable[[str], Read]:
        """Return how the column's cells are read, in a file with this delimiter."""
        if _is_of_texts(self.name) or 2 * max(self.numbers, self.days) < max(self.cells, 1):
            return Read
        return self._number_reader(delimiter) if self.numbers >= self.days else self._day_reader()

    def _number_reader(self, delimiter: str) -> Callable[[str], Read]:
        mark = self._mark(delimiter)
        currencies = self.units - {"", PERCENT}
        # Of what has two units nobody knows what the number alone would mean.
        unread = (currencies if len(currencies) > 1 else set()) | ({PERCENT} if len(self.units) > 1 else set())

        def read(cell: str) -> Read:
            number = number_of(cell)
            if number is None or number.unit in unread:
                return Read(cell, is_kept=as_number(cell) is None)
            if not number.is_clear and mark not in number.by_mark:
                return Read(cell, is_kept=True)
            value = number.by_mark[mark] if mark in number.by_mark else next(iter(number.by_mark.values()))
            return Read(cell if as_number(cell) == float(value) else f"{value:f}")

        return read

    def _mark(self, delimiter: str) -> str:
        """Return the decimal mark of the column; '' where nobody knows."""
        if self.marks:
            return self.marks.copy().pop() if len(self.marks) == 1 else ""
        if "".join(self.name.split()).lower() in _WHOLE and self.fractions != {POINT, COMMA}:
            return COMMA if POINT in self.fractions else POINT
        # Where the comma is the decimal mark, spreadsheets part cells by semicolons.
        return {",": POINT, ";": COMMA}.get(delimiter, "")

    def _day_reader(self) -> Callable[[str], Read]:
        order = self.orders.copy().pop() if len(self.orders) == 1 else ""

        def read(cell: str) -> Read:
            days = days_of(cell)
            if not days:
                return Read(cell, is_kept=not is_day(cell))
            if len(set(days.values())) == 1:
                return Read(days.get(DAY_FIRST) or days[MONTH_FIRST])
            return Read(days[order]) if order in days else Read(cell, is_kept=True)

        return read


def _is_of_texts(name: str) -> bool:
    """Say whether a column has texts of digits by its name: `Phone`, `externalId`, `Account Number`."""
    words = [word.lower() for word in _WORD.findall(name)]
    return not _NAMES_OF_TEXTS.isdisjoint(words) or not _LAST_WORDS.isdisjoint(words[-1:])
