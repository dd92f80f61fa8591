"""Custom fields of goals and templates: describe them, and hold what is sent against it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, made
from goalpost.customers.model.custom_fields import CustomField, CustomType, check_field
from goalpost.customers.model.field_schema import MOST_FIELDS, FieldSchema, NewField, held_values, named_ids
from goalpost.customers.model.free_fields import named, spelling_of
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows import audit, custom_fields, records
from goalpost.kernel.errors import Conflict, Invalid
from goalpost.kernel.ids import new_id
from goalpost.storage.locks import lock_catalog

_AUDITED = ("name", "type", "max_length", "choices", "refers_to")


def list_fields(db: Connection, *, workspace_id: UUID) -> dict[str, CustomField]:
    """The workspace's fields by their names."""
    return custom_fields.list_fields(db, workspace_id)


def add_field(
    db: Connection,
    *,
    workspace_id: UUID,
    name: str,
    type: CustomType,
    author: Author,
    now: datetime,
    max_length: int | None = None,
    choices: tuple[str, ...] | None = None,
    refers_to: RecordKind | None = None,
) -> CustomField:
    """A new field; raises Invalid, and Conflict when there is one of that name or the workspace has too many."""
    lock_catalog(db)  # two of one name could come together
    taken = custom_fields.list_fields(db, workspace_id)
    if (spelled := spelling_of(taken, name)) is not None:
        raise Conflict(f"there is a field named {spelled!r} already")
    if len(taken) >= MOST_FIELDS:
        raise Conflict(f"a workspace may have {MOST_FIELDS} fields")
    field = check_field(CustomField(new_id(now), workspace_id, name, type, now, max_length, choices, refers_to))
    custom_fields.insert_field(db, field)
    trail = [made("custom_field", field, _AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return field


def read_schema(db: Connection, *, workspace_id: UUID, values: Mapping[str, Any], is_open: bool) -> FieldSchema:
    """Return what values are held against: the workspace's fields, and the kinds of the records that the values name.

    With an open schema, fields that nobody has described may be sent.
    """
    known = custom_fields.list_fields(db, workspace_id) if values else {}
    ids = named_ids(values)
    rows = records.get_records(db, workspace_id, ids) if ids else {}
    return FieldSchema(known=known, is_open=is_open, kinds={row.id: row.kind for row in rows.values()})


def add_fields(
    db: Connection, *, workspace_id: UUID, fields: Collection[NewField], author: Author, now: datetime
) -> None:
    """Add fields that nobody has described. One that somebody adds at the same time is theirs; raises Invalid where it
    is of another type."""
    for field in fields:
        try:
            add_field(
                db,
                workspace_id=workspace_id,
                name=field.name,
                type=field.type,
                refers_to=field.refers_to,
                author=author,
                now=now,
            )
        except Conflict:
            added = named(custom_fields.list_fields(db, workspace_id), field.name)
            if added is None or added.type is not field.type:
                raise Invalid({field.name: ["was added by somebody else at the same time, of another type"]}) from None


def accept_values(
    db: Connection,
    *,
    workspace_id: UUID,
    values: Mapping[str, Any],
    open_schema: bool,
    lookups: Mapping[str, RecordKind],
    author: Author,
    now: datetime,
) -> Mapping[str, Any]:
    """Hold values against the workspace's fields, add those that are new, and return the values under their names.

    Raises Invalid and InvalidReference as `held_values` does.
    """
    schema = read_schema(db, workspace_id=workspace_id, values=values, is_open=open_schema)
    held = held_values(schema, values, lookups)
    add_fields(db, workspace_id=workspace_id, fields=held.new, author=author, now=now)
    return held.values
