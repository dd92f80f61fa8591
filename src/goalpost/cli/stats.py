"""`goalpost stats`: how much it was."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, GoalId, new_commands
from goalpost.cli.output import plot, show, show_one
from goalpost.cli.owner import owner_commands
from goalpost.cli.spellings import find_goal
from goalpost.conversions.model.periods import parse_period
from goalpost.kernel.errors import Malformed

cli = new_commands()
_MOST_BARS = 100


@cli.command()
def stats(
    goal: GoalId,
    period: Annotated[
        str | None, typer.Option(help="7d, 30d, 12mo or custom; 30d, or custom where days are given.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, such as 2026-01-31.")] = None,
    to: Annotated[str | None, typer.Option("--to", metavar="DAY", help="Last day, which is counted too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show a goal's numbers over a period of UTC days, and a bar for each day. Deleted goals keep theirs."""
    has_days = from_ is not None or to is not None
    period = period or ("custom" if has_days else "30d")
    if has_days and period != "custom":
        raise typer.BadParameter(
            f"--from and --to choose the days, and so does --period {period}: give one or the other"
        )
    try:
        parse_period(period, from_, to, today=datetime.now(UTC).date())
    except Malformed as error:
        raise typer.BadParameter(str(error)) from None
    query = {name: value for name, value in {"period": period, "from": from_, "to": to}.items() if value is not None}
    with open_relational() as store, store.reading() as db:
        goal_id = find_goal(db, goal, deleted=True)[0].id
    with owner_commands() as commands:
        found = commands.goal_stats(str(goal_id), query)
    if as_json:
        show_one(found, as_json=True, text="")
    else:
        _print_stats(found)


def _print_stats(found: dict[str, Any]) -> None:
    row = {"conversions": found["conversions"], "unique": found["unique_conversions"]}
    if found["revenue"] is not None:
        row["revenue"] = f"{found['revenue']} {found['currency']}"
    deleted = f", deleted {found['deleted_at']}" if found["deleted_at"] else ""
    typer.echo(f"{found['name']} on {found['site']}, {found['from']} to {found['to']} (UTC){deleted}\n")
    show([row], as_json=False, empty="")
    unit, bars = ("day", [day["conversions"] for day in found["days"]])
    if len(bars) > _MOST_BARS:
        unit, bars = "week", _weeks(found["days"])
    typer.echo(f"\n{plot(bars)}  a {unit} each, at most {max(bars, default=0)}")


def _weeks(days: list[dict[str, Any]]) -> list[int]:
    weeks: dict[tuple[int, int], int] = {}
    for day in days:
        week = date.fromisoformat(day["date"]).isocalendar()[:2]
        weeks[week] = weeks.get(week, 0) + day["conversions"]
    return list(weeks.values())
