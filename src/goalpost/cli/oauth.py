"""`goalpost oauth`: programs that act for a workspace with tokens that expire."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from goalpost.app import SCOPES, TOKEN_PATH
from goalpost.cli.context import open_relational, read_settings, server_url
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.tenancy import oauth, workspaces
from goalpost.tenancy.model.oauth import Client

cli = new_commands()
clients = new_commands()
cli.add_typer(clients, name="client", help="OAuth clients: their secret is shown once.")


@clients.command("create")
def create(
    workspace: Annotated[str, typer.Option(help="The workspace it acts for.")],
    name: Annotated[str, typer.Option(help="What it is.")],
    redirect_uri: Annotated[str, typer.Option(help="Where it takes its codes; compared when one is exchanged.")] = "",
    scope: Annotated[
        list[str] | None,
        typer.Option(help="A right of tokens that it asks for by itself, without a code; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Create a client. Its secret is printed now and never again.

    Until it is granted something, tokens that it asks for by itself have the rights of customer goals and companies.
    """
    with open_relational() as store, store.writing() as db:
        client, secret = oauth.create_client(
            db,
            workspace_id=workspaces.get_workspace(db, name=workspace).id,
            name=name,
            redirect_uri=redirect_uri,
            pepper=store.pepper,
            now=datetime.now(UTC),
        )
        if scope:
            oauth.grant_client(
                db, client=client, scopes=scope, known_scopes=SCOPES, pepper=store.pepper, now=datetime.now(UTC)
            )
    found = {"client_id": client.client_id, "client_secret": secret}
    text = f"client_id      {client.client_id}\nclient_secret  {secret}"
    show_one({**found, **_row(client)}, as_json=as_json, text=text)


@clients.command("list")
def list_all(
    workspace: Annotated[str | None, typer.Option(help="Only this workspace's.")] = None, as_json: AsJson = False
) -> None:
    """List clients."""
    with open_relational() as store, store.reading() as db:
        workspace_id = workspaces.get_workspace(db, name=workspace).id if workspace else None
        found = oauth.list_clients(db, workspace_id=workspace_id)
    show([_row(client) for client in found], as_json=as_json, empty="No clients yet.")


@clients.command("revoke")
def revoke(
    client_id: Annotated[str, typer.Argument(help="The client's id, as `oauth client list` shows it.")],
    as_json: AsJson = False,
) -> None:
    """End a client and all of its tokens at once."""
    with open_relational() as store, store.writing() as db:
        oauth.revoke_client(db, client_id=client_id, now=datetime.now(UTC))
    show_one({"client_id": client_id, "revoked": True}, as_json=as_json, text=f"Revoked client {client_id}.")


@clients.command("grant")
@cli.command("grant")
def grant(
    client_id: Annotated[str, typer.Argument(help="The client's id.")],
    scope: Annotated[list[str], typer.Option(help=f"A right; may be repeated: {', '.join(SCOPES)}.")],
    expires_in_minutes: Annotated[int, typer.Option(min=1, max=60, help="How long the code can be exchanged.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Print a code that the client can exchange once for an access and a refresh token."""
    settings = read_settings()
    with open_relational(settings) as store, store.writing() as db:
        client = oauth.get_client(db, client_id=client_id)
        code = oauth.grant_code(
            db,
            client_id=client_id,
            scopes=scope,
            known_scopes=SCOPES,
            pepper=store.pepper,
            now=datetime.now(UTC),
            lasts=timedelta(minutes=expires_in_minutes),
        )
    line = f"curl -X POST '{server_url(settings)}{TOKEN_PATH}?{_exchange(client, code)}'"
    show_one({"code": code, "exchange": line}, as_json=as_json, text=f"{code}\n\nExchange it with\n\n    {line}")


def _exchange(client: Client, code: str) -> str:
    """The body that exchanges a code, with a place for the client's secret."""
    sent = {"grant_type": "authorization_code", "client_id": client.client_id, "client_secret": "SECRET", "code": code}
    return urlencode({**sent, **({"redirect_uri": client.redirect_uri} if client.redirect_uri else {})})


def _row(client: Client) -> dict[str, Any]:
    revoked = client.revoked_at.isoformat(timespec="seconds") if client.revoked_at else None
    return {
        "client_id": client.client_id,
        "name": client.name,
        "redirect_uri": client.redirect_uri,
        "created_at": client.created_at.isoformat(timespec="seconds"),
        "revoked_at": revoked,
    }
