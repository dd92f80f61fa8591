"""Updates of customer goals: said once, and kept."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, made
from goalpost.customers.model.customer_goals import CustomerGoal, Update, check_update
from goalpost.customers.model.paging import Page
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.rows import goal_updates
from goalpost.customers.services import goal_changes
from goalpost.kernel.ids import new_id


def create_update(
    db: Connection, *, goal: CustomerGoal, text: str, progress: Decimal | None, author: Author, now: datetime
) -> Update:
    """A new update. Its progress becomes the goal's, unless the goal's is computed; raises Invalid with every fault."""
    current = goal_changes.lock(db, goal)
    update = check_update(Update(new_id(now), goal.id, text, now, progress))
    goal_updates.insert_update(db, update)
    changed = current
    if update.progress is not None and current.progress_mode is ProgressMode.MANUAL:
        changed = replace(current, progress=update.progress)
    trail = [made("update", update, ("text", "progress"))]
    goal_changes.store(db, before=current, after=changed, author=author, now=now, changes=trail)
    return update


def list_updates(db: Connection, *, goal: CustomerGoal, page: Page) -> tuple[list[Update], int]:
    """A page of the goal's updates, newest first, and how many there are in all."""
    return goal_updates.list_updates(db, goal.id, page), goal_updates.count_updates(db, goal.id)
