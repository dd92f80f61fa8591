"""Metrics: make, list, change, take away, and say which goal types may have them."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, Change, changed_fields, deleted, made
from goalpost.customers.model.metrics import Direction, Metric, Unit, check_metric
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.rows import audit, metrics, picklists
from goalpost.kernel.errors import InUse, InvalidReference, NotFound
from goalpost.kernel.ids import new_id

_AUDITED = ("name", "unit", "direction", "description")
_MOST_USES = 1000


def create_metric(
    db: Connection,
    *,
    workspace_id: UUID,
    name: str,
    unit: Unit,
    author: Author,
    now: datetime,
    direction: Direction = Direction.UP,
    description: str | None = None,
    goal_types: Collection[UUID] = (),
    row_id: UUID | None = None,
) -> Metric:
    """A new metric behind the others, for goals of these types; raises Invalid and InvalidReference.

    `row_id` was claimed for it.
    """
    position = metrics.next_position(db, workspace_id)
    metric = check_metric(
        Metric(
            *(row_id or new_id(now), workspace_id, name, unit, direction, position, now, now, description),
            *(author.key_id, author.key_id),
        )
    )
    metrics.insert_metric(db, metric)
    trail = [made("metric", metric, _AUDITED), *_change_types(db, metric, added=goal_types, removed=())]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return metric


def list_metrics(db: Connection, *, workspace_id: UUID) -> list[Metric]:
    """The workspace's metrics, in their order."""
    return metrics.list_metrics(db, workspace_id)


def get_metric(db: Connection, *, workspace_id: UUID, metric_id: UUID) -> Metric:
    """The workspace's metric of that id; raises NotFound."""
    return _get(db, workspace_id, metric_id)


def goal_types_of(db: Connection, *, metric: Metric) -> list[str]:
    """The names of the goal types whose goals may have the metric."""
    return metrics.goal_types_using(db, [metric.id])


def update_metric(
    db: Connection,
    *,
    metric: Metric,
    changes: Mapping[str, Any],
    author: Author,
    now: datetime,
    added_types: Collection[UUID] = (),
    removed_types: Collection[UUID] = (),
) -> Metric:
    """The metric with `changes` (name, unit, direction, description) laid over it; types are removed, then added.

    Goals keep a metric that their type may not have any more. Raises NotFound, Invalid and InvalidReference.
    """
    current = _get(db, metric.workspace_id, metric.id, lock=True)
    changed = check_metric(replace(current, **changes))
    trail = list(changed_fields(current, changed, _AUDITED, "metric"))
    trail += _change_types(db, current, added=added_types, removed=removed_types)
    if trail:
        changed = replace(changed, updated_at=now, updated_by=author.key_id)
        metrics.update_metric(db, changed)
        audit.insert_changes(db, trail, workspace_id=metric.workspace_id, author=author, now=now)
    return changed


def delete_metrics(
    db: Connection, *, workspace_id: UUID, metric_ids: Collection[UUID], author: Author, now: datetime
) -> list[Metric]:
    """Delete metrics, all or none; raises InUse while goals or templates have one, and NotFound.

    Goal types that may have one do not keep it: it is removed from them.
    """
    found = metrics.get_metrics(db, metric_ids, lock=True)
    gone = [found[one] for one in dict.fromkeys(metric_ids) if one in found]
    if len(gone) < len(set(metric_ids)) or any(metric.workspace_id != workspace_id for metric in gone):
        raise NotFound("there is no such metric")
    if goals := metrics.goals_using(db, metric_ids, _MOST_USES):
        raise InUse("the metric is used", metrics.goal_types_using(db, metric_ids), goals)
    trail = [
        change
        for metric in gone
        for change in _change_types(db, metric, added=(), removed=metrics.types_of_metric(db, metric.id))
    ]
    metrics.delete_metrics(db, metric_ids, now)
    trail += [deleted("metric", metric, _AUDITED) for metric in gone]
    audit.insert_changes(db, trail, workspace_id=workspace_id, author=author, now=now)
    return [replace(metric, updated_at=now, updated_by=author.key_id) for metric in gone]


def _get(db: Connection, workspace_id: UUID, metric_id: UUID, *, lock: bool = False) -> Metric:
    metric = metrics.get_metrics(db, [metric_id], lock=lock).get(metric_id)
    if metric is None or metric.workspace_id != workspace_id:
        raise NotFound("there is no such metric")
    return metric


def _change_types(
    db: Connection, metric: Metric, *, added: Collection[UUID], removed: Collection[UUID]
) -> list[Change]:
    if not added and not removed:
        return []
    items = picklists.get_items(db, metric.workspace_id, {*added, *removed})
    types = {one for one, item in items.items() if item.picklist is Picklist.GOAL_TYPE}
    if missing := {*added, *removed} - types:
        raise InvalidReference({"goal_types": [f"{one} does not exist" for one in sorted(missing)]})
    before = metrics.types_of_metric(db, metric.id)
    after = (before - set(removed)) | set(added)
    metrics.remove_types(db, metric.id, before - after)
    metrics.add_types(db, metric.id, after - before)
    return [
        Change("metric", metric.id, "goal_type", *states)
        for states in (*((str(one), None) for one in before - after), *((None, str(one)) for one in after - before))
    ]
