"""Faults of requests about objects, in their own codes and their shorter envelope. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from goalpost.customers.model.filters import OWN
from goalpost.dialects.gainsight.protocol.codes import Code, ObjectCode, RecordFault, Refused, RefusedObject
from goalpost.kernel import errors
from goalpost.kernel.errors import FaultKind, fault_kind

NO_ENTITY = "No entity matches the given criteria"
_NAMES = {"name": "Name", "email": "Email", "company_id": "CompanyId"}
_CODES = {FaultKind.BLANK: ObjectCode.BLANK, FaultKind.TOO_LONG: ObjectCode.TOO_LONG}
_BIGGEST = 2**53
_LONGEST = 100


def refused_object(error: errors.GoalpostError) -> RefusedObject | None:
    """Return the failure of a request, with its code; None for what is not the request's fault."""
    if isinstance(error, RefusedObject):
        return error
    if isinstance(error, Refused):
        is_field = error.code is Code.INVALID_FIELD
        return RefusedObject(ObjectCode.INVALID_FIELD if is_field else ObjectCode.GENERIC, error.message)
    if isinstance(error, errors.Invalid):
        field, texts = next(iter(error.faults.items()))
        return RefusedObject(ObjectCode.GENERIC, f"{field} {texts[0]}")
    if isinstance(error, errors.Conflict):
        return RefusedObject(ObjectCode.DELETE_FAILED, f"Delete failed: {error}")
    if isinstance(error, errors.NotFound):
        return RefusedObject(ObjectCode.NO_ENTITY, NO_ENTITY)
    return RefusedObject(ObjectCode.GENERIC, str(error)) if isinstance(error, errors.Malformed) else None


def record_faults(error: errors.GoalpostError, record: Mapping[str, Any]) -> list[RecordFault]:
    """Return the faults of a record that was sent; raises the error again when that is not the record's fault."""
    if isinstance(error, errors.Invalid):
        return [_field_fault(name, texts[0], record) for name, texts in error.faults.items()]
    found = refused_object(error)
    if found is None:
        raise error
    return [RecordFault(found.code, found.message, found.field, record.get(found.field))]


def object_failure(request_id: str, found: RefusedObject) -> dict[str, Any]:
    """Return the answer to a request that is refused."""
    rows = [[_fault_to_wire(fault) for fault in row] for row in found.rows]
    return {
        "result": False,
        "errorCode": found.code.value,
        "errorDesc": found.message,
        "requestId": request_id,
        "data": {"count": 0, "errors": rows, "records": None} if rows else None,
        "message": None,
    }


def told_together(rows: Sequence[Sequence[RecordFault]]) -> RefusedObject:
    """One failure for the faults of several records: the first one's code."""
    first = rows[0][0]
    return RefusedObject(first.code, first.message, rows=rows)


def _field_fault(core: str, text: str, record: Mapping[str, Any]) -> RecordFault:
    name = _NAMES.get(core, core.removeprefix(OWN))
    code, message = ObjectCode.GENERIC, f"{name} {text}"
    if core == "company_id":
        code, message = ObjectCode.INVALID_GSID, f"Invalid {name} provided in request"
    elif fault_kind(text) in _CODES:
        code = _CODES[fault_kind(text)]
    elif core.startswith(OWN):
        code = ObjectCode.INVALID_FIELD
    return RecordFault(code, message, name[:_LONGEST], record.get(name))


def _fault_to_wire(fault: RecordFault) -> dict[str, Any]:
    value = _shown(fault.value)
    error = {"errorMessage": fault.message, "errorCode": fault.code.value, "fieldName": fault.field or None}
    return {"success": False, "parsedValue": value, "errors": [{**error, "invalidValue": value}]}


def _shown(value: Any) -> Any:
    """A value as it may be told: the beginning of a text, a number that every reader of JSON takes, or nothing."""
    if isinstance(value, str):
        return value[:_LONGEST]
    return value if isinstance(value, int | float) and abs(value) < _BIGGEST else None
