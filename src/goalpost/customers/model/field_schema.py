"""The custom fields of a workspace, against which values that are sent are held; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from goalpost.customers.model.custom_fields import CustomField, CustomType, guessed_type, name_faults, value_faults
from goalpost.customers.model.free_fields import spelling_of
from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.kernel.errors import Invalid, InvalidReference

MOST_FIELDS = 500
"""Fields that a workspace may have."""


@dataclass(frozen=True, slots=True)
class NewField:
    """A field that nobody has described, of the type of its first value; a lookup refers to records of a kind."""

    name: str
    type: CustomType
    refers_to: RecordKind | None = None
    max_length: int | None = None
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSchema:
    """The fields that a workspace has, whether others may be sent, and the kinds of the records that values name."""

    known: Mapping[str, CustomField]
    is_open: bool
    kinds: Mapping[UUID, RecordKind]


@dataclass(frozen=True, slots=True)
class HeldValues:
    """Values under the names that their fields have, and the fields that are still to be added for them."""

    values: Mapping[str, Any]
    new: tuple[NewField, ...]


def named_ids(values: Mapping[str, Any]) -> set[UUID]:
    """Return the ids of what values may point at."""
    spelled = (parse_gsid(value) for value in values.values() if isinstance(value, str))
    return {found[1] for found in spelled if found}


def held_values(schema: FieldSchema, values: Mapping[str, Any], lookups: Mapping[str, RecordKind]) -> HeldValues:
    """Hold values against a schema, their names exactly as fields have them or in another case.

    Raises Invalid for a name in two spellings or one that cannot be added, else with the faults of all values, and
    InvalidReference for lookups of what is not there. With an open schema a field that nobody has described is new;
    those named in `lookups` refer to records of that kind. None fits every field, and adds none.
    """
    values = _spelled(schema.known, values)
    new = {field.name: field for field in _new_fields(schema, values, lookups)}
    fields: dict[str, CustomField | NewField] = {**schema.known, **new}
    faults = {
        name: _faults(fields.get(name), value)
        for name, value in values.items()
        if name in fields or not (schema.is_open and value is None)
    }
    if wrong := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(wrong)
    if missing := [name for name in values if name in fields and not _is_there(schema, fields[name], values[name])]:
        raise InvalidReference({name: ["does not exist"] for name in missing})
    return HeldValues(values, tuple(new.values()))


def _spelled(known: Mapping[str, CustomField], values: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in values.items():
        spelled = spelling_of(known, name) or spelling_of(found, name) or name
        if spelled in found:
            raise Invalid({name: ["is sent twice, in two spellings"]})
        found[spelled] = value
    return found


def _new_fields(
    schema: FieldSchema, values: Mapping[str, Any], lookups: Mapping[str, RecordKind]
) -> Iterator[NewField]:
    if not schema.is_open:
        return
    room = MOST_FIELDS - len(schema.known)
    for name, value in values.items():
        if name in schema.known or value is None:
            continue
        if faults := name_faults(name):
            raise Invalid({name: faults})
        if room <= 0:
            raise Invalid({name: [f"cannot be added: the workspace already has {MOST_FIELDS} fields"]})
        room -= 1
        kind = lookups.get(name)
        yield NewField(name, CustomType.LOOKUP if kind else guessed_type(value), kind)


def _faults(field: CustomField | NewField | None, value: Any) -> list[str]:
    if field is None:
        return ["is not a field of this workspace"]
    return [] if value is None else value_faults(field, value)


def _is_there(schema: FieldSchema, field: CustomField | NewField, value: Any) -> bool:
    """Return whether what a lookup names is there; true of other fields."""
    if field.type is not CustomType.LOOKUP or value is None:
        return True
    spelled = parse_gsid(value)
    return spelled is not None and field.refers_to is not None and schema.kinds.get(spelled[1]) is field.refers_to
