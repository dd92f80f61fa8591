"""MSPortal's endpoints. A handler parses, calls services, renders."""

from typing import Annotated, Any

from fastapi import Path, Query

from goalpost.customers.model.customer_goals import CustomerGoal, GoalDetail
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import customer_goals, goal_tasks, goal_updates, picklists, records
from goalpost.dialects.msportal import requests, wire
from goalpost.dialects.msportal.errors import ERRORS
from goalpost.dialects.msportal.examples import EXAMPLES
from goalpost.dialects.msportal.translate import (
    company_to_wire,
    detail_to_wire,
    draft_from_wire,
    fields_from_wire,
    filter_from_wire,
    goal_to_wire,
    items_to_wire,
    order_from_wire,
    page_from_wire,
    pagination_to_wire,
    task_to_wire,
    update_to_wire,
)
from goalpost.dialects.msportal.values import Id
from goalpost.kernel.errors import NotFound
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Access, Dialect, Route, grouped
from goalpost.web.quota_headers import QuotaForm
from goalpost.web.written_ids import UUIDS

PREFIX = "/api/public/v1"
GoalId = Annotated[Id, Path(description="The goal's id.")]
TaskId = Annotated[Id, Path(description="The task's id.")]
CompanyId = Annotated[Id, Path(description="The company's id.")]
GoalQuery = Annotated[requests.GoalQuery, Query()]
CompanyQuery = Annotated[requests.CompanyQuery, Query()]
PageQuery = Annotated[requests.PageQuery, Query()]

_DESCRIPTION = """\
Goals of companies, with tasks and updates, as MSPortal documents them, served by goalpost.

Every response tells the key's quota in `X-RateLimit-Limit`, `X-RateLimit-Remaining` and `X-RateLimit-Reset` (ISO 8601),
and has an `X-Request-Id`: the one that was sent, else a new one.

A POST may bear an `Idempotency-Key`: sent again with the same key within 24 hours, it is answered as before and makes
nothing new."""


def create_goal(call: BodyCall[requests.CreateGoalRequest]) -> wire.GoalSingleResponse:
    """Create a new goal. The goal will be associated with the specified company."""
    draft, owner = draft_from_wire(call.read()), call.caller.workspace_id
    goal = customer_goals.create_goal(call.db, workspace_id=owner, draft=draft, author=call.author, now=call.now)
    return detail_to_wire(GoalDetail(goal, [], []))


def list_goals(query: GoalQuery, call: Call) -> wire.GoalListResponse:
    """List goals, without their tasks and updates."""
    page, which = page_from_wire(query), filter_from_wire(query)
    owner, order = call.caller.workspace_id, order_from_wire(query)
    goals, total = customer_goals.list_goals(call.db, workspace_id=owner, which=which, order=order, page=page)
    rows = [goal_to_wire(goal) for goal in goals]
    return wire.GoalListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


def list_statuses(call: Call) -> wire.GoalStatusListResponse:
    """List the statuses that a goal can have."""
    return wire.GoalStatusListResponse.model_construct(**_items(call, Picklist.STATUS))


def list_priorities(call: Call) -> wire.GoalPriorityListResponse:
    """List the priorities that a goal can have."""
    return wire.GoalPriorityListResponse.model_construct(**_items(call, Picklist.PRIORITY))


def list_categories(call: Call) -> wire.GoalCategoryListResponse:
    """List the categories that a goal can have."""
    return wire.GoalCategoryListResponse.model_construct(**_items(call, Picklist.CATEGORY))


def get_goal(id: GoalId, call: Call) -> wire.GoalSingleResponse:
    """Get a goal with its tasks and updates."""
    return detail_to_wire(customer_goals.get_detail(call.db, goal=_goal(call, id)))


def update_goal(id: GoalId, call: BodyCall[requests.UpdateGoalRequest]) -> wire.GoalSingleResponse:
    """Change a goal. Only the fields sent change; null empties what may be empty."""
    goal, changes = _goal(call, id), fields_from_wire(call.read())
    changed = customer_goals.update_goal(call.db, goal=goal, changes=changes, author=call.author, now=call.now)
    return detail_to_wire(customer_goals.get_detail(call.db, goal=changed))


def delete_goal(id: GoalId, call: Call) -> None:
    """Delete a goal with its tasks and updates."""
    customer_goals.delete_goal(call.db, goal=_goal(call, id), author=call.author, now=call.now)


def list_tasks(id: GoalId, query: PageQuery, call: Call) -> wire.GoalTaskListResponse:
    """List a goal's tasks, oldest first."""
    page = page_from_wire(query)
    tasks, total = goal_tasks.list_tasks(call.db, goal=_goal(call, id), page=page)
    rows = [task_to_wire(task) for task in tasks]
    return wire.GoalTaskListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


def create_task(id: GoalId, call: BodyCall[requests.CreateGoalTaskRequest]) -> wire.GoalTaskSingleResponse:
    """Add a task to a goal."""
    goal, fields = _goal(call, id), fields_from_wire(call.read())
    task = goal_tasks.create_task(call.db, goal=goal, fields=fields, author=call.author, now=call.now)
    return wire.GoalTaskSingleResponse.model_construct(data=task_to_wire(task))


def update_task(
    id: GoalId, taskId: TaskId, call: BodyCall[requests.UpdateGoalTaskRequest]
) -> wire.GoalTaskSingleResponse:
    """Change a task. Only the fields sent change."""
    goal, changes = _goal(call, id), fields_from_wire(call.read())
    task = goal_tasks.update_task(call.db, goal=goal, task_id=taskId, changes=changes, author=call.author, now=call.now)
    return wire.GoalTaskSingleResponse.model_construct(data=task_to_wire(task))


def delete_task(id: GoalId, taskId: TaskId, call: Call) -> None:
    """Delete a task."""
    goal_tasks.delete_task(call.db, goal=_goal(call, id), task_id=taskId, author=call.author, now=call.now)


def list_updates(id: GoalId, query: PageQuery, call: Call) -> wire.GoalUpdateListResponse:
    """List a goal's updates, newest first."""
    page = page_from_wire(query)
    updates, total = goal_updates.list_updates(call.db, goal=_goal(call, id), page=page)
    rows = [update_to_wire(update) for update in updates]
    return wire.GoalUpdateListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


def create_update(id: GoalId, call: BodyCall[requests.CreateGoalUpdateRequest]) -> wire.GoalUpdateSingleResponse:
    """Add an update to a goal. The progress it gives becomes the goal's."""
    goal, body = _goal(call, id), call.read()
    update = goal_updates.create_update(
        call.db,
        goal=goal,
        text=body.updateText,
        progress=body.progressPercentage,
        author=call.author,
        now=call.now,
    )
    return wire.GoalUpdateSingleResponse.model_construct(data=update_to_wire(update))


def list_companies(query: CompanyQuery, call: Call) -> wire.CompanyListResponse:
    """List the companies."""
    page = page_from_wire(query)
    found, total = records.list_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=RecordKind.COMPANY,
        order=order_from_wire(query),
        page=page,
        search=query.search,
    )
    rows = [company_to_wire(company) for company in found]
    return wire.CompanyListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


def create_company(call: BodyCall[requests.CreateCompanyRequest]) -> wire.CompanySingleResponse:
    """Create a company."""
    company = records.create_record(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=RecordKind.COMPANY,
        name=call.read().name,
        author=call.author,
        now=call.now,
    )
    return wire.CompanySingleResponse.model_construct(data=company_to_wire(company))


def list_company_users(call: Call) -> None:
    """The vendor has contacts of companies here; they are not served, and `users` is not a company's id."""
    raise NotFound("there are no company users")


def get_company(id: CompanyId, call: Call) -> wire.CompanySingleResponse:
    """Get a company."""
    return wire.CompanySingleResponse.model_construct(data=company_to_wire(_company(call, id)))


def update_company(id: CompanyId, call: BodyCall[requests.UpdateCompanyRequest]) -> wire.CompanySingleResponse:
    """Change a company. Its goals show the new name at once."""
    company, changes = _company(call, id), fields_from_wire(call.read())
    changed = records.update_record(call.db, record=company, changes=changes, author=call.author, now=call.now)
    return wire.CompanySingleResponse.model_construct(data=company_to_wire(changed))


def _goal(call: Call, id: Id) -> CustomerGoal:
    goal = customer_goals.get_goal(call.db, workspace_id=call.caller.workspace_id, goal_id=id)
    if goal.company is None:
        raise NotFound("goals without a company have no place in this API")
    return goal


def _company(call: Call, id: Id) -> Record:
    owner = call.caller.workspace_id
    return records.get_record(call.db, workspace_id=owner, kind=RecordKind.COMPANY, record_id=id)


def _items(call: Call, picklist: Picklist) -> dict[str, Any]:
    items = picklists.list_items(call.db, workspace_id=call.caller.workspace_id, picklist=picklist)
    return items_to_wire(picklist, items)


READ, WRITE = Access(("goals.read",)), Access(("goals.write",))
READ_COMPANIES, WRITE_COMPANIES = Access(("companies.read",)), Access(("companies.write",))
_GOAL, _TASKS, _UPDATES = "/goals/{id}", "/goals/{id}/tasks", "/goals/{id}/updates"
_COMPANIES, _COMPANY = "/companies", "/companies/{id}"
ROUTES = (
    *grouped(
        "Goals",
        Route(
            *("POST", "/goals", create_goal, WRITE),
            status=201,
            fails=(409,),
            idempotent=True,
            location=f"{PREFIX}{_GOAL}",
        ),
        Route("GET", "/goals", list_goals, READ),
        Route("GET", "/goals/statuses", list_statuses, READ),
        Route("GET", "/goals/priorities", list_priorities, READ),
        Route("GET", "/goals/categories", list_categories, READ),
        Route("GET", _GOAL, get_goal, READ, fails=(404,)),
        Route("PATCH", _GOAL, update_goal, WRITE, fails=(404,)),
        Route("DELETE", _GOAL, delete_goal, WRITE, status=204, fails=(404,)),
        Route("GET", _TASKS, list_tasks, READ, fails=(404,)),
        Route("POST", _TASKS, create_task, WRITE, status=201, fails=(404, 409), idempotent=True),
        Route("PATCH", f"{_TASKS}/{{taskId}}", update_task, WRITE, fails=(404,)),
        Route("DELETE", f"{_TASKS}/{{taskId}}", delete_task, WRITE, status=204, fails=(404,)),
        Route("GET", _UPDATES, list_updates, READ, fails=(404,)),
        Route("POST", _UPDATES, create_update, WRITE, status=201, fails=(404, 409), idempotent=True),
    ),
    *grouped(
        "Companies",
        Route("GET", _COMPANIES, list_companies, READ_COMPANIES),
        Route(
            *("POST", _COMPANIES, create_company, WRITE_COMPANIES),
            status=201,
            fails=(409,),
            idempotent=True,
            location=f"{PREFIX}{_COMPANY}",
        ),
        Route("GET", f"{_COMPANIES}/users", list_company_users, READ_COMPANIES, is_documented=False),
        Route("GET", _COMPANY, get_company, READ_COMPANIES, fails=(404,)),
        Route("PATCH", _COMPANY, update_company, WRITE_COMPANIES, fails=(404,)),
    ),
)
MSPORTAL = Dialect(
    name="msportal",
    title="MSPortal Public API",
    description=_DESCRIPTION,
    prefixes=(PREFIX,),
    mount=PREFIX,
    pages=PREFIX,
    routes=ROUTES,
    errors=ERRORS,
    allowance=Allowance(minute=100),  # of a key: the vendor documents that it is a minute's, and no number
    quota_form=QuotaForm.ISO,
    each_key=True,
    written=UUIDS,
    examples=EXAMPLES,
)
