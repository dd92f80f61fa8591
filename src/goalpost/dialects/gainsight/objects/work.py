"""Calls to action and success plans, as far as goals are associated with them: create, update, list, delete.

The vendor shows neither the answers of saves nor a way to delete. `success` and `failure` are our guess, with the
`referenceId` of each request, and deleting is ours.
Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Cockpit_API
"""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight.goals.batch import each_request
from goalpost.dialects.gainsight.goals.deletion import each_id
from goalpost.dialects.gainsight.goals.reading import Lookups, read_record
from goalpost.dialects.gainsight.objects import objects_wire as wire
from goalpost.dialects.gainsight.objects.records import (
    changed,
    created,
    id_of,
    read_changes,
    rows_of,
)
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.access import READ, WRITE
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.envelope import answered
from goalpost.dialects.gainsight.protocol.fields import gsid_of
from goalpost.dialects.gainsight.protocol.filters import page_from_wire
from goalpost.dialects.gainsight.protocol.record_filters import query_of, sorting_of
from goalpost.kernel.errors import NotFound
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_CTA, _PLAN = "/v2/cockpit/cta", "/v2/successPlan"
_Ids = Annotated[list[str] | None, Query(description="As in the body.")]


def create_ctas(call: Call) -> Response:
    """Create calls to action."""
    return _each(call, lambda sent, lookups: _created(call, RecordKind.CTA, sent, lookups))


def update_ctas(call: Call) -> Response:
    """Change calls to action. Only what is sent changes; null empties."""
    return _each(call, lambda sent, lookups: _updated(call, RecordKind.CTA, sent, lookups))


def list_ctas(call: BodyCall[requests.Fetch]) -> Response:
    """List calls to action, the newest first."""
    return _listed(call, RecordKind.CTA)


def delete_ctas(call: Call, recordIds: _Ids = None) -> Response:
    """Delete calls to action; goals stay associated with their GSIDs. An extension."""
    return _deleted(call, RecordKind.CTA, recordIds)


def create_success_plans(call: Call) -> Response:
    """Create success plans."""
    return _each(call, lambda sent, lookups: _created(call, RecordKind.SUCCESS_PLAN, sent, lookups))


def update_success_plans(call: Call) -> Response:
    """Change success plans. Only what is sent changes; null empties."""
    return _each(call, lambda sent, lookups: _updated(call, RecordKind.SUCCESS_PLAN, sent, lookups))


def list_success_plans(call: BodyCall[requests.Fetch]) -> Response:
    """List success plans, the newest first."""
    return _listed(call, RecordKind.SUCCESS_PLAN)


def delete_success_plans(call: Call, recordIds: _Ids = None) -> Response:
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


def _listed(call: BodyCall[requests.Fetch], kind: RecordKind) -> Response:
    fetch = call.read()
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


ROUTES = grouped(
    "Calls to action and success plans",
    Route("POST", _CTA, create_ctas, WRITE, body=wire.CreateWorkBody, answers=wire.WorkDone),
    Route("PUT", _CTA, update_ctas, WRITE, body=wire.UpdateWorkBody, answers=wire.WorkDone),
    Route("POST", f"{_CTA}/list", list_ctas, READ, answers=wire.WorkListed),
    Route("DELETE", _CTA, delete_ctas, WRITE, body=requests.RecordIds, answers=wire.WorkDeleted),
    Route("POST", _PLAN, create_success_plans, WRITE, body=wire.CreateWorkBody, answers=wire.WorkDone),
    Route("PUT", _PLAN, update_success_plans, WRITE, body=wire.UpdateWorkBody, answers=wire.WorkDone),
    Route("POST", f"{_PLAN}/list", list_success_plans, READ, answers=wire.WorkListed),
    Route("DELETE", _PLAN, delete_success_plans, WRITE, body=requests.RecordIds, answers=wire.WorkDeleted),
)
