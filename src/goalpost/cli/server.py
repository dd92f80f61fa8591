"""`goalpost serve`: the server itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from goalpost import server
from goalpost.app import SCOPES
from goalpost.cli.context import open_relational, read_settings, store_errors
from goalpost.cli.logs import configure_logs
from goalpost.cli.options import AsJson, DataOption, HostOption, PortOption, new_commands
from goalpost.cli.output import show_one
from goalpost.kernel.private_files import write_private
from goalpost.settings import Settings
from goalpost.tenancy import workspaces
from goalpost.tenancy.callers import ANY_SCOPE
from goalpost.workspaces import create_workspace

DEFAULT_WORKSPACE = "default"
cli = new_commands()


@cli.command()
def serve(
    *,
    data: DataOption = None,
    host: HostOption = None,
    port: PortOption = None,
    database_url: Annotated[str | None, typer.Option(help="The relational store; GOALPOST_DATABASE_URL.")] = None,
    events_url: Annotated[str | None, typer.Option(help="The event store; GOALPOST_EVENTS_URL.")] = None,
    geoip: Annotated[Path | None, typer.Option(help="An MMDB file with countries; GOALPOST_GEOIP.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the server. Needs no configuration; every GOALPOST_* variable is in docs/operating.md."""
    settings = read_settings(data, host=host, port=port, database_url=database_url, events_url=events_url, geoip=geoip)
    configure_logs(settings)
    with store_errors():
        server.check_address(settings.host, settings.port)
    key_file = make_first_key(settings)
    if key_file is not None and not as_json:
        typer.echo(
            f"First start: created the workspace {DEFAULT_WORKSPACE!r}. Its administrator key is in a file that only"
            f" you can read; take it from there and delete the file:\n\n    {key_file}\n"
        )

    def announce(url: str) -> None:
        if as_json:
            show_one({"url": url, "key_file": str(key_file) if key_file else None}, as_json=True, text="")
        else:
            typer.echo(f"goalpost listens on {url} (API pages: {url}/)", err=True)

    with store_errors():
        server.serve(settings, announce)


def make_first_key(settings: Settings) -> Path | None:
    """On the very first start, create a workspace and an administrator key; None on every later one.

    Return the file with the key. It is not printed: what a service prints is kept in journals that others read.
    """
    with open_relational(settings) as store, store.writing() as db:
        if workspaces.list_workspaces(db):
            return None
        now = datetime.now(UTC)
        workspace = create_workspace(db, name=DEFAULT_WORKSPACE, now=now)
        _, secret = workspaces.create_key(
            db,
            workspace_id=workspace.id,
            name="administrator",
            scopes=[ANY_SCOPE],
            known_scopes=SCOPES,
            pepper=store.pepper,
            now=now,
        )
        # Before the commit: a key that could not be written down is not created either.
        path = settings.data / "first-key"
        write_private(path, f"{secret}\n")
        return path.resolve()
