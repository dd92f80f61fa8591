"""Requests that name themselves: sent again, they are answered as before and not done again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from goalpost.kernel.errors import Conflict
from goalpost.tenancy.rows import idempotency

KEPT = timedelta(hours=24)
"""Time for which a request's name is remembered."""


def claim_key(db: Connection, *, workspace_id: UUID, key: str, digest: str, now: datetime) -> str | None:
    """Claim a key for a request: None when it is the request's now, and its answer is to be kept in this transaction.

    Returns the answer where the same request had the key before; raises Conflict where another one had it.
    """
    found = idempotency.claim(db, workspace_id, key, digest, now)
    if found is None:
        return None
    if found[0] != digest:
        raise Conflict("another request was sent with this idempotency key")
    return found[1]


def keep_answer(db: Connection, *, workspace_id: UUID, key: str, answer: str) -> None:
    """Keep what the request of this name is answered."""
    idempotency.note_answer(db, workspace_id, key, answer)


def forget_old(db: Connection, *, now: datetime) -> None:
    """Forget the requests that were made longer ago than they are kept."""
    idempotency.forget_before(db, now - KEPT)
