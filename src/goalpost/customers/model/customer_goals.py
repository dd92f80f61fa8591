"""Customer goals: what a company wants to reach, by when and how far it is; with tasks and updates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from goalpost.customers.model.metrics import MetricWish
from goalpost.customers.model.progress import ProgressMode, to_percent
from goalpost.customers.model.records import Ref
from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.errors import Faults, Invalid
from goalpost.kernel.texts import prose_faults, text_faults

MAX_TITLE = 250
MAX_DESCRIPTION = 65_536
YEARS = range(2000, 2101)
T = TypeVar("T")
ZERO = Decimal("0.00")
CURRENCY = "USD"
"""The currency of a goal that is given none."""


class Entity(StrEnum):
    """Kinds of things that a goal is about."""

    COMPANY = "company"
    RELATIONSHIP = "relationship"
    OPPORTUNITY = "opportunity"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class CustomerGoal:
    """A goal with the names of what it points at. `version` rises with every change of it.

    `progress` is in percent, with two decimals; `progress_reason` says where it comes from. `created_by` and
    `updated_by` are API keys; None: somebody without one.
    """

    id: UUID
    workspace_id: UUID
    title: str
    created_at: datetime
    updated_at: datetime
    entity: Entity = Entity.COMPANY
    company: Ref | None = None
    relationship_id: UUID | None = None
    opportunity_id: UUID | None = None
    description: str | None = None
    status: Ref | None = None
    priority: Ref | None = None
    category: Ref | None = None
    goal_type: Ref | None = None
    due_at: datetime | None = None
    quarter: str | None = None
    year: int | None = None
    progress: Decimal = ZERO
    progress_mode: ProgressMode = ProgressMode.MANUAL
    progress_reason: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    version: int = 1
    relationship_type_id: UUID | None = None
    template_id: UUID | None = None
    currency: str = CURRENCY
    associated_work: tuple[UUID, ...] = ()
    created_by: UUID | None = None
    updated_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A step towards a goal."""

    id: UUID
    goal_id: UUID
    title: str
    created_at: datetime
    description: str | None = None
    is_completed: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """A remark about a goal, and the progress that came with it."""

    id: UUID
    goal_id: UUID
    text: str
    created_at: datetime
    progress: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GoalDetail:
    """A goal with its tasks, oldest first, and its updates, newest first."""

    goal: CustomerGoal
    tasks: list[Task]
    updates: list[Update]


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal to create; what it points at is given by id."""

    title: str
    entity: Entity = Entity.COMPANY
    company_id: UUID | None = None
    relationship_id: UUID | None = None
    opportunity_id: UUID | None = None
    description: str | None = None
    status_id: UUID | None = None
    priority_id: UUID | None = None
    category_id: UUID | None = None
    goal_type_id: UUID | None = None
    due_at: datetime | None = None
    quarter: str | None = None
    year: int | None = None
    progress: Decimal = ZERO
    fields: Mapping[str, Any] = field(default_factory=dict)
    relationship_type_id: UUID | None = None
    template_id: UUID | None = None
    currency: str = CURRENCY
    associated_work: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalParts:
    """Parts of a goal to set besides its fields. What is dropped goes before what is given comes.

    An association is with a call to action or a success plan, named by its GSID, whether it is kept here or not.
    """

    metrics: Sequence[MetricWish] = ()
    dropped_metrics: Sequence[UUID] = ()
    associations: Sequence[str] = ()
    dropped_associations: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class GoalFilter:
    """Conditions that goals must meet, all of those that are given."""

    search: str = ""
    company_id: UUID | None = None
    status_id: UUID | None = None
    priority_id: UUID | None = None
    category_id: UUID | None = None
    quarter: str | None = None
    year: int | None = None
    due_from: datetime | None = None
    due_to: datetime | None = None
    has_company: bool = False


NO_PARTS = GoalParts()


def check_goal(goal: CustomerGoal) -> CustomerGoal:
    """The goal as it may be stored; raises Invalid with every fault."""
    checked = _checked(
        goal,
        {
            "title": text_faults(goal.title, MAX_TITLE),
            "description": prose_faults(goal.description, MAX_DESCRIPTION),
            "quarter": prose_faults(goal.quarter, 2),
            "year": [] if goal.year is None or goal.year in YEARS else ["must be from 2000 to 2100"],
            "progress": _progress_faults(goal.progress),
            "currency": [] if goal.currency in CURRENCIES else ["is not an ISO 4217 code"],
        },
    )
    return replace(checked, progress=to_percent(checked.progress))


def check_task(task: Task) -> Task:
    """The task as given, when it may be stored; raises Invalid with every fault."""
    return _checked(
        task,
        {
            "title": text_faults(task.title, MAX_TITLE),
            "description": prose_faults(task.description, MAX_DESCRIPTION),
        },
    )


def check_update(update: Update) -> Update:
    """The update as given, when it may be stored; raises Invalid with every fault."""
    checked = _checked(
        update, {"text": text_faults(update.text, MAX_DESCRIPTION), "progress": _progress_faults(update.progress)}
    )
    return checked if checked.progress is None else replace(checked, progress=to_percent(checked.progress))


def _progress_faults(progress: Decimal | None) -> list[str]:
    return [] if progress is None or 0 <= progress <= 100 else ["must be from 0 to 100"]


def _checked(item: T, faults: Faults) -> T:
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    return item
