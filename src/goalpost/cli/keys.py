"""`goalpost key`: what integrations present."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from goalpost.app import SCOPES
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import read_identity
from goalpost.customers.model import gsids
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import ApiKey

cli = new_commands()


@cli.command("create")
def create(
    workspace: Annotated[str, typer.Option(help="The workspace whose key it is.")],
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help=f"A right; may be repeated: {', '.join(SCOPES)}, *.")],
    expires_in_days: Annotated[int | None, typer.Option(min=1, help="Let it expire.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a key. It is printed now and never again."""
    now = datetime.now(UTC)
    expires_at = now + timedelta(days=expires_in_days) if expires_in_days else None
    with open_relational() as store, store.writing() as db:
        key, secret = workspaces.create_key(
            db,
            workspace_id=workspaces.get_workspace(db, name=workspace).id,
            name=name,
            scopes=scope,
            known_scopes=SCOPES,
            pepper=store.pepper,
            now=now,
            expires_at=expires_at,
        )
    show_one({"key": secret, **_row(key)}, as_json=as_json, text=secret)


@cli.command("list")
def list_all(
    workspace: Annotated[str | None, typer.Option(help="Only this workspace's.")] = None, as_json: AsJson = False
) -> None:
    """List keys; of the keys themselves only the first characters are known."""
    with open_relational() as store, store.reading() as db:
        workspace_id = workspaces.get_workspace(db, name=workspace).id if workspace else None
        found = workspaces.list_keys(db, workspace_id=workspace_id)
    show([_row(key) for key in found], as_json=as_json, empty="No keys yet.")


@cli.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id or its first characters, as `key list` shows them.")],
    as_json: AsJson = False,
) -> None:
    """End a key at once."""
    with open_relational() as store, store.writing() as db:
        key_id = _key_id(db, key)
        workspaces.revoke_key(db, key_id=key_id, now=datetime.now(UTC))
    show_one({"id": str(key_id), "revoked": True}, as_json=as_json, text=f"Revoked key {key_id}.")


def _key_id(db: Connection, text: str) -> UUID:
    """The id of the key that was typed: a UUID, the GSID of what it changed, or the characters that it begins with."""
    begun = [key.id for key in workspaces.list_keys(db) if key.prefix == text]
    return begun[0] if len(begun) == 1 else read_identity(text, gsids.PERSON, "key", "key list", db=db)


def _row(key: ApiKey) -> dict[str, Any]:
    moments = {
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
        "last_used_at": key.last_used_at,
    }
    return {
        "id": str(key.id),
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        **{name: moment.isoformat(timespec="seconds") if moment else None for name, moment in moments.items()},
    }
