"""People, found by their e-mail address: one that is not there yet is created."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author
from goalpost.customers.model.filters import Condition, FieldType, Operator
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.storage.locks import lock_catalog


def save_person(
    db: Connection,
    *,
    workspace_id: UUID,
    email: str,
    changes: Mapping[str, Any],
    name: str,
    author: Author,
    now: datetime,
) -> tuple[Record, bool]:
    """The person of that address, in any case, with `changes` made; and whether they are new, then called `name`.

    Of several the oldest is meant. Raises Invalid and InvalidReference.
    """
    lock_catalog(db)  # two requests could create the same person
    same = Condition("email", FieldType.TEXT, Operator.EQ, (email,))
    found = records.find_records(
        db, workspace_id=workspace_id, kind=RecordKind.PERSON, query=same, order=Order("created_at"), page=Page(1, 1)
    )
    if found:
        return records.update_record(db, record=found[0], changes=changes, author=author, now=now), False
    given = {"name": name, **changes, "email": email}
    fields = {key: value for key, value in changes.get("fields", {}).items() if value is not None}
    made = records.create_record(
        db, workspace_id=workspace_id, kind=RecordKind.PERSON, **{**given, "fields": fields}, author=author, now=now
    )
    return made, True
