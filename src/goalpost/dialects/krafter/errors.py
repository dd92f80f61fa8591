"""Krafter's numbers and envelope for what can go wrong: https://docs.krafter.dev/api/errors.html."""

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from goalpost.core import errors
from goalpost.dialects.krafter.translate import faults_to_wire

_log = structlog.get_logger()

_STATUS: dict[type[errors.GoalpostError], tuple[int, str | None]] = {
    errors.Malformed: (400, None),
    errors.Unauthenticated: (401, "Invalid or missing API key"),
    errors.Forbidden: (403, "Insufficient scope"),
    errors.NotFound: (404, "Not found"),
    errors.Conflict: (422, None),
    errors.Invalid: (422, "Validation failed"),
    errors.TooLarge: (413, None),
    errors.RateLimited: (429, "Rate limit exceeded"),
    errors.Unavailable: (503, "Temporarily unavailable"),
}
"""Error → (status, text); no text: the error's own words, which were written for the caller."""


def install(app: FastAPI) -> None:
    """Make the application answer every failure in this envelope."""
    app.add_exception_handler(errors.GoalpostError, _answer)
    app.add_exception_handler(RequestValidationError, _answer_unreadable)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_fault)


def _answer(_request: Request, error: Exception) -> JSONResponse:
    status, text = _STATUS.get(type(error), (500, "Internal server error"))  # type: ignore[arg-type]
    body: dict[str, object] = {"error": text or str(error)}
    headers = {}
    if isinstance(error, errors.Invalid):
        body["details"] = faults_to_wire(error.faults)
    if isinstance(error, errors.RateLimited):
        body["retry_after"] = error.retry_after
    if isinstance(error, errors.RateLimited | errors.Unavailable):
        headers["retry-after"] = str(error.retry_after)
    if isinstance(error, errors.Unavailable):
        _log.warning("a store does not answer", reason=str(error))
    return JSONResponse(body, status, headers)


def _answer_unreadable(_request: Request, _error: Exception) -> JSONResponse:
    return JSONResponse({"error": "A parameter cannot be read"}, 400)


def _answer_http(_request: Request, error: Exception) -> JSONResponse:
    # The router's own 404 and 405: a route that is not there, whatever the method.
    status = error.status_code if isinstance(error, HTTPException) else 500
    return (
        JSONResponse({"error": "Not found"}, 404)
        if status in (404, 405)
        else JSONResponse({"error": str(error)}, status)
    )


def _answer_fault(request: Request, error: Exception) -> JSONResponse:
    _log.error("a request failed", method=request.method, path=request.url.path, exc_info=error)
    return JSONResponse({"error": "Internal server error"}, 500)
