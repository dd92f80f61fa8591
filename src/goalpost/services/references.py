"""What a goal points at: ids of a request, held against the workspace they must belong to."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection

from goalpost.core.errors import InvalidReference
from goalpost.core.picklists import Picklist
from goalpost.core.records import RecordKind, Ref
from goalpost.db import references

_KINDS = {
    "company_id": RecordKind.COMPANY,
    "relationship_id": RecordKind.RELATIONSHIP,
    "opportunity_id": RecordKind.OPPORTUNITY,
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
    rows = references.find(db, workspace_id, set(given.values()))
    found = {
        field: Ref(row.id, row.name)
        for field, identity in given.items()
        if (row := rows.get(identity)) and row.kind == _KINDS[field].value
    }
    if len(found) < len(given):
        raise InvalidReference({field: ["does not exist"] for field in given if field not in found})
    return found
