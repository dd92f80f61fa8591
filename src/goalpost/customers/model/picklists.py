"""Picklists: what a goal's status, priority, category, type … are chosen from. Each workspace has items of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.kernel.errors import Invalid
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import text_faults

MAX_NAME = 255


class Picklist(StrEnum):
    """Lists that items belong to."""

    STATUS = "status"
    PRIORITY = "priority"
    CATEGORY = "category"
    GOAL_TYPE = "goal_type"
    ASSOCIATED_WORK = "associated_work"
    RELATIONSHIP_TYPE = "relationship_type"


@dataclass(frozen=True, slots=True)
class PicklistItem:
    """One choice. Retired items cannot be chosen any more; goals that have them keep them.

    `is_closed` is a status's: the goal is over. `is_high` is a priority's. `system_name` is what programs know it by.
    `parent_id` is associated work's: the goal type that it is for; None: any. `entities` are a goal type's: what goals
    of it may be about, as kinds of entities and ids of relationship types; None: anything.
    """

    id: UUID
    workspace_id: UUID
    picklist: Picklist
    name: str
    position: int
    created_at: datetime
    is_closed: bool = False
    is_high: bool = False
    color: str | None = None
    system_name: str | None = None
    retired_at: datetime | None = None
    parent_id: UUID | None = None
    entities: tuple[str, ...] | None = None


DEFAULTS: dict[Picklist, tuple[str, ...]] = {
    Picklist.STATUS: (
        *("New", "Not Started", "On Track", "In Progress", "At Risk", "On Hold"),
        *("Achieved", "Completed", "Not Achieved", "Cancelled"),
    ),
    Picklist.PRIORITY: ("Low", "Medium", "High"),
    Picklist.CATEGORY: ("Security", "Compliance", "Infrastructure", "Productivity", "Growth"),
    Picklist.GOAL_TYPE: ("Default",),
}
"""Items that a new workspace begins with."""

_CLOSED = frozenset({"Achieved", "Completed", "Not Achieved", "Cancelled"})


def default_items(workspace_id: UUID, now: datetime) -> Iterator[PicklistItem]:
    """The items of a new workspace."""
    for picklist, names in DEFAULTS.items():
        for position, name in enumerate(names):
            is_type = picklist is Picklist.GOAL_TYPE
            yield PicklistItem(
                *(new_id(now), workspace_id, picklist, name, position, now),
                is_closed=picklist is Picklist.STATUS and name in _CLOSED,
                is_high=picklist is Picklist.PRIORITY and name == "High",
                color="#98E7B1" if is_type else None,
                system_name="DEFAULT_GOAL_TYPE" if is_type else None,
            )


def check_item(item: PicklistItem) -> PicklistItem:
    """The item as given, when it may be stored; raises Invalid with every fault."""
    faults = {"name": text_faults(item.name, MAX_NAME)}
    if item.parent_id is not None and item.picklist is not Picklist.ASSOCIATED_WORK:
        faults["goal_type"] = ["is associated work's"]
    if item.entities is not None and (item.picklist is not Picklist.GOAL_TYPE or not item.entities):
        faults["entities"] = ["are a goal type's, at least one"]
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    return item


def item_prefix(picklist: Picklist) -> str:
    """Return the prefix of the GSIDs of a list's items."""
    return gsids.RELATIONSHIP_TYPE if picklist is Picklist.RELATIONSHIP_TYPE else gsids.ITEM
