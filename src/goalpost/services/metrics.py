"""Metrics, and what goals want of them."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.core.audit import Author, Change, changed_fields, deleted, made
from goalpost.core.customer_goals import CustomerGoal
from goalpost.core.errors import Invalid, NotFound
from goalpost.core.ids import new_id
from goalpost.core.metrics import Direction, GoalMetric, Metric, MetricValue, Unit, check_metric, check_wanted
from goalpost.db import audit, metrics
from goalpost.services import goal_changes

_AUDITED = ("baseline", "target", "weight")


def create_metric(
    db: Connection,
    *,
    workspace_id: UUID,
    name: str,
    unit: Unit,
    author: Author,
    now: datetime,
    direction: Direction = Direction.UP,
    description: str | None = None,
) -> Metric:
    """A new metric behind the others; raises Invalid."""
    position = metrics.next_position(db, workspace_id)
    metric = check_metric(
        Metric(new_id(now), workspace_id, name, unit, direction, position, now, now, description),
    )
    metrics.insert_metric(db, metric)
    trail = [made("metric", metric, ("name", "unit", "direction", "description"))]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return metric


def list_metrics(db: Connection, *, workspace_id: UUID) -> list[Metric]:
    """The workspace's metrics, in their order."""
    return metrics.list_metrics(db, workspace_id)


def get_metric(db: Connection, *, workspace_id: UUID, metric_id: UUID) -> Metric:
    """The workspace's metric of that id; raises NotFound."""
    metric = metrics.get_metric(db, metric_id)
    if metric is None or metric.workspace_id != workspace_id:
        raise NotFound("there is no such metric")
    return metric


def list_goal_metrics(db: Connection, *, goal: CustomerGoal) -> list[GoalMetric]:
    """What the goal wants of which metrics, with their values."""
    return metrics.list_goal_metrics(db, goal.id)


def put_goal_metric(
    db: Connection,
    *,
    goal: CustomerGoal,
    metric: Metric,
    baseline: float | None,
    target: float | None,
    author: Author,
    now: datetime,
    weight: float = 1.0,
    values: Iterable[MetricValue] = (),
) -> GoalMetric:
    """Say what the goal wants of a metric, and add values: each takes the place of the one that its day had.

    Raises Invalid.
    """
    check_wanted(baseline, target, weight)
    current = goal_changes.lock(db, goal)
    before = _find(db, goal, metric.id)
    wanted = GoalMetric(before.id if before else new_id(now), metric, baseline, target, weight)
    if before is None:
        metrics.insert_goal_metric(db, goal.id, wanted)
        trail = [made("metric", wanted, _AUDITED)]
    else:
        metrics.update_goal_metric(db, wanted)
        trail = list(changed_fields(before, wanted, _AUDITED, "metric"))
    trail += _put_values(db, wanted, {one.day: one.value for one in before.values} if before else {}, values, now)
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)
    return next(found for found in metrics.list_goal_metrics(db, goal.id) if found.id == wanted.id)


def delete_values(
    db: Connection, *, goal: CustomerGoal, metric: Metric, days: Iterable[date], author: Author, now: datetime
) -> None:
    """Take the goal's values of these days away; raises NotFound when the goal does not have the metric."""
    current = goal_changes.lock(db, goal)
    wanted = _get(db, goal, metric.id)
    gone = set(days)
    metrics.delete_values(db, wanted.id, gone)
    trail = [_value_change(wanted, one.day, one.value, None) for one in wanted.values if one.day in gone]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)


def remove_goal_metric(db: Connection, *, goal: CustomerGoal, metric: Metric, author: Author, now: datetime) -> None:
    """Take a metric from the goal, with its values; raises NotFound when the goal does not have it."""
    current = goal_changes.lock(db, goal)
    wanted = _get(db, goal, metric.id)
    metrics.delete_goal_metric(db, wanted.id)
    trail = [deleted("metric", wanted, _AUDITED)]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)


def _find(db: Connection, goal: CustomerGoal, metric_id: UUID) -> GoalMetric | None:
    return next((one for one in metrics.list_goal_metrics(db, goal.id) if one.metric.id == metric_id), None)


def _get(db: Connection, goal: CustomerGoal, metric_id: UUID) -> GoalMetric:
    wanted = _find(db, goal, metric_id)
    if wanted is None:
        raise NotFound("the goal does not have this metric")
    return wanted


def _put_values(
    db: Connection, wanted: GoalMetric, before: dict[date, float], values: Iterable[MetricValue], now: datetime
) -> list[Change]:
    last = {one.day: one for one in values}  # of a day that is given twice the last value counts
    for one in last.values():
        _check_value(one)
    new = {day: one for day, one in last.items() if before.get(day) != one.value}
    metrics.put_values(db, wanted.id, new.values(), now)
    return [_value_change(wanted, day, before.get(day), one.value) for day, one in new.items()]


def _check_value(one: MetricValue) -> None:
    try:
        check_wanted(one.value, None, 1.0)
    except Invalid:
        raise Invalid({"value": ["must be a finite number"]}) from None


def _value_change(wanted: GoalMetric, day: date, before: float | None, after: float | None) -> Change:
    return Change("metric", wanted.id, f"values.{day.isoformat()}", before, after)
