"""Customer goals: make, list, change, take away."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.core.audit import AuditEntry, Author, deleted, made
from goalpost.core.customer_goals import CustomerGoal, GoalDetail, GoalDraft, GoalFilter, check_goal
from goalpost.core.errors import Invalid, NotFound
from goalpost.core.ids import new_id
from goalpost.core.pages import Order, Page
from goalpost.core.progress import ProgressMode, ProgressPoint
from goalpost.db import audit, customer_goals, goal_tasks, goal_updates
from goalpost.services import goal_changes, references

_POINTS_AT = {
    "company_id": "company",
    "status_id": "status",
    "priority_id": "priority",
    "category_id": "category",
    "goal_type_id": "goal_type",
}


def create_goal(db: Connection, *, workspace_id: UUID, draft: GoalDraft, author: Author, now: datetime) -> CustomerGoal:
    """A new goal; raises Invalid with every fault of the draft, InvalidReference with every id that names nothing."""
    plain = {name: getattr(draft, name) for name in ("entity", "relationship_id", "opportunity_id", "description")}
    plain |= {name: getattr(draft, name) for name in ("due_at", "quarter", "year", "progress", "fields")}
    goal = check_goal(CustomerGoal(new_id(now), workspace_id, draft.title, now, now, **plain))
    ids = {field: getattr(draft, field) for field in (*_POINTS_AT, "relationship_id", "opportunity_id")}
    refs = references.resolve(db, workspace_id=workspace_id, ids=ids)
    pointing: dict[str, Any] = {name: refs.get(field) for field, name in _POINTS_AT.items()}
    goal = replace(goal, **pointing)
    customer_goals.insert_goal(db, goal)
    trail = [made("goal", goal, goal_changes.AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now, goal_id=goal.id, version=1)
    return goal


def get_goal(db: Connection, *, workspace_id: UUID, goal_id: UUID) -> CustomerGoal:
    """The workspace's goal of that id; raises NotFound."""
    goal = customer_goals.get_goal(db, goal_id)
    if goal is None or goal.workspace_id != workspace_id:
        raise NotFound("there is no such goal")
    return goal


def find_goal(db: Connection, *, goal_id: UUID) -> CustomerGoal:
    """The goal of that id, whichever workspace has it: for who may see all of them. Raises NotFound."""
    goal = customer_goals.get_goal(db, goal_id)
    if goal is None:
        raise NotFound("there is no such goal")
    return goal


def get_detail(db: Connection, *, goal: CustomerGoal) -> GoalDetail:
    """The goal with its tasks and updates."""
    return GoalDetail(goal, goal_tasks.list_tasks(db, goal.id), goal_updates.list_updates(db, goal.id))


def list_goals(
    db: Connection, *, workspace_id: UUID, which: GoalFilter, order: Order, page: Page
) -> tuple[list[CustomerGoal], int]:
    """A page of the workspace's goals that meet the filter, and how many do in all."""
    return customer_goals.list_goals(db, workspace_id, which, order=order, page=page)


def each_goal(db: Connection, *, workspace_id: UUID) -> Iterator[CustomerGoal]:
    """Every goal of the workspace, oldest first."""
    return customer_goals.each_goal(db, workspace_id)


def update_goal(
    db: Connection, *, goal: CustomerGoal, changes: Mapping[str, Any], author: Author, now: datetime
) -> CustomerGoal:
    """The goal with `changes` (fields of GoalDraft) laid over it. The last write wins.

    When somebody changed the goal since it was read as `goal`, their change stays where this one does not touch it, and
    the audit trail marks the conflict. Raises Invalid and InvalidReference as create_goal.
    """
    current = goal_changes.lock(db, goal)
    changed = check_goal(replace(current, **{name: value for name, value in changes.items() if name not in _POINTS_AT}))
    if changed.progress != current.progress and current.progress_mode is not ProgressMode.MANUAL:
        raise Invalid({"progress": [f"is computed from the goal's {current.progress_mode.value}"]})
    changed = replace(changed, **_changed_refs(db, current, changes))
    is_conflict = current.version != goal.version
    return goal_changes.store(db, before=current, after=changed, author=author, now=now, is_conflict=is_conflict)


def delete_goal(db: Connection, *, goal: CustomerGoal, author: Author, now: datetime) -> None:
    """Take a goal away, with its tasks and updates; the audit trail keeps what it was."""
    current = goal_changes.lock(db, goal)
    customer_goals.delete_goal(db, current.id, now)
    trail = [deleted("goal", current, goal_changes.AUDITED)]
    owner, version = current.workspace_id, current.version + 1
    audit.insert_changes(db, trail, workspace_id=owner, author=author, now=now, goal_id=current.id, version=version)


def set_progress_mode(
    db: Connection, *, goal: CustomerGoal, mode: ProgressMode, author: Author, now: datetime
) -> CustomerGoal:
    """Say where the goal's progress comes from. Set to manual, it stays at what was computed last."""
    current = goal_changes.lock(db, goal)
    reason = "" if mode is ProgressMode.MANUAL else current.progress_reason
    changed = replace(current, progress_mode=mode, progress_reason=reason)
    return goal_changes.store(db, before=current, after=changed, author=author, now=now)


def list_changes(db: Connection, *, goal_id: UUID) -> Iterator[AuditEntry]:
    """What happened to a goal, which may be deleted, oldest first."""
    return audit.list_changes(db, goal_id)


def list_progress(db: Connection, *, goal: CustomerGoal) -> list[ProgressPoint]:
    """The history of the goal's progress, oldest first, from what it was made with."""
    made_with = ProgressPoint(goal.created_at, goal.progress, goal.progress_reason)
    return goal_updates.list_points(db, goal.id) or [made_with]


def _changed_refs(db: Connection, current: CustomerGoal, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What the goal points at after the changes; what it points at already need not be choosable any more."""
    asked = {field: changes[field] for field in _POINTS_AT if field in changes}
    now_at = {field: getattr(current, name) for field, name in _POINTS_AT.items()}
    new = {field: found for field, found in asked.items() if now_at[field] is None or now_at[field].id != found}
    refs = references.resolve(db, workspace_id=current.workspace_id, ids=new)
    return {_POINTS_AT[field]: refs.get(field) for field in new}
