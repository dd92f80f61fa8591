"""Rows of another system, as its API lists them: read, and not yet ours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from goalpost.imports.model.foreign_ids import Kind
from goalpost.kernel.errors import GoalpostError


@dataclass(frozen=True, slots=True)
class ForeignRef:
    """Another row, named by the id that it has over there."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class ForeignRow:
    """A row of another system; `text` is the id that it has there, `place` where it was read.

    `values` are by the model's names, and name other rows by ForeignRef. A row that is `mentioned` only has what
    another row says of it. `unkept` are its fields that have a value and no place here. With `left_out` it is read and
    not wanted, and says why. `names` are the system's own of fields that have another name in the model, to tell faults
    by.
    """

    kind: Kind
    text: str
    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    mentioned: bool = False
    unkept: tuple[str, ...] = ()
    left_out: str = ""
    created_at: datetime | None = None
    updated_at: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Counts:
    """Rows of one kind: `read` is the sum of the others."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    left_out: int = 0


@dataclass(slots=True)
class Report:
    """The result of an import: rows by kind, rows left out by reason, and fields not kept by kind and name."""

    kinds: dict[str, Counts] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    unkept: dict[str, int] = field(default_factory=dict)

    def count(self, kind: str, what: str) -> None:
        """Count a row of a kind."""
        counts = self.kinds.setdefault(kind, Counts())
        counts.read += 1
        setattr(counts, what, getattr(counts, what) + 1)

    def leave_out(self, kind: str, reason: str) -> None:
        """Count a row that is not wanted."""
        self.count(kind, "left_out")
        said = f"{kind}: {reason}"
        self.left_out[said] = self.left_out.get(said, 0) + 1

    def note_unkept(self, kind: str, names: tuple[str, ...]) -> None:
        """Note fields that are not kept."""
        for name in names:
            said = f"{kind}.{name}"
            self.unkept[said] = self.unkept.get(said, 0) + 1


class RowFault(GoalpostError):
    """A row cannot be read or imported; the message says what is wrong with it."""


class RowsRefused(GoalpostError):
    """Rows cannot be imported, so none is: `faults` are where and why."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in faults[:3]))
        self.faults = faults
