"""MSPortal's JSON, by the names of its OpenAPI document: https://docs.msportal.ai/api-reference/goals/create-goal."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from goalpost.dialects.msportal.values import (
    Id,
    Moment,
    Percent,
)


class Wire(BaseModel):
    """Strict: a number is not a string. Unknown keys are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore")


class GoalCompanyRef(Wire):
    """The company of a goal."""

    id: Id = Field(description="Company ID.")
    name: str = Field(description="Company name, as it is today.", examples=["Example Ltd"])


class GoalStatusRef(Wire):
    """A status."""

    id: Id = Field(description="Status ID.")
    name: str = Field(description="Status name.", examples=["On Track"])


class GoalPriorityRef(Wire):
    """A priority."""

    id: Id = Field(description="Priority ID.")
    name: str = Field(description="Priority name.", examples=["High"])


class GoalCategoryRef(Wire):
    """A category."""

    id: Id = Field(description="Category ID.")
    name: str = Field(description="Category name.", examples=["Security"])


class Goal(Wire):
    """A goal as lists show it; every key is there, null when it is empty."""

    id: Id = Field(description="Goal ID.")
    title: str = Field(description="Goal title.", examples=["Move to MFA"])
    description: str | None = Field(description="Goal description.", examples=["Every account."])
    dueDate: Moment | None = Field(description="Due date (ISO 8601).")
    progressPercentage: Percent = Field(description="Progress percentage (0-100).")
    quarter: str | None = Field(description="Quarter (e.g., Q1, Q2).", examples=["Q1"])
    year: int | None = Field(description="Year.", examples=[2026])
    company: GoalCompanyRef
    status: GoalStatusRef | None
    priority: GoalPriorityRef | None
    category: GoalCategoryRef | None
    createdAt: Moment = Field(description="Creation timestamp (ISO 8601).")
    updatedAt: Moment = Field(description="Last update timestamp (ISO 8601).")


class GoalTask(Wire):
    """A task of a goal."""

    id: Id = Field(description="Task ID.")
    title: str = Field(description="Task title.", examples=["Enrol the administrators"])
    description: str | None = Field(description="Task description.", examples=[None])
    isCompleted: bool = Field(description="Whether the task is completed.", examples=[False])
    dueDate: Moment | None = Field(description="Task due date (ISO 8601).")
    createdAt: Moment = Field(description="Creation timestamp (ISO 8601).")


class GoalUpdate(Wire):
    """An update of a goal."""

    id: Id = Field(description="Update ID.")
    updateText: str = Field(description="Update text.", examples=["Half of the team is enrolled."])
    progressPercentage: Percent | None = Field(description="Progress percentage at time of update.")
    createdAt: Moment = Field(description="Creation timestamp (ISO 8601).")


class GoalDetail(Goal):
    """A goal with its tasks, oldest first, and its updates, newest first."""

    tasks: list[GoalTask] = Field(description="Goal tasks.")
    updates: list[GoalUpdate] = Field(description="Goal updates.")


class Company(Wire):
    """A company."""

    id: Id = Field(description="Company ID.")
    name: str = Field(description="Company name.", examples=["Example Ltd"])
    createdAt: Moment = Field(description="Creation timestamp (ISO 8601).")
    updatedAt: Moment = Field(description="Last update timestamp (ISO 8601).")


class Pagination(Wire):
    """The place of a page in a list."""

    page: int = Field(description="The page, from 1.", examples=[1])
    limit: int = Field(description="How many a page has.", examples=[25])
    totalCount: int = Field(description="How many there are in all.", examples=[1])
    totalPages: int = Field(description="How many pages there are.", examples=[1])
    hasNextPage: bool = Field(description="Whether there is a page after it.", examples=[False])
    hasPrevPage: bool = Field(description="Whether there is a page before it.", examples=[False])


class GoalSingleResponse(Wire):
    """One goal."""

    data: GoalDetail


class GoalListResponse(Wire):
    """A page of goals."""

    data: list[Goal]
    pagination: Pagination


class GoalTaskSingleResponse(Wire):
    """One task."""

    data: GoalTask


class GoalTaskListResponse(Wire):
    """A page of tasks."""

    data: list[GoalTask]
    pagination: Pagination


class GoalUpdateSingleResponse(Wire):
    """One update."""

    data: GoalUpdate


class GoalUpdateListResponse(Wire):
    """A page of updates."""

    data: list[GoalUpdate]
    pagination: Pagination


class GoalStatusListResponse(Wire):
    """Every status."""

    data: list[GoalStatusRef]
    pagination: Pagination


class GoalPriorityListResponse(Wire):
    """Every priority."""

    data: list[GoalPriorityRef]
    pagination: Pagination


class GoalCategoryListResponse(Wire):
    """Every category."""

    data: list[GoalCategoryRef]
    pagination: Pagination


class CompanySingleResponse(Wire):
    """One company."""

    data: Company


class CompanyListResponse(Wire):
    """A page of companies."""

    data: list[Company]
    pagination: Pagination


class ErrorResponse(Wire):
    """The body of every failure. The vendor promises no more than `error`."""

    model_config = ConfigDict(json_schema_extra={"required": ["error"]})

    error: str = Field(description="Error message.", examples=["Validation failed"])
    requestId: str = Field(description="Request correlation ID.", examples=["1f7d9f0e-7f0c-4a5e-9a53-6f1f8a3c2b10"])
    details: Any = Field(None, description="Additional error details.", examples=[None])
    code: str = Field(description="Error code.", examples=["VALIDATION_ERROR"])
