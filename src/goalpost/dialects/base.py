"""What every dialect does alike: credential → caller → quota → scope → one transaction → the handler's one service.

A handler gets a `Call`. Its transaction is committed before the answer is sent, and rolled back when anything is
raised.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from goalpost import __version__
from goalpost.auth import callers, oauth
from goalpost.auth.callers import Caller
from goalpost.auth.rate_limit import Quota, RateLimiter
from goalpost.core.errors import Invalid, Malformed, RateLimited, TooLarge, Unauthenticated, Unavailable
from goalpost.events.queries import EventReader

MAX_BODY = 1024 * 1024
MAX_TRANSACTIONS = 8
"""How many requests, of all dialects together, may hold a transaction at once. Fewer than the engine's pool has
connections, and far fewer than there are threads: requests that wait for a connection would otherwise take the threads
of those that have one."""

_QUOTA = "goalpost.quota"
_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key made with `goalpost key create`.")
_slashes = re.compile("/{2,}")
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Backend:
    """What the doors stand on. `catalog_changed` tells ingest to look at once, before the answer is sent.

    `address_of` says whose address a request came from, also behind a proxy.
    """

    engine: Engine
    events: EventReader
    pepper: bytes
    limiter: RateLimiter
    public_limiter: RateLimiter
    catalog_changed: Callable[[], None]
    now: Callable[[], datetime]
    address_of: Callable[[Scope], str]
    transactions: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_TRANSACTIONS))


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


def new_app(title: str, description: str, backend: Backend | None) -> FastAPI:
    """A dialect's application, without the pages that would load scripts from elsewhere.

    Without a backend it can be described, and answers nothing.
    """
    app = _Application(
        title=title,
        description=description,
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.backend = backend
    app.add_middleware(Forgiving)
    return app


class _Application(FastAPI):
    """FastAPI documents a 422 of its own for every parameter; here every failure is the dialect's."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, with the failures that can happen."""
        document = super().openapi()
        schemas = document["components"]["schemas"]
        if schemas.pop("HTTPValidationError", None):
            schemas.pop("ValidationError")
            for operation in (operation for path in document["paths"].values() for operation in path.values()):
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
        return document


def accepts(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI part for a handler that reads its body with `Call.read(model)`."""
    schema = model.model_json_schema()
    schema = _inlined(schema, schema.pop("$defs", {}))
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def _inlined(schema: Any, models: dict[str, Any]) -> Any:
    """A schema with its references to other models replaced by these: a part of a document cannot define models."""
    if isinstance(schema, list):
        return [_inlined(part, models) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(models[schema["$ref"].rpartition("/")[2]], models)
    return {key: _inlined(part, models) for key, part in schema.items()}


def gate(*scopes: str, schemes: Sequence[str] = ("Bearer",)) -> Any:
    """The dependency that lets a request through that holds any of the scopes, under any of the schemes.

    It answers 401, 429, 403 in this order, then opens the transaction. The first scope is the one that is documented.
    """
    wanted = {scheme.lower() for scheme in schemes}

    def authenticate(request: Request, _documented: Annotated[object, Security(_bearer, scopes=[scopes[0]])]) -> Caller:
        backend: Backend = request.app.state.backend
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        caller = _caller(backend, secret.strip() if scheme.lower() in wanted else "")
        _spend(backend.limiter, str(caller.workspace_id), request.scope[_QUOTA])
        caller.require(*scopes)
        return caller

    async def read_body(request: Request, caller: Annotated[Caller, Depends(authenticate)]) -> bytes:
        body = bytearray()
        try:
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY:
                    raise TooLarge(f"a body may have {MAX_BODY} bytes")
        except ClientDisconnect:
            raise Malformed("the body ended early") from None
        return bytes(body)

    async def take_turn(request: Request, body: Annotated[bytes, Depends(read_body)]) -> AsyncIterator[bytes]:
        async with request.app.state.backend.transactions:
            yield body

    def open_call(
        request: Request,
        caller: Annotated[Caller, Depends(authenticate)],
        body: Annotated[bytes, Depends(take_turn, scope="function")],
    ) -> Iterator[Call]:
        backend: Backend = request.app.state.backend
        reads = request.method == "GET"
        engine = backend.engine.execution_options(read_only=True) if reads else backend.engine
        with store_errors(), engine.begin() as db:
            yield Call(caller, db, backend.events, backend.now(), body)
        if not reads:
            backend.catalog_changed()

    return Depends(open_call, scope="function")


class store_errors:
    """Turns a relational store that does not answer into Unavailable."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if isinstance(error, OperationalError | PoolTimeoutError):
            raise Unavailable("the relational store does not answer") from error


def _caller(backend: Backend, secret: str) -> Caller:
    if not secret:
        raise Unauthenticated("no key was sent")
    now = backend.now()
    with store_errors():
        with backend.engine.execution_options(read_only=True).begin() as db:
            caller = oauth.find_caller(db, secret, pepper=backend.pepper, now=now)
        if not callers.use_is_noted(caller, now):
            with backend.engine.begin() as db:
                callers.note_use(db, caller, now)
    return caller


def _spend(limiter: RateLimiter, key: str, quotas: list[Quota]) -> None:
    """Take one request from the key's window and note where it stands, whether there was one left or not."""
    try:
        quotas.append(limiter.spend(key))
    except RateLimited:
        quotas.append(limiter.look(key))
        raise


def _faults(error: ValidationError) -> Mapping[str, list[str]]:
    """Pydantic's findings by field (`outer.inner`), the first of each, in the words of a form's error list."""
    faults: dict[str, list[str]] = {}
    for found in error.errors(include_url=False):
        faults.setdefault(".".join(map(str, found["loc"])) or "body", [_fault(found)])
    return faults


def _fault(found: ErrorDetails) -> str:
    if found["type"] == "missing" or found["input"] in (None, ""):
        return "can't be blank"
    if found["type"] == "string_too_long":
        return f"should be at most {found['ctx']['max_length']} character(s)"
    return "is invalid"


class Forgiving:
    """Takes what clients send for what they mean: HEAD for GET, doubled and trailing slashes for typing errors.

    The server itself leaves the body of an answer to HEAD out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as it was meant."""
        if scope["type"] == "http":
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            scope = {**scope, "method": method, "path": _slashes.sub("/", scope["path"]).rstrip("/")}
        await self._app(scope, receive, send)


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
