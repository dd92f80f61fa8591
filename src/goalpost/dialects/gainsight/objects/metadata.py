"""The APIs that connectors ask before they start: which objects there are, their fields, and users.

An extension, its shapes from public connectors: tap-gainsight, Estuary's and Airbyte's sources (objects), Domo's
(describe/MDA), MavenAGI's (users). The vendor's pages:
https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Data_Management_APIs/Data_Management_APIs
"""

from datetime import UTC
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse, Response

from goalpost.customers.model.filters import Query as Where
from goalpost.customers.model.paging import Order, Slice
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight.objects import metadata_wire as wire
from goalpost.dialects.gainsight.objects.catalog import LISTED, OBJECTS, MdaObject, described_to_wire, object_to_wire
from goalpost.dialects.gainsight.objects.objects_wire import MOST_ROWS, ObjectFailure
from goalpost.dialects.gainsight.objects.records import rows_of
from goalpost.dialects.gainsight.protocol.access import READ_OBJECTS
from goalpost.dialects.gainsight.protocol.envelope import answered_shortly
from goalpost.dialects.gainsight.protocol.lookups import kind_of
from goalpost.dialects.gainsight.protocol.record_filters import query_of, sorting_of
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_Flags = Annotated[wire.DescribeFlags, Query()]
_META = "/v1/meta/services/objects"
_LOOKED_AT = 1000
"""Limit of an object's newest rows that are looked at for fields."""


def list_objects(call: Call, flags: _Flags) -> Response:
    """List the objects that can be queried. An extension, its shape from public connectors."""
    return answered_shortly(call, [object_to_wire(OBJECTS[name]) for name in LISTED])


def describe_objects(call: BodyCall[wire.DescribeBody]) -> Response:
    """Describe objects with their fields. An extension, its shape from public connectors."""
    return _described(call, call.read().objectNames)


def describe_object(objectName: str, call: Call, flags: _Flags) -> Response:
    """Describe an object with its fields, also those that its newest rows were given. An extension."""
    return _described(call, [objectName])


def describe_object_by_name(store: str, objectName: str, call: Call, flags: _Flags) -> Response:
    """Describe an object under its name, as it was asked for; the store is MDA. An extension."""
    found = _object(objectName) if store.upper() == "MDA" else None
    return _not_found(call) if found is None else answered_shortly(call, {objectName: _described_one(call, found)})


def list_users(call: BodyCall[wire.UsersQueryBody]) -> Response:
    """List users, the newest first. An extension, its shape from public connectors."""
    body = call.read()
    query = query_of(call, RecordKind.PERSON, body.where)
    rows = records.find_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=RecordKind.PERSON,
        query=query,
        order=sorting_of(RecordKind.PERSON, body.orderBy),
        page=Slice(body.page * body.limit, body.limit),
    )
    found: dict[str, Any] = {"records": rows_of(call, rows, body.select)}
    return answered_shortly(call, {**found, "total": _count(call, query)} if body.includeTotal else found)


def _described(call: Call, names: list[str]) -> Response:
    found = {wanted.name: wanted for name in names if (wanted := _object(name))}
    if any(_object(name) is None for name in names):
        return _not_found(call)
    return answered_shortly(call, [_described_one(call, wanted) for wanted in found.values()])


def _object(name: str) -> MdaObject | None:
    """The object of a name, in any case and of any spelling."""
    kind = kind_of(name)
    spelled = OBJECTS.get(name.lower())
    return spelled or next((found for found in OBJECTS.values() if found.kind is kind), None)


def _described_one(call: Call, found: MdaObject) -> dict[str, Any]:
    rows = records.find_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=found.kind,
        query=query_of(call, found.kind, None),
        order=Order("created_at", descending=True),
        page=Slice(0, _LOOKED_AT),
    )
    return described_to_wire(found, rows)


def _count(call: Call, query: Where) -> int:
    total, order = 0, Order("created_at")
    while True:
        rows = records.find_records(
            call.db,
            workspace_id=call.caller.workspace_id,
            kind=RecordKind.PERSON,
            query=query,
            order=order,
            page=Slice(total, MOST_ROWS),
        )
        total += len(rows)
        if len(rows) < MOST_ROWS:
            return total


def _not_found(call: Call) -> Response:
    """The vendor's answer for an object that there is none of."""
    text = "Requested object not found."
    body = {
        "requestId": call.request_id,
        "result": False,
        "instance": call.now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "title": "OBJECT_NOT_FOUND",
        "detail": text,
        "errorCode": "OBJECT_NOT_FOUND",
        "errorDesc": text,
    }
    return JSONResponse(body, 404)


ROUTES = grouped(
    "Metadata",
    Route("GET", f"{_META}/list", list_objects, READ_OBJECTS, answers=wire.ObjectsListed),
    Route("POST", f"{_META}/describe", describe_objects, READ_OBJECTS, answers=wire.ObjectsDescribed),
    Route("GET", f"{_META}/{{objectName}}/describe", describe_object, READ_OBJECTS, answers=wire.ObjectsDescribed),
    Route(
        "GET",
        "/v1/api/describe/{store}/{objectName}",
        describe_object_by_name,
        READ_OBJECTS,
        answers=wire.ObjectDescribedByName,
    ),
    Route("POST", "/v1/users/services/list", list_users, READ_OBJECTS, answers=wire.UsersFound),
    failure=ObjectFailure,
)
