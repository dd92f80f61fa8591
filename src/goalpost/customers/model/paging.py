"""Lists a page at a time: which page, and in which order."""

from dataclasses import dataclass

from goalpost.customers.model.filters import FieldType


@dataclass(frozen=True, slots=True)
class Order:
    """Sort key and direction. Rows without a value come last either way; ties are broken by the id.

    A key may be a field of the user's own, `fields.` and its name: by its values of the type, and without a type by
    its numbers, then its texts.
    """

    by: str
    descending: bool = False
    type: FieldType | None = None


Sorting = Order | tuple[Order, ...]
"""Rows that are equal in one order are in the next."""


@dataclass(frozen=True, slots=True)
class Page:
    """The `number`th page, from 1, of `size` rows."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """Return how many rows come before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` rows behind the first `offset`."""

    offset: int
    size: int
