"""Records: what customer goals are about and refer to. A name, an owner, and fields of the user's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.free_fields import field_faults, size_faults
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import text_faults

MAX_NAME = 255


class RecordKind(StrEnum):
    """Kinds of records."""

    COMPANY = "company"
    RELATIONSHIP = "relationship"  # a company's, such as a product it uses
    OPPORTUNITY = "opportunity"  # a company's
    PERSON = "person"  # one of our own team
    CTA = "cta"  # a call to action: something to be done for a company
    SUCCESS_PLAN = "success_plan"


PREFIXES: Mapping[RecordKind, str] = {
    RecordKind.COMPANY: gsids.COMPANY,
    RecordKind.RELATIONSHIP: gsids.RELATIONSHIP,
    RecordKind.OPPORTUNITY: gsids.OPPORTUNITY,
    RecordKind.PERSON: gsids.PERSON,
    RecordKind.CTA: gsids.CTA,
    RecordKind.SUCCESS_PLAN: gsids.SUCCESS_PLAN,
}
"""The prefixes of records' GSIDs."""


@dataclass(frozen=True, slots=True)
class Ref:
    """A row that another row points at, by its name of today."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Record:
    """One company, relationship, opportunity or person of a workspace."""

    id: UUID
    workspace_id: UUID
    kind: RecordKind
    name: str
    created_at: datetime
    updated_at: datetime
    email: str | None = None
    company_id: UUID | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def check_record(record: Record, before: Record | None = None) -> Record:
    """The record as given, when it may be stored; raises Invalid with every fault.

    Of a change, only what changes is held to the rules, so that what was stored under older ones can be updated.
    """
    faults: dict[str, Sequence[str]] = {"name": text_faults(record.name, MAX_NAME)}
    if record.email is not None:
        faults["email"] = text_faults(record.email, MAX_NAME) or ([] if "@" in record.email else ["has invalid format"])
    was = before.fields if before else {}
    faults |= field_faults({name: value for name, value in record.fields.items() if was.get(name, _NEW) != value})
    faults |= size_faults(record.fields, was) if faults.keys() <= {"name", "email"} else {}
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    return record


_NEW = object()
