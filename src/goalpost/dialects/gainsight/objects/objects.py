"""The object APIs, of companies, relationships, opportunities and users: insert, update, query, delete.

Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Company_and_Relationship_API
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.filters import All
from goalpost.customers.model.filters import Query as Where
from goalpost.customers.model.gsids import is_gsid
from goalpost.customers.model.paging import Order, Slice
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight.objects import objects_wire as wire
from goalpost.dialects.gainsight.objects.records import (
    changed,
    created,
    id_of,
    key_names,
    read_changes,
    rows_of,
    spelled,
)
from goalpost.dialects.gainsight.protocol.access import READ_OBJECTS, WRITE_OBJECTS
from goalpost.dialects.gainsight.protocol.codes import ObjectCode, RecordFault, RefusedObject
from goalpost.dialects.gainsight.protocol.envelope import answered_shortly
from goalpost.dialects.gainsight.protocol.fields import gsid_of
from goalpost.dialects.gainsight.protocol.lookups import equals, exactly, kind_of, looked_up, spelled_alike
from goalpost.dialects.gainsight.protocol.object_errors import NO_ENTITY, record_faults, told_together
from goalpost.dialects.gainsight.protocol.record_filters import query_of, sorting_of
from goalpost.kernel.errors import GoalpostError
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_OBJECT, _ONE = "/v1/data/objects/{objectName}", "/v1/data/objects/{objectName}/{gsid}"
_QUERY = "/v1/data/objects/query/{objectName}"
_SERVED = (RecordKind.COMPANY, RecordKind.RELATIONSHIP, RecordKind.OPPORTUNITY, RecordKind.PERSON)
_MOST_KEYS, _MOST_CHANGED = 3, 1000
_Keys = Annotated[str, Query(description="Up to three fields, by whose values in a record its matches are found.")]


def insert_objects(objectName: str, call: BodyCall[wire.SavedRecords]) -> Response:
    """Insert up to 50 records: all, or none where one is wrong."""
    kind, body = _kind(objectName), call.read()
    return _saved(call, body, lambda record: [_inserted(call, kind, record)])


def update_objects(objectName: str, call: BodyCall[wire.SavedRecords], keys: _Keys) -> Response:
    """Change what the keys of up to 50 records match: all, or nothing where one record is wrong or matches nothing.

    Only what is sent changes; null empties. Of a key that several records have all of them are changed: those that have
    it exactly, else those that have it in another case.
    """
    kind, body = _kind(objectName), call.read()
    return _saved(call, body, lambda record: _updated(call, kind, spelled(record), keys))


def query_objects(objectName: str, call: BodyCall[wire.QueryObjectsBody]) -> Response:
    """Find records, the newest first. A field that no record has is selected and compared without a fault."""
    kind, body = _kind(objectName), call.read()
    rows = records.find_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=kind,
        query=query_of(call, kind, body.where),
        order=sorting_of(kind, body.orderBy),
        page=Slice(body.offset, body.limit),
    )
    return answered_shortly(call, {"records": rows_of(call, rows, body.select)})


def delete_object(objectName: str, gsid: str, call: Call) -> Response:
    """Delete a record, which no goal is about."""
    kind = _kind(objectName)
    if not is_gsid(gsid):
        raise RefusedObject(ObjectCode.INVALID_GSID, "Invalid Gsid provided in request")
    owner = call.caller.workspace_id
    record = records.get_record(call.db, workspace_id=owner, kind=kind, record_id=id_of(gsid, kind))
    records.delete_record(call.db, record=record, author=call.author, now=call.now)
    return answered_shortly(call, {"count": 1, "errors": None, "records": [{"Gsid": gsid}]})


def _kind(name: str) -> RecordKind:
    kind = kind_of(name)
    if kind not in _SERVED:
        raise RefusedObject(ObjectCode.NO_SUCH_OBJECT, f"There is no object {name[:60]!r}")
    return kind


def _key_names(text: str, record: Mapping[str, Any]) -> list[str]:
    names = key_names(text, record)
    if not all(names) or len(set(names)) < len(names) or len(names) > _MOST_KEYS:
        raise RefusedObject(ObjectCode.GENERIC, f"keys must be one to {_MOST_KEYS} different fields")
    return names


def _saved(call: Call, body: wire.SavedRecords, save: Callable[[Mapping[str, Any]], Sequence[Record]]) -> Response:
    """Every record saved, its lookups done; raises RefusedObject with the faults of all of them."""
    saved: list[Record] = []
    wrong: list[list[RecordFault]] = []
    for sent in body.records:
        try:
            saved += save(looked_up(call, _one_spelling(sent), body.lookups))
        except GoalpostError as error:
            wrong.append(record_faults(error, sent))
        if len(saved) > _MOST_CHANGED:
            raise RefusedObject(ObjectCode.GENERIC, f"More than {_MOST_CHANGED} records match")
    if wrong:
        raise told_together(wrong)
    told = [{"Gsid": gsid_of(record), "Name": record.name} for record in saved]
    return answered_shortly(call, {"count": len(told), "errors": None, "records": told})


def _one_spelling(record: Mapping[str, Any]) -> dict[str, Any]:
    return {"Gsid" if name.lower() == "gsid" else name: value for name, value in record.items()}


def _inserted(call: Call, kind: RecordKind, record: Mapping[str, Any]) -> Record:
    if "Gsid" in record:
        raise RefusedObject(ObjectCode.INVALID_FIELD, "Gsid cannot be chosen", field="Gsid")
    return created(call, kind, read_changes(record))


def _updated(call: Call, kind: RecordKind, record: Mapping[str, Any], named: str) -> list[Record]:
    keys = _key_names(named, record)
    if "Gsid" in record and "Gsid" not in keys:
        raise RefusedObject(ObjectCode.INVALID_FIELD, "Gsid cannot be changed; it can be a key", field="Gsid")
    query = All(tuple(_key(record, name) for name in keys))
    changes = read_changes({name: value for name, value in record.items() if name not in keys})
    rows = records.find_records(
        call.db,
        workspace_id=call.caller.workspace_id,
        kind=kind,
        query=query,
        order=Order("created_at"),
        page=Slice(0, _MOST_CHANGED + 1),
    )
    if not rows:
        raise RefusedObject(ObjectCode.NO_ENTITY, NO_ENTITY, field=keys[0])
    if len(rows) > _MOST_CHANGED:
        raise RefusedObject(ObjectCode.GENERIC, f"More than {_MOST_CHANGED} records match", field=keys[0])
    wanted = {name: record.get(name) for name in keys}
    return [changed(call, row, changes) for row in spelled_alike(exactly(rows, wanted), wanted)]


def _key(record: Mapping[str, Any], name: str) -> Where:
    if name == "Gsid" and not is_gsid(str(record.get(name))):
        raise RefusedObject(ObjectCode.INVALID_GSID, "Invalid Gsid provided in request", field=name)
    condition = equals(name, record.get(name))
    if condition is None:
        raise RefusedObject(ObjectCode.GENERIC, f"{name[:60]} is a key and has no value to be found by", field=name)
    return condition


ROUTES = grouped(
    "Objects",
    Route("POST", _OBJECT, insert_objects, WRITE_OBJECTS, body=wire.SaveObjectsBody, answers=wire.ObjectsSaved),
    Route("PUT", _OBJECT, update_objects, WRITE_OBJECTS, body=wire.SaveObjectsBody, answers=wire.ObjectsSaved),
    Route("POST", _QUERY, query_objects, READ_OBJECTS, answers=wire.ObjectsFound),
    Route("DELETE", _ONE, delete_object, WRITE_OBJECTS, answers=wire.ObjectDeleted),
    failure=wire.ObjectFailure,
)
