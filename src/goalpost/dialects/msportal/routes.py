"""MSPortal's endpoints. A handler parses, calls services, renders."""

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query
from fastapi.responses import Response

from goalpost.customers.model.customer_goals import CustomerGoal, GoalDetail
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import customer_goals, goal_tasks, goal_updates, picklists, records
from goalpost.dialects.msportal import errors, requests, wire
from goalpost.dialects.msportal.errors import failures
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
from goalpost.web import docs_page
from goalpost.web.base import Backend, Call, accepts, new_app
from goalpost.web.faults import PRECISE
from goalpost.web.gate import gate
from goalpost.web.idempotency import once
from goalpost.web.uuid_route import UuidRoute

PREFIX = "/api/public/v1"
ALLOWANCE = Allowance(minute=100)
"""Quota of a key. The vendor documents that it is a minute's, and no number."""
READ, WRITE = "goals.read", "goals.write"
READ_COMPANIES, WRITE_COMPANIES = "companies.read", "companies.write"
SCOPES = (READ, WRITE, READ_COMPANIES, WRITE_COMPANIES)

Read = Annotated[Call, gate(READ, each_key=True)]
Write = Annotated[Call, gate(WRITE, each_key=True)]
ReadCompanies = Annotated[Call, gate(READ_COMPANIES, each_key=True)]
WriteCompanies = Annotated[Call, gate(WRITE_COMPANIES, each_key=True)]
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

_goals = APIRouter(tags=["Goals"], route_class=UuidRoute)
_companies = APIRouter(tags=["Companies"], route_class=UuidRoute)


def make_app(backend: Backend | None) -> FastAPI:
    """The dialect's application, to be mounted at PREFIX; without a backend it can only be described."""
    app = new_app("MSPortal Public API", _DESCRIPTION, backend, (_goals, _companies), examples=EXAMPLES)
    errors.install(app)
    docs_page.install(app)
    return app


@_goals.post(
    "/goals",
    status_code=201,
    response_model=wire.GoalSingleResponse,
    responses=failures(409),
    openapi_extra=accepts(requests.CreateGoalRequest),
)
def create_goal(call: Write) -> Response:
    """Create a new goal. The goal will be associated with the specified company."""

    def create() -> wire.GoalSingleResponse:
        draft, owner = draft_from_wire(call.read(requests.CreateGoalRequest, PRECISE)), call.caller.workspace_id
        goal = customer_goals.create_goal(call.db, workspace_id=owner, draft=draft, author=call.author, now=call.now)
        return detail_to_wire(GoalDetail(goal, [], []))

    return once(call, create, f"{PREFIX}/goals/{{id}}")


@_goals.get("/goals", responses=failures())
def list_goals(query: GoalQuery, call: Read) -> wire.GoalListResponse:
    """List goals, without their tasks and updates."""
    page, which = page_from_wire(query), filter_from_wire(query)
    owner, order = call.caller.workspace_id, order_from_wire(query)
    goals, total = customer_goals.list_goals(call.db, workspace_id=owner, which=which, order=order, page=page)
    rows = [goal_to_wire(goal) for goal in goals]
    return wire.GoalListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


@_goals.get("/goals/statuses", responses=failures())
def list_statuses(call: Read) -> wire.GoalStatusListResponse:
    """List the statuses that a goal can have."""
    return wire.GoalStatusListResponse.model_construct(**_items(call, Picklist.STATUS))


@_goals.get("/goals/priorities", responses=failures())
def list_priorities(call: Read) -> wire.GoalPriorityListResponse:
    """List the priorities that a goal can have."""
    return wire.GoalPriorityListResponse.model_construct(**_items(call, Picklist.PRIORITY))


@_goals.get("/goals/categories", responses=failures())
def list_categories(call: Read) -> wire.GoalCategoryListResponse:
    """List the categories that a goal can have."""
    return wire.GoalCategoryListResponse.model_construct(**_items(call, Picklist.CATEGORY))


@_goals.get("/goals/{id}", responses=failures(404))
def get_goal(id: GoalId, call: Read) -> wire.GoalSingleResponse:
    """Get a goal with its tasks and updates."""
    return detail_to_wire(customer_goals.get_detail(call.db, goal=_goal(call, id)))


@_goals.patch("/goals/{id}", responses=failures(404), openapi_extra=accepts(requests.UpdateGoalRequest))
def update_goal(id: GoalId, call: Write) -> wire.GoalSingleResponse:
    """Change a goal. Only the fields sent change; null empties what may be empty."""
    goal, changes = _goal(call, id), fields_from_wire(call.read(requests.UpdateGoalRequest, PRECISE))
    changed = customer_goals.update_goal(call.db, goal=goal, changes=changes, author=call.author, now=call.now)
    return detail_to_wire(customer_goals.get_detail(call.db, goal=changed))


@_goals.delete("/goals/{id}", status_code=204, responses=failures(404))
def delete_goal(id: GoalId, call: Write) -> None:
    """Delete a goal with its tasks and updates."""
    customer_goals.delete_goal(call.db, goal=_goal(call, id), author=call.author, now=call.now)


@_goals.get("/goals/{id}/tasks", responses=failures(404))
def list_tasks(id: GoalId, query: PageQuery, call: Read) -> wire.GoalTaskListResponse:
    """List a goal's tasks, oldest first."""
    page = page_from_wire(query)
    tasks, total = goal_tasks.list_tasks(call.db, goal=_goal(call, id), page=page)
    rows = [task_to_wire(task) for task in tasks]
    return wire.GoalTaskListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


@_goals.post(
    "/goals/{id}/tasks",
    status_code=201,
    response_model=wire.GoalTaskSingleResponse,
    responses=failures(404, 409),
    openapi_extra=accepts(requests.CreateGoalTaskRequest),
)
def create_task(id: GoalId, call: Write) -> Response:
    """Add a task to a goal."""

    def create() -> wire.GoalTaskSingleResponse:
        goal, fields = _goal(call, id), fields_from_wire(call.read(requests.CreateGoalTaskRequest, PRECISE))
        task = goal_tasks.create_task(call.db, goal=goal, fields=fields, author=call.author, now=call.now)
        return wire.GoalTaskSingleResponse.model_construct(data=task_to_wire(task))

    return once(call, create)


@_goals.patch(
    "/goals/{id}/tasks/{taskId}", responses=failures(404), openapi_extra=accepts(requests.UpdateGoalTaskRequest)
)
def update_task(id: GoalId, taskId: TaskId, call: Write) -> wire.GoalTaskSingleResponse:
    """Change a task. Only the fields sent change."""
    goal, changes = _goal(call, id), fields_from_wire(call.read(requests.UpdateGoalTaskRequest, PRECISE))
    task = goal_tasks.update_task(call.db, goal=goal, task_id=taskId, changes=changes, author=call.author, now=call.now)
    return wire.GoalTaskSingleResponse.model_construct(data=task_to_wire(task))


@_goals.delete("/goals/{id}/tasks/{taskId}", status_code=204, responses=failures(404))
def delete_task(id: GoalId, taskId: TaskId, call: Write) -> None:
    """Delete a task."""
    goal_tasks.delete_task(call.db, goal=_goal(call, id), task_id=taskId, author=call.author, now=call.now)


@_goals.get("/goals/{id}/updates", responses=failures(404))
def list_updates(id: GoalId, query: PageQuery, call: Read) -> wire.GoalUpdateListResponse:
    """List a goal's updates, newest first."""
    page = page_from_wire(query)
    updates, total = goal_updates.list_updates(call.db, goal=_goal(call, id), page=page)
    rows = [update_to_wire(update) for update in updates]
    return wire.GoalUpdateListResponse.model_construct(data=rows, pagination=pagination_to_wire(page, total))


@_goals.post(
    "/goals/{id}/updates",
    status_code=201,
    response_model=wire.GoalUpdateSingleResponse,
    responses=failures(404, 409),
    openapi_extra=accepts(requests.CreateGoalUpdateRequest),
)
def create_update(id: GoalId, call: Write) -> Response:
    """Add an update to a goal. The progress it gives becomes the goal's."""

    def create() -> wire.GoalUpdateSingleResponse:
        goal, body = _goal(call, id), call.read(requests.CreateGoalUpdateRequest, PRECISE)
        update = goal_updates.create_update(
            call.db,
            goal=goal,
            text=body.updateText,
            progress=body.progressPercentage,
            author=call.author,
            now=call.now,
        )
        return wire.GoalUpdateSingleResponse.model_construct(data=update_to_wire(update))

    return once(call, create)


@_companies.get("/companies", responses=failures())
def list_companies(query: CompanyQuery, call: ReadCompanies) -> wire.CompanyListResponse:
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


@_companies.post(
    "/companies",
    status_code=201,
    response_model=wire.CompanySingleResponse,
    responses=failures(409),
    openapi_extra=accepts(requests.CreateCompanyRequest),
)
def create_company(call: WriteCompanies) -> Response:
    """Create a company."""

    def create() -> wire.CompanySingleResponse:
        company = records.create_record(
            call.db,
            workspace_id=call.caller.workspace_id,
            kind=RecordKind.COMPANY,
            name=call.read(requests.CreateCompanyRequest, PRECISE).name,
            author=call.author,
            now=call.now,
        )
        return wire.CompanySingleResponse.model_construct(data=company_to_wire(company))

    return once(call, create, f"{PREFIX}/companies/{{id}}")


@_companies.get("/companies/users", include_in_schema=False)
def list_company_users(call: ReadCompanies) -> None:
    """The vendor has contacts of companies here; they are not served, and `users` is not a company's id."""
    raise NotFound("there are no company users")


@_companies.get("/companies/{id}", responses=failures(404))
def get_company(id: CompanyId, call: ReadCompanies) -> wire.CompanySingleResponse:
    """Get a company."""
    return wire.CompanySingleResponse.model_construct(data=company_to_wire(_company(call, id)))


@_companies.patch("/companies/{id}", responses=failures(404), openapi_extra=accepts(requests.UpdateCompanyRequest))
def update_company(id: CompanyId, call: WriteCompanies) -> wire.CompanySingleResponse:
    """Change a company. Its goals show the new name at once."""
    company, changes = _company(call, id), fields_from_wire(call.read(requests.UpdateCompanyRequest, PRECISE))
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
