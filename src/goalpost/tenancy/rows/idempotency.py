"""Requests that name themselves, as rows, with what was answered."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from goalpost.tenancy.rows.tables import sent_requests


def claim(db: Connection, workspace_id: UUID, key: str, digest: str, now: datetime) -> tuple[str, str] | None:
    """Take the name for this request; the digest and the answer of the request that has had it, if one has.

    Waits for another request of that name that is not done yet.
    """
    dialect = sqlite if db.dialect.name == "sqlite" else postgresql
    row = {"workspace_id": workspace_id, "key": key, "digest": digest, "answer": "", "created_at": now}
    taken = dialect.insert(sent_requests).values(row).on_conflict_do_nothing().returning(sent_requests.c.key)
    if db.execute(taken).first() is not None:
        return None
    found = db.execute(select(sent_requests.c.digest, sent_requests.c.answer).where(_is(workspace_id, key))).first()
    if found is None:  # forgotten just now, for its age
        return claim(db, workspace_id, key, digest, now)
    return found.digest, found.answer


def note_answer(db: Connection, workspace_id: UUID, key: str, answer: str) -> None:
    """Keep what was answered."""
    db.execute(sent_requests.update().where(_is(workspace_id, key)).values(answer=answer))


def forget_before(db: Connection, moment: datetime) -> int:
    """Forget the requests that were made before; how many."""
    return db.execute(delete(sent_requests).where(sent_requests.c.created_at < moment)).rowcount


def _is(workspace_id: UUID, key: str) -> ColumnElement[bool]:
    return (sent_requests.c.workspace_id == workspace_id) & (sent_requests.c.key == key)
