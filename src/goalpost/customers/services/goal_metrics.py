"""Metrics of customer goals: targets, and values by day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, Change, changed_fields, deleted, made
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.metrics import GoalMetric, Metric, MetricValue, MetricWish, check_wanted
from goalpost.customers.rows import goal_metrics, metrics
from goalpost.customers.services import goal_changes
from goalpost.kernel.errors import Invalid, InvalidReference, NotFound
from goalpost.kernel.ids import new_id

_AUDITED = ("baseline", "target", "weight")


def list_goal_metrics(db: Connection, *, goal: CustomerGoal) -> list[GoalMetric]:
    """List the metrics of a goal, with targets and values."""
    return goal_metrics.list_goal_metrics(db, [goal.id]).get(goal.id, [])


def list_metrics_of(db: Connection, *, goals: Sequence[CustomerGoal]) -> Mapping[UUID, list[GoalMetric]]:
    """Return the metrics of goals, by goal."""
    return goal_metrics.list_goal_metrics(db, [goal.id for goal in goals])


def put(
    db: Connection,
    *,
    goal: CustomerGoal,
    dropped: Collection[UUID],
    wishes: Sequence[MetricWish],
    now: datetime,
    is_new: bool = False,
) -> list[Change]:
    """Take metrics from a goal that is locked, then lay wishes over what it has; what changed.

    Raises InvalidReference for a metric that neither the goal has nor its type allows, and Invalid.
    """
    if not dropped and not wishes:
        return []
    has = {} if is_new else {one.metric.id: one for one in list_goal_metrics(db, goal=goal)}
    known = _known(db, goal, {one.metric.id: one.metric for one in has.values()}, {one.metric_id for one in wishes})
    trail = [_remove(db, has.pop(metric_id)) for metric_id in dict.fromkeys(dropped) if metric_id in has]
    new: dict[GoalMetric, Sequence[MetricValue]] = {}
    for wish in _merged(wishes):
        before = has.get(wish.metric_id)
        wanted = _laid_over(before or GoalMetric(new_id(now), known[wish.metric_id], None, None, 1.0), wish)
        if before is None:
            new[wanted] = wish.values
        else:
            trail += _store(db, before, wanted, wish.values, now)
    return trail + _add(db, goal, new, now)


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
    current = goal_changes.lock(db, goal)
    before = _find(db, goal, metric.id)
    wanted = GoalMetric(before.id if before else new_id(now), metric, baseline, target, weight)
    given = tuple(values)
    trail = _store(db, before, wanted, given, now) if before else _add(db, goal, {wanted: given}, now)
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)
    return _get(db, goal, metric.id)


def delete_values(
    db: Connection, *, goal: CustomerGoal, metric: Metric, days: Iterable[date], author: Author, now: datetime
) -> None:
    """Take the goal's values of these days away; raises NotFound when the goal does not have the metric."""
    current = goal_changes.lock(db, goal)
    wanted = _get(db, goal, metric.id)
    gone = set(days)
    goal_metrics.delete_values(db, wanted.id, gone)
    trail = [_value_change(wanted, one.day, one.value, None) for one in wanted.values if one.day in gone]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)


def remove_goal_metric(db: Connection, *, goal: CustomerGoal, metric: Metric, author: Author, now: datetime) -> None:
    """Take a metric from the goal, with its values; raises NotFound when the goal does not have it."""
    current = goal_changes.lock(db, goal)
    trail = [_remove(db, _get(db, goal, metric.id))]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)


def _known(db: Connection, goal: CustomerGoal, has: dict[UUID, Metric], wanted: set[UUID]) -> dict[UUID, Metric]:
    """The metrics that are wanted: those that the goal has and those that its type allows."""
    new = wanted - has.keys()
    allowed = metrics.metrics_of_type(db, goal.goal_type.id, new) if new and goal.goal_type else {}
    if new - allowed.keys():
        raise InvalidReference({"metrics": ["must be metrics of the goal's type"]})
    return has | allowed


def _merged(wishes: Sequence[MetricWish]) -> Iterable[MetricWish]:
    """Wishes with those of one metric made one: the later laid over the earlier."""
    found: dict[UUID, MetricWish] = {}
    for wish in wishes:
        earlier = found.get(wish.metric_id, wish)
        baseline = earlier.baseline if wish.baseline is None else wish.baseline
        target = earlier.target if wish.target is None else wish.target
        values = wish.values if earlier is wish else (*earlier.values, *wish.values)
        found[wish.metric_id] = MetricWish(wish.metric_id, baseline, target, values)
    return found.values()


def _laid_over(has: GoalMetric, wish: MetricWish) -> GoalMetric:
    baseline = has.baseline if wish.baseline is None else wish.baseline
    return replace(has, baseline=baseline, target=has.target if wish.target is None else wish.target)


def _add(
    db: Connection, goal: CustomerGoal, new: Mapping[GoalMetric, Sequence[MetricValue]], now: datetime
) -> list[Change]:
    """Store metrics that a goal does not have yet, with their values."""
    for wanted in new:
        check_wanted(wanted.baseline, wanted.target, wanted.weight)
    goal_metrics.insert_goal_metrics(db, goal.id, new)
    values = {wanted.id: _of_days(found) for wanted, found in new.items()}
    goal_metrics.insert_values(db, values, now)
    changes = [made("metric", wanted, _AUDITED) for wanted in new]
    return changes + [
        _value_change(wanted, one.day, None, one.value) for wanted in new for one in values[wanted.id].values()
    ]


def _store(
    db: Connection, before: GoalMetric, wanted: GoalMetric, values: Iterable[MetricValue], now: datetime
) -> list[Change]:
    check_wanted(wanted.baseline, wanted.target, wanted.weight)
    trail = list(changed_fields(before, wanted, _AUDITED, "metric"))
    if trail:
        goal_metrics.update_goal_metric(db, wanted)
    return trail + _put_values(db, wanted, {one.day: one.value for one in before.values}, values, now)


def _remove(db: Connection, wanted: GoalMetric) -> Change:
    goal_metrics.delete_goal_metric(db, wanted.id)
    return deleted("metric", wanted, _AUDITED)


def _find(db: Connection, goal: CustomerGoal, metric_id: UUID) -> GoalMetric | None:
    return next((one for one in list_goal_metrics(db, goal=goal) if one.metric.id == metric_id), None)


def _get(db: Connection, goal: CustomerGoal, metric_id: UUID) -> GoalMetric:
    wanted = _find(db, goal, metric_id)
    if wanted is None:
        raise NotFound("the goal does not have this metric")
    return wanted


def _put_values(
    db: Connection, wanted: GoalMetric, before: dict[date, float], values: Iterable[MetricValue], now: datetime
) -> list[Change]:
    new = {day: one for day, one in _of_days(values).items() if before.get(day) != one.value}
    goal_metrics.delete_values(db, wanted.id, before.keys() & new.keys())
    goal_metrics.insert_values(db, {wanted.id: new}, now)
    return [_value_change(wanted, day, before.get(day), one.value) for day, one in new.items()]


def _of_days(values: Iterable[MetricValue]) -> dict[date, MetricValue]:
    """Values by their days; of a day that is given twice the last counts. Raises Invalid."""
    found = {one.day: one for one in values}
    for one in found.values():
        _check_value(one)
    return found


def _check_value(one: MetricValue) -> None:
    try:
        check_wanted(one.value, None, 1.0)
    except Invalid:
        raise Invalid({"value": ["must be a finite number"]}) from None


def _value_change(wanted: GoalMetric, day: date, before: float | None, after: float | None) -> Change:
    return Change("metric", wanted.id, f"values.{day.isoformat()}", before, after)
