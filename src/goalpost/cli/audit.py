"""`goalpost audit`: who changed what of a customer goal."""

import json
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_stores
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show
from goalpost.cli.things import read_goal_id
from goalpost.core.audit import AuditEntry, Author
from goalpost.core.errors import NotFound
from goalpost.services import customer_goals

cli = new_commands()


@cli.command()
def audit(
    goal: Annotated[str, typer.Option(metavar="GOAL_ID", help="The goal's id or GSID; it may be deleted.")],
    as_json: AsJson = False,
) -> None:
    """Show what happened to a customer goal and to what belongs to it, oldest first, one row a change.

    Where no field is named, the whole thing was made or deleted.
    """
    goal_id = read_goal_id(goal)
    with open_stores() as stores, stores.reading() as db:
        rows = [_row(entry) for entry in customer_goals.list_changes(db, goal_id=goal_id)]
    if not rows:
        raise NotFound("there is no such goal")
    show(rows if as_json else [_for_people(row) for row in rows], as_json=as_json, empty="")


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "who": _who(entry.author),
        "request_id": entry.author.request_id or None,
        "version": entry.version,
        "subject": entry.change.subject,
        "subject_id": str(entry.change.subject_id),
        "field": entry.change.field or None,
        "before": entry.change.before,
        "after": entry.change.after,
        "conflict": entry.change.is_conflict,
    }


def _who(author: Author) -> str:
    return str(author.key_id) if author.key_id else author.name


def _for_people(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what is no text or number as JSON."""
    values = {name: json.dumps(row[name], ensure_ascii=False) for name in ("before", "after") if row[name] is not None}
    return {**row, **values, "conflict": "conflict" if row["conflict"] else None}
