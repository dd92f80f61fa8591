"""Metrics, the goal types that may have them, and what uses them, as rows."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, select, union_all, update

from goalpost.customers.model.metrics import Direction, Metric, Unit
from goalpost.customers.rows.library_tables import goal_templates, goal_type_metrics, template_metrics
from goalpost.customers.rows.tables import customer_goals, goal_metrics, metrics, picklist_items

_LIVE = metrics.c.deleted_at.is_(None)
_OF_TYPE = (
    select(metrics)
    .join(goal_type_metrics, goal_type_metrics.c.metric_id == metrics.c.id)
    .where(goal_type_metrics.c.goal_type_id == bindparam("goal_type"), _LIVE)
    .where(metrics.c.id.in_(bindparam("metrics", expanding=True)))
    .order_by(metrics.c.id)  # the order in which everybody locks them
    .with_for_update(of=metrics, read=True)
)
_KEPT = ("id", "workspace_id", "created_at", "created_by", "position")
_CHANGING = ("name", "description", "updated_at", "updated_by")


def insert_metric(db: Connection, metric: Metric) -> None:
    """Store a new metric."""
    db.execute(insert(metrics), {**{name: getattr(metric, name) for name in _KEPT}, **_values(metric)})


def update_metric(db: Connection, metric: Metric) -> None:
    """Store a metric anew."""
    db.execute(update(metrics).where(metrics.c.id == metric.id).values(**_values(metric)))


def delete_metrics(db: Connection, metric_ids: Collection[UUID], now: datetime) -> None:
    """Take metrics out of every list."""
    db.execute(update(metrics).where(metrics.c.id.in_(metric_ids)).values(deleted_at=now))


def get_metrics(db: Connection, metric_ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Metric]:
    """The live metrics of these ids; locked until the transaction ends, when asked for."""
    query = select(metrics).where(metrics.c.id.in_(metric_ids), _LIVE).order_by(metrics.c.id)
    return {row.id: to_metric(row) for row in db.execute(query.with_for_update() if lock else query)}


def list_metrics(db: Connection, workspace_id: UUID) -> list[Metric]:
    """A workspace's metrics, in their order."""
    query = (
        select(metrics).where(metrics.c.workspace_id == workspace_id, _LIVE).order_by(metrics.c.position, metrics.c.id)
    )
    return [to_metric(row) for row in db.execute(query)]


def metrics_of_type(db: Connection, goal_type_id: UUID, metric_ids: Collection[UUID]) -> dict[UUID, Metric]:
    """Return those of `metric_ids` that goals of a type may have.

    They stay as they are until the transaction ends: a metric cannot be deleted while a goal begins to use it.
    """
    rows = db.execute(_OF_TYPE, {"goal_type": goal_type_id, "metrics": list(metric_ids)})
    return {row.id: to_metric(row) for row in rows}


def types_of_metric(db: Connection, metric_id: UUID) -> set[UUID]:
    """The goal types that may have a metric."""
    query = select(goal_type_metrics.c.goal_type_id).where(goal_type_metrics.c.metric_id == metric_id)
    return set(db.execute(query).scalars())


def add_types(db: Connection, metric_id: UUID, goal_type_ids: Iterable[UUID]) -> None:
    """Let goals of these types, which may not have the metric yet, have it."""
    if rows := [{"metric_id": metric_id, "goal_type_id": found} for found in goal_type_ids]:
        db.execute(insert(goal_type_metrics), rows)


def remove_types(db: Connection, metric_id: UUID, goal_type_ids: Collection[UUID]) -> None:
    """Remove the metric from these goal types."""
    of_metric = goal_type_metrics.c.metric_id == metric_id
    db.execute(delete(goal_type_metrics).where(of_metric, goal_type_metrics.c.goal_type_id.in_(goal_type_ids)))


def goal_types_using(db: Connection, metric_ids: Collection[UUID]) -> list[str]:
    """The names of the goal types that may have one of these metrics."""
    query = (
        select(picklist_items.c.name)
        .distinct()
        .join(goal_type_metrics, goal_type_metrics.c.goal_type_id == picklist_items.c.id)
        .where(goal_type_metrics.c.metric_id.in_(metric_ids))
    )
    return sorted(db.execute(query).scalars())


def goals_using(db: Connection, metric_ids: Collection[UUID], most: int) -> list[tuple[UUID, str]]:
    """Id and name of the first live goals and templates that have one of these metrics.

    A template has a metric as long as its goal type may have it.
    """
    is_allowed = (goal_type_metrics.c.metric_id == template_metrics.c.metric_id) & (
        goal_type_metrics.c.goal_type_id == goal_templates.c.goal_type_id
    )
    goals = (
        select(customer_goals.c.id, customer_goals.c.title.label("name"))
        .join(goal_metrics, goal_metrics.c.goal_id == customer_goals.c.id)
        .where(goal_metrics.c.metric_id.in_(metric_ids), customer_goals.c.deleted_at.is_(None))
    )
    templates = (
        select(goal_templates.c.id, goal_templates.c.name)
        .join(template_metrics, template_metrics.c.template_id == goal_templates.c.id)
        .join(goal_type_metrics, is_allowed)
        .where(template_metrics.c.metric_id.in_(metric_ids), goal_templates.c.deleted_at.is_(None))
    )
    found = union_all(goals, templates).subquery()
    rows = db.execute(select(found.c.id, found.c.name).distinct().order_by(found.c.id).limit(most))
    return [(row.id, row.name) for row in rows]


def next_position(db: Connection, workspace_id: UUID) -> int:
    """The position behind the last metric ever made."""
    last: int | None = db.execute(
        select(func.max(metrics.c.position)).where(metrics.c.workspace_id == workspace_id)
    ).scalar()
    return 1 if last is None else last + 1


def to_metric(row: Any) -> Metric:
    """The metric of a row that has the columns of its table."""
    kinds = (Unit(row.unit), Direction(row.direction))
    return Metric(
        *(row.id, row.workspace_id, row.name, *kinds, row.position, row.created_at, row.updated_at, row.description),
        *(row.created_by, row.updated_by),
    )


def _values(metric: Metric) -> dict[str, Any]:
    plain = {name: getattr(metric, name) for name in _CHANGING}
    return {**plain, "unit": metric.unit.value, "direction": metric.direction.value}
