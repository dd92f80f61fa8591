"""The gate: credential → caller → quota → scope → body → one transaction → the handler's one service, in one turn.

A handler gets a `Call`. Its transaction is committed before the answer is sent, and rolled back when anything is
raised. What needs the event store comes after the commit: the handler returns a `Counted`. A router of a dialect has
`route_class=GatedRoute`, and each of its handlers a parameter `call` with a gate.
"""

import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, partial
from inspect import Parameter, Signature
from typing import Annotated, Any, get_type_hints

from fastapi import Depends, Request, Security
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.datastructures import QueryParams
from starlette.types import Scope

from goalpost.conversions.services import catalog
from goalpost.kernel.bodies import declared_length, read_body
from goalpost.kernel.errors import RateLimited, Unauthenticated
from goalpost.tenancy import callers, oauth
from goalpost.tenancy.callers import Caller
from goalpost.tenancy.rate_limit import Quota, RateLimiter
from goalpost.web.base import Backend, Call, request_id_of
from goalpost.web.counted import Counted
from goalpost.web.parameters import repeated, several_of, unknown, with_warnings
from goalpost.web.quota_headers import QUOTAS

MAX_BODY = 1024 * 1024
_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key made with `goalpost key create`.")


@cache
def _header_scheme(name: str) -> APIKeyHeader:
    return APIKeyHeader(name=name, auto_error=False, scheme_name="key", description=_bearer.model.description)


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate: what a request needs to get through, one of the scopes and a credential under one of the schemes."""

    scopes: Sequence[str]
    schemes: frozenset[str]
    each_key: bool
    header: str
    daily: bool
    reads: bool

    def secret_of(self, request: Request) -> str:
        """The credential that was sent; empty when there is none."""
        if self.header and (sent := request.headers.get(self.header)):
            return sent.strip()
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        return secret.strip() if scheme.lower() in self.schemes else ""


def gate(
    *scopes: str,
    schemes: Sequence[str] = ("Bearer",),
    each_key: bool = False,
    header: str = "",
    daily: bool = False,
    reads: bool = False,
) -> Any:
    """Return the annotation of a handler's parameter `call`, which says who may call it.

    The first scope is the one that is documented. With `each_key` every key has a quota of its own, otherwise a
    workspace's keys share one; with `daily` there is a quota for the day, too. `header` is another header that may bear
    the credential, alone. `reads` is said of requests that read though they are not a GET.
    """
    return Depends(_Documented(Gate(scopes, frozenset(map(str.lower, schemes)), each_key, header, daily, reads)))


class _Documented:
    """The part that FastAPI reads for its document: that a scope is needed. GatedRoute does what it says."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        scheme = _header_scheme(gate.header) if gate.header else _bearer
        needed = Annotated[object, Security(scheme, scopes=[gate.scopes[0]])]
        self.__signature__ = Signature([Parameter("key", Parameter.KEYWORD_ONLY, annotation=needed)])

    def __call__(self, key: object) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Entry:
    """A request past the gate, its body read."""

    gate: Gate
    request: Request
    secret: str
    body: bytes

    @property
    def backend(self) -> Backend:
        """Return the door's backend."""
        return backend_of(self.request)

    @property
    def reads(self) -> bool:
        """Return whether it only reads."""
        return self.gate.reads or self.request.method == "GET"

    def admit(self, db: Connection) -> Call:
        """The request as its handler sees it; raises Unauthenticated where the key was revoked meanwhile."""
        backend, request, now = self.backend, self.request, self.backend.now()
        caller = oauth.find_caller(db, self.secret, pepper=backend.pepper, now=now)
        caller.require(*self.gate.scopes)
        target = f"{request.method} {request.scope['path']}"
        return Call(caller, db, now, self.body, request.headers, target, request_id_of(request.scope))


def backend_of(request: Request) -> Backend:
    """Return the backend of the door of a request."""
    found: Backend = request.app.state.backend
    return found


class GatedRoute(APIRoute):
    """A route whose handler is an ordinary function, called in one turn with the gate's checks.

    FastAPI describes it. Its own way to call a handler crosses between threads for each dependency.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the function that is called with a request."""
        return self.serve

    @cached_property
    def gate(self) -> Gate:
        """Return the handler's gate."""
        found: Gate = get_type_hints(self.endpoint, include_extras=True)["call"].__metadata__[0].dependency.gate
        return found

    @cached_property
    def query_names(self) -> dict[str, bool]:
        """The names of the handler's query parameters, and whether each may be sent several times."""
        return several_of(self.dependant.query_params)

    async def serve(self, request: Request) -> Response:
        """The answer to a request; raises what the dialect's errors answer."""
        backend, secret = backend_of(request), self.gate.secret_of(request)
        caller = await self._admit(backend, secret, request)
        length, sender = declared_length(request.scope["headers"]), str(caller.workspace_id)
        body = await read_body(request.receive, length, MAX_BODY, sender=sender)
        entry = Entry(self.gate, request, secret, body)
        work = partial(self._take_turn, entry)
        answer, catalog_changed = await backend.turns.take(work, reads=entry.reads, lane=caller.workspace_id)
        # What was done is committed: whatever fails from here on, a client that was told so would do it again.
        if catalog_changed:  # ingest looks by itself twice a second, too
            await backend.turns.follow(backend.catalog_changed, lane=caller.workspace_id)
        if isinstance(answer, Counted):
            answer = await answer.count(backend, self.rendered, lane=caller.workspace_id)
        sent = request.query_params
        return with_warnings(answer, unknown(self.query_names, sent)) if sent else answer

    async def _admit(self, backend: Backend, secret: str, request: Request) -> Caller:
        """The caller, before a byte of the body is read; raises Unauthenticated, RateLimited and Forbidden.

        It may be remembered from an earlier request, so the transaction asks again.
        """
        if not secret:
            raise Unauthenticated("no key was sent")
        caller = backend.callers.get(secret, time.monotonic()) or await _find_caller(backend, secret, request.scope)
        owner = caller.key_id if self.gate.each_key and caller.key_id else caller.workspace_id
        _spend(backend.limiter, str(owner), request.scope[QUOTAS])
        if self.gate.daily:
            backend.daily_limiter.spend(str(caller.workspace_id))
        caller.require(*self.gate.scopes)
        return caller

    def _take_turn(self, entry: Entry) -> "tuple[Response | Counted[Any], bool]":
        """Do the request's work in one transaction; the answer, and whether ingest has to look at the catalog."""
        backend = entry.backend
        with backend.turns.transaction(reads=entry.reads) as db:
            call = entry.admit(db)
            answer = self.answer(call, entry.request)
            catalog_changed = catalog.catalog_changed(db)
        if not callers.use_is_noted(call.caller, call.now):
            backend.turns.later(partial(_note_use, call.caller, call.now), lane=call.caller.workspace_id)
        return answer if isinstance(answer, Counted) else self.rendered(answer), catalog_changed

    def answer(self, call: Call, request: Request) -> Any:
        """Return the handler's answer, inside the transaction."""
        return self.endpoint(call=call, **self.parameters(request.path_params, request.query_params))

    def parameters(self, path: Mapping[str, Any], query: QueryParams) -> dict[str, Any]:
        """Return the handler's arguments of path and query; raises RequestValidationError."""
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
        status = self.status_code or 200
        if isinstance(answer, BaseModel):
            text = answer.model_dump_json(by_alias=True, exclude_none=self.response_model_exclude_none)
            return Response(text, status, media_type="application/json")
        return Response(status_code=status)


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
