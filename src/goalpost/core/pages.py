"""Lists a page at a time: which page, and in which order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Order:
    """By which key, and which way. Rows without a value come last either way; ties are broken by the id."""

    by: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The `number`th page, from 1, of `size` rows."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` rows behind the first `offset`."""

    offset: int
    size: int
