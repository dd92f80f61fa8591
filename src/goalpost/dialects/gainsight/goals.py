"""Goals: create, update, fetch, and delete, which is ours. A handler parses, calls one service, renders.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from goalpost.core.customer_goals import CustomerGoal, Entity, GoalDraft, GoalParts
from goalpost.core.errors import Invalid, NotFound
from goalpost.core.templates import from_template
from goalpost.dialects.base import Call
from goalpost.dialects.faults import PRECISE
from goalpost.dialects.gainsight import library_wire, requests, wire
from goalpost.dialects.gainsight.access import ReadGoals, WriteGoals
from goalpost.dialects.gainsight.answers import answered, served, unversioned
from goalpost.dialects.gainsight.choices import Choices
from goalpost.dialects.gainsight.codes import Code, Refused
from goalpost.dialects.gainsight.deleting import delete_each
from goalpost.dialects.gainsight.fields import AUTHORS, GOAL, SYSTEM, Field, person_gsid, with_authors, with_custom
from goalpost.dialects.gainsight.queries import order_from_wire, page_from_wire, query_from_wire, selected
from goalpost.dialects.gainsight.reading import (
    read_custom,
    read_day,
    read_entity,
    read_parts,
    read_record,
    single,
)
from goalpost.dialects.gainsight.translate import (
    METRIC_VALUES,
    associated_to_wire,
    created_to_wire,
    fetched_to_wire,
    metric_values_to_wire,
    updated_to_wire,
)
from goalpost.dialects.gainsight.wire import day, identity
from goalpost.dialects.gate import GatedRoute
from goalpost.services import custom_fields, customer_goals, goal_associations, goal_metrics, owners, templates

router = APIRouter(tags=["Goals"], route_class=GatedRoute)
_CREATE, _UPDATE = "/v1/csgoal/external/create", "/v1/csgoal/external/update"
_FETCH, _DELETE = "/v1/csgoal/external/fetch", "/v1/csgoal/external/delete"
_POINTS = ("CompanyId", "RelationshipId", "RelationshipTypeId", "OpportunityId")
_CORE = {
    "CompanyId": "company_id",
    "RelationshipId": "relationship_id",
    "RelationshipTypeId": "relationship_type_id",
    "OpportunityId": "opportunity_id",
    "Name": "title",
    "Description": "description",
    "CurrencyIsoCode": "currency",
}
_NEVER_EMPTY = ("title", "currency")
_NEEDED = {
    Entity.COMPANY: "CompanyId",
    Entity.RELATIONSHIP: "RelationshipId",
    Entity.OPPORTUNITY: "OpportunityId",
}


@served(router, "POST", _CREATE, unversioned(_CREATE), body=requests.CreateGoalBody, answer=wire.GoalCreated)
def create_goal(call: WriteGoals) -> Response:
    """Create a goal, from a template or by itself, with metrics and associations.

    Where `TemplateId` is sent, what the record does not say is taken from the template.
    """
    body = call.read(requests.SentBody, PRECISE)
    sent = single(body)
    record = read_record(call, sent, body.lookups, requests.GoalRecord)
    draft, parts = _draft(call, record, sent, body.lookups)
    owner = call.caller.workspace_id
    goal = customer_goals.create_goal(
        call.db, workspace_id=owner, draft=draft, parts=parts, author=call.author, now=call.now
    )
    metrics = goal_metrics.list_goal_metrics(call.db, goal=goal) if parts.metrics else []
    return answered(call, created_to_wire(goal, metrics, call.caller.name or SYSTEM))


@served(router, "PUT", _UPDATE, unversioned(_UPDATE), body=requests.UpdateGoalBody, answer=wire.GoalUpdated)
def update_goal(call: WriteGoals) -> Response:
    """Change a goal. Only what is sent changes; null empties what may be empty."""
    body = call.read(requests.SentBody, PRECISE)
    sent = single(body)
    record = read_record(call, sent, body.lookups, requests.GoalUpdateRecord)
    goal = _goal(call, record.Gsid)
    changes = _changes(call, goal, record)
    if custom := read_custom(call, record, body.lookups):
        changes["fields"] = custom
    changed = customer_goals.update_goal(
        call.db, goal=goal, changes=changes, parts=read_parts(record, sent), author=call.author, now=call.now
    )
    given = [*record.model_fields_set, *(record.model_extra or ())]
    return answered(call, updated_to_wire(changed, given))


@served(router, "POST", _FETCH, unversioned(_FETCH), body=requests.Fetch, answer=wire.GoalsFetched)
def fetch_goals(call: ReadGoals) -> Response:
    """Fetch goals, the newest first. `MetricValues`, `AssociatedWork` and `TemplateId` can be selected, too."""
    fetch, owner = call.read(requests.Fetch, PRECISE), call.caller.workspace_id
    known = _known(call, fetch)
    page, names = page_from_wire(fetch), selected(fetch, known, (METRIC_VALUES,))
    query = query_from_wire(fetch.where, known, call.now, call.caller.key_id or owner)
    order = order_from_wire(fetch.orderBy)
    goals = customer_goals.find_goals(call.db, workspace_id=owner, query=query, order=order, page=page)
    by_goal, kept = goal_associations.list_associations(call.db, workspace_id=owner, goals=goals)
    with_metrics = METRIC_VALUES in names
    metrics = goal_metrics.list_metrics_of(call.db, goals=goals) if with_metrics else {}
    plain = [name for name in names if name != METRIC_VALUES]
    rows = []
    for goal in goals:
        row = fetched_to_wire(goal, plain, known)
        if found := metrics.get(goal.id):
            row[METRIC_VALUES] = [metric_values_to_wire(goal, one) for one in found]
        rows.append({"dataList": row, **associated_to_wire(by_goal.get(goal.id, ()), kept)})
    return answered(call, {"recordList": rows})


@served(router, "DELETE", _DELETE, unversioned(_DELETE), body=requests.RecordIds, answer=library_wire.RecordsDeleted)
@served(router, "POST", _DELETE, unversioned(_DELETE), answer=library_wire.RecordsDeleted, hidden=True)
def delete_goals(
    call: WriteGoals, recordIds: Annotated[list[str] | None, Query(description="As in the body.")] = None
) -> Response:
    """Delete goals. An extension: the vendor has this in its user interface only."""

    def delete(goal_id: UUID) -> tuple[str, Any]:
        goal = customer_goals.get_goal(call.db, workspace_id=call.caller.workspace_id, goal_id=goal_id)
        customer_goals.delete_goal(call.db, goal=goal, author=call.author, now=call.now)
        return person_gsid(call.caller.key_id, goal.workspace_id), call.now

    return answered(call, delete_each(call, recordIds, "GOAL", delete))


def _known(call: Call, fetch: requests.Fetch) -> dict[str, Field]:
    """The fields that goals of the workspace have."""
    owner = call.caller.workspace_id
    names_authors = not AUTHORS.keys().isdisjoint(fetch.select)
    keys = owners.list_keys(call.db, workspace_id=owner) if names_authors else []
    known = with_authors(GOAL, {key.id: key.name for key in keys})
    return with_custom(known, custom_fields.list_fields(call.db, workspace_id=owner))


def _goal(call: Call, gsid: str) -> CustomerGoal:
    try:
        return customer_goals.get_goal(call.db, workspace_id=call.caller.workspace_id, goal_id=identity(gsid))
    except NotFound:
        raise Refused(Code.INVALID_GSID, "Invalid Gsid provided in request", sampled=True) from None


def _draft(call: Call, record: requests.GoalRecord, sent: requests.Sent, lookups: Any) -> tuple[GoalDraft, GoalParts]:
    """What a create request asks for, in the order in which the vendor is taken to look at it."""
    template = None
    if record.TemplateId is not None:
        template = _template(call, record.TemplateId)
    elif not record.Name:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "Name can't be blank")
    given = _plain(record)
    given["entity"] = read_entity(record.EntityType)
    if (needed := _NEEDED.get(given["entity"])) and given.get(_CORE[needed]) is None:
        raise Refused(Code.REQUIRED_FIELD_MISSING, f"{needed} can't be blank")
    choices = Choices(call)
    goal_type, status = choices.goal_type(record), choices.status(record)
    if goal_type is None and template is None:
        goal_type = choices.default_type()
    if status is None and template is None:
        raise Refused(Code.INVALID_STATUS_NAME, "Invalid StatusName provided in request", sampled=True)
    chosen = {"goal_type_id": goal_type, "status_id": status}
    given |= {name: found for name, found in chosen.items() if found is not None}
    choices.check_entity(
        goal_type or (template.goal_type_id if template else UUID(int=0)),
        given["entity"],
        given.get("relationship_type_id"),
    )
    given["fields"] = {name: value for name, value in read_custom(call, record, lookups).items() if value is not None}
    parts = read_parts(record, sent)
    given = {name: value for name, value in given.items() if value is not None}
    if template is None:
        return GoalDraft(**given), parts
    template = templates.as_goals_get_it(call.db, template=template)
    draft, wishes = from_template(template, given, parts.metrics, call.now)
    return draft, replace(parts, metrics=wishes)


def _template(call: Call, gsid: str) -> Any:
    try:
        return templates.get_template(call.db, workspace_id=call.caller.workspace_id, template_id=identity(gsid))
    except NotFound:
        raise Refused(Code.INVALID_TEMPLATE, "Invalid TemplateId provided in request") from None


def _plain(record: requests.GoalRecord) -> dict[str, Any]:
    """What a record says that needs no look into the store, by the core's names."""
    found: dict[str, Any] = {}
    for name in record.model_fields_set & _CORE.keys():
        value = getattr(record, name)
        found[_CORE[name]] = identity(value) if name in _POINTS and value is not None else value
    if "DueDate" in record.model_fields_set:
        found["due_at"] = read_day(record.DueDate)
    if "AssociatedWork" in record.model_fields_set:
        found["associated_work"] = tuple(dict.fromkeys(map(identity, record.AssociatedWork or ())))
    return found


def _changes(call: Call, goal: CustomerGoal, record: requests.GoalUpdateRecord) -> dict[str, Any]:
    """What an update changes. What a goal is about stays; a due date within the day that it has keeps its time."""
    changes = {name: value for name, value in _plain(record).items() if not name.endswith("_id")}
    for name in _NEVER_EMPTY:
        if name in changes and not changes[name]:
            raise Invalid({name: ["can't be blank"]})
    if "due_at" in changes and day(changes["due_at"]) == day(goal.due_at):
        del changes["due_at"]
    sent = record.model_fields_set
    if sent & {"StatusId", "StatusName", "GoalTypeId", "GoalTypeName"}:
        choices = Choices(call, (goal.status, goal.goal_type))
        goal_type, status = choices.goal_type(record), choices.status(record)
        if sent & {"StatusId", "StatusName"} and status is None:
            raise Refused(Code.INVALID_STATUS_NAME, "Invalid StatusName provided in request", sampled=True)
        if goal_type and (goal.goal_type is None or goal_type != goal.goal_type.id):
            choices.check_entity(goal_type, goal.entity, goal.relationship_type_id)
        changes |= {"goal_type_id": goal_type} if goal_type else {}
        changes |= {"status_id": status} if status else {}
    return changes
