"""Shared parts of handlers of rows: the import they belong to, and what every row brings along."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.imports.model.foreign_ids import Kind, RowKind
from goalpost.imports.model.foreign_rows import ForeignRow
from goalpost.imports.rows import foreign_ids
from goalpost.imports.services.rows import Import

GSID_KINDS: tuple[Kind, ...] = (*RecordKind, *Picklist, RowKind.METRIC, RowKind.GOAL, RowKind.TEMPLATE)


@dataclass(slots=True)
class RowHandler:
    """The base of handlers of rows."""

    work: Import

    def adopt(self, row: ForeignRow) -> UUID | None:
        """The handler of rows that are the same by their ids alone."""
        return None

    def set_times(self, row: ForeignRow, row_id: UUID, **more: int | None) -> None:
        """Store when the row was created and updated there, and more columns of it."""
        moments = {"created_at": row.created_at, "updated_at": row.updated_at or row.created_at}
        foreign_ids.set_columns(self.work.db, row.kind, row_id, **moments, **more)

    def resolved(self, row: ForeignRow) -> dict[str, Any]:
        """The row's values, with own ids."""
        return {name: self.work.resolved(value) for name, value in row.values.items()}

    @property
    def by(self) -> dict[str, Any]:
        """Return the author and the moment."""
        return {"author": self.work.author, "now": self.work.now}
