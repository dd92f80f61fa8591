"""`goalpost picklist`: what a customer goal's status, priority, category and type are chosen from."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import (
    AUTHOR,
    InWorkspace,
    OnlyWorkspace,
    claimed_id,
    meant_workspaces,
    moment,
    picklist_word,
    read_identity,
    read_item,
)
from goalpost.customers.model import gsids
from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.picklists import Picklist, PicklistItem, item_prefix
from goalpost.customers.services import picklists
from goalpost.imports.services import foreign_ids
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace

cli = new_commands()
_PREFIXES = tuple({item_prefix(picklist) for picklist in Picklist})
_COLOR = re.compile("#[0-9A-Fa-f]{6}")


@cli.command("list")
def list_all(
    workspace: OnlyWorkspace = None,
    picklist: Annotated[Picklist | None, typer.Option("--list", help="Only this list's.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="With those that cannot be chosen any more.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what can be chosen, in its order."""
    with open_relational() as store, store.reading() as db:
        rows = [
            row
            for owner in meant_workspaces(db, workspace)
            for row in _rows(
                db, owner, picklists.list_items(db, workspace_id=owner.id, picklist=picklist, retired=retired)
            )
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
    goal_type: Annotated[
        str | None,
        typer.Option(
            metavar="NAME_OR_ID", help="Of associated work: the goal type that it is for; else it is for any."
        ),
    ] = None,
    entity: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND",
            help="Of a goal type: what goals of it may be about, else anything; may be repeated. "
            "company, relationship, opportunity, global, or a relationship type.",
        ),
    ] = None,
    brought: BroughtId = None,
    as_json: AsJson = False,
) -> None:
    """Add an item behind the list's others. With an id, an item of that name that is there gets it, too."""
    _check_options(
        picklist,
        {
            "--closed": (closed, Picklist.STATUS),
            "--high": (high, Picklist.PRIORITY),
            "--goal-type": (goal_type is not None, Picklist.ASSOCIATED_WORK),
            "--entity": (bool(entity), Picklist.GOAL_TYPE),
        },
    )
    if color is not None and not _COLOR.fullmatch(color):
        raise typer.BadParameter(f"a color is #RRGGBB, such as #98E7B1, not {color!r}")
    now = datetime.now(UTC)
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        item = _named(db, owner, picklist, name, brought) or picklists.add_item(
            db,
            workspace_id=owner.id,
            picklist=picklist,
            name=name,
            author=AUTHOR,
            now=now,
            row_id=claimed_id(db, owner, picklist, brought, now),
            is_closed=closed,
            is_high=high,
            color=color,
            parent_id=None if goal_type is None else read_item(db, owner, Picklist.GOAL_TYPE, goal_type),
            entities=_entities(db, owner, entity) if entity else None,
        )
        row = _rows(db, owner, [item])[0]
    show_one(row, as_json=as_json, text=f"Added the {picklist_word(picklist)} {row['id']}.")


@cli.command("retire")
def retire(
    item: Annotated[str, typer.Argument(metavar="ITEM_ID", help="The item's id or GSID; `picklist list` shows them.")],
    workspace: InWorkspace,
    as_json: AsJson = False,
) -> None:
    """Retire an item: it can no longer be chosen. Goals that have it keep it."""
    item_id, now = read_identity(item, _PREFIXES, "item", "picklist list"), datetime.now(UTC)
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        found = picklists.retire_item(db, workspace_id=owner.id, item_id=item_id, author=AUTHOR, now=now)
        row = _rows(db, owner, [found])[0]
    show_one(row, as_json=as_json, text=f"Retired the {picklist_word(found.picklist)} {row['id']}.")


def _check_options(picklist: Picklist, options: Mapping[str, tuple[bool, Picklist]]) -> None:
    """Refuse options that are given and are another list's."""
    for option, (given, fitting) in options.items():
        if given and picklist is not fitting:
            word = picklist_word(fitting)
            raise typer.BadParameter(f"{option} is for {word if fitting is Picklist.ASSOCIATED_WORK else f'a {word}'}")


def _named(db: Connection, owner: Workspace, picklist: Picklist, name: str, brought: str | None) -> PicklistItem | None:
    """The live item of a name, which takes the id that it has elsewhere; None where there is none, or no id."""
    items = picklists.list_items(db, workspace_id=owner.id, picklist=picklist) if brought else []
    found = next((item for item in items if item.name.casefold() == name.casefold()), None)
    if found and brought:
        foreign_ids.keep(db, workspace_id=owner.id, kind=picklist, text=brought, row_id=found.id)
    return found


def _entities(db: Connection, owner: Workspace, texts: list[str]) -> tuple[str, ...]:
    """Kinds of entities by their names, relationship types by their ids, each once."""
    return tuple(
        dict.fromkeys(
            text.upper()
            if text.upper() in Entity.__members__
            else str(read_item(db, owner, Picklist.RELATIONSHIP_TYPE, text))
            for text in texts
        )
    )


def _rows(db: Connection, owner: Workspace, items: Iterable[PicklistItem]) -> list[dict[str, Any]]:
    named = picklists.list_items(db, workspace_id=owner.id, retired=True)
    names = {str(item.id): item.name for item in named}
    return list(with_brought_ids(db, owner.id, [_row(item, owner, names) for item in items]))


def _row(item: PicklistItem, owner: Workspace, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": str(item.id),
        "gsid": gsids.to_gsid(item_prefix(item.picklist), item.id),
        "list": item.picklist.value,
        "name": item.name,
        "closed": item.is_closed,
        "high": item.is_high,
        "color": item.color,
        "goal_type": names[str(item.parent_id)] if item.parent_id else None,
        "entities": None if item.entities is None else [names.get(one, one) for one in item.entities],
        "workspace": owner.name,
        "retired_at": moment(item.retired_at),
    }
