"""Progress of a goal from people, its tasks or its metrics; told with its reason and kept as history."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.metrics import Direction, Metric, MetricValue, Unit
from goalpost.customers.model.paging import Page
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.services import customer_goals, goal_changes, goal_metrics, goal_tasks, goal_updates, metrics
from goalpost.kernel.errors import Invalid, NotFound
from tests.support.tenant import AUTHOR, LATER, NOW, Tenant

BY = {"author": AUTHOR, "now": LATER}


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def set_mode(tenant: Tenant, goal: CustomerGoal, mode: ProgressMode) -> CustomerGoal:
    return customer_goals.set_progress_mode(tenant.db, goal=goal, mode=mode, **BY)


def add_task(tenant: Tenant, goal: CustomerGoal, **fields: Any) -> Any:
    return goal_tasks.create_task(tenant.db, goal=goal, fields={"title": "Step", **fields}, **BY)


def new_metric(tenant: Tenant, direction: Direction = Direction.UP) -> Metric:
    made = {"workspace_id": tenant.id, "name": "NPS", "unit": Unit.DECIMAL, "author": AUTHOR, "now": NOW}
    return metrics.create_metric(tenant.db, direction=direction, **made)


def day(number: int, value: float) -> MetricValue:
    return MetricValue(date(2026, 1, number), value)


def test_tasks_move_nothing_unless_they_are_to(tenant: Tenant) -> None:
    goal = tenant.goal(progress=Decimal(40))
    task = add_task(tenant, goal, is_completed=True)
    assert tenant.read(goal).progress == 40
    assert tenant.read(goal).updated_at == LATER
    goal_tasks.delete_task(tenant.db, goal=goal, task_id=task.id, **BY)
    assert [entry.change.subject for entry in tenant.trail(goal)] == ["goal", "task", "task"]


def test_progress_of_tasks(tenant: Tenant) -> None:
    goal = tenant.goal(progress=Decimal(40))
    task = add_task(tenant, goal)
    assert set_mode(tenant, goal, ProgressMode.TASKS).progress == 0
    add_task(tenant, goal, is_completed=True)
    add_task(tenant, goal)
    assert tenant.read(goal).progress_reason == "1 of 3 tasks completed"
    goal_tasks.update_task(tenant.db, goal=goal, task_id=task.id, changes={"is_completed": True}, **BY)
    assert tenant.read(goal).progress == Decimal("66.67")
    goal_tasks.delete_task(tenant.db, goal=goal, task_id=task.id, **BY)
    assert tenant.read(goal).progress == 50
    history = [point.percent for point in customer_goals.list_progress(tenant.db, goal=goal)]
    assert history == [40, 0, 50, Decimal("33.33"), Decimal("66.67"), 50]


def test_back_to_manual_it_stays_where_it_was(tenant: Tenant) -> None:
    goal = tenant.goal()
    add_task(tenant, goal, is_completed=True)
    set_mode(tenant, goal, ProgressMode.TASKS)
    manual = set_mode(tenant, goal, ProgressMode.MANUAL)
    assert (manual.progress, manual.progress_reason) == (100, "")
    assert tenant.change(manual, progress=Decimal(5)).progress == 5


def test_computed_progress_cannot_be_set(tenant: Tenant) -> None:
    goal = set_mode(tenant, tenant.goal(), ProgressMode.TASKS)
    with pytest.raises(Invalid, match="is computed from the goal's tasks"):
        tenant.change(goal, progress=Decimal(5))
    assert tenant.change(goal, progress=Decimal(0), title="Same progress").title == "Same progress"
    goal_updates.create_update(tenant.db, goal=goal, text="Nearly", progress=Decimal(90), **BY)
    assert tenant.read(goal).progress == 0


def test_an_updates_progress_becomes_the_goals(tenant: Tenant) -> None:
    goal = tenant.goal(progress=Decimal(10))
    goal_updates.create_update(tenant.db, goal=goal, text="Half", progress=Decimal("50.5"), **BY)
    goal_updates.create_update(tenant.db, goal=goal, text="Nothing new", progress=None, **BY)
    assert tenant.read(goal).progress == Decimal("50.5")
    updates, total = goal_updates.list_updates(tenant.db, goal=goal, page=Page(1, 1))
    assert (total, updates[0].progress in (None, Decimal("50.5"))) == (2, True)


def test_progress_of_metrics(tenant: Tenant) -> None:
    goal = set_mode(tenant, tenant.goal(), ProgressMode.METRICS)
    rising, kept = new_metric(tenant), new_metric(tenant, Direction.AT_MOST)
    put = {"goal": goal, **BY}
    goal_metrics.put_goal_metric(tenant.db, metric=rising, baseline=0, target=10, values=[day(2, 5), day(1, 9)], **put)
    assert tenant.read(goal).progress == 50
    values = [day(1, 1), day(2, 4)]
    goal_metrics.put_goal_metric(tenant.db, metric=kept, baseline=None, target=3, weight=3, values=values, **put)
    goal_metrics.put_goal_metric(tenant.db, metric=kept, baseline=None, target=3, weight=3, values=[day(2, 3)], **put)
    assert tenant.read(goal).progress == Decimal("87.50")
    assert tenant.read(goal).progress_reason == "NPS 50.00 % x 1; NPS 100.00 % x 3"
    goal_metrics.delete_values(tenant.db, metric=rising, days=[date(2026, 1, 2), date(2025, 1, 1)], **put)
    assert tenant.read(goal).progress == Decimal("97.50")
    goal_metrics.remove_goal_metric(tenant.db, metric=kept, **put)
    assert tenant.read(goal).progress == 90


def store_due(tenant: Tenant, now: datetime) -> int:
    planned = goal_changes.goals_with_plans(tenant.db)
    return goal_changes.store_due_progress(tenant.db, goal_ids=planned, now=now)


def test_plans_become_progress_on_their_day(tenant: Tenant) -> None:
    """Values of later days do not count before their day, and count on it without anybody writing."""
    goal = set_mode(tenant, tenant.goal(), ProgressMode.METRICS)
    metric, today = new_metric(tenant), LATER.date()
    values = [MetricValue(today + timedelta(days=days), value) for days, value in ((0, 2), (1, 5), (400, 9))]
    goal_metrics.put_goal_metric(tenant.db, goal=goal, metric=metric, baseline=0, target=10, values=values, **BY)
    assert tenant.read(goal).progress == 20

    assert store_due(tenant, LATER + timedelta(hours=1)) == 0
    version = tenant.read(goal).version
    tomorrow = datetime.combine(today + timedelta(days=1), time(0, 0, 30), UTC)
    assert store_due(tenant, tomorrow) == 1
    assert (tenant.read(goal).progress, tenant.read(goal).version) == (50, version + 1)
    assert store_due(tenant, tomorrow + timedelta(days=30)) == 0
    assert store_due(tenant, tomorrow + timedelta(days=399)) == 1
    assert tenant.read(goal).progress == 90
    assert [point.percent for point in customer_goals.list_progress(tenant.db, goal=goal)][-3:] == [20, 50, 90]
    assert tenant.trail(goal)[-1].author.name == "goalpost"


def test_a_change_on_a_planned_day_counts_the_plan(tenant: Tenant) -> None:
    goal = set_mode(tenant, tenant.goal(), ProgressMode.METRICS)
    tomorrow = LATER + timedelta(days=1)
    values = [MetricValue(tomorrow.date(), 5)]
    put = {"goal": goal, "metric": new_metric(tenant), "baseline": 0, "target": 10, "values": values}
    goal_metrics.put_goal_metric(tenant.db, **put, **BY)
    assert (tenant.read(goal).progress, tenant.read(goal).progress_reason) == (0, "no metric has a target and a value")
    assert tenant.change(tenant.read(goal), now=tomorrow, title="Grow more").progress == 50


def test_only_live_goals_by_metrics_are_brought_up_to_date(tenant: Tenant) -> None:
    metric, later = new_metric(tenant), LATER + timedelta(days=1)
    goals = [tenant.goal(progress=Decimal(40)), tenant.goal(), tenant.goal()]
    for goal in goals:
        values = [MetricValue(later.date(), 5)]
        goal_metrics.put_goal_metric(tenant.db, goal=goal, metric=metric, baseline=0, target=10, values=values, **BY)
    set_mode(tenant, goals[1], ProgressMode.TASKS)
    set_mode(tenant, goals[2], ProgressMode.METRICS)
    customer_goals.delete_goal(tenant.db, goal=tenant.read(goals[2]), **BY)
    assert store_due(tenant, later) == 0
    assert [tenant.read(goal).progress for goal in goals[:2]] == [40, 0]


def test_progress_of_updates_is_kept_to_the_hundredth(tenant: Tenant) -> None:
    goal = tenant.goal(progress=Decimal("99.999"))
    assert tenant.read(goal).progress == Decimal("99.99")
    for said, kept in (("0.001", "0.01"), ("99.9999", "99.99"), ("100", "100")):
        goal_updates.create_update(tenant.db, goal=goal, text="x", progress=Decimal(said), **BY)
        assert tenant.read(goal).progress == Decimal(kept)
        updates, _ = goal_updates.list_updates(tenant.db, goal=goal, page=Page(1, 10))
        assert Decimal(kept) in {update.progress for update in updates}


def test_a_days_value_takes_the_place_of_the_one_before(tenant: Tenant) -> None:
    goal, metric = tenant.goal(), new_metric(tenant)
    put = {"goal": goal, "metric": metric, "baseline": 0, "target": 10, **BY}
    goal_metrics.put_goal_metric(tenant.db, values=[day(1, 1), day(3, 3), day(3, 4)], **put)
    found = goal_metrics.put_goal_metric(tenant.db, values=[day(1, 2), day(2, 2.5)], **put)
    assert [(one.day.day, one.value) for one in found.values] == [(1, 2), (2, 2.5), (3, 4)]
    told = [(entry.change.field, entry.change.before, entry.change.after) for entry in tenant.trail(goal)]
    assert ("values.2026-01-01", 1, 2) in told
    assert ("values.2026-01-02", None, 2.5) in told


def test_the_same_values_again_change_nothing(tenant: Tenant) -> None:
    goal, metric = tenant.goal(), new_metric(tenant)
    put = {"goal": goal, "metric": metric, "baseline": 0, "target": 10, "values": [day(1, 1)], **BY}
    goal_metrics.put_goal_metric(tenant.db, **put)
    version = tenant.read(goal).version
    goal_metrics.put_goal_metric(tenant.db, **put)
    assert tenant.read(goal).version == version


def test_of_a_day_that_is_given_twice_the_last_value_counts(tenant: Tenant) -> None:
    put = {"goal": tenant.goal(), "metric": new_metric(tenant), "baseline": 0, "target": 10, **BY}
    goal_metrics.put_goal_metric(tenant.db, values=[day(1, 5)], **put)
    assert goal_metrics.put_goal_metric(tenant.db, values=[day(1, 7), day(1, 5)], **put).values == [day(1, 5)]


def test_values_are_numbers(tenant: Tenant) -> None:
    put = {"goal": tenant.goal(), "metric": new_metric(tenant), "baseline": 0, "target": 10, **BY}
    with pytest.raises(Invalid):
        goal_metrics.put_goal_metric(tenant.db, values=[day(1, float("inf"))], **put)


def test_a_metric_that_the_goal_does_not_have(tenant: Tenant) -> None:
    goal, metric = tenant.goal(), new_metric(tenant)
    with pytest.raises(NotFound):
        goal_metrics.remove_goal_metric(tenant.db, goal=goal, metric=metric, **BY)
    with pytest.raises(NotFound):
        metrics.get_metric(tenant.db, workspace_id=Tenant.new(tenant.db).id, metric_id=metric.id)


def test_a_task_of_another_goal_is_not_there(tenant: Tenant) -> None:
    goal, other = tenant.goal(), tenant.goal()
    task = add_task(tenant, other)
    for act in (goal_tasks.delete_task, goal_tasks.update_task):
        extra = {"changes": {}} if act is goal_tasks.update_task else {}
        with pytest.raises(NotFound):
            act(tenant.db, goal=goal, task_id=task.id, **extra, **BY)
