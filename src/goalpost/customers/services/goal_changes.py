"""The one way in which a customer goal changes: a version, an entry for each field, a point of progress."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model import progress
from goalpost.customers.model.audit import Author, Change, changed_fields
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.progress import ProgressMode, ProgressPoint
from goalpost.customers.rows import audit, customer_goals, goal_metrics, goal_tasks, goal_updates
from goalpost.kernel.errors import NotFound

AUDITED = (
    *("title", "description", "entity", "company", "relationship_id", "opportunity_id"),
    *("status", "priority", "category", "goal_type", "due_at", "quarter", "year"),
    *("relationship_type_id", "template_id", "currency", "associated_work"),
    *("progress", "progress_mode", "progress_reason", "fields"),
)
"""Fields of a goal that the audit trail tells."""
_NOBODY = Author(name="goalpost")


def lock(db: Connection, goal: CustomerGoal) -> CustomerGoal:
    """The goal as it is now, which nobody else changes until this transaction ends; raises NotFound."""
    current = customer_goals.get_goal(db, goal.id, lock=True)
    if current is None:
        raise NotFound("there is no such goal")
    return current


def store(
    db: Connection,
    *,
    before: CustomerGoal,
    after: CustomerGoal,
    author: Author,
    now: datetime,
    changes: Iterable[Change] = (),
    is_conflict: bool = False,
) -> CustomerGoal:
    """Store a goal that was locked as `before`; what else belongs to it is stored already and told as `changes`.

    Computes its progress anew when it is computed. Without any difference nothing is stored.
    """
    after = _with_progress(db, after, now.date())
    found = [*changed_fields(before, after, AUDITED, "goal", is_conflict=is_conflict), *changes]
    if not found:
        return before
    after = replace(after, version=before.version + 1, updated_at=now, updated_by=author.key_id)
    customer_goals.update_goal(db, after)
    audit.insert_changes(
        db, found, workspace_id=after.workspace_id, author=author, now=now, goal_id=after.id, version=after.version
    )
    if after.progress != before.progress:
        _note_progress(db, before, after)
    return after


def _note_progress(db: Connection, before: CustomerGoal, after: CustomerGoal) -> None:
    """Keep what a goal's progress became; the first time also what it was made with."""
    if not goal_updates.has_points(db, after.id):
        made_with = ProgressPoint(before.created_at, before.progress, before.progress_reason)
        goal_updates.insert_point(db, after.id, made_with)
    goal_updates.insert_point(db, after.id, ProgressPoint(after.updated_at, after.progress, after.progress_reason))


def goals_with_plans(db: Connection) -> list[UUID]:
    """The goals with progress by metrics that have values of days after their last change.

    Such values were plans when they were given, and nobody writes anything on their day.
    """
    return goal_metrics.goals_with_values_after_change(db)


def store_due_progress(db: Connection, *, goal_ids: Iterable[UUID], now: datetime) -> int:
    """Compute the progress of goals anew; return how many changed. Goals that are deleted by now are left out."""
    changed = 0
    for goal_id in goal_ids:
        current = customer_goals.get_goal(db, goal_id, lock=True)
        if current is not None:
            after = store(db, before=current, after=current, author=_NOBODY, now=now)
            changed += after is not current
    return changed


def _with_progress(db: Connection, goal: CustomerGoal, today: date) -> CustomerGoal:
    if goal.progress_mode is ProgressMode.MANUAL:
        return goal
    if goal.progress_mode is ProgressMode.TASKS:
        found = progress.of_tasks(goal_tasks.count_completed(db, goal.id), goal_tasks.count_tasks(db, goal.id))
    else:
        found = progress.of_metrics(goal_metrics.list_goal_metrics(db, [goal.id]).get(goal.id, []), today)
    return replace(goal, progress=found.percent, progress_reason=found.reason)
