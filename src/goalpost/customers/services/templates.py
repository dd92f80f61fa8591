"""Goal templates: make, find, change, take away. Goals that were made from one stay as they are."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, changed_fields, deleted, made
from goalpost.customers.model.custom_fields import laid_over
from goalpost.customers.model.filters import Query
from goalpost.customers.model.paging import Page, Sorting
from goalpost.customers.model.templates import GoalTemplate, check_template
from goalpost.customers.rows import audit, metrics, templates
from goalpost.customers.services import references
from goalpost.kernel.errors import InvalidReference, NotFound
from goalpost.kernel.ids import new_id

_AUDITED = (
    *("name", "description", "goal_type_id", "status_id", "due_days", "currency"),
    *("fields", "associated_work", "metric_ids"),
)
_CHOSEN = ("goal_type_id", "status_id")


def create_template(
    db: Connection,
    *,
    workspace_id: UUID,
    fields: Mapping[str, Any],
    author: Author,
    now: datetime,
    row_id: UUID | None = None,
) -> GoalTemplate:
    """A new template of these fields (of GoalTemplate); raises Invalid and InvalidReference.

    `row_id` was claimed for it.
    """
    key = author.key_id
    by: dict[str, Any] = {"created_at": now, "updated_at": now, "created_by": key, "updated_by": key}
    metric_ids = tuple(sorted(set(fields.get("metric_ids", ()))))
    given = {**fields, "metric_ids": metric_ids}
    template = check_template(GoalTemplate(id=row_id or new_id(now), workspace_id=workspace_id, **by, **given))
    ids = {name: getattr(template, name) for name in _CHOSEN}
    references.resolve(db, workspace_id=workspace_id, ids=ids)
    _check_parts(db, template, work=template.associated_work, metric_ids=metric_ids)
    templates.insert_template(db, template)
    trail = [made("template", template, _AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return template


def get_template(db: Connection, *, workspace_id: UUID, template_id: UUID) -> GoalTemplate:
    """The workspace's template of that id; raises NotFound."""
    return _get(db, workspace_id, template_id)


def as_goals_get_it(db: Connection, *, template: GoalTemplate) -> GoalTemplate:
    """The template without associated work that was retired since: new goals cannot have it."""
    if not template.associated_work:
        return template
    owner, work = template.workspace_id, template.associated_work
    fitting = references.fitting_work(db, workspace_id=owner, work=work, goal_type_id=template.goal_type_id)
    return replace(template, associated_work=tuple(one for one in work if one in fitting))


def find_templates(
    db: Connection, *, workspace_id: UUID, query: Query, order: Sorting, page: Page
) -> list[GoalTemplate]:
    """A page of the workspace's templates that a query finds."""
    return templates.find_templates(db, workspace_id, query, order=order, page=page)


def update_template(
    db: Connection,
    *,
    template: GoalTemplate,
    changes: Mapping[str, Any],
    author: Author,
    now: datetime,
    added_metrics: Collection[UUID] = (),
    dropped_metrics: Collection[UUID] = (),
) -> GoalTemplate:
    """The template with `changes` laid over it; metrics are dropped, then added. `fields` as for a goal.

    Raises NotFound, Invalid and InvalidReference.
    """
    current = _get(db, template.workspace_id, template.id, lock=True)
    plain = dict(changes)
    if "fields" in plain:
        plain["fields"] = laid_over(current.fields, plain["fields"])
    kept = [one for one in current.metric_ids if one not in dropped_metrics]
    new = [one for one in dict.fromkeys(added_metrics) if one not in kept]
    changed = check_template(replace(current, metric_ids=tuple(sorted([*kept, *new])), **plain))
    ids = {name: getattr(changed, name) for name in _CHOSEN if getattr(changed, name) != getattr(current, name)}
    references.resolve(db, workspace_id=template.workspace_id, ids=ids)
    if "goal_type_id" in ids:
        _check_parts(db, changed, work=changed.associated_work, metric_ids=changed.metric_ids)
    else:
        _check_parts(db, changed, work=set(changed.associated_work) - set(current.associated_work), metric_ids=new)
    trail = list(changed_fields(current, changed, _AUDITED, "template"))
    if not trail:
        return current
    changed = replace(changed, updated_at=now, updated_by=author.key_id)
    templates.update_template(db, changed)
    audit.insert_changes(db, trail, workspace_id=template.workspace_id, author=author, now=now)
    return changed


def delete_template(
    db: Connection, *, workspace_id: UUID, template_id: UUID, author: Author, now: datetime
) -> GoalTemplate:
    """Take a template away; raises NotFound."""
    template = _get(db, workspace_id, template_id, lock=True)
    templates.delete_template(db, template.id, author.key_id, now)
    trail = [deleted("template", template, _AUDITED)]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return replace(template, updated_at=now, updated_by=author.key_id)


def _get(db: Connection, workspace_id: UUID, template_id: UUID, *, lock: bool = False) -> GoalTemplate:
    template = templates.get_template(db, template_id, lock=lock)
    if template is None or template.workspace_id != workspace_id:
        raise NotFound("there is no such template")
    return template


def _check_parts(
    db: Connection, template: GoalTemplate, *, work: Collection[UUID], metric_ids: Collection[UUID]
) -> None:
    """Raise InvalidReference unless this work and these metrics may be chosen for the template's goal type."""
    owner, goal_type = template.workspace_id, template.goal_type_id
    references.resolve_work(db, workspace_id=owner, work=work, goal_type_id=goal_type)
    if set(metric_ids) - metrics.metrics_of_type(db, goal_type, metric_ids).keys():
        raise InvalidReference({"metrics": ["must be metrics of the goal type"]})
