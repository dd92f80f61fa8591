"""Updates of customer goals, and the history of their progress, as rows that are added and never changed."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select

from goalpost.customers.model.customer_goals import Update
from goalpost.customers.model.paging import Page
from goalpost.customers.model.progress import ProgressPoint
from goalpost.customers.rows.paging import paged
from goalpost.customers.rows.tables import goal_updates, progress_points

_INSERT = insert(goal_updates)
_INSERT_POINT = insert(progress_points).inline()
_OF_GOAL = (
    select(goal_updates)
    .where(goal_updates.c.goal_id == bindparam("goal"))
    .order_by(goal_updates.c.created_at.desc(), goal_updates.c.id.desc())
)
_COUNT = select(func.count()).select_from(goal_updates).where(goal_updates.c.goal_id == bindparam("goal"))


def insert_update(db: Connection, made: Update) -> None:
    """Store a new update."""
    identity = {"id": made.id, "goal_id": made.goal_id, "created_at": made.created_at}
    db.execute(_INSERT, {**identity, "text": made.text, "progress": _hundredths(made.progress)})


def list_updates(db: Connection, goal_id: UUID, page: Page | None = None) -> list[Update]:
    """A goal's updates, newest first; all, or a page of them."""
    return [_update(row) for row in db.execute(paged(_OF_GOAL, page), {"goal": goal_id})]


def count_updates(db: Connection, goal_id: UUID) -> int:
    """Count the updates of a goal."""
    return int(db.execute(_COUNT, {"goal": goal_id}).scalar_one())


def insert_point(db: Connection, goal_id: UUID, point: ProgressPoint) -> None:
    """Add to the history of a goal's progress."""
    progress = _hundredths(point.percent)
    db.execute(_INSERT_POINT, {"goal_id": goal_id, "at": point.at, "progress": progress, "reason": point.reason})


def has_points(db: Connection, goal_id: UUID) -> bool:
    """Return whether there is a history of the goal's progress."""
    query = select(progress_points.c.number).where(progress_points.c.goal_id == goal_id).limit(1)
    return db.execute(query).first() is not None


def list_points(db: Connection, goal_id: UUID) -> list[ProgressPoint]:
    """The history of a goal's progress, oldest first."""
    query = select(progress_points).where(progress_points.c.goal_id == goal_id).order_by(progress_points.c.number)
    return [ProgressPoint(row.at, Decimal(row.progress).scaleb(-2), row.reason) for row in db.execute(query)]


def _hundredths(percent: Decimal | None) -> int | None:
    return None if percent is None else int(percent * 100)


def _update(row: Row[Any]) -> Update:
    progress = None if row.progress is None else Decimal(row.progress).scaleb(-2)
    return Update(row.id, row.goal_id, row.text, row.created_at, progress)
