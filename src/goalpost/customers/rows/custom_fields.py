"""Custom fields of workspaces as rows."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, insert, select

from goalpost.customers.model.custom_fields import CustomField, CustomType
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows.library_tables import custom_fields

_INSERT = insert(custom_fields)
_LIST = (
    select(custom_fields).where(custom_fields.c.workspace_id == bindparam("workspace")).order_by(custom_fields.c.name)
)


def list_fields(db: Connection, workspace_id: UUID) -> dict[str, CustomField]:
    """A workspace's fields by their names, in the order of these."""
    return {row.name: _field(row) for row in db.execute(_LIST, {"workspace": workspace_id})}


def insert_field(db: Connection, field: CustomField) -> None:
    """Store a new field."""
    db.execute(_INSERT, _values(field))


def _values(field: CustomField) -> dict[str, Any]:
    return {
        "id": field.id,
        "workspace_id": field.workspace_id,
        "name": field.name,
        "type": field.type.value,
        "max_length": field.max_length,
        "choices": None if field.choices is None else json.dumps(field.choices),
        "refers_to": field.refers_to.value if field.refers_to else None,
        "created_at": field.created_at,
    }


def _field(row: Row[Any]) -> CustomField:
    return CustomField(
        *(row.id, row.workspace_id, row.name, CustomType(row.type), row.created_at, row.max_length),
        tuple(json.loads(row.choices)) if row.choices else None,
        RecordKind(row.refers_to) if row.refers_to else None,
    )
