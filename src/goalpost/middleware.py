"""What every answer of the ordinary doors gets: a request id, headers that browsers obey, and a line in the log."""

import re
import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = structlog.get_logger()

REQUEST_ID = "goalpost.request_id"
"""Where in its scope a request has its id."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"),
]


class RequestContext:
    """Echoes a well-formed `x-request-id` or makes one, adds the security headers, and logs what was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its response."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        request_id = _request_id(scope)
        extra = [(b"x-request-id", request_id.encode()), *_SECURITY]

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), *extra]}
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                status = message["status"]
                # The path alone: a query may hold what nobody should find in a log.
                _log.info(
                    "request", method=scope["method"], path=scope["path"], status=status, ms=milliseconds, id=request_id
                )
            await send(message)

        await self._app({**scope, REQUEST_ID: request_id}, receive, send_completed)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.match(sent := value.decode("latin-1")):
            return str(sent)
    return str(uuid4())
