"""The rows that goals point at, of whatever table, found in one statement."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, repeat
from uuid import UUID

from sqlalchemy import BindParameter, Connection, Uuid, bindparam, null, select, union_all

from goalpost.customers.rows.tables import picklist_items, records

MOST = 8
"""Limit of ids that are looked for at once: a goal points at fewer."""

_IDS = [bindparam(f"id{number}", type_=Uuid()) for number in range(MOST)]  # a list of any length would be compiled anew
_WORKSPACE: BindParameter[UUID] = bindparam("workspace")
_FIND = union_all(
    select(records.c.id, records.c.name, records.c.kind, records.c.company_id).where(
        records.c.id.in_(_IDS), records.c.workspace_id == _WORKSPACE, records.c.deleted_at.is_(None)
    ),
    select(picklist_items.c.id, picklist_items.c.name, picklist_items.c.picklist, null()).where(
        picklist_items.c.id.in_(_IDS),
        picklist_items.c.workspace_id == _WORKSPACE,
        picklist_items.c.retired_at.is_(None),
    ),
)


@dataclass(frozen=True, slots=True)
class Referable:
    """A live record or picklist item; `kind` is a RecordKind's or a Picklist's value; `company_id` is a record's."""

    id: UUID
    name: str
    kind: str
    company_id: UUID | None


def find(db: Connection, workspace_id: UUID, ids: Collection[UUID]) -> dict[UUID, Referable]:
    """Return those of at most MOST ids that a goal of the workspace may point at."""
    if not ids:
        return {}
    asked = dict(zip((f"id{number}" for number in range(MOST)), chain(ids, repeat(next(iter(ids)))), strict=False))
    rows = db.execute(_FIND, {"workspace": workspace_id, **asked})
    return {row.id: Referable(*row) for row in rows}
