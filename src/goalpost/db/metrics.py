"""Metrics, what goals want of them, and their values by day, as rows."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from goalpost.core.ids import new_id
from goalpost.core.metrics import Direction, GoalMetric, Metric, MetricValue, Unit
from goalpost.db.customer_goal_tables import goal_metrics, metric_values, metrics

_LIVE = metrics.c.deleted_at.is_(None)


def insert_metric(db: Connection, metric: Metric) -> None:
    """Store a new metric."""
    identity = {"id": metric.id, "workspace_id": metric.workspace_id, "created_at": metric.created_at}
    db.execute(insert(metrics), {**identity, "position": metric.position, **_values(metric)})


def get_metric(db: Connection, metric_id: UUID) -> Metric | None:
    """The live metric of that id."""
    row = db.execute(select(metrics).where(metrics.c.id == metric_id, _LIVE)).one_or_none()
    return _metric(row) if row else None


def list_metrics(db: Connection, workspace_id: UUID) -> list[Metric]:
    """A workspace's metrics, in their order."""
    query = select(metrics).where(metrics.c.workspace_id == workspace_id, _LIVE).order_by(metrics.c.position)
    return [_metric(row) for row in db.execute(query)]


def next_position(db: Connection, workspace_id: UUID) -> int:
    """The position behind the last metric ever made."""
    last: int | None = db.execute(
        select(func.max(metrics.c.position)).where(metrics.c.workspace_id == workspace_id)
    ).scalar()
    return 1 if last is None else last + 1


def insert_goal_metric(db: Connection, goal_id: UUID, wanted: GoalMetric) -> None:
    """Store what a goal wants of a metric, without values."""
    db.execute(insert(goal_metrics), {"goal_id": goal_id, "metric_id": wanted.metric.id, **_wanted(wanted)})


def update_goal_metric(db: Connection, wanted: GoalMetric) -> None:
    """Store anew what a goal wants of a metric."""
    db.execute(update(goal_metrics).where(goal_metrics.c.id == wanted.id).values(**_wanted(wanted)))


def delete_goal_metric(db: Connection, goal_metric_id: UUID) -> None:
    """Take a metric from a goal, with its values."""
    db.execute(delete(metric_values).where(metric_values.c.goal_metric_id == goal_metric_id))
    db.execute(delete(goal_metrics).where(goal_metrics.c.id == goal_metric_id))


def list_goal_metrics(db: Connection, goal_id: UUID) -> list[GoalMetric]:
    """The metrics of a goal with their values, in the metrics' order."""
    query = (
        select(metrics, *(goal_metrics.c[name].label(f"wanted_{name}") for name in ("id", *_WANTED)))
        .join(goal_metrics, goal_metrics.c.metric_id == metrics.c.id)
        .where(goal_metrics.c.goal_id == goal_id)
        .order_by(metrics.c.position, metrics.c.id)
    )
    rows = db.execute(query).all()
    values = _values_of(db, [row.wanted_id for row in rows])
    return [
        GoalMetric(
            *(row.wanted_id, _metric(row), row.wanted_baseline, row.wanted_target, row.wanted_weight),
            values.get(row.wanted_id, ()),
        )
        for row in rows
    ]


def put_values(db: Connection, goal_metric_id: UUID, values: Iterable[MetricValue], now: datetime) -> None:
    """Store values by day, in place of those that the days had."""
    by_day = {one.day: one.value for one in values}
    delete_values(db, goal_metric_id, by_day)
    rows = [
        {"goal_metric_id": goal_metric_id, "day": day, "value": value, "id": new_id(now)}
        for day, value in by_day.items()
    ]
    if rows:
        db.execute(insert(metric_values), rows)


def delete_values(db: Connection, goal_metric_id: UUID, days: Iterable[date]) -> None:
    """Take the values of these days away."""
    found = (metric_values.c.goal_metric_id == goal_metric_id) & metric_values.c.day.in_(list(days))
    db.execute(delete(metric_values).where(found))


_WANTED = ("baseline", "target", "weight")


def _wanted(wanted: GoalMetric) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in ("id", *_WANTED)}


def _values_of(db: Connection, goal_metric_ids: list[UUID]) -> dict[UUID, list[MetricValue]]:
    found: dict[UUID, list[MetricValue]] = {}
    query = select(metric_values).where(metric_values.c.goal_metric_id.in_(goal_metric_ids))
    for row in db.execute(query.order_by(metric_values.c.day)):
        found.setdefault(row.goal_metric_id, []).append(MetricValue(row.day, row.value))
    return found


def _values(metric: Metric) -> dict[str, Any]:
    return {
        "name": metric.name,
        "description": metric.description,
        "unit": metric.unit.value,
        "direction": metric.direction.value,
        "updated_at": metric.updated_at,
    }


def _metric(row: Row[Any]) -> Metric:
    kinds = (Unit(row.unit), Direction(row.direction))
    return Metric(
        *(row.id, row.workspace_id, row.name, *kinds, row.position, row.created_at, row.updated_at, row.description)
    )
