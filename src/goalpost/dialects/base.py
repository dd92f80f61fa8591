"""What every dialect does alike: credential → caller → quota → scope → one transaction → the handler's one service.

A handler gets a `Call`. Its transaction is committed before the answer is sent, and rolled back when anything is raised.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import Depends, FastAPI, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goalpost.auth import callers
from goalpost.auth.callers import Caller
from goalpost.auth.rate_limit import Quota, RateLimiter
from goalpost.core.errors import Invalid, Malformed, TooLarge, Unauthenticated, Unavailable
from goalpost.events.queries import EventReader

MAX_BODY = 1024 * 1024
_QUOTA = "goalpost.quota"
_bearer = HTTPBearer(auto_error=False, description="A key made with `goalpost key create`.")
_log = structlog.get_logger()
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Backend:
    """What the doors stand on. `catalog_changed` tells ingest to look at once, before the answer is sent."""

    engine: Engine
    events: EventReader
    pepper: bytes
    limiter: RateLimiter
    public_limiter: RateLimiter
    catalog_changed: Callable[[], None]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Call:
    """One request, past the gate: who asks, its transaction, its moment, and its body not read yet."""

    caller: Caller
    db: Connection
    events: EventReader
    now: datetime
    body: bytes

    def read(self, model: type[Model]) -> Model:
        """The body as `model`; raises Malformed for what is no JSON object, Invalid with the faults of its fields."""
        try:
            data = from_json(self.body, allow_inf_nan=False)
        except ValueError as error:
            raise Malformed(f"the body is not valid JSON: {error}") from None
        if not isinstance(data, dict):
            raise Malformed("the body must be a JSON object")
        try:
            return model.model_validate(data)
        except ValidationError as error:
            raise Invalid(_faults(error)) from None


def gate(backend: Backend, scope: str) -> Any:
    """The dependency that lets a request with `scope` through: 401, 429, 403 in this order, then the transaction."""

    def authenticate(
        request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Caller:
        caller = _caller(backend, credentials)
        request.scope[_QUOTA].append(backend.limiter.spend(str(caller.workspace_id)))
        caller.require(scope)
        return caller

    async def read_body(request: Request, caller: Annotated[Caller, Depends(authenticate)]) -> bytes:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise TooLarge(f"a body may have {MAX_BODY} bytes")
        return body

    def open_call(
        request: Request, caller: Annotated[Caller, Depends(authenticate)], body: Annotated[bytes, Depends(read_body)]
    ) -> Iterator[Call]:
        reads = request.method in ("GET", "HEAD")
        engine = backend.engine.execution_options(read_only=True) if reads else backend.engine
        with _store_errors(), engine.begin() as db:
            yield Call(caller, db, backend.events, backend.now(), body)
        if not reads:
            backend.catalog_changed()

    return Depends(open_call, scope="function")


class _store_errors:
    """Turns a relational store that does not answer into Unavailable."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OperationalError):
            raise Unavailable("the relational store does not answer") from error


def _caller(backend: Backend, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    if credentials is None:
        raise Unauthenticated("no key was sent")
    now = backend.now()
    with _store_errors():
        with backend.engine.execution_options(read_only=True).begin() as db:
            caller = callers.find_caller(db, credentials.credentials, pepper=backend.pepper, now=now)
        if not callers.use_is_noted(caller, now):
            with backend.engine.begin() as db:
                callers.note_use(db, caller, now)
    return caller


def _faults(error: ValidationError) -> Mapping[str, list[str]]:
    """Pydantic's findings by top-level field, in the words of a form's error list."""
    faults: dict[str, list[str]] = {}
    for found in error.errors(include_url=False, include_context=False):
        blank = found["type"] == "missing" or found["input"] is None
        field = str(found["loc"][0]) if found["loc"] else "body"
        faults.setdefault(field, ["can't be blank" if blank else "is invalid"])
    return faults


class QuotaHeaders:
    """Puts `x-ratelimit-*` on every response: of the quota that was spent, else of the public one, unspent."""

    def __init__(self, app: ASGIApp, public_limiter: RateLimiter) -> None:
        self._app = app
        self._public = public_limiter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete its response."""
        spent: list[Quota] = []

        async def send_with_quota(message: Message) -> None:
            if message["type"] == "http.response.start":
                quota = spent[-1] if spent else self._public.look(scope["client"][0] if scope.get("client") else "")
                message = {**message, "headers": [*message.get("headers", ()), *quota.headers()]}
            await send(message)

        await self._app({**scope, _QUOTA: spent}, receive, send_with_quota)


def accepts(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI part for a handler that reads its body with `Call.read(model)`."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def new_app(title: str, description: str) -> FastAPI:
    """A dialect's application, without the pages that would load scripts from elsewhere."""
    return FastAPI(title=title, description=description, docs_url=None, redoc_url=None, redirect_slashes=False)
