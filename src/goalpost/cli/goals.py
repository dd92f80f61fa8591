"""`goalpost goal`: what counts as a success."""

from typing import Annotated, Any

import typer

from goalpost.cli.context import open_stores
from goalpost.cli.options import AsJson, GoalId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.owner import check_goal_id, owner_commands
from goalpost.cli.progress import progress_bar
from goalpost.core.conversion_goals import ConversionGoal, PageScope
from goalpost.core.owners import Site
from goalpost.services import conversion_goals, owners

cli = new_commands()


@cli.command("list")
def list_all(
    site: Annotated[str | None, typer.Option(help="Only this site's, by its key.")] = None, as_json: AsJson = False
) -> None:
    """List conversion goals, oldest first."""
    with open_stores() as stores, stores.reading() as db:
        sites = [owners.get_site(db, key=site)] if site else owners.list_sites(db)
        rows = [_row(goal, owner) for owner in sites for goal in conversion_goals.list_goals(db, site=owner)]
    show(rows, as_json=as_json, empty="No goals yet.")


@cli.command("backfill")
def backfill(goal: GoalId, as_json: AsJson = False) -> None:
    """Count a goal over the events stored so far. Running it again adds nothing."""
    goal, counted = check_goal_id(goal), 0
    with owner_commands() as commands, progress_bar() as progress:
        task = progress.add_task("looking through stored events", total=None)
        for step in commands.backfill(goal):
            counted = step["counted"]
            progress.update(task, description=f"{counted:,} conversions added")
    show_one({"goal": goal, "counted": counted}, as_json=as_json, text=f"Added {counted} conversions.")


def _row(goal: ConversionGoal, site: Site) -> dict[str, Any]:
    return {
        "id": str(goal.id),
        "site": site.domain,
        "name": goal.name,
        "slug": goal.slug,
        "trigger": goal.rule.trigger.value,
        "match_type": goal.rule.match_type.value,
        "match_value": goal.rule.match_value,
        "pages": _pages(goal.rule.scope),
        "currency": goal.currency,
    }


def _pages(scope: PageScope) -> str:
    """Where the goal counts, in a word or a few."""
    if scope.is_everywhere:
        return "all"
    without = f" without {', '.join(scope.exclude)}" if scope.exclude else ""
    return f"{scope.match_type.value} {', '.join(scope.included) or '*'}{without}"
