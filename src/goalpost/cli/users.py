"""`goalpost user`: the people of one's own team."""

from typing import Annotated

import typer

from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.records import Search, create_record, list_records
from goalpost.cli.things import InWorkspace, OnlyWorkspace
from goalpost.customers.model.records import RecordKind

cli = new_commands()


@cli.command("create")
def create(
    workspace: InWorkspace,
    name: Annotated[str, typer.Option(help="Their name.")],
    email: Annotated[str, typer.Option(help="Their e-mail address.")],
    brought: BroughtId = None,
    as_json: AsJson = False,
) -> None:
    """Create a user: somebody of the own team."""
    create_record(workspace, RecordKind.PERSON, name, email=email, brought=brought, as_json=as_json)


@cli.command("list")
def list_all(
    workspace: OnlyWorkspace = None,
    search: Search = "",
    as_json: AsJson = False,
) -> None:
    """List the users, by name."""
    list_records(workspace, RecordKind.PERSON, search, empty="No users yet.", as_json=as_json)
