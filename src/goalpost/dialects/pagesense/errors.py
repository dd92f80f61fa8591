"""PageSense's envelope for what can go wrong, with five-digit codes of our own: the vendor publishes none.

https://www.zoho.com/pagesense/apidocs/goalsapioverview.html documents the envelope and the HTTP statuses.
"""

from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from goalpost.dialects.pagesense import wire
from goalpost.dialects.pagesense.translate import message_of
from goalpost.kernel import errors
from goalpost.kernel.errors import FaultKind, fault_kind
from goalpost.web.errors import ErrorKit, entry_of


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


def _body(status: int, code: int, message: str) -> Response:
    return JSONResponse({"status_code": code, "message": message}, status)


def _refuse(_request: Request, error: errors.GoalpostError) -> Response | None:
    if (entry := entry_of(_STATUS, error)) is None:
        return None
    status, code = entry
    message = str(error) if status < 500 else CODES[code]
    if isinstance(error, errors.Invalid):
        kinds = {fault_kind(text) for texts in error.faults.values() for text in texts}
        code = 10001 if FaultKind.BLANK in kinds else code
        message = message_of(error.faults)
    return _body(status, code, message)


def _unreadable(_request: Request, error: errors.Invalid) -> Response:
    return _body(400, 10008, f"a parameter cannot be read: {error}")


def _http(_request: Request, status: int) -> Response:
    if status == 405:
        return _body(405, 10012, "the method is not one that this path takes")
    return _body(status, 10004 if status == 404 else 10099, HTTPStatus(status).phrase)


def _fault(_request: Request) -> Response:
    return _body(500, 10099, CODES[10099])


ERRORS = ErrorKit(
    refuse=_refuse,
    unreadable=_unreadable,
    http=_http,
    fault=_fault,
    model=wire.Error,
    meanings=_MEANING,
    always=(401, 404, 413, 429, 500, 503),
)
