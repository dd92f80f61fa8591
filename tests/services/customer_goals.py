"""A workspace with a company, and goals of it, for the tests of services."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from goalpost.core.audit import AuditEntry, Author
from goalpost.core.customer_goals import CustomerGoal, GoalDraft
from goalpost.core.picklists import Picklist, PicklistItem
from goalpost.core.records import Record, RecordKind
from goalpost.services import customer_goals, owners, picklists, records

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
AUTHOR = Author(UUID(int=7), request_id="r-1")


@dataclass
class Tenant:
    """A workspace; what it does happens at NOW unless another moment is given."""

    db: Connection
    id: UUID
    company: Record

    @classmethod
    def new(cls, db: Connection) -> "Tenant":
        workspace = owners.create_workspace(db, name=f"w-{uuid4()}", now=NOW)
        made = {"workspace_id": workspace.id, "kind": RecordKind.COMPANY, "name": "Acme", "author": AUTHOR, "now": NOW}
        return cls(db, workspace.id, records.create_record(db, **made))

    def goal(self, title: str = "Grow", **fields: Any) -> CustomerGoal:
        draft = GoalDraft(title, **{"company_id": self.company.id, **fields})
        return customer_goals.create_goal(self.db, workspace_id=self.id, draft=draft, author=AUTHOR, now=NOW)

    def read(self, goal: CustomerGoal) -> CustomerGoal:
        return customer_goals.get_goal(self.db, workspace_id=self.id, goal_id=goal.id)

    def change(self, goal: CustomerGoal, now: datetime = LATER, **changes: Any) -> CustomerGoal:
        return customer_goals.update_goal(self.db, goal=goal, changes=changes, author=AUTHOR, now=now)

    def item(self, picklist: Picklist, name: str) -> PicklistItem:
        items = picklists.list_items(self.db, workspace_id=self.id, picklist=picklist, retired=True)
        return next(item for item in items if item.name == name)

    def trail(self, goal: CustomerGoal) -> list[AuditEntry]:
        return list(customer_goals.list_changes(self.db, goal_id=goal.id))
