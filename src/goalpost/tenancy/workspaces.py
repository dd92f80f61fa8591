"""Workspaces and API keys: create, list, revoke."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.kernel.errors import BLANK, Conflict, Invalid, NotFound
from goalpost.kernel.ids import new_id, parse_id
from goalpost.kernel.texts import text_faults
from goalpost.storage.locks import lock_catalog
from goalpost.tenancy import callers
from goalpost.tenancy.model.workspaces import MAX_NAME, ApiKey, Workspace, check_name
from goalpost.tenancy.rows import workspaces


def create_workspace(db: Connection, *, name: str, now: datetime) -> Workspace:
    """Create an empty workspace; raises Conflict when the name is taken."""
    check_name(name)
    lock_catalog(db)
    if workspaces.find_workspace(db, name):
        raise Conflict(f"there is a workspace named {name!r} already")
    workspace = Workspace(new_id(now), name, now)
    workspaces.insert_workspace(db, workspace)
    return workspace


def list_workspaces(db: Connection) -> list[Workspace]:
    """Every workspace, oldest first."""
    return workspaces.list_workspaces(db)


def get_workspace(db: Connection, *, name: str) -> Workspace:
    """The workspace of that name, or else of that id; raises NotFound."""
    workspace = None if text_faults(name, MAX_NAME) else workspaces.find_workspace(db, name)
    if workspace is None and (workspace_id := parse_id(name)) is not None:
        workspace = workspaces.get_workspace(db, workspace_id)
    if workspace is None:
        raise NotFound(f"there is no workspace named {name!r}")
    return workspace


def workspace_of(db: Connection, *, workspace_id: UUID) -> Workspace:
    """The workspace of that id; raises NotFound."""
    workspace = workspaces.get_workspace(db, workspace_id)
    if workspace is None:
        raise NotFound("there is no such workspace")
    return workspace


def create_key(
    db: Connection,
    *,
    workspace_id: UUID,
    name: str,
    scopes: Collection[str],
    known_scopes: Collection[str],
    pepper: bytes,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown now or never; raises Invalid for a scope that nothing asks for."""
    check_name(name)
    if unknown := sorted(set(scopes) - {*known_scopes, callers.ANY_SCOPE}):
        raise Invalid(
            {
                "scope": [
                    f"{scope!r} is not known; choose from {', '.join(sorted(known_scopes))}, *" for scope in unknown
                ]
            }
        )
    if not scopes:
        raise Invalid({"scope": [BLANK]})
    secret = callers.new_secret()
    key = ApiKey(
        new_id(now), workspace_id, name, secret[: callers.PREFIX_LENGTH], frozenset(scopes), now, expires_at, None, None
    )
    workspaces.insert_key(db, key, callers.digest(secret, pepper))
    return key, secret


def list_keys(db: Connection, *, workspace_id: UUID | None = None) -> list[ApiKey]:
    """Keys of one workspace or of all, oldest first."""
    return workspaces.list_keys(db, workspace_id)


def revoke_key(db: Connection, *, key_id: UUID, now: datetime) -> None:
    """End a key; raises NotFound when there is no live key of that id."""
    if not workspaces.revoke_key(db, key_id, now):
        raise NotFound(f"there is no live key {key_id}")
