"""`goalpost goal`: what counts as a success."""

from typing import Annotated, Any

import typer

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import SITE_HELP, AsJson, GoalId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.owner import owner_commands
from goalpost.cli.progress import progress_bar
from goalpost.cli.spellings import find_goal, find_site
from goalpost.conversions.model.conversion_goals import ConversionGoal, PageScope
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.kernel.id_numbers import number_of

cli = new_commands()


@cli.command("list")
def list_all(
    site: Annotated[str | None, typer.Option(help=f"{SITE_HELP}; only its goals.")] = None,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="The deleted goals instead, the last deleted first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List conversion goals, oldest first. Deleted ones keep their numbers, which `goalpost stats` shows."""
    with open_relational() as store, store.reading() as db:
        owners = [find_site(db, site)] if site else sites.list_sites(db)
        rows: list[dict[str, Any]] = []
        for owner in owners:
            found = conversion_goals.list_goals(db, site=owner, deleted=deleted)
            rows += with_brought_ids(db, owner.workspace_id, (_row(goal, owner) for goal in found))
    show(rows, as_json=as_json, empty="No deleted goals." if deleted else "No goals yet.")


@cli.command("backfill")
def backfill(goal: GoalId, as_json: AsJson = False) -> None:
    """Count a goal over the events stored so far. Running it again adds nothing."""
    with open_relational() as store, store.reading() as db:
        goal, counted = str(find_goal(db, goal)[0].id), 0
    with owner_commands() as commands, progress_bar() as progress:
        task = progress.add_task("looking through stored events", total=None)
        for step in commands.backfill(goal):
            counted = step["counted"]
            progress.update(task, description=f"{counted:,} conversions added")
    show_one({"goal": goal, "counted": counted}, as_json=as_json, text=f"Added {counted} conversions.")


def _row(goal: ConversionGoal, site: Site) -> dict[str, Any]:
    return {
        "id": str(goal.id),
        "number": str(number_of(site.workspace_id, goal.number)),
        "site": site.domain,
        "name": goal.name,
        "slug": goal.slug,
        "trigger": goal.rule.trigger.value,
        "match_type": goal.rule.match_type.value,
        "match_value": goal.rule.match_value,
        "pages": _pages(goal.rule.scope),
        "currency": goal.currency,
        "deleted_at": goal.deleted_at.isoformat(timespec="seconds") if goal.deleted_at else None,
    }


def _pages(scope: PageScope) -> str:
    """Describe the goal's scope in a word or a few."""
    if scope.is_everywhere:
        return "all"
    without = f" without {', '.join(scope.exclude)}" if scope.exclude else ""
    return f"{scope.match_type.value} {', '.join(scope.included) or '*'}{without}"
