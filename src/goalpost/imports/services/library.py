"""Handlers for what goals are chosen from and about: picklist items, metrics, records."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows import picklists as picklist_rows
from goalpost.customers.rows import records
from goalpost.customers.services import metrics, picklists
from goalpost.customers.services import records as record_services
from goalpost.imports.model.foreign_rows import ForeignRow
from goalpost.imports.rows import foreign_ids
from goalpost.imports.services.handler import GSID_KINDS, RowHandler
from goalpost.kernel.errors import NotFound


@dataclass(slots=True)
class Items(RowHandler):
    """Picklist items. A new workspace has some: an item of the same name is the same item."""

    retiring: list[UUID] = field(default_factory=list)
    """Items that cannot be chosen there: retired at the end, when the goals that have them are made."""

    def adopt(self, row: ForeignRow) -> UUID | None:
        """The live item of that name in its list."""
        assert isinstance(row.kind, Picklist)
        items = picklists.list_items(self.work.db, workspace_id=self.work.workspace_id, picklist=row.kind)
        name = str(row.values.get("name", "")).casefold()
        return next((item.id for item in items if item.name.casefold() == name), None)

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make an item."""
        assert isinstance(row.kind, Picklist)
        values = self._values(row)
        if values.pop("retired", False):
            self.retiring.append(row_id)
        position = values.pop("position", None)
        picklists.add_item(
            self.work.db,
            workspace_id=self.work.workspace_id,
            picklist=row.kind,
            row_id=row_id,
            **values,
            **self.by,
        )
        self.set_times(row, row_id, position=position)

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change an item, which stays when it was retired here."""
        db, owner, values = self.work.db, self.work.workspace_id, self._values(row)
        item = picklist_rows.get_items(db, owner, [row_id])[row_id]
        if item.retired_at is not None:
            return False
        if is_retired := values.pop("retired", False):
            self.retiring.append(row_id)
        position = values.pop("position", None)
        changed = picklists.update_item(db, item=item, changes=values, **self.by)
        foreign_ids.set_columns(db, row.kind, row_id, position=position)
        return is_retired or changed != item or position not in (None, item.position)

    def finish(self) -> None:
        """Retire what cannot be chosen."""
        for item_id in self.retiring:
            picklists.retire_item(self.work.db, workspace_id=self.work.workspace_id, item_id=item_id, **self.by)

    def _values(self, row: ForeignRow) -> dict[str, Any]:
        values = self.resolved(row)
        if values.get("entities"):
            values["entities"] = tuple(str(entity) for entity in values["entities"])
        return values


class Metrics(RowHandler):
    """Metrics. Lists do not say which goal types may have one, so that at first all of them may."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make a metric for goals of every type."""
        db, owner, values = self.work.db, self.work.workspace_id, self.resolved(row)
        position = values.pop("position", None)
        types = [item.id for item in picklists.list_items(db, workspace_id=owner, picklist=Picklist.GOAL_TYPE)]
        metrics.create_metric(db, workspace_id=owner, row_id=row_id, goal_types=types, **values, **self.by)
        self.set_times(row, row_id, position=position)

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change a metric."""
        try:
            metric = metrics.get_metric(self.work.db, workspace_id=self.work.workspace_id, metric_id=row_id)
        except NotFound:
            return None
        changes = {name: value for name, value in self.resolved(row).items() if name != "position"}
        return metrics.update_metric(self.work.db, metric=metric, changes=changes, **self.by) != metric


class Records(RowHandler):
    """Companies, relationships, opportunities, people, calls to action and success plans."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make a record."""
        assert isinstance(row.kind, RecordKind)
        owner = self.work.workspace_id
        record_services.create_record(
            self.work.db, workspace_id=owner, kind=row.kind, row_id=row_id, **self._values(row), **self.by
        )
        self.set_times(row, row_id)

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change a record. Fields that its list does not have stay."""
        record = records.get_record(self.work.db, row_id)
        if record is None:
            return None
        changed = record_services.update_record(self.work.db, record=record, changes=self._values(row), **self.by)
        return changed != record

    def _values(self, row: ForeignRow) -> dict[str, Any]:
        values = self.resolved(row)
        own = {name: self.work.own_text(value, GSID_KINDS) for name, value in values.pop("fields", {}).items()}
        return {**values, "fields": own}
