"""Workspaces and API keys as rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from goalpost.tenancy.model.workspaces import ApiKey, Workspace
from goalpost.tenancy.rows.tables import api_keys, workspaces

_KEYS_OF_PREFIX = select(api_keys).where(api_keys.c.prefix == bindparam("prefix"))  # asked for with every request


def insert_workspace(db: Connection, workspace: Workspace) -> None:
    """Store a new workspace; its name must be free."""
    db.execute(insert(workspaces).values(id=workspace.id, name=workspace.name, created_at=workspace.created_at))


def list_workspaces(db: Connection) -> list[Workspace]:
    """Every workspace, oldest first."""
    return [
        _workspace(row) for row in db.execute(select(workspaces).order_by(workspaces.c.created_at, workspaces.c.id))
    ]


def find_workspace(db: Connection, name: str) -> Workspace | None:
    """The workspace of that name."""
    row = db.execute(select(workspaces).where(workspaces.c.name == name)).one_or_none()
    return _workspace(row) if row else None


def get_workspace(db: Connection, workspace_id: UUID) -> Workspace | None:
    """The workspace of that id."""
    row = db.execute(select(workspaces).where(workspaces.c.id == workspace_id)).one_or_none()
    return _workspace(row) if row else None


def insert_key(db: Connection, key: ApiKey, digest: str) -> None:
    """Store a new key under the digest of its secret."""
    db.execute(
        insert(api_keys).values(
            id=key.id,
            workspace_id=key.workspace_id,
            name=key.name,
            prefix=key.prefix,
            digest=digest,
            scopes=" ".join(sorted(key.scopes)),
            created_at=key.created_at,
            expires_at=key.expires_at,
        )
    )


def find_keys(db: Connection, prefix: str) -> list[tuple[ApiKey, str]]:
    """The keys that begin with `prefix`, each with its digest."""
    return [(_key(row), row.digest) for row in db.execute(_KEYS_OF_PREFIX, {"prefix": prefix})]


def list_keys(db: Connection, workspace_id: UUID | None) -> list[ApiKey]:
    """Every key, of one workspace or of all, oldest first."""
    query = select(api_keys).order_by(api_keys.c.created_at, api_keys.c.id)
    if workspace_id is not None:
        query = query.where(api_keys.c.workspace_id == workspace_id)
    return [_key(row) for row in db.execute(query)]


def revoke_key(db: Connection, key_id: UUID, now: datetime) -> bool:
    """Revoke a live key; False when there is none of that id."""
    live = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    return db.execute(update(api_keys).where(live).values(revoked_at=now)).rowcount == 1


def touch_key(db: Connection, key_id: UUID, now: datetime) -> None:
    """Note that a key was used."""
    db.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))


def _workspace(row: Row[Any]) -> Workspace:
    return Workspace(row.id, row.name, row.created_at)


def _key(row: Row[Any]) -> ApiKey:
    scopes: Iterable[str] = row.scopes.split()
    moments = (row.created_at, row.expires_at, row.revoked_at, row.last_used_at)
    return ApiKey(row.id, row.workspace_id, row.name, row.prefix, frozenset(scopes), *moments)
