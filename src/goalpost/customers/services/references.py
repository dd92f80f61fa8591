"""References of a goal: ids of a request, held against the workspace they must belong to."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind, Ref
from goalpost.customers.rows import picklists, references
from goalpost.kernel.errors import InvalidReference

_KINDS = {
    "company_id": RecordKind.COMPANY,
    "relationship_id": RecordKind.RELATIONSHIP,
    "opportunity_id": RecordKind.OPPORTUNITY,
    "status_id": Picklist.STATUS,
    "priority_id": Picklist.PRIORITY,
    "category_id": Picklist.CATEGORY,
    "goal_type_id": Picklist.GOAL_TYPE,
    "relationship_type_id": Picklist.RELATIONSHIP_TYPE,
}


def company_of(db: Connection, *, workspace_id: UUID, record_id: UUID) -> Ref | None:
    """The company of a relationship or an opportunity."""
    record = references.find(db, workspace_id, {record_id}).get(record_id)
    if record is None or record.company_id is None:
        return None
    company = references.find(db, workspace_id, {record.company_id}).get(record.company_id)
    return Ref(company.id, company.name) if company else None


def fitting_work(db: Connection, *, workspace_id: UUID, work: Collection[UUID], goal_type_id: UUID | None) -> set[UUID]:
    """Return the part of `work` that is live and allowed for goals of the type."""
    items = picklists.get_items(db, workspace_id, set(work))
    return {
        one
        for one, item in items.items()
        if item.picklist is Picklist.ASSOCIATED_WORK and item.parent_id in (None, goal_type_id) and not item.retired_at
    }


def resolve_work(db: Connection, *, workspace_id: UUID, work: Collection[UUID], goal_type_id: UUID | None) -> None:
    """Raise InvalidReference unless all of this is associated work that goals of the type may have."""
    if set(work) - fitting_work(db, workspace_id=workspace_id, work=work, goal_type_id=goal_type_id):
        raise InvalidReference({"associated_work": ["does not exist"]})


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
