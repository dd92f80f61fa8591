"""Picklists: what can be chosen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, changed_fields, made
from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.free_fields import spelling_of
from goalpost.customers.model.picklists import Picklist, PicklistItem, check_item, default_items
from goalpost.customers.rows import audit, picklists
from goalpost.kernel.errors import Conflict, Invalid, InvalidReference, NotFound
from goalpost.kernel.ids import new_id
from goalpost.storage.locks import lock_catalog

_AUDITED = ("name", "is_closed", "is_high", "color", "parent_id", "entities")
_ENTITIES = frozenset(entity.name for entity in Entity)


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
    parent_id: UUID | None = None,
    entities: tuple[str, ...] | None = None,
    row_id: UUID | None = None,
) -> PicklistItem:
    """A new item behind the others; raises Invalid, and Conflict when the list has a live one of that name.

    `parent_id` is a live goal type, else InvalidReference. `entities` are COMPANY, RELATIONSHIP, OPPORTUNITY, GLOBAL
    and the ids of live relationship types. `row_id` was claimed for the item.
    """
    lock_catalog(db)  # two of one name could come together
    position = picklists.next_position(db, workspace_id, picklist)
    item = check_item(
        PicklistItem(
            *(row_id or new_id(now), workspace_id, picklist, name, position, now),
            is_closed=is_closed,
            is_high=is_high,
            color=color,
            parent_id=parent_id,
            entities=entities,
        )
    )
    _check_named(db, item)
    if spelling_of((found.name for found in picklists.list_items(db, workspace_id, picklist)), name) is not None:
        raise Conflict(f"there is a {picklist.value.replace('_', ' ')} named {name!r} already")
    picklists.insert_items(db, [item])
    trail = [made(picklist.value, item, _AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return item


def update_item(
    db: Connection, *, item: PicklistItem, changes: Mapping[str, Any], author: Author, now: datetime
) -> PicklistItem:
    """The item with `changes` (name, is_closed, is_high, color, parent_id, entities) laid over it.

    Raises as add_item.
    """
    lock_catalog(db)
    changed = check_item(replace(item, **changes))
    trail = list(changed_fields(item, changed, _AUDITED, item.picklist.value))
    if not trail:
        return item
    _check_named(db, changed)
    others = picklists.list_items(db, item.workspace_id, item.picklist)
    if changed.name.casefold() in {other.name.casefold() for other in others if other.id != item.id}:
        raise Conflict(f"there is a {item.picklist.value.replace('_', ' ')} named {changed.name!r} already")
    picklists.update_item(db, changed)
    audit.insert_changes(db, trail, workspace_id=item.workspace_id, author=author, now=now)
    return changed


def retire_item(db: Connection, *, workspace_id: UUID, item_id: UUID, author: Author, now: datetime) -> PicklistItem:
    """Retire an item: it can no longer be chosen, and goals that have it keep it. Raises NotFound."""
    item = picklists.get_items(db, workspace_id, [item_id]).get(item_id)
    if item is None or item.retired_at is not None:
        raise NotFound("there is no such item")
    picklists.retire_item(db, item_id, now)
    retired = replace(item, retired_at=now)
    trail = changed_fields(item, retired, ("retired_at",), item.picklist.value)
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return retired


def _check_named(db: Connection, item: PicklistItem) -> None:
    """Raise unless what the item names is there and could be chosen."""
    if item.parent_id is not None and str(item.parent_id) not in _live_ids(db, item, Picklist.GOAL_TYPE):
        raise InvalidReference({"goal_type": ["does not exist"]})
    named = set(item.entities or ()) - _ENTITIES
    if named and (unknown := named - _live_ids(db, item, Picklist.RELATIONSHIP_TYPE)):
        raise Invalid(
            {"entities": [f"{one!r} is neither a kind of entity nor a relationship type" for one in sorted(unknown)]}
        )


def _live_ids(db: Connection, item: PicklistItem, picklist: Picklist) -> set[str]:
    return {str(one.id) for one in picklists.list_items(db, item.workspace_id, picklist)}
