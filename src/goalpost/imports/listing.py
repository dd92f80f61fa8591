"""Shared parts of readers of vendors' lists: typed fields of a row, plain errors, and the fields that were not read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from goalpost.imports.model.foreign_rows import ForeignRow, RowFault

T = TypeVar("T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOTHING = (None, "", 0, False)

Listing = Callable[[Mapping[str, Any], str, str], Iterator[ForeignRow]]
"""Reads one document: an answer, or a row of one; where it is from; and what the user says that it lists, or ''.

Raises RowFault.
"""


class Fields:
    """The fields of a row. Every reading raises RowFault for a value of the wrong kind; `rest` is what was not read."""

    def __init__(self, row: Any, place: str) -> None:
        if not isinstance(row, dict):
            raise RowFault(f"{place}: is not an object")
        self.place = place
        self._row: dict[str, Any] = row
        self._read: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return self._row.get(name) is not None

    def text(self, name: str) -> str | None:
        """A text."""
        return self._get(name, str, "a text")

    def needed(self, name: str) -> str:
        """A text that must be there."""
        found = self.text(name)
        if not found:
            raise self.fault(f"has no {name}")
        return found

    def whole(self, name: str) -> int | None:
        """A whole number; a text of digits is one, too."""
        value = self._take(name)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
            return int(value)
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        raise self.fault(f"{name} must be a whole number")

    def number(self, name: str) -> float | None:
        """A number."""
        value = self._take(name)
        if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
            return value
        raise self.fault(f"{name} must be a number")

    def percent(self, name: str) -> Decimal | None:
        """A number, exactly as it is written."""
        value = self.number(name)
        return None if value is None else Decimal(str(value))

    def flag(self, name: str) -> bool | None:
        """True or false."""
        return self._get(name, bool, "true or false")

    def object(self, name: str) -> dict[str, Any] | None:
        """An object."""
        return self._get(name, dict, "an object")

    def rows(self, name: str) -> Sequence[Any]:
        """A list; none is an empty one."""
        return self._get(name, list, "a list") or ()

    def moment(self, name: str) -> datetime | None:
        """A date-time of ISO 8601; without a zone it is UTC."""
        text = self.text(name)
        try:
            found = datetime.fromisoformat(text) if text else None
            return found and (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC))
        except (ValueError, OverflowError):
            raise self.fault(f"{name} must be a date-time such as 2026-03-31T17:00:00Z") from None

    def milliseconds(self, name: str) -> datetime | None:
        """A moment in milliseconds since 1970, or a date-time."""
        if isinstance(self._row.get(name), str):
            return self.moment(name)
        value = self.whole(name)
        try:
            return None if value is None else _EPOCH + timedelta(milliseconds=value)
        except OverflowError:
            raise self.fault(f"{name} must be in milliseconds since 1970") from None

    def known(self, *names: str) -> None:
        """Take fields for read that follow from others."""
        self._read.update(names)

    def others(self) -> dict[str, Any]:
        """The fields that were not read, now taken for read."""
        found = {name: value for name, value in self._row.items() if name not in self._read}
        self._read.update(found)
        return found

    def rest(self) -> tuple[str, ...]:
        """The names of fields that were not read and have a value."""
        return tuple(
            name
            for name, value in self._row.items()
            if name not in self._read and value not in _NOTHING and value not in ([], {})
        )

    def fault(self, text: str) -> RowFault:
        """Return the fault of the row, with its place."""
        return RowFault(f"{self.place}: {text}")

    def _get(self, name: str, type_: type[T], what: str) -> T | None:
        value = self._take(name)
        if value is not None and not isinstance(value, type_):
            raise self.fault(f"{name} must be {what}")
        return value

    def _take(self, name: str) -> Any:
        self._read.add(name)
        return self._row.get(name)


def rows_of(document: Mapping[str, Any], place: str, *names: str) -> Iterator[tuple[Any, str]]:
    """Return the rows of an answer's lists of these names, each with its place; an object there is one row."""
    for name in names:
        found = document.get(name)
        if isinstance(found, list):
            yield from ((row, f"{place} {name}[{number}]") for number, row in enumerate(found))
        elif found is not None:
            yield found, f"{place} {name}"
