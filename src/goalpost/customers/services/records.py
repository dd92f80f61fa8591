"""Companies, relationships, opportunities and people: make, list, change, take away."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, changed_fields, deleted, made
from goalpost.customers.model.custom_fields import laid_over
from goalpost.customers.model.filters import Query
from goalpost.customers.model.free_fields import respelled
from goalpost.customers.model.paging import Page, Slice, Sorting
from goalpost.customers.model.records import Record, RecordKind, check_record
from goalpost.customers.rows import audit, customer_goals, records
from goalpost.customers.services.references import resolve
from goalpost.kernel.errors import Conflict, NotFound
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import tidy

AUDITED = ("name", "email", "company_id", "fields")


def create_record(
    db: Connection,
    *,
    workspace_id: UUID,
    kind: RecordKind,
    name: str,
    author: Author,
    now: datetime,
    email: str | None = None,
    company_id: UUID | None = None,
    fields: Mapping[str, Any] | None = None,
    row_id: UUID | None = None,
) -> Record:
    """A new record; raises Invalid with every fault, InvalidReference for a company that is not there.

    `row_id` was claimed for it.
    """
    record = check_record(
        Record(row_id or new_id(now), workspace_id, kind, tidy(name), now, now, email, company_id, dict(fields or {}))
    )
    resolve(db, workspace_id=workspace_id, ids={"company_id": company_id})
    records.insert_record(db, record)
    trail = [made(kind.value, record, AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return record


def get_record(db: Connection, *, workspace_id: UUID, kind: RecordKind, record_id: UUID) -> Record:
    """The workspace's record of that kind and id; raises NotFound."""
    record = records.get_record(db, record_id)
    if record is None or record.workspace_id != workspace_id or record.kind is not kind:
        raise NotFound(f"there is no such {kind.value}")
    return record


def get_records(db: Connection, *, workspace_id: UUID, record_ids: Collection[UUID]) -> dict[UUID, Record]:
    """Return the workspace's records of these ids, of any kind."""
    return records.get_records(db, workspace_id, record_ids)


def list_records(
    db: Connection, *, workspace_id: UUID, kind: RecordKind, order: Sorting, page: Page, search: str = ""
) -> tuple[list[Record], int]:
    """A page of the workspace's records of a kind whose names contain `search`, and how many there are in all."""
    return records.list_records(db, workspace_id, kind, search=search, order=order, page=page)


def find_named(db: Connection, *, workspace_id: UUID, kind: RecordKind, name: str) -> list[Record]:
    """Find the two oldest of the workspace's records of a kind that have that name; else in another case.

    Names that were stored with blanks around them, by older versions, are found by just these.
    """
    found = records.find_named(db, workspace_id, kind, name)
    return found if found or tidy(name) == name else records.find_named(db, workspace_id, kind, tidy(name))


def find_records(
    db: Connection, *, workspace_id: UUID, kind: RecordKind, query: Query, order: Sorting, page: Page | Slice
) -> list[Record]:
    """A page of the workspace's records of a kind that a query finds."""
    return records.find_records(db, workspace_id, kind, query, order=order, page=page)


def field_names(db: Connection, *, workspace_id: UUID, kind: RecordKind) -> list[str]:
    """The names of the own fields that the workspace's records of a kind have, in the order in which they came."""
    return records.field_names(db, workspace_id, kind)


def each_record(db: Connection, *, workspace_id: UUID, kind: RecordKind) -> Iterator[Record]:
    """Every record of a kind that the workspace has, oldest first."""
    return records.each_record(db, workspace_id, kind)


def update_record(
    db: Connection, *, record: Record, changes: Mapping[str, Any], author: Author, now: datetime
) -> Record:
    """The record with `changes` (name, email, company_id, fields) laid over it; raises as create_record.

    `fields` are laid over the record's own, one by one; None takes one away, and one whose name differs in case only is
    the one that is there. What somebody else changed since it was read stays where this does not touch it. Raises
    NotFound when it is gone.
    """
    current = _lock(db, record)
    if "fields" in changes:
        given = respelled(current.fields, changes["fields"])
        changes = {**changes, "fields": laid_over(current.fields, given)}
    if isinstance(changes.get("name"), str) and changes["name"] != current.name:
        changes = {**changes, "name": tidy(changes["name"])}
    changed = check_record(replace(current, **changes), current)
    trail = list(changed_fields(current, changed, AUDITED, record.kind.value))
    if not trail:
        return current
    if changed.company_id != current.company_id:
        resolve(db, workspace_id=record.workspace_id, ids={"company_id": changed.company_id})
    changed = replace(changed, updated_at=now)
    records.update_record(db, changed)
    audit.insert_changes(db, trail, workspace_id=record.workspace_id, author=author, now=now)
    return changed


def delete_record(db: Connection, *, record: Record, author: Author, now: datetime) -> None:
    """Take a record away; raises Conflict while goals are about it, NotFound when it is gone already."""
    _lock(db, record)
    if count := customer_goals.count_goals_of(db, record.workspace_id, record.id):
        raise Conflict(f"the {record.kind.value} has {count} goals")
    records.delete_record(db, record.id, now)
    trail = [deleted(record.kind.value, record, AUDITED)]
    audit.insert_changes(db, trail, workspace_id=record.workspace_id, author=author, now=now)


def _lock(db: Connection, record: Record) -> Record:
    """The record as it is now, which nobody else changes until this transaction ends."""
    current = records.get_record(db, record.id, lock=True)
    if current is None:
        raise NotFound(f"there is no such {record.kind.value}")
    return current
