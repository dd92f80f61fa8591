"""Handlers for goals, templates, tasks and updates."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from goalpost.customers.model.audit import made
from goalpost.customers.model.customer_goals import GoalDraft, GoalParts, Task, Update, check_task, check_update
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.rows import audit, goal_tasks, goal_updates, templates
from goalpost.customers.rows import metrics as metric_rows
from goalpost.customers.services import custom_fields, customer_goals, goal_metrics, metrics
from goalpost.customers.services import templates as template_services
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow, RowFault
from goalpost.imports.rows import foreign_ids
from goalpost.imports.services import foreign_ids as ids
from goalpost.imports.services.handler import GSID_KINDS, RowHandler
from goalpost.kernel.errors import NotFound


class _WithCustomFields(RowHandler):
    def _custom(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The custom fields of a row; those that nobody has described are added."""
        db, owner = self.work.db, self.work.workspace_id
        own = {name: self.work.own_text(value, GSID_KINDS) for name, value in values.items()}
        return dict(
            custom_fields.accept_values(db, workspace_id=owner, values=own, open_schema=True, lookups={}, **self.by)
        )

    def _allow(self, metric_id: UUID, goal_type_id: UUID | None) -> None:
        """Let goals of the type have a metric that one of them has."""
        db = self.work.db
        if goal_type_id is None:
            raise RowFault("it has metrics and no goal type")
        if goal_type_id in metric_rows.types_of_metric(db, metric_id):
            return
        metric = metrics.get_metric(db, workspace_id=self.work.workspace_id, metric_id=metric_id)
        metrics.update_metric(db, metric=metric, changes={}, added_types=[goal_type_id], **self.by)


class Templates(_WithCustomFields):
    """Goal templates."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make a template."""
        fields = self._fields(row)
        template_services.create_template(
            self.work.db, workspace_id=self.work.workspace_id, fields=fields, row_id=row_id, **self.by
        )
        self.set_times(row, row_id)

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change a template; its metrics become those that it has there."""
        template = templates.get_template(self.work.db, row_id)
        if template is None:
            return None
        changes = self._fields(row)
        wanted = changes.pop("metric_ids", template.metric_ids)
        changed = template_services.update_template(
            self.work.db,
            template=template,
            changes=changes,
            added_metrics=[metric for metric in wanted if metric not in template.metric_ids],
            dropped_metrics=[metric for metric in template.metric_ids if metric not in wanted],
            **self.by,
        )
        return changed != template

    def _fields(self, row: ForeignRow) -> dict[str, Any]:
        fields = self.resolved(row)
        fields["fields"] = self._custom(fields.get("fields", {}))
        for metric_id in fields.get("metric_ids", ()):
            self._allow(metric_id, fields["goal_type_id"])
        return fields


class Goals(_WithCustomFields):
    """Customer goals, with metrics, their values, and associations."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make a goal."""
        values = self.resolved(row)
        parts, named = self._parts(values)
        values["fields"] = self._custom(values.get("fields", {}))
        goal = customer_goals.create_goal(
            self.work.db,
            workspace_id=self.work.workspace_id,
            draft=GoalDraft(**{name: value for name, value in values.items() if value is not None}),
            parts=parts,
            row_id=row_id,
            **self.by,
        )
        self._name_metrics(goal.id, named)
        self.set_times(row, row_id)

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change a goal; progress that is computed stays so. What a goal is about stays, too."""
        db, values = self.work.db, self.resolved(row)
        try:
            goal = customer_goals.get_goal(db, workspace_id=self.work.workspace_id, goal_id=row_id)
        except NotFound:
            return None
        parts, named = self._parts(values)
        values["fields"] = self._custom(values.get("fields", {}))
        if goal.progress_mode is not ProgressMode.MANUAL:
            values.pop("progress", None)
        values.pop("entity", None)
        changed = customer_goals.update_goal(db, goal=goal, changes=values, parts=parts, **self.by)
        self._name_metrics(goal.id, named)
        if changed.version != goal.version:
            foreign_ids.set_columns(db, row.kind, row_id, updated_at=row.updated_at)
        return changed.version != goal.version

    def _parts(self, values: dict[str, Any]) -> tuple[GoalParts, dict[UUID, str]]:
        """The parts of a goal, taken out of its values; and the ids that what it wants of metrics has, by metric."""
        named: dict[UUID, str] = {}
        wishes = []
        for metric_id, wish, text in values.pop("metrics", ()):
            self._allow(metric_id, values.get("goal_type_id"))
            wishes.append(replace(wish, metric_id=metric_id))
            named[metric_id] = text
        associated = [self.work.own_text(gsid, GSID_KINDS) for gsid in values.pop("associations", ())]
        return GoalParts(metrics=wishes, associations=associated), named

    def _name_metrics(self, goal_id: UUID, named: Mapping[UUID, str]) -> None:
        """Keep the ids of what a goal wants of metrics."""
        db, owner = self.work.db, self.work.workspace_id
        goal = customer_goals.get_goal(db, workspace_id=owner, goal_id=goal_id) if any(named.values()) else None
        for wanted in goal_metrics.list_goal_metrics(db, goal=goal) if goal else ():
            text = named.get(wanted.metric.id)
            if text and self.work.find(RowKind.GOAL_METRIC, text) != wanted.id:
                ids.keep(db, workspace_id=owner, kind=RowKind.GOAL_METRIC, text=text, row_id=wanted.id)


@dataclass(slots=True)
class _OfAGoal(RowHandler):
    def _goal_id(self, row: ForeignRow) -> UUID:
        found: ForeignRef = row.values["goal"]
        return self.work.id_of(found)

    def _values(self, row: ForeignRow) -> dict[str, Any]:
        return {name: value for name, value in row.values.items() if name != "goal"}

    def _tell(self, goal_id: UUID, item: Task | Update, names: tuple[str, ...], subject: str) -> None:
        goal = customer_goals.get_goal(self.work.db, workspace_id=self.work.workspace_id, goal_id=goal_id)
        trail = [made(subject, item, names)]
        owner, version = self.work.workspace_id, goal.version
        audit.insert_changes(self.work.db, trail, workspace_id=owner, goal_id=goal_id, version=version, **self.by)


class Tasks(_OfAGoal):
    """Tasks of goals. They do not change the goal, whose progress its own row tells."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make a task."""
        goal_id, created_at = self._goal_id(row), row.created_at or self.work.now
        task = check_task(Task(id=row_id, goal_id=goal_id, created_at=created_at, **self._values(row)))
        goal_tasks.insert_task(self.work.db, task)
        self._tell(goal_id, task, ("title", "description", "is_completed", "due_at"), "task")

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change a task."""
        task = goal_tasks.get_task(self.work.db, row_id)
        if task is None:
            return None
        changed = check_task(replace(task, **self._values(row)))
        if changed != task:
            goal_tasks.update_task(self.work.db, changed)
        return changed != task


class Updates(_OfAGoal):
    """Updates of goals, which are said once. They do not change the goal, whose progress its own row tells."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make an update."""
        goal_id, created_at = self._goal_id(row), row.created_at or self.work.now
        update = check_update(Update(id=row_id, goal_id=goal_id, created_at=created_at, **self._values(row)))
        goal_updates.insert_update(self.work.db, update)
        self._tell(goal_id, update, ("text", "progress"), "update")

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Leave an update as it is."""
        return False
