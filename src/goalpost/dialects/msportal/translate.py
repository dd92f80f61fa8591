"""MSPortal's words ↔ the model's. Pure."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from goalpost.customers.model.customer_goals import CustomerGoal, GoalDetail, GoalDraft, GoalFilter, Task, Update
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.picklists import Picklist, PicklistItem
from goalpost.customers.model.records import Record, Ref
from goalpost.dialects.msportal import requests, wire
from goalpost.kernel.errors import Faults

_FIELDS = {
    "title": "title",
    "companyId": "company_id",
    "description": "description",
    "statusId": "status_id",
    "priorityId": "priority_id",
    "categoryId": "category_id",
    "dueDate": "due_at",
    "progressPercentage": "progress",
    "quarter": "quarter",
    "year": "year",
    "isCompleted": "is_completed",
    "updateText": "text",
    "name": "name",
}
"""A request's field → the model's."""

_WIRE_FIELDS = {core: name for name, core in _FIELDS.items()}
_SORT_KEYS = {
    **{"title": "title", "name": "name", "year": "year", "quarter": "quarter"},
    **{"due_date": "due_at", "dueDate": "due_at"},
    **{"progress_percentage": "progress", "progressPercentage": "progress"},
    **{"created_at": "created_at", "createdAt": "created_at", "updated_at": "updated_at", "updatedAt": "updated_at"},
}
_ITEMS: dict[Picklist, type[BaseModel]] = {
    Picklist.STATUS: wire.GoalStatusRef,
    Picklist.PRIORITY: wire.GoalPriorityRef,
    Picklist.CATEGORY: wire.GoalCategoryRef,
}
_FILTERS = ("companyId", "statusId", "priorityId", "categoryId", "quarter", "year")


def fields_from_wire(body: BaseModel) -> dict[str, Any]:
    """Return the fields that a request sends, by the model's names."""
    return {_FIELDS[name]: getattr(body, name) for name in body.model_fields_set}


def draft_from_wire(body: requests.CreateGoalRequest) -> GoalDraft:
    """The goal that a create request asks for."""
    return GoalDraft(**fields_from_wire(body))


def filter_from_wire(query: requests.GoalQuery) -> GoalFilter:
    """Return the conditions of a list of goals; goals without a company have no place in this dialect."""
    given = {_FIELDS[name]: getattr(query, name) for name in _FILTERS}
    return GoalFilter(
        search=query.search, due_from=query.dueDateFrom, due_to=query.dueDateTo, has_company=True, **given
    )


def order_from_wire(query: requests.GoalQuery | requests.CompanyQuery) -> Order:
    """The order that a list asks for."""
    return Order(_SORT_KEYS[query.sortColumn], query.sortDesc)


def page_from_wire(query: requests.PageQuery) -> Page:
    """The page that a list asks for."""
    return Page(query.page, query.limit)


def goal_to_wire(goal: CustomerGoal) -> wire.Goal:
    """A goal as lists show it."""
    return wire.Goal.model_construct(**_goal(goal))


def detail_to_wire(detail: GoalDetail) -> wire.GoalSingleResponse:
    """A goal with all that belongs to it."""
    tasks, updates = map(task_to_wire, detail.tasks), map(update_to_wire, detail.updates)
    data = wire.GoalDetail.model_construct(**_goal(detail.goal), tasks=list(tasks), updates=list(updates))
    return wire.GoalSingleResponse.model_construct(data=data)


def task_to_wire(task: Task) -> wire.GoalTask:
    """A task."""
    return wire.GoalTask.model_construct(
        id=task.id,
        title=task.title,
        description=task.description,
        isCompleted=task.is_completed,
        dueDate=task.due_at,
        createdAt=task.created_at,
    )


def update_to_wire(update: Update) -> wire.GoalUpdate:
    """An update."""
    return wire.GoalUpdate.model_construct(
        id=update.id, updateText=update.text, progressPercentage=update.progress, createdAt=update.created_at
    )


def company_to_wire(company: Record) -> wire.Company:
    """A company."""
    return wire.Company.model_construct(
        id=company.id, name=company.name, createdAt=company.created_at, updatedAt=company.updated_at
    )


def pagination_to_wire(page: Page, total: int) -> wire.Pagination:
    """Return the place of this page in a list of `total`."""
    pages = -(-total // page.size)
    return wire.Pagination(
        page=page.number,
        limit=page.size,
        totalCount=total,
        totalPages=pages,
        hasNextPage=page.number < pages,
        hasPrevPage=page.number > 1 and total > 0,
    )


def items_to_wire(picklist: Picklist, items: Sequence[PicklistItem]) -> dict[str, Any]:
    """A whole picklist, as a list that has one page."""
    page = Page(1, max(100, len(items)))
    data = [_ITEMS[picklist].model_construct(id=item.id, name=item.name) for item in items]
    return {"data": data, "pagination": pagination_to_wire(page, len(items))}


def faults_to_wire(faults: Faults) -> list[dict[str, str]]:
    """Every fault of a request, by this dialect's field names."""
    return [
        {"field": _WIRE_FIELDS.get(field, field), "message": text} for field, texts in faults.items() for text in texts
    ]


def _goal(goal: CustomerGoal) -> dict[str, Any]:
    return {
        "id": goal.id,
        "title": goal.title,
        "description": goal.description,
        "dueDate": goal.due_at,
        "progressPercentage": goal.progress,
        "quarter": goal.quarter,
        "year": goal.year,
        "company": _ref(wire.GoalCompanyRef, goal.company),
        "status": _ref(wire.GoalStatusRef, goal.status),
        "priority": _ref(wire.GoalPriorityRef, goal.priority),
        "category": _ref(wire.GoalCategoryRef, goal.category),
        "createdAt": goal.created_at,
        "updatedAt": goal.updated_at,
    }


def _ref(model: type[BaseModel], ref: Ref | None) -> BaseModel | None:
    return model.model_construct(id=ref.id, name=ref.name) if ref else None
