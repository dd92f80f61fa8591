"""Goal templates as rows, with the metrics that goals made from them get."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from goalpost.customers.model.filters import Query
from goalpost.customers.model.paging import Page, Sorting
from goalpost.customers.model.templates import GoalTemplate
from goalpost.customers.rows.comparables import own_fields, read_fields
from goalpost.customers.rows.filters import columns_of, found_by
from goalpost.customers.rows.id_lists import read_ids, write_ids
from goalpost.customers.rows.library_tables import goal_templates, goal_type_metrics, template_metrics
from goalpost.customers.rows.paging import in_order, paged
from goalpost.customers.rows.tables import picklist_items
from goalpost.kernel.texts import folded

_LIVE = goal_templates.c.deleted_at.is_(None)
_status, _goal_type = picklist_items.alias("status"), picklist_items.alias("goal_type")
_WITH_ITEMS = goal_templates.join(_status, _status.c.id == goal_templates.c.status_id).join(
    _goal_type, _goal_type.c.id == goal_templates.c.goal_type_id
)
_COMPARED: dict[str, Any] = {
    **dict.fromkeys(("title", "name"), goal_templates.c.name_folded),
    "status_name": _status.c.name_folded,
    "goal_type_name": _goal_type.c.name_folded,
    **columns_of(
        goal_templates,
        *("id", "status_id", "goal_type_id", "due_days", "created_at", "updated_at", "created_by", "updated_by"),
    ),
    "currency": func.lower(goal_templates.c.currency),
    "description": goal_templates.c.description,
}
"""The columns that a query may compare and templates be sorted by."""


def insert_template(db: Connection, template: GoalTemplate) -> None:
    """Store a new template."""
    kept = ("id", "workspace_id", "created_at", "created_by")
    db.execute(insert(goal_templates), {**{name: getattr(template, name) for name in kept}, **_values(template)})
    _insert_metrics(db, template.id, template.metric_ids)


def update_template(db: Connection, template: GoalTemplate) -> None:
    """Store a template anew."""
    db.execute(update(goal_templates).where(goal_templates.c.id == template.id).values(**_values(template)))
    db.execute(delete(template_metrics).where(template_metrics.c.template_id == template.id))
    _insert_metrics(db, template.id, template.metric_ids)


def delete_template(db: Connection, template_id: UUID, by: UUID | None, now: datetime) -> None:
    """Take a template out of the library."""
    gone = update(goal_templates).where(goal_templates.c.id == template_id)
    db.execute(gone.values(deleted_at=now, updated_at=now, updated_by=by))


def get_template(db: Connection, template_id: UUID, *, lock: bool = False) -> GoalTemplate | None:
    """The live template of that id; locked until the transaction ends, when asked for."""
    query = select(goal_templates).where(goal_templates.c.id == template_id, _LIVE)
    row = db.execute(query.with_for_update() if lock else query).one_or_none()
    return _template(row, _metrics_of(db, [row.id])) if row else None


def find_templates(
    db: Connection, workspace_id: UUID, query: Query, *, order: Sorting, page: Page
) -> list[GoalTemplate]:
    """A page of a workspace's templates that a query finds."""
    own = (goal_templates.c.workspace_id == workspace_id) & _LIVE
    found = found_by(db, query, _COMPARED, goal_templates.c.comparable)
    rows = select(*goal_templates.columns).select_from(_WITH_ITEMS).where(own, found)
    comparable = goal_templates.c.comparable
    ordered = in_order(db, rows, order, _COMPARED, goal_templates.c.id, comparable=comparable)
    read = db.execute(paged(ordered, page)).all()
    metric_ids = _metrics_of(db, [row.id for row in read])
    return [_template(row, metric_ids) for row in read]


def _insert_metrics(db: Connection, template_id: UUID, metric_ids: Sequence[UUID]) -> None:
    if rows := [{"template_id": template_id, "metric_id": one} for one in metric_ids]:
        db.execute(insert(template_metrics), rows)


def _metrics_of(db: Connection, template_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The metrics of templates, as far as their goal types still may have them."""
    is_allowed = (goal_type_metrics.c.metric_id == template_metrics.c.metric_id) & (
        goal_type_metrics.c.goal_type_id == goal_templates.c.goal_type_id
    )
    query = (
        select(template_metrics)
        .join(goal_templates, goal_templates.c.id == template_metrics.c.template_id)
        .join(goal_type_metrics, is_allowed)
        .where(template_metrics.c.template_id.in_(template_ids))
        .order_by(template_metrics.c.metric_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for row in db.execute(query) if template_ids else ():
        found.setdefault(row.template_id, []).append(row.metric_id)
    return found


_CHANGING = (
    *("name", "description", "goal_type_id", "status_id", "due_days", "currency"),
    *("updated_at", "updated_by"),
)


def _values(template: GoalTemplate) -> dict[str, Any]:
    return {
        **{name: getattr(template, name) for name in _CHANGING},
        "name_folded": folded(template.name),
        "associated_work": write_ids(template.associated_work),
        **own_fields(template.fields),
    }


def _template(row: Row[Any], metric_ids: dict[UUID, list[UUID]]) -> GoalTemplate:
    return GoalTemplate(
        **{name: getattr(row, name) for name in ("id", "workspace_id", "created_at", "created_by", *_CHANGING)},
        fields=read_fields(row.fields),
        associated_work=read_ids(row.associated_work),
        metric_ids=tuple(metric_ids.get(row.id, ())),
    )
