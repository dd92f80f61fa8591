"""Custom fields of goals and templates: describe them, and hold what is sent against it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, made
from goalpost.customers.model.custom_fields import CustomField, CustomType, check_field, guessed_type, value_faults
from goalpost.customers.model.free_fields import named, spelling_of
from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows import audit, custom_fields, records
from goalpost.kernel.errors import Conflict, Invalid, InvalidReference
from goalpost.kernel.ids import new_id
from goalpost.storage.locks import lock_catalog

_AUDITED = ("name", "type", "max_length", "choices", "refers_to")
MOST = 500
"""Fields that a workspace may have."""


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
    if len(taken) >= MOST:
        raise Conflict(f"a workspace may have {MOST} fields")
    field = check_field(CustomField(new_id(now), workspace_id, name, type, now, max_length, choices, refers_to))
    custom_fields.insert_field(db, field)
    trail = [made("custom_field", field, _AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return field


def read_values(
    db: Connection,
    *,
    workspace_id: UUID,
    values: Mapping[str, Any],
    open_schema: bool,
    lookups: Mapping[str, RecordKind],
    author: Author,
    now: datetime,
) -> dict[str, Any]:
    """Read values under the names that their fields have, which are sent exactly so or in another case.

    Raises Invalid with every fault, InvalidReference for lookups of what is not there. With an open schema a field
    nobody has described is added, of the type of its value; those named in `lookups` refer to records of that kind. A
    value None is not a value, of whatever field.
    """
    if not values:
        return {}
    known = custom_fields.list_fields(db, workspace_id)
    values = _spelled(known, values)
    for name, value in values.items():
        if name not in known and open_schema and value is not None:
            kind = lookups.get(name)
            type_ = CustomType.LOOKUP if kind else guessed_type(value)
            described = {"name": name, "type": type_, "refers_to": kind, "author": author, "now": now}
            known[name] = _added(db, workspace_id, described)
    faults = {
        name: _faults(known.get(name), value)
        for name, value in values.items()
        if name in known or not (open_schema and value is None)
    }
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    _check_lookups(db, workspace_id, [known[name] for name in values if name in known], values)
    return dict(values)


def _spelled(known: Mapping[str, CustomField], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        spelled = spelling_of(known, name) or spelling_of(found, name) or name
        if spelled in found:
            raise Invalid({name: ["is sent twice, in two spellings"]})
        found[spelled] = value
    return found


def _added(db: Connection, workspace_id: UUID, described: dict[str, Any]) -> CustomField:
    try:
        return add_field(db, workspace_id=workspace_id, **described)
    except Conflict:
        found = named(custom_fields.list_fields(db, workspace_id), described["name"])  # somebody was quicker
        if found is None:
            raise Invalid({described["name"]: ["is one field too many"]}) from None
        return found
    except Invalid as error:
        raise Invalid({described["name"]: error.faults["name"]}) from None  # it is not a field called name


def _faults(field: CustomField | None, value: Any) -> list[str]:
    if field is None:
        return ["is not a field of this workspace"]
    return [] if value is None else value_faults(field, value)


def _check_lookups(
    db: Connection, workspace_id: UUID, fields: Collection[CustomField], values: Mapping[str, Any]
) -> None:
    missing = {}
    for field in fields:
        if field.type is not CustomType.LOOKUP or values[field.name] is None:
            continue
        spelled = parse_gsid(values[field.name])
        record = records.get_record(db, spelled[1]) if spelled else None
        if record is None or record.workspace_id != workspace_id or record.kind is not field.refers_to:
            missing[field.name] = ["does not exist"]
    if missing:
        raise InvalidReference(missing)
