"""PageSense's envelope for what can go wrong, with five-digit codes of our own: the vendor publishes none.

https://www.zoho.com/pagesense/apidocs/goalsapioverview.html documents the envelope and the HTTP statuses.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from goalpost import seldom
from goalpost.dialects.pagesense import wire
from goalpost.dialects.pagesense.translate import message_of
from goalpost.kernel import errors
from goalpost.kernel.errors import FaultKind, fault_kind
from goalpost.web.faults import PRECISE, faults_of
from goalpost.web.paths import allow_header


class Mismatch(errors.GoalpostError):
    """The linkname in the body is not the one in the path."""


CODES: dict[int, str] = {
    10001: "A field is missing.",
    10002: "A field has a value that it cannot have.",
    10003: "The linknames of path and body are not the same.",
    10004: "There is no such portal, project or goal, or it is another's.",
    10005: "The token is missing, unknown, expired or revoked.",
    10006: "The token lacks the scope.",
    10007: "The quota is used up; the header `retry-after` says for how many seconds.",
    10008: "The body is not a JSON object, or a parameter cannot be read.",
    10009: "There is one of that name already.",
    10010: "The body has more than 1 MiB.",
    10011: "A store does not answer; nothing is lost. The header `retry-after` says when to try again.",
    10012: "The path is there and takes other methods; the header `allow` says which.",
    10099: "A fault of the server.",
}
"""Code → what it means."""

_STATUS: dict[type[Exception], tuple[int, int]] = {
    errors.Malformed: (400, 10008),
    Mismatch: (400, 10003),
    errors.Unauthenticated: (401, 10005),
    errors.Forbidden: (401, 10006),  # the vendor documents no 403
    errors.NotFound: (404, 10004),
    errors.TooLarge: (413, 10010),
    errors.Conflict: (400, 10009),
    errors.Invalid: (400, 10002),
    errors.RateLimited: (429, 10007),
    errors.Unavailable: (503, 10011),
}
_MEANING = {
    400: "10001, 10002, 10003, 10008 or 10009: what was sent cannot be done.",
    401: "10005 or 10006: the token is not valid, or lacks the scope.",
    404: f"10004: {CODES[10004]}",
    413: f"10010: {CODES[10010]}",
    429: f"10007: {CODES[10007]}",
    500: f"10099: {CODES[10099]}",
    503: f"10011: {CODES[10011]}",
}
_ALWAYS = (401, 404, 413, 429, 500, 503)


def install(app: FastAPI) -> None:
    """Make the application answer every failure in this envelope."""
    app.add_exception_handler(errors.GoalpostError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_unreadable)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_fault)


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part for a handler that can fail in these ways, besides those in which any can."""
    return {status: {"model": wire.Error, "description": _MEANING[status]} for status in sorted({*statuses, *_ALWAYS})}


def _body(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse({"status_code": code, "message": message}, status, headers)


def _answer(_request: Request, error: Exception) -> JSONResponse:
    status, code = _STATUS.get(type(error), (500, 10099))
    message, headers = str(error), {}
    if isinstance(error, errors.Invalid):
        kinds = {fault_kind(text) for texts in error.faults.values() for text in texts}
        code = 10001 if FaultKind.BLANK in kinds else code
        message = message_of(error.faults)
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        headers["retry-after"] = str(error.retry_after)
    if status >= 500:
        seldom.log.warning("a request could not be served", message)
        message = CODES[code]
    return _body(status, code, message, headers)


def _answer_unreadable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = errors.Invalid(faults_of(error.errors(), PRECISE))
    return _body(400, 10008, f"a parameter cannot be read: {faults}")


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 405:
        return _body(405, 10012, "the method is not one that this path takes", allow_header(request))
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return _body(status, 10004 if status == 404 else 10099, str(getattr(error, "detail", error)), headers)


def _answer_fault(request: Request, _error: Exception) -> JSONResponse:
    return _body(500, 10099, CODES[10099])
