"""Goals: create, update, fetch, and delete, which is ours.

A create and an update: body → record (its lookups done) → facts → decision (drafts, pure) → one service → answer.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.services import custom_fields, customer_goals, goal_associations, goal_metrics
from goalpost.dialects.gainsight import wire
from goalpost.dialects.gainsight.goals import bodies, library_wire
from goalpost.dialects.gainsight.goals.deletion import delete_each
from goalpost.dialects.gainsight.goals.drafts import decide_alteration, decide_creation
from goalpost.dialects.gainsight.goals.facts import read_facts, read_goal_facts
from goalpost.dialects.gainsight.goals.goal_filters import order_of_fetch, query_of_fetch
from goalpost.dialects.gainsight.goals.reading import add_fields, read_record, read_requests, single
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.access import READ, WRITE
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.envelope import answered
from goalpost.dialects.gainsight.protocol.fields import (
    AUTHORS,
    GOAL,
    SYSTEM,
    Field,
    person_gsid,
    with_authors,
    with_custom,
)
from goalpost.dialects.gainsight.protocol.filters import page_from_wire, selected, with_asked
from goalpost.dialects.gainsight.protocol.related import check_related, is_related, reader_of, related_values
from goalpost.dialects.gainsight.translate import (
    METRIC_VALUES,
    associated_to_wire,
    created_to_wire,
    fetched_to_wire,
    metric_values_to_wire,
    updated_to_wire,
)
from goalpost.dialects.gainsight.wire import identity
from goalpost.kernel.errors import NotFound
from goalpost.tenancy import workspaces
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_CREATE, _UPDATE = "/v1/csgoal/external/create", "/v1/csgoal/external/update"
_FETCH, _DELETE = "/v1/csgoal/external/fetch", "/v1/csgoal/external/delete"


def create_goal(call: Call) -> Response:
    """Create a goal, from a template or by itself, with metrics and associations.

    Where `TemplateId` is sent, what the record does not say is taken from the template.
    """
    body = read_requests(call)
    sent = single(body)
    record = read_record(call, sent, body.lookups, requests.GoalRecord)
    decided = decide_creation(record, sent, body.lookups, read_goal_facts(call, record), now=call.now)
    add_fields(call, decided.new_fields)
    goal = customer_goals.create_goal(
        call.db,
        workspace_id=call.caller.workspace_id,
        draft=decided.draft,
        parts=decided.parts,
        author=call.author,
        now=call.now,
    )
    metrics = goal_metrics.list_goal_metrics(call.db, goal=goal) if decided.parts.metrics else []
    return answered(call, created_to_wire(goal, metrics, call.caller.name or SYSTEM))


def update_goal(call: Call) -> Response:
    """Change a goal. Only what is sent changes; null empties what may be empty."""
    body = read_requests(call)
    sent = single(body)
    record = read_record(call, sent, body.lookups, requests.GoalUpdateRecord)
    goal = _goal(call, record.Gsid)
    kept = [ref.id for ref in (goal.status, goal.goal_type) if ref]
    decided = decide_alteration(goal, record, sent, body.lookups, read_facts(call, record, kept=kept))
    add_fields(call, decided.new_fields)
    changed = customer_goals.update_goal(
        call.db,
        goal=goal,
        changes=decided.changes,
        parts=decided.parts,
        author=call.author,
        now=call.now,
    )
    given = [*record.model_fields_set, *(record.model_extra or ())]
    return answered(call, updated_to_wire(changed, given))


def fetch_goals(call: BodyCall[requests.Fetch]) -> Response:
    """Fetch goals, the newest first. `MetricValues`, `AssociatedWork` and `TemplateId` can be selected, too."""
    fetch, owner = call.read(), call.caller.workspace_id
    known = _known(call, fetch)
    related = [name for name in fetch.select if is_related(name) and name not in known]
    page, names = page_from_wire(fetch), selected(fetch, known, (METRIC_VALUES, *related))
    check_related(related, known)
    query, order = query_of_fetch(call, fetch.where, known), order_of_fetch(fetch.orderBy, known)
    goals = customer_goals.find_goals(call.db, workspace_id=owner, query=query, order=order, page=page)
    return answered(call, {"recordList": _rows(call, goals, names, known)})


def delete_goals(
    call: Call, recordIds: Annotated[list[str] | None, Query(description="As in the body.")] = None
) -> Response:
    """Delete goals. An extension: the vendor has this in its user interface only."""

    def delete(goal_id: UUID) -> tuple[str, Any]:
        goal = customer_goals.get_goal(call.db, workspace_id=call.caller.workspace_id, goal_id=goal_id)
        customer_goals.delete_goal(call.db, goal=goal, author=call.author, now=call.now)
        return person_gsid(call.caller.key_id, goal.workspace_id), call.now

    return answered(call, delete_each(call, recordIds, "GOAL", delete))


def _rows(
    call: Call, goals: Sequence[CustomerGoal], names: Sequence[str], known: Mapping[str, Field]
) -> list[dict[str, Any]]:
    """Goals as they are fetched, with what they are associated with."""
    owner = call.caller.workspace_id
    by_goal, kept = goal_associations.list_associations(call.db, workspace_id=owner, goals=goals)
    metrics = goal_metrics.list_metrics_of(call.db, goals=goals) if METRIC_VALUES in names else {}
    plain = [name for name in names if name in known]
    related = [name for name in names if is_related(name) and name not in known]
    rows = []
    for goal, more in zip(goals, related_values(call, goals, related, reader_of(known)), strict=True):
        row = fetched_to_wire(goal, plain, known) | more
        if found := metrics.get(goal.id):
            row[METRIC_VALUES] = [metric_values_to_wire(goal, one) for one in found]
        rows.append({"dataList": row, **associated_to_wire(by_goal.get(goal.id, ()), kept)})
    return rows


def _known(call: Call, fetch: requests.Fetch) -> dict[str, Field]:
    """The fields that goals of the workspace have."""
    owner = call.caller.workspace_id
    names_authors = not AUTHORS.keys().isdisjoint(fetch.select)
    keys = workspaces.list_keys(call.db, workspace_id=owner) if names_authors else []
    known = with_authors(GOAL, {key.id: key.name for key in keys})
    return with_asked(with_custom(known, custom_fields.list_fields(call.db, workspace_id=owner)), fetch)


def _goal(call: Call, gsid: str) -> CustomerGoal:
    try:
        return customer_goals.get_goal(call.db, workspace_id=call.caller.workspace_id, goal_id=identity(gsid))
    except NotFound:
        raise Refused(Code.INVALID_GSID, "Invalid Gsid provided in request", sampled=True) from None


ROUTES = grouped(
    "Goals",
    Route("POST", _CREATE, create_goal, WRITE, body=bodies.CreateGoalBody, answers=wire.GoalCreated),
    Route("PUT", _UPDATE, update_goal, WRITE, body=bodies.UpdateGoalBody, answers=wire.GoalUpdated),
    Route("POST", _FETCH, fetch_goals, READ, answers=wire.GoalsFetched),
    Route("POST", _DELETE, delete_goals, WRITE, answers=library_wire.RecordsDeleted, is_documented=False),
    Route("DELETE", _DELETE, delete_goals, WRITE, body=requests.RecordIds, answers=library_wire.RecordsDeleted),
)
