"""MSPortal's numbers and flat body for what can go wrong: https://docs.msportal.ai/api-reference/goals/create-goal.

The vendor documents the body's keys and no codes; the codes are ours.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from goalpost import seldom
from goalpost.dialects.msportal import wire
from goalpost.dialects.msportal.translate import faults_to_wire
from goalpost.kernel import errors
from goalpost.web.base import request_id_of
from goalpost.web.faults import PRECISE, faults_of
from goalpost.web.paths import allow_header

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
_ALWAYS = (400, 401, 403, 413, 429, 500, 503)


def install(app: FastAPI) -> None:
    """Make the application answer every failure in this body."""
    app.add_exception_handler(errors.GoalpostError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_unreadable)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_fault)


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part for a handler that can fail in these ways, besides those in which any can."""
    found = sorted({*statuses, *_ALWAYS})
    return {status: {"model": wire.ErrorResponse, "description": _MEANING[status]} for status in found}


def _body(
    request: Request,
    status: int,
    code: str,
    text: str,
    *,
    details: Any = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = {"error": text, "requestId": request_id_of(request.scope), "details": details, "code": code}
    return JSONResponse(body, status, headers)


def _answer(request: Request, error: Exception) -> JSONResponse:
    status, code, text = _KINDS.get(type(error), (500, "INTERNAL_ERROR", "Internal server error"))
    details: Any = None
    headers = {}
    if isinstance(error, errors.Invalid):
        details = faults_to_wire(error.faults)
        text = text or "Invalid " + ", ".join(fault["field"] for fault in details)
    if isinstance(error, errors.Forbidden):
        text, details = f"Missing required scope: {error.scope}", {"requiredScope": error.scope}
    if isinstance(error, errors.Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        headers["retry-after"] = str(error.retry_after)
    if status >= 500:
        seldom.log.warning("a request could not be served", str(error))
    return _body(request, status, code, text or str(error), details=details, headers=headers)


def _answer_unreadable(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return _answer(request, errors.Invalid(faults_of(error.errors(), PRECISE)))


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    # The router raises 404 and 405.
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return _body(request, 405, "METHOD_NOT_ALLOWED", "Method not allowed", headers=allow_header(request))
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == 404:
        return _answer(request, errors.NotFound())
    return _body(request, status, "BAD_REQUEST", str(getattr(error, "detail", error)), headers=headers)


def _answer_fault(request: Request, _error: Exception) -> JSONResponse:
    return _body(request, 500, "INTERNAL_ERROR", "Internal server error")
