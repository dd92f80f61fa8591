"""Metrics of goals, and their values by day, as rows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from goalpost.customers.model.metrics import GoalMetric, MetricValue
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.rows.metrics import to_metric
from goalpost.customers.rows.paging import in_portions
from goalpost.customers.rows.tables import customer_goals, goal_metrics, metric_values, metrics
from goalpost.kernel.ids import new_id

_WANTED = ("baseline", "target", "weight")
_INSERT = insert(goal_metrics)
_INSERT_VALUE = insert(metric_values)
_OF_GOALS = (
    select(
        *metrics.columns,
        goal_metrics.c.goal_id,
        *(goal_metrics.c[name].label(f"wanted_{name}") for name in ("id", *_WANTED)),
    )
    .join(goal_metrics, goal_metrics.c.metric_id == metrics.c.id)
    .where(goal_metrics.c.goal_id.in_(bindparam("goals", expanding=True)))
    .order_by(metrics.c.position, metrics.c.id)
)
_VALUES_OF = (
    select(metric_values)
    .where(metric_values.c.goal_metric_id.in_(bindparam("goal_metrics", expanding=True)))
    .order_by(metric_values.c.day)
)


def insert_goal_metrics(db: Connection, goal_id: UUID, wanted: Iterable[GoalMetric]) -> None:
    """Store what a goal wants of metrics, without values."""
    if rows := [{"goal_id": goal_id, "metric_id": one.metric.id, **_wanted(one)} for one in wanted]:
        db.execute(_INSERT, rows)


def update_goal_metric(db: Connection, wanted: GoalMetric) -> None:
    """Store anew what a goal wants of a metric."""
    db.execute(update(goal_metrics).where(goal_metrics.c.id == wanted.id).values(**_wanted(wanted)))


def delete_goal_metric(db: Connection, goal_metric_id: UUID) -> None:
    """Take a metric from a goal, with its values."""
    db.execute(delete(metric_values).where(metric_values.c.goal_metric_id == goal_metric_id))
    db.execute(delete(goal_metrics).where(goal_metrics.c.id == goal_metric_id))


def list_goal_metrics(db: Connection, goal_ids: Collection[UUID]) -> dict[UUID, list[GoalMetric]]:
    """The metrics of goals with their values, by goal and in the metrics' order."""
    rows = db.execute(_OF_GOALS, {"goals": list(goal_ids)}).all()
    values = _values_of(db, [row.wanted_id for row in rows])
    found: dict[UUID, list[GoalMetric]] = {}
    for row in rows:
        wanted = (row.wanted_id, to_metric(row), row.wanted_baseline, row.wanted_target, row.wanted_weight)
        found.setdefault(row.goal_id, []).append(GoalMetric(*wanted, values.get(row.wanted_id, ())))
    return found


def goals_with_values_after_change(db: Connection) -> list[UUID]:
    """The live goals with progress by metrics that have a value of a later day than that of their last change."""
    query = (
        select(customer_goals.c.id, customer_goals.c.updated_at, func.max(metric_values.c.day).label("last_on"))
        .join(goal_metrics, goal_metrics.c.goal_id == customer_goals.c.id)
        .join(metric_values, metric_values.c.goal_metric_id == goal_metrics.c.id)
        .where(customer_goals.c.progress_mode == ProgressMode.METRICS.value, customer_goals.c.deleted_at.is_(None))
        .group_by(customer_goals.c.id, customer_goals.c.updated_at)
    )
    return [row.id for row in db.execute(query) if row.last_on > row.updated_at.date()]


def insert_values(db: Connection, values: Mapping[UUID, Mapping[date, MetricValue]], now: datetime) -> None:
    """Store values of days that have none, by what a goal wants of a metric."""
    rows = [
        {"goal_metric_id": wanted_id, "day": day, "value": one.value, "id": new_id(now)}
        for wanted_id, days in values.items()
        for day, one in days.items()
    ]
    if rows:
        db.execute(_INSERT_VALUE, rows)


def delete_values(db: Connection, goal_metric_id: UUID, days: Collection[date]) -> None:
    """Take the values of these days away."""
    if days:
        found = (metric_values.c.goal_metric_id == goal_metric_id) & metric_values.c.day.in_(list(days))
        db.execute(delete(metric_values).where(found))


def _wanted(wanted: GoalMetric) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in ("id", *_WANTED)}


def _values_of(db: Connection, goal_metric_ids: list[UUID]) -> dict[UUID, list[MetricValue]]:
    found: dict[UUID, list[MetricValue]] = {}
    for ids in in_portions(goal_metric_ids):
        for row in db.execute(_VALUES_OF, {"goal_metrics": ids}):
            found.setdefault(row.goal_metric_id, []).append(MetricValue(row.day, row.value))
    return found
