"""Tasks of customer goals: make, list, change, take away. Each changes its goal, too."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, changed_fields, deleted, made
from goalpost.customers.model.customer_goals import CustomerGoal, Task, check_task
from goalpost.customers.model.paging import Page
from goalpost.customers.rows import goal_tasks
from goalpost.customers.services import goal_changes
from goalpost.kernel.errors import NotFound
from goalpost.kernel.ids import new_id

_AUDITED = ("title", "description", "is_completed", "due_at")


def create_task(
    db: Connection, *, goal: CustomerGoal, fields: Mapping[str, Any], author: Author, now: datetime
) -> Task:
    """A new task with these fields (title, description, is_completed, due_at); raises Invalid with every fault."""
    current = goal_changes.lock(db, goal)
    task = check_task(Task(id=new_id(now), goal_id=goal.id, created_at=now, **fields))
    goal_tasks.insert_task(db, task)
    trail = [made("task", task, _AUDITED)]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)
    return task


def get_task(db: Connection, *, goal: CustomerGoal, task_id: UUID) -> Task:
    """The goal's task of that id; raises NotFound, for another goal's task too."""
    task = goal_tasks.get_task(db, task_id)
    if task is None or task.goal_id != goal.id:
        raise NotFound("there is no such task")
    return task


def list_tasks(db: Connection, *, goal: CustomerGoal, page: Page) -> tuple[list[Task], int]:
    """A page of the goal's tasks, oldest first, and how many there are in all."""
    return goal_tasks.list_tasks(db, goal.id, page), goal_tasks.count_tasks(db, goal.id)


def update_task(
    db: Connection, *, goal: CustomerGoal, task_id: UUID, changes: Mapping[str, Any], author: Author, now: datetime
) -> Task:
    """The task with `changes` laid over it; raises NotFound and Invalid."""
    current = goal_changes.lock(db, goal)
    task = get_task(db, goal=goal, task_id=task_id)
    changed = check_task(replace(task, **changes))
    trail = list(changed_fields(task, changed, _AUDITED, "task"))
    if trail:
        goal_tasks.update_task(db, changed)
        goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)
    return changed


def delete_task(db: Connection, *, goal: CustomerGoal, task_id: UUID, author: Author, now: datetime) -> None:
    """Take a task away; raises NotFound. The audit trail keeps what it was."""
    current = goal_changes.lock(db, goal)
    task = get_task(db, goal=goal, task_id=task_id)
    goal_tasks.delete_task(db, task.id)
    trail = [deleted("task", task, _AUDITED)]
    goal_changes.store(db, before=current, after=current, author=author, now=now, changes=trail)
