"""Krafter's numbers and envelope for what can go wrong: https://docs.krafter.dev/api/errors.html."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from goalpost import seldom
from goalpost.dialects.krafter import wire
from goalpost.dialects.krafter.translate import faults_to_wire
from goalpost.kernel import errors
from goalpost.web.faults import PRECISE, faults_of
from goalpost.web.paths import allow_header

_STATUS: dict[type[Exception], tuple[int, str | None]] = {
    errors.Malformed: (400, None),
    errors.Unauthenticated: (401, "Invalid or missing API key"),
    errors.Forbidden: (403, "Insufficient scope"),
    errors.NotFound: (404, "Not found"),
    errors.TooLarge: (413, None),
    errors.Conflict: (422, None),
    errors.Invalid: (422, "Validation failed"),
    errors.RateLimited: (429, "Rate limit exceeded"),
    errors.Unavailable: (503, "Temporarily unavailable"),
}
"""Error → (status, text); no text: the error's own words, which were written for the caller."""

_MEANING = {
    400: "The body is not a JSON object, or a query parameter cannot be read.",
    401: "The key is missing, malformed, expired or revoked.",
    403: "The key lacks the scope.",
    404: "Not there, or another workspace's.",
    413: "The body has more than 1 MiB.",
    422: "Fields are wrong; `details` says which and why.",
    429: "The quota is used up; `retry_after` and the header `retry-after` say for how many seconds.",
    500: "A fault of the server.",
    503: "A store does not answer; nothing is lost. The header `retry-after` says when to try again.",
}
_ALWAYS = (401, 403, 413, 429, 500, 503)


def install(app: FastAPI) -> None:
    """Make the application answer every failure in this envelope."""
    app.add_exception_handler(errors.GoalpostError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_unreadable)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_fault)


def failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI part for a handler that can fail in these ways, besides those in which any can."""
    return {status: {"model": wire.Error, "description": _MEANING[status]} for status in sorted({*statuses, *_ALWAYS})}


def _answer(_request: Request, error: Exception) -> JSONResponse:
    status, text = _STATUS.get(type(error), (500, "Internal server error"))
    body: dict[str, object] = {"error": text or str(error)}
    headers = {}
    if isinstance(error, errors.Invalid):
        body["details"] = faults_to_wire(error.faults)
    if isinstance(error, errors.RateLimited):
        body["retry_after"] = error.retry_after
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        headers["retry-after"] = str(error.retry_after)
    if status >= 500:
        seldom.log.warning("a request could not be served", str(error))
    return JSONResponse(body, status, headers)


def _answer_unreadable(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = errors.Invalid(faults_of(error.errors(), PRECISE))
    return JSONResponse({"error": f"A parameter cannot be read: {faults}"}, 400)


def _answer_http(request: Request, error: Exception) -> JSONResponse:
    # The router raises 404 and 405.
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status == 404:
        return JSONResponse({"error": "Not found"}, 404)
    if status == 405:
        return JSONResponse({"error": "Method not allowed"}, 405, allow_header(request))
    return JSONResponse({"error": str(error)}, status)


def _answer_fault(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"error": "Internal server error"}, 500)
