"""Customer goals: make, list, change, take away."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import AuditEntry, Author, Change, deleted, made
from goalpost.customers.model.custom_fields import laid_over
from goalpost.customers.model.customer_goals import (
    NO_PARTS,
    CustomerGoal,
    GoalDetail,
    GoalDraft,
    GoalFilter,
    GoalParts,
    check_goal,
)
from goalpost.customers.model.filters import Query
from goalpost.customers.model.paging import Page, Sorting
from goalpost.customers.model.progress import ProgressMode, ProgressPoint
from goalpost.customers.model.records import Ref
from goalpost.customers.rows import audit, customer_goals, goal_tasks, goal_updates
from goalpost.customers.services import goal_associations, goal_changes, goal_metrics, references
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.kernel.ids import new_id

_POINTS_AT = {
    "company_id": "company",
    "status_id": "status",
    "priority_id": "priority",
    "category_id": "category",
    "goal_type_id": "goal_type",
}
_POINTS_BY_ID = ("relationship_id", "opportunity_id", "relationship_type_id")
_PLAIN = (
    *("entity", "description", "due_at", "quarter", "year", "progress", "fields"),
    *("template_id", "currency", "associated_work", *_POINTS_BY_ID),
)


def create_goal(
    db: Connection,
    *,
    workspace_id: UUID,
    draft: GoalDraft,
    author: Author,
    now: datetime,
    parts: GoalParts = NO_PARTS,
    row_id: UUID | None = None,
) -> CustomerGoal:
    """A new goal with its parts; about a relationship or opportunity, it is about the company of it, too.

    `row_id` was claimed for it. Raises Invalid with every fault of the draft, InvalidReference with every id that
    names nothing.
    """
    plain = {name: getattr(draft, name) for name in _PLAIN}
    goal = check_goal(
        CustomerGoal(
            row_id or new_id(now),
            workspace_id,
            draft.title,
            now,
            now,
            **plain,
            created_by=author.key_id,
            updated_by=author.key_id,
        )
    )
    ids = {field: getattr(draft, field) for field in (*_POINTS_AT, *_POINTS_BY_ID)}
    refs = references.resolve(db, workspace_id=workspace_id, ids=ids)
    pointing: dict[str, Any] = {name: refs.get(field) for field, name in _POINTS_AT.items()}
    goal = _of_its_company(db, replace(goal, **pointing))
    customer_goals.insert_goal(db, goal)
    trail = [made("goal", goal, goal_changes.AUDITED), *_put_parts(db, goal, parts, now, is_new=True)]
    _check_work(db, goal)  # metrics are told of before work; whoever raises undoes the transaction
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
    db: Connection, *, workspace_id: UUID, which: GoalFilter, order: Sorting, page: Page
) -> tuple[list[CustomerGoal], int]:
    """A page of the workspace's goals that meet the filter, and how many do in all."""
    return customer_goals.list_goals(db, workspace_id, which, order=order, page=page)


def find_goals(db: Connection, *, workspace_id: UUID, query: Query, order: Sorting, page: Page) -> list[CustomerGoal]:
    """A page of the workspace's goals that a query finds."""
    return customer_goals.find_goals(db, workspace_id, query, order=order, page=page)


def field_names(db: Connection, *, workspace_id: UUID) -> list[str]:
    """The names of the custom fields that goals of the workspace have, in the order in which they came."""
    return customer_goals.field_names(db, workspace_id)


def each_goal(db: Connection, *, workspace_id: UUID) -> Iterator[CustomerGoal]:
    """Every goal of the workspace, oldest first."""
    return customer_goals.each_goal(db, workspace_id)


def update_goal(
    db: Connection,
    *,
    goal: CustomerGoal,
    changes: Mapping[str, Any],
    author: Author,
    now: datetime,
    parts: GoalParts = NO_PARTS,
) -> CustomerGoal:
    """The goal with `changes` (fields of GoalDraft) and parts laid over it. The last write wins.

    `fields` are laid over the goal's own, one by one; None takes one away. When somebody changed the goal since it was
    read as `goal`, their change stays where this one does not touch it, and the audit trail marks the conflict. Raises
    Invalid and InvalidReference as create_goal.
    """
    current = goal_changes.lock(db, goal)
    plain = {name: value for name, value in changes.items() if name not in _POINTS_AT}
    if "fields" in plain:
        plain["fields"] = laid_over(current.fields, plain["fields"])
    changed = check_goal(replace(current, **plain))
    if changed.progress != current.progress and current.progress_mode is not ProgressMode.MANUAL:
        raise Invalid({"progress": [f"is computed from the goal's {current.progress_mode.value}"]})
    changed = replace(changed, **_changed_refs(db, current, changes))
    if changed.company != current.company:
        changed = _of_its_company(db, changed)
    kept = current.associated_work if changed.goal_type == current.goal_type else ()
    trail = _put_parts(db, changed, parts, now)
    _check_work(db, changed, kept=kept)
    is_conflict = current.version != goal.version
    return goal_changes.store(
        db, before=current, after=changed, author=author, now=now, changes=trail, is_conflict=is_conflict
    )


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
    """List what happened to a goal, which may be deleted, oldest first."""
    return audit.list_changes(db, goal_id)


def list_progress(db: Connection, *, goal: CustomerGoal) -> list[ProgressPoint]:
    """The history of the goal's progress, oldest first, from what it was made with."""
    made_with = ProgressPoint(goal.created_at, goal.progress, goal.progress_reason)
    return goal_updates.list_points(db, goal.id) or [made_with]


def _of_its_company(db: Connection, goal: CustomerGoal) -> CustomerGoal:
    """The goal with the company of what it is about; raises Invalid where it names another."""
    for kind, about in (("relationship", goal.relationship_id), ("opportunity", goal.opportunity_id)):
        company = references.company_of(db, workspace_id=goal.workspace_id, record_id=about) if about else None
        if company and goal.company and company.id != goal.company.id:
            raise Invalid({"company_id": [f"is not the company of the goal's {kind}"]})
        if company and goal.company is None and goal.entity.value == kind:
            goal = replace(goal, company=company)
    return goal


def _check_work(db: Connection, goal: CustomerGoal, kept: Collection[UUID] = ()) -> None:
    """Raise InvalidReference for associated work that goals of the type cannot have; what is kept may be retired."""
    if new := set(goal.associated_work) - set(kept):
        goal_type = goal.goal_type.id if goal.goal_type else None
        references.resolve_work(db, workspace_id=goal.workspace_id, work=new, goal_type_id=goal_type)


def _put_parts(
    db: Connection, goal: CustomerGoal, parts: GoalParts, now: datetime, *, is_new: bool = False
) -> list[Change]:
    wishes, given = parts.metrics, parts.associations
    return [
        *goal_metrics.put(db, goal=goal, dropped=parts.dropped_metrics, wishes=wishes, now=now, is_new=is_new),
        *goal_associations.put(db, goal=goal, dropped=parts.dropped_associations, associated=given, is_new=is_new),
    ]


def _changed_refs(db: Connection, current: CustomerGoal, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the goal points at after the changes; what it points at already need not be choosable any more."""
    asked = {field: changes[field] for field in (*_POINTS_AT, *_POINTS_BY_ID) if field in changes}
    new = {field: found for field, found in asked.items() if _points_at(current, field) != found}
    refs = references.resolve(db, workspace_id=current.workspace_id, ids=new)
    return {_POINTS_AT[field]: refs.get(field) for field in new if field in _POINTS_AT}


def _points_at(goal: CustomerGoal, field: str) -> UUID | None:
    if field in _POINTS_BY_ID:
        found: UUID | None = getattr(goal, field)
        return found
    ref: Ref | None = getattr(goal, _POINTS_AT[field])
    return ref.id if ref else None
