"""Gainsight's bodies for what can go wrong: of its gateway, of its goal service in two generations, and of its objects.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from goalpost.dialects.gainsight import wire
from goalpost.dialects.gainsight.protocol.codes import AS_SENT, FIELD_CODES, NAMES, Code, Refused
from goalpost.dialects.gainsight.protocol.object_errors import object_failure, refused_object
from goalpost.dialects.gainsight.protocol.options import chosen
from goalpost.kernel import errors
from goalpost.kernel.errors import FaultKind, fault_kind
from goalpost.web.base import request_id_of
from goalpost.web.errors import ErrorKit, entry_of
from goalpost.web.foreign_ids import in_failures

_EXCEPTION = "com.gainsight.cs.goal.exception.CSGoalException"
_GOALS = ("/csgoal/external/create", "/csgoal/external/update", "/csgoal/external/fetch")
_OBJECTS = tuple(f"/v1{rest}/" for rest in ("/data", "/meta", "/api", "/users", "/peoplemgmt", ".0"))
_VERBS = {"POST": "create", "PUT": "update", "DELETE": "delete"}
_MEANING = {
    400: "The request cannot be read or done; `errorCode` says why.",
    401: "The key is missing, unknown, expired or revoked.",
    403: "The key lacks the scope.",
    413: "The body has more than 1 MiB.",
    429: "A quota, of the minute or of the day, is used up; the header `retry-after` says for how many seconds.",
    500: "A fault of the server; or what the vendor's samples show as an exception, unless the setting "
    "`GOALPOST_GAINSIGHT_ERROR_STYLE` is `table`.",
    503: "A store does not answer; nothing is lost. The header `retry-after` says when to try again.",
}


def refused(error: errors.GoalpostError) -> Refused | None:
    """Return the failure of a request, with its code; None for what is not the request's fault."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, errors.Malformed):
        return Refused(Code.MALFORMED_REQUEST, str(error))
    if isinstance(error, errors.Invalid):
        return _refused_field(error.faults, isinstance(error, errors.InvalidReference))
    if isinstance(error, errors.InUse):
        uses = [{"gsid": wire.goal_gsid(identity), "name": name} for identity, name in error.goals]
        info = {"usageInLayouts": list(error.goal_types), "usageInGoals": uses, "hasUsage": True}
        text = "Metric is used in some goals or templates. Cannot delete the metric."
        return Refused(Code.METRIC_IN_USE, text, info=info)
    if isinstance(error, errors.NotFound):
        return Refused(Code.INVALID_GSID, "Invalid Gsid provided in request")
    return Refused(Code.INVALID_VALUE, str(error)) if isinstance(error, errors.Conflict) else None


_CODE_OF_KIND = {FaultKind.BLANK: Code.REQUIRED_FIELD_MISSING, FaultKind.NOT_AN_ID: Code.INVALID_GSID}


def _refused_field(faults: errors.Faults, is_reference: bool) -> Refused:
    """The first fault, in the order in which a request is looked at."""
    if lookup := next((name for name in faults if name.partition(".")[0] == "lookups"), None):
        return Refused(Code.INVALID_LOOKUP_CONFIG, f"Lookup Error - {lookup} {faults[lookup][0]}")
    order = [*FIELD_CODES]
    field = min(faults, key=lambda name: order.index(name) if name in FIELD_CODES else len(order))
    name = NAMES.get(field, field.removeprefix(AS_SENT))
    code = FIELD_CODES.get(field, Code.INVALID_VALUE)
    text = faults[field][0]
    if code in (Code.REQUIRED_FIELD_MISSING, Code.INVALID_VALUE):
        code = _CODE_OF_KIND.get(fault_kind(text), Code.INVALID_VALUE)
    said = f"Invalid {name} provided in request" if is_reference else f"{name} {text}"
    return Refused(code, said, sampled=code is Code.INVALID_STATUS_NAME)


def _refuse(request: Request, error: errors.GoalpostError) -> Response | None:
    if request.scope["path"].startswith(_OBJECTS):
        if (of_object := refused_object(error)) is not None:
            return JSONResponse(object_failure(request_id_of(request.scope), of_object), 400)
    elif (found := refused(error)) is not None:
        return _answer_refused(request, found)
    entry = entry_of(_GATEWAY, error)
    return _gateway(request, *entry) if entry else None


_FAULT = (500, "GU_1101", "Oops, something went wrong...")
_GATEWAY: Mapping[type[Exception], tuple[int, str, str]] = {
    errors.Unauthenticated: (401, "GS_APIG_2401", "Unauthorized"),
    errors.Forbidden: (403, "GS_2402", "Not authorized to perform operation."),
    errors.TooLarge: (413, "VC_8000", "The body has more than 1 MiB"),
    errors.RateLimited: (429, "GU_2400", "Too many request"),
    errors.Unavailable: (503, *_FAULT[1:]),
}
_NO_MESSAGE = ("GU_2400",)


def _gateway(request: Request, status: int, code: str, text: str) -> Response:
    """Return the answer of the vendor's gateway, which comes before any service."""
    message = None if code in _NO_MESSAGE else text
    body: dict[str, Any] = {"result": False, "errorCode": code, "errorDesc": text}
    if code == "GS_2402":
        body |= {"localizedErrorDesc": text}
    body |= {"requestId": request_id_of(request.scope)}
    if code in ("GS_2402", "GU_2400", "GU_1101"):
        body |= {"data": None}
    body |= {"message": message} | ({"localizedMessage": None} if code == "GS_2402" else {})
    return JSONResponse(body, status)


def _answer_refused(request: Request, found: Refused) -> Response:
    path = _service_path(request)
    status = 500 if found.code is Code.UNEXPECTED else 400
    if found.sampled and path in _GOALS and chosen().error_style == "sample":
        status = 500
    body = failure_body(request_id_of(request.scope), found)
    if path in _GOALS:
        body |= {
            "timestamp": int(time.time() * 1000),
            "status": status,
            "error": HTTPStatus(status).phrase,
            "exception": _EXCEPTION,
            "path": path,
        }
    return JSONResponse(body, status)


def failure_body(request_id: str, found: Refused) -> dict[str, Any]:
    """Return the goal service's answer to a request that is refused."""
    is_plain = found.code in (Code.METRIC_IN_USE, Code.UNEXPECTED)  # the samples have no description of these
    return {
        "result": False,
        "errorCode": found.code.value,
        "errorDesc": None if is_plain else found.code.name,
        "localizedErrorDesc": None if is_plain else found.code.name,
        "requestId": request_id,
        "data": None,
        "message": found.message,
        "localizedMessage": None,
        "errorInfo": found.info,
    }


def _service_path(request: Request) -> str:
    """The path as the vendor's services see it: its gateway takes the version away."""
    path: str = request.scope["path"].rstrip("/")
    return path.removeprefix("/v1")


def _http(request: Request, status: int) -> Response:
    return _gateway(request, status, "GS_APIG_1000", HTTPStatus(status).phrase)


def _fault(request: Request) -> Response:
    if "/external/metric" in request.scope["path"]:
        text = f"Unexpected error processing {_VERBS.get(request.method, 'read')} metric: {{}}"
        return _answer_refused(request, Refused(Code.UNEXPECTED, text))
    return _gateway(request, *_FAULT)


ERRORS = ErrorKit(
    refuse=in_failures(_refuse),
    unreadable=lambda request, error: in_failures(_refuse)(request, error) or _fault(request),
    http=_http,
    fault=_fault,
    model=wire.GatewayFailure,
    meanings=_MEANING,
    always=tuple(_MEANING),
    model_of={400: wire.Failure, 500: wire.Failure},
)
