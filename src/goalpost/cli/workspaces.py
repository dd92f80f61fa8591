"""`goalpost workspace`: the tenants."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.workspaces import create_workspace

cli = new_commands()


@cli.command("create")
def create(
    name: Annotated[str | None, typer.Argument(help="Its name, unique on this server.")] = None,
    name_option: Annotated[str | None, typer.Option("--name", help="The same as an option.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a workspace."""
    chosen = name or name_option
    if not chosen:
        raise typer.BadParameter("a name is needed")
    with open_relational() as store, store.writing() as db:
        workspace = create_workspace(db, name=chosen, now=datetime.now(UTC))
    show_one(_row(workspace), as_json=as_json, text=f"Created workspace {workspace.name} ({workspace.id}).")


@cli.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List the workspaces."""
    with open_relational() as store, store.reading() as db:
        found = workspaces.list_workspaces(db)
    show([_row(workspace) for workspace in found], as_json=as_json, empty="No workspaces yet.")


def _row(workspace: Workspace) -> dict[str, str]:
    return {
        "id": str(workspace.id),
        "name": workspace.name,
        "created_at": workspace.created_at.isoformat(timespec="seconds"),
    }
