"""`goalpost goal` and `goalpost stats`: what counts, and how much it was."""

from datetime import date
from typing import Annotated, Any

import typer

from goalpost.cli.context import AsJson, open_stores
from goalpost.cli.output import plot, progress_bar, show, show_one
from goalpost.cli.owner import owner_commands
from goalpost.services import conversion_goals, owners

cli = typer.Typer(help="Conversion goals.", no_args_is_help=True)
GoalId = Annotated[str, typer.Argument(metavar="GOAL", help="The goal's id, as `goalpost goal list` shows it.")]


@cli.command("list")
def list_all(
    site: Annotated[str | None, typer.Option(help="Only this site's, by its key.")] = None, as_json: AsJson = False
) -> None:
    """List conversion goals."""
    with open_stores() as stores, stores.reading() as db:
        sites = [owners.get_site(db, key=site)] if site else owners.list_sites(db)
        rows = [
            {
                "id": str(goal.id),
                "site": owner.domain,
                "name": goal.name,
                "trigger": goal.rule.trigger.value,
                "match_type": goal.rule.match_type.value,
                "match_value": goal.rule.match_value,
                "currency": goal.currency,
            }
            for owner in sites
            for goal in conversion_goals.list_goals(db, site=owner)
        ]
    show(rows, as_json=as_json, empty="No goals yet.")


@cli.command("backfill")
def backfill(goal: GoalId, as_json: AsJson = False) -> None:
    """Count a goal over the events stored so far. Running it again adds nothing."""
    counted = 0
    with owner_commands() as commands, progress_bar() as progress:
        task = progress.add_task("conversions added", total=None)
        for step in commands.backfill(goal):
            counted = step["counted"]
            progress.update(task, completed=counted)
    show_one({"goal": goal, "counted": counted}, as_json=as_json, text=f"Added {counted} conversions.")


def stats(
    goal: GoalId,
    period: Annotated[str, typer.Option(help="7d, 30d, 12mo or custom.")] = "30d",
    from_: Annotated[str | None, typer.Option("--from", help="First day, with --period custom.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Last day, with --period custom.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a goal's numbers over a period."""
    query = {name: value for name, value in {"period": period, "from": from_, "to": to}.items() if value is not None}
    with owner_commands() as commands:
        found = commands.goal_stats(goal, query)
    if as_json:
        show_one(found, as_json=True, text="")
    else:
        _print_stats(found)


def _print_stats(found: dict[str, Any]) -> None:
    row = {"conversions": found["conversions"], "unique": found["unique_conversions"]}
    if found["revenue"] is not None:
        row["revenue"] = f"{found['revenue']} {found['currency']}"
    typer.echo(f"{found['name']} on {found['site']}, {found['from']} to {found['to']} (UTC)\n")
    show([row], as_json=False, empty="")
    days = _weeks(found["days"]) if len(found["days"]) > 100 else [day["conversions"] for day in found["days"]]
    unit = "week" if len(found["days"]) > 100 else "day"
    typer.echo(f"\n{plot(days)}  a {unit} each, at most {max(days, default=0)}")


def _weeks(days: list[dict[str, Any]]) -> list[int]:
    weeks: dict[tuple[int, int], int] = {}
    for day in days:
        week = date.fromisoformat(day["date"]).isocalendar()[:2]
        weeks[week] = weeks.get(week, 0) + day["conversions"]
    return list(weeks.values())
