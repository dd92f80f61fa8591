"""The rows that goals point at, of whatever table, found in one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Connection, bindparam, select, union_all

from goalpost.db.customer_goal_tables import picklist_items, records

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_WORKSPACE: BindParameter[UUID] = bindparam("workspace")
_FIND = union_all(
    select(records.c.id, records.c.name, records.c.kind).where(
        records.c.id.in_(_IDS), records.c.workspace_id == _WORKSPACE, records.c.deleted_at.is_(None)
    ),
    select(picklist_items.c.id, picklist_items.c.name, picklist_items.c.picklist).where(
        picklist_items.c.id.in_(_IDS),
        picklist_items.c.workspace_id == _WORKSPACE,
        picklist_items.c.retired_at.is_(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Referable:
    """A live record or picklist item; `kind` is a RecordKind's or a Picklist's value."""

    id: UUID
    name: str
    kind: str


def find(db: Connection, workspace_id: UUID, ids: Collection[UUID]) -> dict[UUID, Referable]:
    """Those of these ids that a goal of the workspace may point at."""
    if not ids:
        return {}
    rows = db.execute(_FIND, {"workspace": workspace_id, "ids": list(ids)})
    return {row.id: Referable(row.id, row.name, row.kind) for row in rows}
