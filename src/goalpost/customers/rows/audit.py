"""The audit trail as rows, which are added and never changed."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select

from goalpost.customers.model.audit import AuditEntry, Author, Change
from goalpost.customers.rows.tables import audit_changes

_INSERT = insert(audit_changes).inline()  # nobody asks for the number that a row gets


def insert_changes(
    db: Connection,
    changes: Iterable[Change],
    *,
    workspace_id: UUID,
    author: Author,
    now: datetime,
    goal_id: UUID | None = None,
    version: int = 0,
) -> None:
    """Add to the trail."""
    common = {"workspace_id": workspace_id, "goal_id": goal_id, "version": version, "at": now, **_author(author)}
    rows = [{**common, **_values(change)} for change in changes]
    if rows:
        db.execute(_INSERT, rows if len(rows) > 1 else rows[0])  # a list goes a longer way


def list_changes(db: Connection, goal_id: UUID, *, portion: int = 1000) -> Iterator[AuditEntry]:
    """List what happened to a goal and to what belongs to it, oldest first."""
    last = 0
    while True:
        query = select(audit_changes).where(audit_changes.c.goal_id == goal_id, audit_changes.c.number > last)
        rows = db.execute(query.order_by(audit_changes.c.number).limit(portion)).all()
        yield from map(_entry, rows)
        if len(rows) < portion:
            return
        last = rows[-1].number


def _author(author: Author) -> dict[str, Any]:
    return {"key_id": author.key_id, "author": author.name, "request_id": author.request_id}


def _values(change: Change) -> dict[str, Any]:
    return {
        "subject": change.subject,
        "subject_id": change.subject_id,
        "field": change.field,
        "before": _json(change.before),
        "after": _json(change.after),
        "is_conflict": change.is_conflict,
    }


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value)


def _entry(row: Row[Any]) -> AuditEntry:
    before, after = (None if text is None else json.loads(text) for text in (row.before, row.after))
    change = Change(row.subject, row.subject_id, row.field, before, after, row.is_conflict)
    return AuditEntry(row.number, row.at, Author(row.key_id, row.author, row.request_id), change, row.version)
