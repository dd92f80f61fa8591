"""`goalpost customer-goal`: what companies want to reach, and how far it is."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational, reading_today
from goalpost.cli.goal_details import goal_details, goal_row, metric_row, print_details
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import (
    AUTHOR,
    CustomerGoalId,
    MetricId,
    OnlyWorkspace,
    all_pages,
    meant_workspaces,
    read_goal_id,
    read_identity,
)
from goalpost.customers.model import gsids
from goalpost.customers.model.customer_goals import CustomerGoal, GoalFilter
from goalpost.customers.model.metrics import GoalMetric, Metric, MetricValue
from goalpost.customers.model.paging import Order
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.services import customer_goals, goal_metrics, metrics
from goalpost.kernel.errors import NotFound
from goalpost.tenancy import workspaces

cli = new_commands()


@dataclass(frozen=True)
class _Wish:
    """Fields of a goal's metric that a command sets; None keeps the stored value."""

    target: float | None = None
    baseline: float | None = None
    weight: float | None = None
    values: list[MetricValue] = field(default_factory=list)
    dropped: list[date] = field(default_factory=list)


@cli.command("list")
def list_all(
    workspace: OnlyWorkspace = None,
    search: Annotated[str, typer.Option(help="Only those whose title contains this, in any case.")] = "",
    as_json: AsJson = False,
) -> None:
    """List customer goals, oldest first."""
    rows: list[dict[str, Any]] = []
    with reading_today() as db:
        for owner in meant_workspaces(db, workspace):
            which, order = GoalFilter(search=search), Order("created_at")
            pages = partial(customer_goals.list_goals, db, workspace_id=owner.id, which=which, order=order)
            rows += with_brought_ids(db, owner.id, (goal_row(goal, owner.name) for goal in all_pages(pages)))
    show(rows, as_json=as_json, empty="No customer goals yet.")


@cli.command("show")
def show_goal(goal: CustomerGoalId, as_json: AsJson = False) -> None:
    """Show everything about a customer goal: its progress and where it comes from, metrics, tasks, updates, history."""
    goal_id = read_goal_id(goal)
    with reading_today() as db:
        found = customer_goals.find_goal(db, goal_id=goal_id)
        details = goal_details(
            customer_goals.get_detail(db, goal=found),
            goal_metrics.list_goal_metrics(db, goal=found),
            customer_goals.list_progress(db, goal=found),
            workspaces.workspace_of(db, workspace_id=found.workspace_id).name,
        )
        details = next(with_brought_ids(db, found.workspace_id, [details]))
    if as_json:
        show_one(details, as_json=True, text="")
    else:
        print_details(details)


@cli.command("progress-mode")
def progress_mode(
    goal: CustomerGoalId,
    mode: Annotated[ProgressMode, typer.Argument(help="What the progress is: said by people, or computed.")],
    as_json: AsJson = False,
) -> None:
    """Say where a goal's progress comes from: people, the share of its tasks that are completed, or its metrics.

    What is computed is computed at once. Set to manual, the progress stays where it is.
    """
    goal_id = read_goal_id(goal)
    with open_relational() as store, store.writing() as db:
        found = customer_goals.find_goal(db, goal_id=goal_id)
        changed = customer_goals.set_progress_mode(db, goal=found, mode=mode, author=AUTHOR, now=datetime.now(UTC))
        row = {"id": str(changed.id), **_progress(changed), "version": changed.version}
        row = next(with_brought_ids(db, changed.workspace_id, [row]))
    reason = f" ({changed.progress_reason})" if changed.progress_mode is ProgressMode.TASKS else ""
    show_one(row, as_json=as_json, text=f"The goal is at {changed.progress} %, by mode {mode.value}{reason}.")


@cli.command("metric")
def metric(
    *,
    goal: CustomerGoalId,
    metric: MetricId,
    target: Annotated[float | None, typer.Option(help="What the goal wants; without one it only watches.")] = None,
    baseline: Annotated[float | None, typer.Option(help="Where it began; else the first value is that.")] = None,
    weight: Annotated[float | None, typer.Option(help="How much it counts among the goal's metrics; 1.")] = None,
    value: Annotated[
        list[str] | None,
        typer.Option(metavar="DATE=NUMBER", help="A day's value, as 2026-03-31=12.5; may be repeated."),
    ] = None,
    drop_value: Annotated[
        list[str] | None, typer.Option(metavar="DATE", help="Take a day's value away; may be repeated.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the metric from the goal, with its values.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what a customer goal wants of a metric, and its values by day.

    What is not given stays as it is; a value takes the place of the one that its day had.
    """
    wish = _Wish(target, baseline, weight, _values(value or []), _days(drop_value or []))
    _check_wish(wish, remove=remove)
    goal_id, metric_id = read_goal_id(goal), read_identity(metric, gsids.ITEM, "metric", "metric list")
    with open_relational() as store, store.writing() as db:
        found = customer_goals.find_goal(db, goal_id=goal_id)
        measured = metrics.get_metric(db, workspace_id=found.workspace_id, metric_id=metric_id)
        if remove:
            goal_metrics.remove_goal_metric(db, goal=found, metric=measured, author=AUTHOR, now=datetime.now(UTC))
            wanted = None
        else:
            wanted = _put(db, found, measured, wish)
        changed = customer_goals.find_goal(db, goal_id=goal_id)
        row = metric_row(wanted) if wanted else {"id": str(measured.id), "removed": True}
        row |= {"goal": {"id": str(changed.id), **_progress(changed)}}
        row = next(with_brought_ids(db, changed.workspace_id, [row]))
    _report(changed, row, as_json)


def _check_wish(wish: _Wish, *, remove: bool) -> None:
    if remove and wish != _Wish():
        raise typer.BadParameter("--remove goes alone")
    if both := set(wish.dropped) & {one.day for one in wish.values}:
        raise typer.BadParameter(f"{min(both)} has a value to keep and to drop")


def _put(db: Connection, goal: CustomerGoal, metric: Metric, wish: _Wish) -> GoalMetric:
    """Store what the goal wants of the metric, laid over what it wanted so far."""
    now = datetime.now(UTC)
    before = _wanted(db, goal, metric) or GoalMetric(metric.id, metric, None, None, 1.0)
    if missing := set(wish.dropped) - {one.day for one in before.values}:
        raise NotFound(f"the goal's metric has no value on {min(missing)}")
    if wish.dropped:
        goal_metrics.delete_values(db, goal=goal, metric=metric, days=wish.dropped, author=AUTHOR, now=now)
    return goal_metrics.put_goal_metric(
        db,
        goal=goal,
        metric=metric,
        target=before.target if wish.target is None else wish.target,
        baseline=before.baseline if wish.baseline is None else wish.baseline,
        weight=before.weight if wish.weight is None else wish.weight,
        values=wish.values,
        author=AUTHOR,
        now=now,
    )


def _wanted(db: Connection, goal: CustomerGoal, metric: Metric) -> GoalMetric | None:
    return next((one for one in goal_metrics.list_goal_metrics(db, goal=goal) if one.metric.id == metric.id), None)


def _report(goal: CustomerGoal, row: dict[str, Any], as_json: bool) -> None:
    text = f"Removed the metric {row['id']}."
    if "removed" not in row:
        achieved = "nothing to achieve yet" if row["achieved"] is None else f"{row['achieved']:g} % achieved"
        text = f"The goal has the metric {row['id']}: {achieved}."
    text += f" The goal is at {goal.progress} %, by mode {goal.progress_mode.value}."
    show_one(row, as_json=as_json, text=text)


def _progress(goal: CustomerGoal) -> dict[str, Any]:
    return {
        "progress": float(goal.progress),
        "progress_mode": goal.progress_mode.value,
        "progress_reason": goal.progress_reason,
    }


def _values(texts: list[str]) -> list[MetricValue]:
    values = []
    for text in texts:
        day, _, number = text.partition("=")
        try:
            values.append(MetricValue(_days([day])[0], float(number)))
        except ValueError:
            raise typer.BadParameter(f"a value is DATE=NUMBER, such as 2026-03-31=12.5, not {text!r}") from None
    if len({one.day for one in values}) < len(values):
        raise typer.BadParameter("a day has one value")
    return values


def _days(texts: list[str]) -> list[date]:
    try:
        days = [date.fromisoformat(text) for text in texts]
        if [day.isoformat() for day in days] == texts:
            return days
    except ValueError:
        pass
    raise typer.BadParameter(f"a date is YYYY-MM-DD, not {' '.join(texts)!r}")
