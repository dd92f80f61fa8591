"""`goalpost field`: what is kept of customer goals and templates besides what every one has."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import AUTHOR, InWorkspace, OnlyWorkspace, meant_workspaces, moment
from goalpost.customers.model.custom_fields import CustomField, CustomType
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import custom_fields
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace

cli = new_commands()
_SUFFIX = "__gc"  # the API has it behind a field's name


@cli.command("add")
def add(
    *,
    workspace: InWorkspace,
    name: Annotated[str, typer.Option(help="Its name; the API's __gc at the end may be left out.")],
    type_: Annotated[CustomType, typer.Option("--type", help="What its values are.")],
    max_length: Annotated[int | None, typer.Option(help="Of a text: as many characters as it may have.")] = None,
    choice: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="Of a picklist: what can be chosen, else anything; may be repeated."),
    ] = None,
    refers_to: Annotated[RecordKind | None, typer.Option(help="Of a lookup: what its values are GSIDs of.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add a field to customer goals and templates."""
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        field = custom_fields.add_field(
            db,
            workspace_id=owner.id,
            name=name.removesuffix(_SUFFIX),
            type=type_,
            max_length=max_length,
            choices=tuple(choice) if choice else None,
            refers_to=refers_to,
            author=AUTHOR,
            now=datetime.now(UTC),
        )
    row = _row(field, owner)
    show_one(row, as_json=as_json, text=f"Added the field {field.name}, for the API {row['api_name']}.")


@cli.command("list")
def list_all(workspace: OnlyWorkspace = None, as_json: AsJson = False) -> None:
    """List the custom fields, by name."""
    with open_relational() as store, store.reading() as db:
        rows = [
            _row(field, owner)
            for owner in meant_workspaces(db, workspace)
            for field in custom_fields.list_fields(db, workspace_id=owner.id).values()
        ]
    show(rows, as_json=as_json, empty="No custom fields yet.")


def _row(field: CustomField, owner: Workspace) -> dict[str, Any]:
    return {
        "id": str(field.id),
        "name": field.name,
        "api_name": field.name + _SUFFIX,
        "type": field.type.value,
        "max_length": field.max_length,
        "choices": None if field.choices is None else list(field.choices),
        "refers_to": field.refers_to.value if field.refers_to else None,
        "workspace": owner.name,
        "created_at": moment(field.created_at),
    }
