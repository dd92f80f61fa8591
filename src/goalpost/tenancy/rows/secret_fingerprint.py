"""The fingerprint of the secret with which the keys of this database are hashed: one row, or none yet."""

from sqlalchemy import Connection, delete, insert, select

from goalpost.storage.tables import secret_fingerprint
from goalpost.tenancy.rows.tables import workspaces


def find_fingerprint(db: Connection) -> str | None:
    """Return the stored fingerprint; None before there is one."""
    found: str | None = db.execute(select(secret_fingerprint.c.fingerprint)).scalar_one_or_none()
    return found


def put_fingerprint(db: Connection, fingerprint: str) -> None:
    """Store the fingerprint in the place of another one, if any."""
    db.execute(delete(secret_fingerprint))
    db.execute(insert(secret_fingerprint).values(id=1, fingerprint=fingerprint))


def is_new(db: Connection) -> bool:
    """Return whether the database has no workspace yet, and so nothing that a secret was used for."""
    return db.execute(select(workspaces.c.id).limit(1)).first() is None
