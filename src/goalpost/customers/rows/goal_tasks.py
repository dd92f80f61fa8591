"""Tasks of customer goals as rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from goalpost.customers.model.customer_goals import Task
from goalpost.customers.model.paging import Page
from goalpost.customers.rows.paging import paged
from goalpost.customers.rows.tables import goal_tasks

_INSERT = insert(goal_tasks)
_OF_GOAL = (
    select(goal_tasks)
    .where(goal_tasks.c.goal_id == bindparam("goal"))
    .order_by(goal_tasks.c.created_at, goal_tasks.c.id)
)
_COUNT = select(func.count()).select_from(goal_tasks).where(goal_tasks.c.goal_id == bindparam("goal"))
_COMPLETED = _COUNT.where(goal_tasks.c.is_completed)


def insert_task(db: Connection, task: Task) -> None:
    """Store a new task."""
    db.execute(_INSERT, {"id": task.id, "goal_id": task.goal_id, "created_at": task.created_at, **_values(task)})


def get_task(db: Connection, task_id: UUID) -> Task | None:
    """The task of that id."""
    row = db.execute(select(goal_tasks).where(goal_tasks.c.id == task_id)).one_or_none()
    return _task(row) if row else None


def list_tasks(db: Connection, goal_id: UUID, page: Page | None = None) -> list[Task]:
    """A goal's tasks, oldest first; all, or a page of them."""
    return [_task(row) for row in db.execute(paged(_OF_GOAL, page), {"goal": goal_id})]


def count_tasks(db: Connection, goal_id: UUID) -> int:
    """Count the tasks of a goal."""
    return int(db.execute(_COUNT, {"goal": goal_id}).scalar_one())


def count_completed(db: Connection, goal_id: UUID) -> int:
    """Count the completed tasks of a goal."""
    return int(db.execute(_COMPLETED, {"goal": goal_id}).scalar_one())


def update_task(db: Connection, task: Task) -> None:
    """Store a task anew."""
    db.execute(update(goal_tasks).where(goal_tasks.c.id == task.id).values(**_values(task)))


def delete_task(db: Connection, task_id: UUID) -> None:
    """Take a task away."""
    db.execute(delete(goal_tasks).where(goal_tasks.c.id == task_id))


def _values(task: Task) -> dict[str, Any]:
    return {name: getattr(task, name) for name in ("title", "description", "is_completed", "due_at")}


def _task(row: Row[Any]) -> Task:
    return Task(row.id, row.goal_id, row.title, row.created_at, row.description, row.is_completed, row.due_at)
