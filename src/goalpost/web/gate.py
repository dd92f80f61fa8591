"""The gate: credential → caller → quota → scope → body → one transaction → the handler's one service, in one turn.

A handler gets a `Call`. Its transaction is committed before the answer is sent, and rolled back when anything is
raised. What needs the event store comes after the commit: the handler returns a `Counted`.
"""

import inspect
import time
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from fastapi import Request, Security
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import BaseModel
from pydantic_core import from_json
from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.types import Scope

from goalpost.conversions.services import catalog
from goalpost.kernel.bodies import declared_length, read_body
from goalpost.kernel.errors import RateLimited, Unauthenticated
from goalpost.tenancy import callers, oauth
from goalpost.tenancy.callers import Caller
from goalpost.tenancy.rate_limit import Quota, RateLimiter
from goalpost.web import openapi
from goalpost.web.base import Backend, BodyCall, Call, request_id_of
from goalpost.web.counted import Counted
from goalpost.web.declared import Dialect, Route
from goalpost.web.idempotency import once
from goalpost.web.parameters import repeated, several_of, unknown, with_warnings
from goalpost.web.quota_headers import QUOTAS

MAX_BODY = 1024 * 1024


def _scheme(dialect: Dialect) -> HTTPBearer | APIKeyHeader:
    """Return how a credential is sent, as documents say it."""
    described = "A key made with `goalpost key create`."
    if dialect.header:
        return APIKeyHeader(name=dialect.header, auto_error=False, scheme_name="key", description=described)
    return HTTPBearer(auto_error=False, scheme_name="key", description=described)


def _documented(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Return what FastAPI reads of a handler: its name, its words, and its parameters of path and query."""

    def documented() -> None:
        raise NotImplementedError

    signature = inspect.signature(handler)
    parameters = [parameter for name, parameter in signature.parameters.items() if name != "call"]
    documented.__name__, documented.__doc__ = handler.__name__, handler.__doc__
    documented.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return documented


def backend_of(request: Request) -> Backend:
    """Return the backend of the door of a request."""
    found: Backend = request.app.state.backend
    return found


class GatedRoute(APIRoute):
    """A declared route, its handler called in one turn with the gate's checks.

    FastAPI describes it. Its own way to call a handler crosses between threads for each dependency.
    """

    def __init__(self, declared: Route, dialect: Dialect, path: str) -> None:
        self.declared, self.dialect = declared, dialect
        body = declared.body or declared.body_model
        super().__init__(
            path,
            _documented(declared.handler),
            methods=[declared.method],
            status_code=declared.status,
            response_model=declared.answer_model,
            response_model_exclude_none=declared.leaves_null_out,
            responses=dialect.errors.documented(declared.fails, declared.failure),
            tags=[declared.group],
            dependencies=[Security(_scheme(dialect), scopes=[declared.needs.scopes[0]])],
            openapi_extra={"requestBody": openapi.body_of(body)} if body else None,
            include_in_schema=declared.is_documented and path == declared.path,
            generate_unique_id_function=lambda route: route.name,
        )
        self._body_model = declared.body_model
        self._schemes = frozenset(map(str.lower, dialect.schemes))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function that is called with a request."""
        return self.serve

    @cached_property
    def query_names(self) -> dict[str, bool]:
        """The names of the handler's query parameters, and whether each may be sent several times."""
        return several_of(self.dependant.query_params)

    async def serve(self, request: Request) -> Response:
        """The answer to a request; raises what the dialect's errors answer."""
        backend, secret = backend_of(request), self._secret_of(request)
        caller = await self._admit(backend, secret, request)
        length, sender = declared_length(request.scope["headers"]), str(caller.workspace_id)
        body = await read_body(request.receive, length, MAX_BODY, sender=sender)
        warnings: list[str] = []
        work = partial(self._take_turn, request, secret, body, warnings)
        answer, catalog_changed = await backend.turns.take(work, reads=self.declared.reads, lane=caller.workspace_id)
        # What was done is committed: whatever fails from here on, a client that was told so would do it again.
        if catalog_changed:  # ingest looks by itself twice a second, too
            await backend.turns.follow(backend.catalog_changed, lane=caller.workspace_id)
        if isinstance(answer, Counted):
            answer = await answer.count(backend, self.rendered, lane=caller.workspace_id)
        if sent := request.query_params:
            warnings += unknown(self.query_names, sent)
        return with_warnings(answer, warnings)

    async def _admit(self, backend: Backend, secret: str, request: Request) -> Caller:
        """The caller, before a byte of the body is read; raises Unauthenticated, RateLimited and Forbidden.

        It may be remembered from an earlier request, so the transaction asks again.
        """
        if not secret:
            raise Unauthenticated("no key was sent")
        caller = backend.callers.get(secret, time.monotonic()) or await _find_caller(backend, secret, request.scope)
        owner = caller.key_id if self.dialect.each_key and caller.key_id else caller.workspace_id
        _spend(backend.limiter, str(owner), request.scope[QUOTAS])
        if self.dialect.allowance.day:
            backend.daily_limiter.spend(str(caller.workspace_id))
        caller.require(*self.declared.needs.scopes)
        return caller

    def _secret_of(self, request: Request) -> str:
        """The credential that was sent; empty when there is none."""
        if self.dialect.header and (sent := request.headers.get(self.dialect.header)):
            return sent.strip()
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        return secret.strip() if scheme.lower() in self._schemes else ""

    def _take_turn(
        self, request: Request, secret: str, body: bytes, warnings: list[str]
    ) -> "tuple[Response | Counted[Any], bool]":
        """Do the request's work in one transaction; the answer, and whether ingest has to look at the catalog."""
        backend = backend_of(request)
        with backend.turns.transaction(reads=self.declared.reads) as db:
            call = self._call(request, secret, body, db, warnings)
            answer = self.answer(call, request)
            if not isinstance(answer, Counted):
                answer = self.rendered(answer)
            catalog_changed = catalog.catalog_changed(db)
        if not callers.use_is_noted(call.caller, call.now):
            backend.turns.later(partial(_note_use, call.caller, call.now), lane=call.caller.workspace_id)
        return answer, catalog_changed

    def _call(self, request: Request, secret: str, body: bytes, db: Connection, warnings: list[str]) -> Call:
        """The request as its handler sees it; raises Unauthenticated where the key was revoked meanwhile."""
        backend, now = backend_of(request), backend_of(request).now()
        caller = oauth.find_caller(db, secret, pepper=backend.pepper, now=now)
        caller.require(*self.declared.needs.scopes)
        return BodyCall(
            caller=caller,
            db=db,
            now=now,
            body=body,
            headers=request.headers,
            target=f"{request.method} {request.scope['path']}",
            request_id=request_id_of(request.scope),
            words=self.dialect.words,
            warnings=warnings,
            model=self._body_model,
        )

    def answer(self, call: Call, request: Request) -> Any:
        """Return the handler's answer, inside the transaction."""
        return self.call_handler(call, request.path_params, request.query_params)

    def call_handler(self, call: Call, path: Mapping[str, Any], query: QueryParams) -> Any:
        """Call the handler with what the request has in its path and query; raises RequestValidationError."""
        parameters = self._parameters(path, query)
        if self.declared.idempotent:
            return self._once(call, parameters)
        return self.declared.handler(call=call, **parameters)

    def _once(self, call: Call, parameters: dict[str, Any]) -> Response:
        """Answer with what is created, or was by an earlier request of the same key; raises Conflict and Invalid."""
        text = once(call, lambda: self._text_of(self.declared.handler(call=call, **parameters)))
        headers = {}
        if self.declared.location:
            headers["location"] = self.declared.location.format(id=from_json(text)["data"]["id"])
        return Response(text, self.declared.status, headers, media_type="application/json")

    def _parameters(self, path: Mapping[str, Any], query: QueryParams) -> dict[str, Any]:
        values, faults = request_params_to_args(self.dependant.path_params, path)
        queried, more = request_params_to_args(self.dependant.query_params, query)
        twice = repeated(self.query_names, query) if query else []
        if faults or twice or more:
            raise RequestValidationError([*faults, *twice, *more])
        return values | queried

    def rendered(self, answer: Any) -> Response:
        """Return the response for what a handler has returned."""
        if isinstance(answer, Response):
            return answer
        status = self.declared.status
        if isinstance(answer, BaseModel):
            return Response(self._text_of(answer), status, media_type="application/json")
        return Response(status_code=status)

    def _text_of(self, answer: BaseModel) -> str:
        return answer.model_dump_json(by_alias=True, exclude_none=self.declared.leaves_null_out)


def _note_use(caller: Caller, now: datetime, db: Connection) -> None:
    callers.note_use(db, caller, now)


async def _find_caller(backend: Backend, secret: str, scope: Scope) -> Caller:
    """Look the caller up, unless its address has sent too many wrong keys; raises Unauthenticated and RateLimited."""
    address = backend.address_of(scope)
    backend.guesses.check(address, secret)
    find = partial(backend.callers.find, secret, time.monotonic())
    try:
        caller = await backend.turns.take(find, reads=True, lane=address)
    except Unauthenticated:
        backend.guesses.note_wrong(address, secret)
        raise
    backend.guesses.note_good(secret)
    return caller


def _spend(limiter: RateLimiter, key: str, quotas: list[Quota]) -> None:
    """Take one request from the key's window and note where it stands, whether there was one left or not."""
    try:
        quotas.append(limiter.spend(key))
    except RateLimited:
        quotas.append(limiter.look(key))
        raise
