"""Headers that tell quotas and the ids of requests, in the forms of the dialects."""

from enum import Enum

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goalpost.tenancy.rate_limit import Quota, RateLimiter
from goalpost.web.base import request_id_of

QUOTAS = "goalpost.quotas"
"""The key in a request's scope for the quotas that it was held against."""


class QuotaForm(Enum):
    """The form in which headers tell quotas: the end of the window in Unix seconds or as a date-time; or none."""

    UNIX = "unix"
    ISO = "iso"
    NONE = "none"


class RequestIdHeader:
    """Tells every response's request id in one more header; quotas are told in none."""

    def __init__(self, app: ASGIApp, name: str) -> None:
        self._app = app
        self._name = name.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its response."""
        told = (self._name, request_id_of(scope).encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), told]}
            await send(message)

        await self._app({**scope, QUOTAS: []}, receive, send_with_id)


class QuotaHeaders:
    """Puts `x-ratelimit-*` on every response: of the quota that was spent, else of the public one, unspent.

    The reset is in Unix seconds, or with `iso` a date-time.
    """

    def __init__(self, app: ASGIApp, public_limiter: RateLimiter, *, iso: bool = False) -> None:
        self._app = app
        self._iso = iso
        self._public = public_limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its response."""
        spent: list[Quota] = []

        async def send_with_quota(message: Message) -> None:
            if message["type"] == "http.response.start":
                quota = spent[-1] if spent else self._public.look(scope["client"][0] if scope.get("client") else "")
                message = {**message, "headers": [*message.get("headers", ()), *quota.headers(iso=self._iso)]}
            await send(message)

        await self._app({**scope, QUOTAS: spent}, receive, send_with_quota)
