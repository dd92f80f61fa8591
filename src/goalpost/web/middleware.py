"""The frame of every answer of the ordinary doors: a request id, headers that browsers obey, and a line in the log.

A fault that nobody foresaw is logged here once, with the id of its request, whatever door it came from.
"""

import json
import re
import time
from collections.abc import Iterable
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goalpost import seldom
from goalpost.conversions.ingest.requests import check_host
from goalpost.kernel.errors import Malformed
from goalpost.web.base import REQUEST_ID
from goalpost.web.paths import shown
from goalpost.web.pieces import Unread, send_in_pieces

_log = structlog.get_logger()

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_NO_STORE = (b"cache-control", b"no-store")
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"),
]


class RequestContext:
    """Echoes a well-formed `x-request-id` or makes one, adds the security headers, and logs what was answered.

    Answers are not to be kept by anybody, unless they say otherwise themselves.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its response."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        request_id = brought_or_new_id(scope)
        extra = [(b"x-request-id", request_id.encode()), *_SECURITY]
        status = 0

        async def send_completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", ()), *extra]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(_NO_STORE)
                message = {**message, "headers": headers}
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                # The path alone: a query may hold what nobody should find in a log.
                _log.info("request", method=scope["method"], path=shown(scope["path"]), status=status, ms=milliseconds)
            await send_in_pieces(send, message)

        with structlog.contextvars.bound_contextvars(id=request_id):
            try:
                check_host(scope, sum(name == b"host" and value != b"" for name, value in scope["headers"]))
            except Malformed as error:
                await answer_error(send_completed, 400, str(error))
                return
            try:
                await self._app({**scope, REQUEST_ID: request_id}, receive, send_completed)
            except Unread:
                return  # without the rest of its answer, the server closes the connection
            except Exception as error:
                log_fault(scope, error)
                if not status:
                    await answer_error(send_completed, 500, "Internal server error")


def log_fault(scope: Scope, error: Exception) -> None:
    """Tell the log of a fault that nobody foresaw."""
    seldom.log.fault("a request failed", error, method=scope["method"], path=shown(scope["path"]))


async def answer_error(send: Send, status: int, text: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Send an error in the form that events' door and the pages have: JSON with `error`."""
    body = json.dumps({"error": text}).encode()
    fixed = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


def brought_or_new_id(scope: Scope) -> str:
    """Return the id that a request brings, if it is well formed, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(sent := value.decode("latin-1")):
            return str(sent)
    return str(uuid4())
