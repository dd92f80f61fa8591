"""Requests of MSPortal: bodies, by the names of its OpenAPI document, and queries.

Where a field of a body may not be null its type says so; what a PATCH may empty may be null.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from goalpost.dialects.msportal.values import (
    CompanyName,
    Description,
    Flag,
    From,
    Id,
    Moment,
    Percent,
    Quarter,
    Storable,
    Title,
    To,
    UpdateText,
    Year,
)
from goalpost.dialects.msportal.wire import Wire
from goalpost.web.faults import NULL

UNSENT: Any = None
"""Default of a field that may be left out and not be null."""


def _without_defaults(schema: dict[str, Any]) -> None:
    for field in schema["properties"].values():
        field.pop("default", None)


class Sent(Wire):
    """A body of which only what was sent counts, so that its fields' defaults mean nothing and are not shown."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    @field_validator("*", mode="before")
    @classmethod
    def _without_null(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[str(info.field_name)]
        if value is None and not field.is_required() and type(None) not in get_args(field.annotation):
            raise PydanticCustomError(NULL, "must not be null; leave it out instead")
        return value


class CreateGoalRequest(Sent):
    """The body of POST /goals."""

    title: Title = Field(description="Goal title (required).")
    companyId: Id = Field(description="Company ID (required).")
    description: Description = Field("", description="Goal description.")
    statusId: Id = Field(UNSENT, description="Status ID.")
    priorityId: Id = Field(UNSENT, description="Priority ID.")
    categoryId: Id = Field(UNSENT, description="Category ID.")
    dueDate: Moment = Field(UNSENT, description="Due date (ISO 8601).")
    progressPercentage: Percent = Field(UNSENT, description="Initial progress (0-100).")
    quarter: Quarter = Field("", description="Quarter (e.g., Q1).")
    year: Year = Field(UNSENT, description="Year.")


class UpdateGoalRequest(Sent):
    """The body of PATCH /goals/{id}. Only what is sent changes; null empties what may be empty."""

    title: Title = Field("", description="Goal title.")
    companyId: Id = Field(UNSENT, description="Company ID.")
    description: Description | None = Field(UNSENT, description="Goal description.")
    statusId: Id | None = Field(UNSENT, description="Status ID.")
    priorityId: Id | None = Field(UNSENT, description="Priority ID.")
    categoryId: Id | None = Field(UNSENT, description="Category ID.")
    dueDate: Moment | None = Field(UNSENT, description="Due date (ISO 8601).")
    progressPercentage: Percent = Field(UNSENT, description="Progress (0-100).")
    quarter: Quarter | None = Field(UNSENT, description="Quarter (e.g., Q1).")
    year: Year | None = Field(UNSENT, description="Year.")


class CreateGoalTaskRequest(Sent):
    """The body of POST /goals/{id}/tasks."""

    title: Title = Field(description="Task title (required).")
    description: Description = Field("", description="Task description.")
    dueDate: Moment = Field(UNSENT, description="Task due date (ISO 8601).")
    isCompleted: bool = Field(False, description="Whether the task is completed.")


class UpdateGoalTaskRequest(Sent):
    """The body of PATCH /goals/{id}/tasks/{taskId}. Only what is sent changes."""

    title: Title = Field("", description="Task title.")
    description: Description | None = Field(UNSENT, description="Task description.")
    dueDate: Moment | None = Field(UNSENT, description="Task due date (ISO 8601).")
    isCompleted: bool = Field(False, description="Whether the task is completed.")


class CreateGoalUpdateRequest(Sent):
    """The body of POST /goals/{id}/updates."""

    updateText: UpdateText = Field(description="Update text (required).")
    progressPercentage: Percent = Field(UNSENT, description="Progress at the time; becomes the goal's.")


class CreateCompanyRequest(Sent):
    """The body of POST /companies."""

    name: CompanyName = Field(description="Company name (required).")


class UpdateCompanyRequest(Sent):
    """The body of PATCH /companies/{id}."""

    name: CompanyName = Field("", description="Company name.")


SortColumn = Literal[
    "title",
    "due_date",
    "dueDate",
    "progress_percentage",
    "progressPercentage",
    "year",
    "quarter",
    "created_at",
    "createdAt",
    "updated_at",
    "updatedAt",
]
CompanySortColumn = Literal["name", "created_at", "createdAt", "updated_at", "updatedAt"]
Search = Annotated[Storable, Field(max_length=255)]


class PageQuery(BaseModel):
    """The wanted page."""

    page: int = Field(1, ge=1, le=2**31 - 1, description="The page, from 1.", examples=[1])
    limit: int = Field(25, ge=1, le=100, description="How many a page has.", examples=[25])


class GoalQuery(PageQuery):
    """Conditions and order of goals."""

    sortColumn: SortColumn = Field("created_at", description="What to sort by, in either spelling.")
    sortDesc: Flag = Field(True, description="Whether the greatest come first. Goals without a value come last.")
    search: Search = Field("", description="A part of the title, in any case.", examples=["mfa"])
    companyId: Id = Field(UNSENT, description="Only this company's.")
    statusId: Id = Field(UNSENT, description="Only those of this status.")
    priorityId: Id = Field(UNSENT, description="Only those of this priority.")
    categoryId: Id = Field(UNSENT, description="Only those of this category.")
    quarter: Quarter = Field(UNSENT, description="Only this quarter's.")
    year: int = Field(UNSENT, ge=2000, le=2100, description="Only this year's.", examples=[2026])
    dueDateFrom: From = Field(UNSENT, description="Only those due at this date-time or day, or later.")
    dueDateTo: To = Field(UNSENT, description="Only those due at this date-time or day, or earlier.")


class CompanyQuery(PageQuery):
    """Conditions and order of companies."""

    sortColumn: CompanySortColumn = Field("name", description="What to sort by, in either spelling.")
    sortDesc: Flag = Field(False, description="Whether the greatest come first.")
    search: Search = Field("", description="A part of the name, in any case.", examples=["exam"])
