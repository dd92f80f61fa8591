"""Associations of goals with calls to action and success plans, as rows."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from goalpost.customers.rows.library_tables import goal_associations
from goalpost.customers.rows.tables import customer_goals

_COLUMNS = goal_associations.c
_OF_GOALS = (
    select(goal_associations).where(_COLUMNS.goal_id.in_(bindparam("goals", expanding=True))).order_by(_COLUMNS.gsid)
)


def list_associations(db: Connection, goal_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """The GSIDs that these goals are associated with, by goal and in order."""
    found: dict[UUID, list[str]] = {}
    for row in db.execute(_OF_GOALS, {"goals": list(goal_ids)}):
        found.setdefault(row.goal_id, []).append(row.gsid)
    return found


def insert_associations(db: Connection, goal_id: UUID, associated: Iterable[str]) -> None:
    """Associate a goal with what it is not associated with."""
    if rows := [{"goal_id": goal_id, "gsid": gsid} for gsid in associated]:
        db.execute(insert(goal_associations), rows)


def delete_associations(db: Connection, goal_id: UUID, dropped: Collection[str]) -> None:
    """End associations of a goal."""
    if dropped:
        db.execute(delete(goal_associations).where(_COLUMNS.goal_id == goal_id, _COLUMNS.gsid.in_(dropped)))


def respell(db: Connection, workspace_id: UUID, *, before: str, after: str) -> None:
    """Let the workspace's goals that are associated with one GSID be associated with another in its place."""
    own = select(customer_goals.c.id).where(customer_goals.c.workspace_id == workspace_id)
    db.execute(update(goal_associations).where(_COLUMNS.gsid == before, _COLUMNS.goal_id.in_(own)).values(gsid=after))
