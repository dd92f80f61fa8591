"""Customer goals as commands show them: a row of a list, or everything there is to know about one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import typer

from goalpost.cli.output import show
from goalpost.cli.things import moment
from goalpost.customers.model import gsids
from goalpost.customers.model.customer_goals import CustomerGoal, GoalDetail
from goalpost.customers.model.metrics import GoalMetric
from goalpost.customers.model.progress import ProgressPoint, to_percent
from goalpost.customers.model.records import Ref


def goal_row(goal: CustomerGoal, workspace: str) -> dict[str, Any]:
    """A goal in a list."""
    return {
        "id": str(goal.id),
        "gsid": gsids.to_gsid(gsids.GOAL, goal.id),
        "title": goal.title,
        "company": _name(goal.company),
        "status": _name(goal.status),
        "due_at": moment(goal.due_at),
        "progress": float(goal.progress),
        "progress_mode": goal.progress_mode.value,
        "workspace": workspace,
        "created_at": moment(goal.created_at),
    }


def goal_details(
    detail: GoalDetail, metrics: Sequence[GoalMetric], points: Sequence[ProgressPoint], workspace: str
) -> dict[str, Any]:
    """A goal with everything that belongs to it."""
    return {
        **_fields(detail.goal, workspace),
        "metrics": [metric_row(metric) for metric in metrics],
        "tasks": [
            {
                "id": str(task.id),
                "title": task.title,
                "description": task.description,
                "completed": task.is_completed,
                "due_at": moment(task.due_at),
                "created_at": moment(task.created_at),
            }
            for task in detail.tasks
        ],
        "updates": [
            {
                "id": str(update.id),
                "text": update.text,
                "progress": None if update.progress is None else float(update.progress),
                "created_at": moment(update.created_at),
            }
            for update in detail.updates
        ],
        "history": [
            {
                "at": point.at.isoformat(timespec="milliseconds"),
                "progress": float(point.percent),
                "reason": point.reason,
            }
            for point in points
        ],
    }


def metric_row(wanted: GoalMetric) -> dict[str, Any]:
    """Return a goal's metric as a row: the targets, and how much is reached, in percent."""
    today = datetime.now(UTC).date()
    known, achieved = wanted.known_on(today), wanted.achieved(today)
    latest = known[-1] if known else None
    return {
        "id": str(wanted.metric.id),
        "gsid": gsids.to_gsid(gsids.ITEM, wanted.metric.id),
        "name": wanted.metric.name,
        "unit": wanted.metric.unit.value,
        "direction": wanted.metric.direction.value,
        "baseline": wanted.baseline,
        "target": wanted.target,
        "weight": wanted.weight,
        "latest": latest.value if latest else None,
        "latest_on": latest.day.isoformat() if latest else None,
        "achieved": None if achieved is None else float(to_percent(100 * achieved)),
        "values": {one.day.isoformat(): one.value for one in wanted.values},
    }


def print_details(found: dict[str, Any]) -> None:
    """Print a goal for people: its fields, then a table for each sort of thing that belongs to it."""
    sections = [name for name, value in found.items() if isinstance(value, list)]
    plain = {name: value for name, value in found.items() if name not in sections and value not in (None, "", {})}
    show([{"field": name, "value": value} for name, value in plain.items()], as_json=False, empty="")
    for name in sections:
        if found[name]:
            typer.echo(f"\n{name}:")
            rows = [{**row, "values": len(row["values"])} if "values" in row else row for row in found[name]]
            show(rows, as_json=False, empty="")


def _fields(goal: CustomerGoal, workspace: str) -> dict[str, Any]:
    refs = {"company": goal.company, "status": goal.status, "priority": goal.priority}
    refs |= {"category": goal.category, "goal_type": goal.goal_type}
    return {
        **goal_row(goal, workspace),
        "description": goal.description,
        "entity": goal.entity.value,
        **{name: _name(ref) for name, ref in refs.items()},
        **{f"{name}_id": str(ref.id) if ref else None for name, ref in refs.items()},
        "relationship_id": str(goal.relationship_id) if goal.relationship_id else None,
        "opportunity_id": str(goal.opportunity_id) if goal.opportunity_id else None,
        "quarter": goal.quarter,
        "year": goal.year,
        "progress_reason": goal.progress_reason,
        "fields": dict(goal.fields),
        "version": goal.version,
        "updated_at": moment(goal.updated_at),
    }


def _name(ref: Ref | None) -> str | None:
    return ref.name if ref else None
