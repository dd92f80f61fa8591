"""MSPortal's numbers and flat body for what can go wrong: https://docs.msportal.ai/api-reference/goals/create-goal.

The vendor documents the body's keys and no codes; the codes are ours.
"""

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from goalpost.dialects.msportal import wire
from goalpost.dialects.msportal.translate import faults_to_wire
from goalpost.kernel import errors
from goalpost.web.base import request_id_of
from goalpost.web.errors import ErrorKit, entry_of

_KINDS: dict[type[Exception], tuple[int, str, str | None]] = {
    errors.Malformed: (400, "BAD_REQUEST", None),
    errors.Invalid: (400, "VALIDATION_ERROR", "Validation failed"),
    errors.InvalidReference: (400, "INVALID_REFERENCE", None),
    errors.Unauthenticated: (401, "UNAUTHORIZED", "Unauthorized"),
    errors.Forbidden: (403, "FORBIDDEN", None),
    errors.NotFound: (404, "NOT_FOUND", "Not found"),
    errors.Conflict: (409, "CONFLICT", None),
    errors.TooLarge: (413, "PAYLOAD_TOO_LARGE", None),
    errors.RateLimited: (429, "RATE_LIMITED", "Rate limit exceeded"),
    errors.Unavailable: (503, "UNAVAILABLE", "Temporarily unavailable"),
}
"""Error → (status, code, text); no text: the error's own words, which were written for the caller."""

_MEANING = {
    400: "Validation error or invalid reference ID; `details` has every fault.",
    401: "Unauthorized: the key is missing, unknown, expired or revoked.",
    403: "Forbidden: the key lacks the scope, which `details` names.",
    404: "Not there, or another workspace's.",
    409: "Another request was sent with this `Idempotency-Key`.",
    413: "The body has more than 1 MiB.",
    429: "The quota is used up; the header `retry-after` says for how many seconds.",
    500: "A fault of the server.",
    503: "A store does not answer; nothing is lost. The header `retry-after` says when to try again.",
}


def _body(request: Request, status: int, code: str, text: str, *, details: Any = None) -> Response:
    body = {"error": text, "requestId": request_id_of(request.scope), "details": details, "code": code}
    return JSONResponse(body, status)


def _refuse(request: Request, error: errors.GoalpostError) -> Response | None:
    if (entry := entry_of(_KINDS, error)) is None:
        return None
    status, code, text = entry
    details: Any = None
    if isinstance(error, errors.Invalid):
        details = faults_to_wire(error.faults)
        text = text or "Invalid " + ", ".join(fault["field"] for fault in details)
    if isinstance(error, errors.Forbidden):
        text, details = f"Missing required scope: {error.scope}", {"requiredScope": error.scope}
    response = _body(request, status, code, text or str(error), details=details)
    if isinstance(error, errors.Unauthenticated):
        response.headers["www-authenticate"] = "Bearer"
    return response


def _http(request: Request, status: int) -> Response:
    codes = {404: ("NOT_FOUND", "Not found"), 405: ("METHOD_NOT_ALLOWED", "Method not allowed")}
    return _body(request, status, *codes.get(status, ("BAD_REQUEST", HTTPStatus(status).phrase)))


def _fault(request: Request) -> Response:
    return _body(request, 500, "INTERNAL_ERROR", "Internal server error")


ERRORS = ErrorKit(
    refuse=_refuse,
    unreadable=lambda request, error: _refuse(request, error) or _fault(request),
    http=_http,
    fault=_fault,
    model=wire.ErrorResponse,
    meanings=_MEANING,
    always=(400, 401, 403, 413, 429, 500, 503),
)
