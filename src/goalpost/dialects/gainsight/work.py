"""Calls to action and success plans, as far as goals are associated with them: create, update, list, delete.

The vendor shows neither the answers of saves nor a way to delete. `success` and `failure` are our guess, with the
`referenceId` of each request, and deleting is ours.
Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Cockpit_API
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight import objects_wire as wire
from goalpost.dialects.gainsight import requests
from goalpost.dialects.gainsight.access import ReadGoals, WriteGoals
from goalpost.dialects.gainsight.answers import answered, served
from goalpost.dialects.gainsight.codes import Code, Refused
from goalpost.dialects.gainsight.deleting import each_id
from goalpost.dialects.gainsight.fields import gsid_of
from goalpost.dialects.gainsight.gsid_route import GsidRoute
from goalpost.dialects.gainsight.object_records import (
    changed,
    created,
    id_of,
    read_changes,
    rows_of,
)
from goalpost.dialects.gainsight.queries import page_from_wire
from goalpost.dialects.gainsight.reading import Lookups, read_record
from goalpost.dialects.gainsight.record_queries import query_of, sorting_of
from goalpost.dialects.gainsight.several import each_request
from goalpost.kernel.errors import NotFound
from goalpost.web.base import Call
from goalpost.web.faults import PRECISE

router = APIRouter(tags=["Calls to action and success plans"], route_class=GsidRoute)
_CTA, _PLAN = "/v2/cockpit/cta", "/v2/successPlan"
_Ids = Annotated[list[str] | None, Query(description="As in the body.")]


@served(router, "POST", _CTA, body=wire.CreateWorkBody, answer=wire.WorkDone)
def create_ctas(call: WriteGoals) -> Response:
    """Create calls to action."""
    return _each(call, lambda sent, lookups: _created(call, RecordKind.CTA, sent, lookups))


@served(router, "PUT", _CTA, body=wire.UpdateWorkBody, answer=wire.WorkDone)
def update_ctas(call: WriteGoals) -> Response:
    """Change calls to action. Only what is sent changes; null empties."""
    return _each(call, lambda sent, lookups: _updated(call, RecordKind.CTA, sent, lookups))


@served(router, "POST", f"{_CTA}/list", body=requests.Fetch, answer=wire.WorkListed)
def list_ctas(call: ReadGoals) -> Response:
    """List calls to action, the newest first."""
    return _listed(call, RecordKind.CTA)


@served(router, "DELETE", _CTA, body=requests.RecordIds, answer=wire.WorkDeleted)
def delete_ctas(call: WriteGoals, recordIds: _Ids = None) -> Response:
    """Delete calls to action; goals stay associated with their GSIDs. An extension."""
    return _deleted(call, RecordKind.CTA, recordIds)


@served(router, "POST", _PLAN, body=wire.CreateWorkBody, answer=wire.WorkDone)
def create_success_plans(call: WriteGoals) -> Response:
    """Create success plans."""
    return _each(call, lambda sent, lookups: _created(call, RecordKind.SUCCESS_PLAN, sent, lookups))


@served(router, "PUT", _PLAN, body=wire.UpdateWorkBody, answer=wire.WorkDone)
def update_success_plans(call: WriteGoals) -> Response:
    """Change success plans. Only what is sent changes; null empties."""
    return _each(call, lambda sent, lookups: _updated(call, RecordKind.SUCCESS_PLAN, sent, lookups))


@served(router, "POST", f"{_PLAN}/list", body=requests.Fetch, answer=wire.WorkListed)
def list_success_plans(call: ReadGoals) -> Response:
    """List success plans, the newest first."""
    return _listed(call, RecordKind.SUCCESS_PLAN)


@served(router, "DELETE", _PLAN, body=requests.RecordIds, answer=wire.WorkDeleted)
def delete_success_plans(call: WriteGoals, recordIds: _Ids = None) -> Response:
    """Delete success plans; goals stay associated with their GSIDs. An extension."""
    return _deleted(call, RecordKind.SUCCESS_PLAN, recordIds)


def _each(call: Call, save: Callable[[requests.Sent, Lookups], dict[str, Any]]) -> Response:
    found = each_request(call, save)
    return answered(call, {"success": found["successList"], "failure": found["failureList"]})


def _created(call: Call, kind: RecordKind, sent: requests.Sent, lookups: Lookups) -> dict[str, Any]:
    record = read_record(call, sent, lookups, wire.WorkRecord)
    if not record.Name:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "Name can't be blank")
    return {"referenceId": record.referenceId, "Gsid": gsid_of(created(call, kind, _given(record)))}


def _updated(call: Call, kind: RecordKind, sent: requests.Sent, lookups: Lookups) -> dict[str, Any]:
    record = read_record(call, sent, lookups, wire.WorkUpdateRecord)
    if "Name" in record.model_fields_set and not record.Name:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "Name can't be blank")
    saved = changed(call, _found(call, kind, record.Gsid), _given(record))
    return {"referenceId": record.referenceId, "Gsid": gsid_of(saved)}


def _given(record: wire.WorkRecord) -> dict[str, Any]:
    """Return the fields of a record, by the model's names."""
    said = record.model_dump(include=record.model_fields_set | (record.model_extra or {}).keys())
    return read_changes({name: value for name, value in said.items() if name not in _NOT_KEPT})


_NOT_KEPT = ("referenceId", "Gsid", "GSID", "gsid")


def _found(call: Call, kind: RecordKind, gsid: str) -> Record:
    owner = call.caller.workspace_id
    try:
        return records.get_record(call.db, workspace_id=owner, kind=kind, record_id=id_of(gsid, kind))
    except NotFound:
        raise Refused(Code.INVALID_GSID, "Invalid Gsid provided in request") from None


def _listed(call: Call, kind: RecordKind) -> Response:
    fetch = call.read(requests.Fetch, PRECISE)
    rows = records.find_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=kind,
        query=query_of(call, kind, fetch.where),
        order=sorting_of(kind, fetch.orderBy),
        page=page_from_wire(fetch),
    )
    return answered(call, rows_of(call, rows, _selected(fetch.select)))


def _selected(names: Sequence[str]) -> list[str] | None:
    """The fields of rows: those selected and the GSID, by which connectors know a row; None for all."""
    return [*dict.fromkeys((*names, "Gsid"))] if names else None


def _deleted(call: Call, kind: RecordKind, queried: list[str] | None) -> Response:
    """Delete what a request names, each by itself."""

    def delete(gsid: str) -> dict[str, Any]:
        records.delete_record(call.db, record=_found(call, kind, gsid), author=call.author, now=call.now)
        return {"Gsid": gsid}

    gone, left = each_id(call, queried, delete)
    return answered(call, {"success": gone, "failure": left})
