"""Picklists: what can be chosen."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.core.audit import Author, changed_fields, made
from goalpost.core.errors import Conflict, NotFound
from goalpost.core.ids import new_id
from goalpost.core.picklists import Picklist, PicklistItem, check_item, default_items
from goalpost.db import audit, picklists
from goalpost.db.revision import lock_catalog


def add_defaults(db: Connection, *, workspace_id: UUID, now: datetime) -> None:
    """Give a new workspace what it can choose from."""
    picklists.insert_items(db, default_items(workspace_id, now))


def list_items(
    db: Connection, *, workspace_id: UUID, picklist: Picklist | None = None, retired: bool = False
) -> list[PicklistItem]:
    """The workspace's items of one list or of all, in their order; retired ones when asked for."""
    return picklists.list_items(db, workspace_id, picklist, retired=retired)


def add_item(
    db: Connection,
    *,
    workspace_id: UUID,
    picklist: Picklist,
    name: str,
    author: Author,
    now: datetime,
    is_closed: bool = False,
    is_high: bool = False,
    color: str | None = None,
) -> PicklistItem:
    """A new item behind the others; raises Invalid, and Conflict when the list has a live one of that name."""
    lock_catalog(db)  # two of one name could come together
    position = picklists.next_position(db, workspace_id, picklist)
    item = check_item(
        PicklistItem(
            *(new_id(now), workspace_id, picklist, name, position, now),
            is_closed=is_closed,
            is_high=is_high,
            color=color,
        )
    )
    names = {found.name.casefold() for found in picklists.list_items(db, workspace_id, picklist)}
    if name.casefold() in names:
        raise Conflict(f"there is a {picklist.value.replace('_', ' ')} named {name!r} already")
    picklists.insert_items(db, [item])
    trail = [made(picklist.value, item, ("name", "is_closed", "is_high", "color"))]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return item


def retire_item(db: Connection, *, workspace_id: UUID, item_id: UUID, author: Author, now: datetime) -> PicklistItem:
    """End that an item can be chosen; goals that have it keep it. Raises NotFound when there is no such live item."""
    item = picklists.get_items(db, workspace_id, [item_id]).get(item_id)
    if item is None or item.retired_at is not None:
        raise NotFound("there is no such item")
    picklists.retire_item(db, item_id, now)
    retired = replace(item, retired_at=now)
    trail = changed_fields(item, retired, ("retired_at",), item.picklist.value)
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return retired
