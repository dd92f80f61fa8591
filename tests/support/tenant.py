"""A workspace with a company, goals, metrics and choices of it, for the tests of services."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, select

from goalpost.customers.model.audit import AuditEntry, Author
from goalpost.customers.model.customer_goals import CustomerGoal, GoalDraft
from goalpost.customers.model.metrics import Metric, Unit
from goalpost.customers.model.picklists import Picklist, PicklistItem
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import customer_goals, metrics, picklists, records
from goalpost.migrations.upgrade import metadata
from goalpost.workspaces import create_workspace

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
        workspace = create_workspace(db, name=f"w-{uuid4()}", now=NOW)
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

    def added(self, picklist: Picklist, name: str, **more: Any) -> PicklistItem:
        made = {"workspace_id": self.id, "author": AUTHOR, "now": NOW, **more}
        return picklists.add_item(self.db, picklist=picklist, name=name, **made)

    def retire(self, item: PicklistItem) -> None:
        picklists.retire_item(self.db, workspace_id=self.id, item_id=item.id, author=AUTHOR, now=NOW)

    def record(self, kind: RecordKind, name: str = "x", **more: Any) -> Record:
        made = {"workspace_id": self.id, "author": AUTHOR, "now": NOW, **more}
        return records.create_record(self.db, kind=kind, name=name, **made)

    def metric(self, name: str = "NPS", *goal_types: PicklistItem, **more: Any) -> Metric:
        made = {"workspace_id": self.id, "unit": Unit.DECIMAL, "author": AUTHOR, "now": NOW, **more}
        return metrics.create_metric(self.db, name=name, goal_types=[one.id for one in goal_types], **made)

    @property
    def goal_type(self) -> PicklistItem:
        return self.item(Picklist.GOAL_TYPE, "Default")

    def trail(self, goal: CustomerGoal) -> list[AuditEntry]:
        return list(customer_goals.list_changes(self.db, goal_id=goal.id))


@contextmanager
def refused(db: Connection, error: type[Exception], match: str | None = None) -> Iterator[pytest.ExceptionInfo[Any]]:
    """Expect the error of the block which, when its transaction is rolled back, leaves nothing behind."""
    before = _everything(db)
    with pytest.raises(error, match=match) as found, db.begin_nested():
        yield found
    assert _everything(db) == before


def _everything(db: Connection) -> dict[str, list[str]]:
    return {table.name: sorted(map(repr, db.execute(select(table)).all())) for table in metadata.sorted_tables}
