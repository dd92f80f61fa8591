"""What a goal points at: ids of a request, held against the workspace they must belong to."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection

from goalpost.core.errors import InvalidReference
from goalpost.core.picklists import Picklist
from goalpost.core.records import RecordKind, Ref
from goalpost.db import picklists, records

_RECORDS = {
    "company_id": RecordKind.COMPANY,
    "relationship_id": RecordKind.RELATIONSHIP,
    "opportunity_id": RecordKind.OPPORTUNITY,
}
_ITEMS = {
    "status_id": Picklist.STATUS,
    "priority_id": Picklist.PRIORITY,
    "category_id": Picklist.CATEGORY,
    "goal_type_id": Picklist.GOAL_TYPE,
}


def resolve(db: Connection, *, workspace_id: UUID, ids: Mapping[str, UUID | None]) -> dict[str, Ref]:
    """The rows that `ids` (by field: company_id, status_id, …) name; fields without an id are left out.

    Raises InvalidReference with every id that names nothing of this workspace that could be chosen.
    """
    given = {field: identity for field, identity in ids.items() if identity is not None}
    found = {**_records(db, workspace_id, given), **_items(db, workspace_id, given)}
    if unknown := given.keys() - found.keys():
        raise InvalidReference({field: ["does not exist"] for field in ids if field in unknown})
    return found


def _records(db: Connection, workspace_id: UUID, given: Mapping[str, UUID]) -> dict[str, Ref]:
    found = {}
    for field, kind in _RECORDS.items():
        record = records.get_record(db, given[field]) if field in given else None
        if record is not None and record.workspace_id == workspace_id and record.kind is kind:
            found[field] = Ref(record.id, record.name)
    return found


def _items(db: Connection, workspace_id: UUID, given: Mapping[str, UUID]) -> dict[str, Ref]:
    wanted = {field: given[field] for field in _ITEMS if field in given}
    items = picklists.get_items(db, workspace_id, set(wanted.values()))
    return {
        field: Ref(item.id, item.name)
        for field, identity in wanted.items()
        if (item := items.get(identity)) and item.picklist is _ITEMS[field] and item.retired_at is None
    }
