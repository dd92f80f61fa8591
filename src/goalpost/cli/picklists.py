"""`goalpost picklist`: what a customer goal's status, priority, category and type are chosen from."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_stores
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import AUTHOR, InWorkspace, OnlyWorkspace, meant_workspaces, moment, read_identity
from goalpost.core import gsids
from goalpost.core.owners import Workspace
from goalpost.core.picklists import Picklist, PicklistItem
from goalpost.services import owners, picklists

cli = new_commands()
_COLOR = re.compile("#[0-9A-Fa-f]{6}")


@cli.command("list")
def list_all(
    workspace: OnlyWorkspace = None,
    picklist: Annotated[Picklist | None, typer.Option("--list", help="Only this list's.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="With those that cannot be chosen any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what can be chosen, in its order."""
    with open_stores() as stores, stores.reading() as db:
        rows = [
            _row(item, owner)
            for owner in meant_workspaces(db, workspace)
            for item in picklists.list_items(db, workspace_id=owner.id, picklist=picklist, retired=retired)
        ]
    show(rows, as_json=as_json, empty="No items.")


@cli.command("add")
def add(
    *,
    workspace: InWorkspace,
    picklist: Annotated[Picklist, typer.Option("--list", help="The list it belongs to.")],
    name: Annotated[str, typer.Option(help="What is chosen.")],
    closed: Annotated[bool, typer.Option("--closed", help="Of a status: the goal is over.")] = False,
    high: Annotated[bool, typer.Option("--high", help="Of a priority: the goal is urgent.")] = False,
    color: Annotated[str | None, typer.Option(metavar="#RRGGBB", help="Its color.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add an item behind the list's others."""
    _check_kind(picklist, closed=closed, high=high)
    if color is not None and not _COLOR.fullmatch(color):
        raise typer.BadParameter(f"a color is #RRGGBB, such as #98E7B1, not {color!r}")
    with open_stores() as stores, stores.writing() as db:
        owner = owners.get_workspace(db, name=workspace)
        item = picklists.add_item(
            db,
            workspace_id=owner.id,
            picklist=picklist,
            name=name,
            author=AUTHOR,
            now=datetime.now(UTC),
            is_closed=closed,
            is_high=high,
            color=color,
        )
    show_one(_row(item, owner), as_json=as_json, text=f"Added the {_word(picklist)} {item.id}.")


@cli.command("retire")
def retire(
    item: Annotated[str, typer.Argument(metavar="ITEM_ID", help="The item's id or GSID; `picklist list` shows them.")],
    workspace: InWorkspace,
    as_json: AsJson = False,
) -> None:
    """End that an item can be chosen. Goals that have it keep it."""
    item_id, now = read_identity(item, gsids.ITEM, "item", "picklist list"), datetime.now(UTC)
    with open_stores() as stores, stores.writing() as db:
        owner = owners.get_workspace(db, name=workspace)
        found = picklists.retire_item(db, workspace_id=owner.id, item_id=item_id, author=AUTHOR, now=now)
    show_one(_row(found, owner), as_json=as_json, text=f"Retired the {_word(found.picklist)} {found.id}.")


def _check_kind(picklist: Picklist, *, closed: bool, high: bool) -> None:
    if closed and picklist is not Picklist.STATUS:
        raise typer.BadParameter("--closed is for a status")
    if high and picklist is not Picklist.PRIORITY:
        raise typer.BadParameter("--high is for a priority")


def _word(picklist: Picklist) -> str:
    return picklist.value.replace("_", " ")


def _row(item: PicklistItem, owner: Workspace) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "gsid": gsids.to_gsid(gsids.ITEM, item.id),
        "list": item.picklist.value,
        "name": item.name,
        "closed": item.is_closed,
        "high": item.is_high,
        "color": item.color,
        "workspace": owner.name,
        "retired_at": moment(item.retired_at),
    }
