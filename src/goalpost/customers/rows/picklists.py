"""Picklist items as rows."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from goalpost.customers.model.picklists import Picklist, PicklistItem
from goalpost.customers.rows.tables import picklist_items
from goalpost.kernel.texts import folded

_OF_IDS = select(picklist_items).where(
    picklist_items.c.workspace_id == bindparam("workspace"), picklist_items.c.id.in_(bindparam("ids", expanding=True))
)

_LIST = (
    select(picklist_items)
    .where(picklist_items.c.workspace_id == bindparam("workspace"))
    .order_by(picklist_items.c.picklist, picklist_items.c.position, picklist_items.c.id)
)


def insert_items(db: Connection, items: Iterable[PicklistItem]) -> None:
    """Store new items."""
    db.execute(insert(picklist_items), [_values(item) for item in items])


def get_items(db: Connection, workspace_id: UUID, ids: Collection[UUID]) -> dict[UUID, PicklistItem]:
    """Return a workspace's items of these ids, retired or not."""
    if not ids:
        return {}
    return {row.id: _item(row) for row in db.execute(_OF_IDS, {"workspace": workspace_id, "ids": list(ids)})}


def list_items(
    db: Connection, workspace_id: UUID, picklist: Picklist | None, *, retired: bool = False
) -> list[PicklistItem]:
    """A workspace's items, of one list or of all, in their order; retired ones when asked for."""
    items = map(_item, db.execute(_LIST, {"workspace": workspace_id}))
    return [item for item in items if item.picklist is (picklist or item.picklist) and (retired or not item.retired_at)]


def next_position(db: Connection, workspace_id: UUID, picklist: Picklist) -> int:
    """The position behind a list's last item."""
    last = select(func.max(picklist_items.c.position)).where(
        picklist_items.c.workspace_id == workspace_id, picklist_items.c.picklist == picklist.value
    )
    found: int | None = db.execute(last).scalar()
    return 0 if found is None else found + 1


def update_item(db: Connection, item: PicklistItem) -> None:
    """Store an item anew."""
    values = {name: value for name, value in _values(item).items() if name not in ("id", "workspace_id", "created_at")}
    db.execute(update(picklist_items).where(picklist_items.c.id == item.id).values(**values))


def retire_item(db: Connection, item_id: UUID, now: datetime) -> None:
    """Take an item out of what can be chosen."""
    db.execute(update(picklist_items).where(picklist_items.c.id == item_id).values(retired_at=now))


_COLUMNS = tuple(column.name for column in picklist_items.columns if column.name != "name_folded")


def _values(item: PicklistItem) -> dict[str, Any]:
    return {
        **{name: getattr(item, name) for name in _COLUMNS},
        "picklist": item.picklist.value,
        "name_folded": folded(item.name),
        "entities": None if item.entities is None else json.dumps(item.entities),
    }


def _item(row: Row[Any]) -> PicklistItem:
    values = {name: getattr(row, name) for name in _COLUMNS}
    entities = None if row.entities is None else tuple(json.loads(row.entities))
    return PicklistItem(**{**values, "picklist": Picklist(row.picklist), "entities": entities})
