"""Goal templates: entries of a library that goals are made from, with a due date some days after the goal is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from goalpost.customers.model.custom_fields import laid_over
from goalpost.customers.model.customer_goals import CURRENCY, MAX_DESCRIPTION, MAX_TITLE, GoalDraft
from goalpost.customers.model.metrics import MetricWish
from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import prose_faults, text_faults

MAX_DUE_DAYS = 36_500


@dataclass(frozen=True, slots=True)
class GoalTemplate:
    """A template. `created_by` and `updated_by` are API keys; None: somebody without one."""

    id: UUID
    workspace_id: UUID
    name: str
    goal_type_id: UUID
    status_id: UUID
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    due_days: int | None = None
    currency: str = CURRENCY
    fields: Mapping[str, Any] = field(default_factory=dict)
    associated_work: tuple[UUID, ...] = ()
    metric_ids: tuple[UUID, ...] = ()
    created_by: UUID | None = None
    updated_by: UUID | None = None


def check_template(template: GoalTemplate) -> GoalTemplate:
    """The template as given, when it may be stored; raises Invalid with every fault."""
    days = template.due_days
    faults = {
        "name": text_faults(template.name, MAX_TITLE),
        "description": prose_faults(template.description, MAX_DESCRIPTION),
        "due_days": [] if days is None or 0 <= days <= MAX_DUE_DAYS else [f"must be from 0 to {MAX_DUE_DAYS} days"],
        "currency": [] if template.currency in CURRENCIES else ["is not an ISO 4217 code"],
    }
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    return template


def from_template(
    template: GoalTemplate, given: Mapping[str, Any], wishes: Sequence[MetricWish], now: datetime
) -> tuple[GoalDraft, Sequence[MetricWish]]:
    """The goal that is made from a template: what is `given` (fields of GoalDraft) counts before what that says.

    It is due so many days after today, in UTC. Metrics and associated work go with the goal type: those of another type
    than the template's are not taken over.
    """
    due_at = None if template.due_days is None else _midnight(now) + timedelta(days=template.due_days)
    said: dict[str, Any] = {
        "title": template.name,
        "description": template.description,
        "goal_type_id": template.goal_type_id,
        "status_id": template.status_id,
        "due_at": due_at,
        "currency": template.currency,
    }
    same_type = given.get("goal_type_id", template.goal_type_id) == template.goal_type_id
    if same_type:
        said["associated_work"] = template.associated_work
        wanted = {one.metric_id for one in wishes}
        wishes = [*wishes, *(MetricWish(one) for one in template.metric_ids if one not in wanted)]
    fields = laid_over(template.fields, given.get("fields", {}))
    return GoalDraft(**{**said, **given, "fields": fields, "template_id": template.id}), wishes


def _midnight(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
