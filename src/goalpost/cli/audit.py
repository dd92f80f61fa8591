"""`goalpost audit`: who changed what of a customer goal."""

import json
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import typer

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import cut, fitted, show
from goalpost.cli.things import read_goal_id
from goalpost.customers.model.audit import AuditEntry, Author
from goalpost.customers.services import customer_goals
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import NotFound
from goalpost.tenancy import workspaces

cli = new_commands()
_WHO, _WHAT = 16, 26  # characters at most


@cli.command()
def audit(
    goal: Annotated[str, typer.Option(metavar="GOAL_ID", help="The goal's id or GSID; it may be deleted.")],
    as_json: AsJson = False,
) -> None:
    """Show what happened to a customer goal and to what belongs to it, oldest first, one row a change.

    Long values are cut to what the terminal holds; --json has all of them.
    """
    goal_id = read_goal_id(goal)
    with open_relational() as store, store.reading() as db:
        keys = {key.id: key.name for key in workspaces.list_keys(db)}
        rows = [_row(entry, keys) for entry in customer_goals.list_changes(db, goal_id=goal_id)]
        if owner := foreign_ids.workspace_of(db, kind=RowKind.GOAL, row_id=goal_id):
            rows = list(with_brought_ids(db, owner, rows))
    if not rows:
        raise NotFound("there is no such goal")
    people = rows if as_json else fitted([_for_people(row) for row in rows], ("before", "after"))
    show(people, as_json=as_json, empty="")


def _row(entry: AuditEntry, keys: Mapping[UUID, str]) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "who": _who(entry.author, keys),
        "key_id": str(entry.author.key_id) if entry.author.key_id else None,
        "request_id": entry.author.request_id or None,
        "version": entry.version,
        "subject": entry.change.subject,
        "subject_id": str(entry.change.subject_id),
        "field": entry.change.field or None,
        "before": entry.change.before,
        "after": entry.change.after,
        "conflict": entry.change.is_conflict,
    }


def _who(author: Author, keys: Mapping[UUID, str]) -> str:
    """The name that the trail has, else the key's, else the id of a key that is gone."""
    return author.name or (keys.get(author.key_id, str(author.key_id)) if author.key_id else "")


def _for_people(row: dict[str, Any]) -> dict[str, str | None]:
    """The row in few columns: when, who, what became of what, and the values as JSON."""
    done = row["field"] or ("deleted" if row["after"] is None else "created")
    values = {name: None if row[name] is None else _as_json(row[name]) for name in ("before", "after")}
    what = f"{row['subject']} {done}{' (conflict)' if row['conflict'] else ''}"
    at = f"{row['at'][:10]} {row['at'][11:19]}"
    return {"at": at, "who": cut(row["who"], _WHO), "what": cut(what, _WHAT), **values}


def _as_json(value: Any) -> str:
    filled = {name: part for name, part in value.items() if part is not None} if isinstance(value, dict) else value
    return json.dumps(filled, ensure_ascii=False)
