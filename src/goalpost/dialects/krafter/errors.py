"""Krafter's numbers and envelope for what can go wrong: https://docs.krafter.dev/api/errors.html."""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from goalpost.dialects.krafter import wire
from goalpost.dialects.krafter.translate import faults_to_wire
from goalpost.kernel import errors
from goalpost.web.errors import ErrorKit, entry_of

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


def _refuse(_request: Request, error: errors.GoalpostError) -> Response | None:
    if (entry := entry_of(_STATUS, error)) is None:
        return None
    status, text = entry
    body: dict[str, object] = {"error": text or str(error)}
    if isinstance(error, errors.Invalid):
        body["details"] = faults_to_wire(error.faults)
    if isinstance(error, errors.RateLimited):
        body["retry_after"] = error.retry_after
    return JSONResponse(body, status)


def _unreadable(_request: Request, error: errors.Invalid) -> Response:
    return JSONResponse({"error": f"A parameter cannot be read: {error}"}, 400)


def _http(_request: Request, status: int) -> Response:
    text = {404: "Not found", 405: "Method not allowed"}.get(status, HTTPStatus(status).phrase)
    return JSONResponse({"error": text}, status)


def _fault(_request: Request) -> Response:
    return JSONResponse({"error": "Internal server error"}, 500)


ERRORS = ErrorKit(
    refuse=_refuse,
    unreadable=_unreadable,
    http=_http,
    fault=_fault,
    model=wire.Error,
    meanings=_MEANING,
    always=(401, 403, 413, 429, 500, 503),
)
