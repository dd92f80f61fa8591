"""The gate: credential → caller → quota → scope → one transaction → the handler's one service, all in one turn.

A handler gets a `Call`. Its transaction is committed before the answer is sent, and rolled back when anything is
raised. A router of a dialect has `route_class=GatedRoute`, and each of its handlers a parameter `call` with a gate.
"""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial, wraps
from typing import Annotated, Any

from fastapi import Depends, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.requests import ClientDisconnect

from goalpost.auth import callers, oauth
from goalpost.auth.callers import Caller
from goalpost.auth.rate_limit import Quota, RateLimiter
from goalpost.core.errors import Malformed, RateLimited, TooLarge, Unauthenticated
from goalpost.dialects.base import Backend, Call, request_id_of
from goalpost.dialects.manners import QUOTAS
from goalpost.services import catalog

MAX_BODY = 1024 * 1024
_ENTRY = "goalpost.entry"
_bearer = HTTPBearer(auto_error=False, scheme_name="key", description="A key made with `goalpost key create`.")


@dataclass(frozen=True, slots=True)
class Entry:
    """A request before the gate, its body read: None when it is larger than the door takes."""

    request: Request
    scopes: Sequence[str]
    secret: str
    body: bytes | None
    each_key: bool

    @property
    def backend(self) -> Backend:
        """What the door stands on."""
        found: Backend = self.request.app.state.backend
        return found

    @property
    def reads(self) -> bool:
        """Whether it only reads."""
        return self.request.method == "GET"

    def call(self, db: Connection, caller: Caller) -> Call:
        """The request as its handler sees it."""
        request, backend = self.request, self.backend
        target = f"{request.method} {request.url.path}"
        identity = request_id_of(request.scope)
        body = self.body or b""
        return Call(caller, db, backend.events, backend.now(), body, request.headers, target, identity)

    def admit(self, db: Connection) -> Caller:
        """Who is asking; raises Unauthenticated, RateLimited, Forbidden and TooLarge, in this order."""
        if not self.secret:
            raise Unauthenticated("no key was sent")
        backend = self.backend
        caller = oauth.find_caller(db, self.secret, pepper=backend.pepper, now=backend.now())
        owner = caller.key_id if self.each_key and caller.key_id else caller.workspace_id
        _spend(backend.limiter, str(owner), self.request.scope[QUOTAS])
        caller.require(*self.scopes)
        if self.body is None:
            raise TooLarge(f"a body may have {MAX_BODY} bytes")
        return caller


def gate(*scopes: str, schemes: Sequence[str] = ("Bearer",), each_key: bool = False) -> Any:
    """The dependency that lets a request through that holds any of the scopes, under any of the schemes.

    It answers 401, 429, 403 in this order. The first scope is the one that is documented. With `each_key` every key has
    a quota of its own, otherwise a workspace's keys share one.
    """
    wanted = {scheme.lower() for scheme in schemes}

    async def enter(request: Request, _documented: Annotated[object, Security(_bearer, scopes=[scopes[0]])]) -> Entry:
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        secret = secret.strip() if scheme.lower() in wanted else ""
        body = await _read_body(request) if secret else b""
        request.scope[_ENTRY] = entry = Entry(request, scopes, secret, body, each_key)
        return entry

    return Depends(enter)


class GatedRoute(APIRoute):
    """A route whose handler is an ordinary function that is called with a `Call`, in one turn with the gate."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        render = partial(
            _render, options.get("status_code") or 200, options.get("response_model_exclude_none") or False
        )

        @wraps(endpoint)
        async def answer(*, call: Entry, **values: Any) -> Response:
            act = partial(_take_turn, call, partial(endpoint, **values), render)
            return await call.backend.turns.take(act, reads=call.reads)

        super().__init__(path, answer, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which says that a parameter cannot be read only to whom it would answer."""
        handle = super().get_route_handler()

        async def handle_gated(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                entry: Entry = request.scope[_ENTRY]
                await entry.backend.turns.take(partial(_admit_only, entry), reads=True)
                raise

        return handle_gated


def _take_turn(entry: Entry, handle: Callable[..., Any], render: Callable[[Any], Response]) -> Response:
    backend = entry.backend
    with backend.turns.transaction(reads=entry.reads) as db:
        caller = entry.admit(db)
        call = entry.call(db, caller)
        answer = handle(call=call)
        catalog_changed = catalog.catalog_changed(db)
    if catalog_changed:
        backend.catalog_changed()
    if not callers.use_is_noted(caller, call.now):
        with backend.turns.transaction(reads=False) as db:
            callers.note_use(db, caller, call.now)
    return render(answer)


def _admit_only(entry: Entry) -> None:
    with entry.backend.turns.transaction(reads=True) as db:
        entry.admit(db)


def _render(status: int, exclude_none: bool, answer: Any) -> Response:
    if isinstance(answer, Response):
        return answer
    if answer is None:
        return Response(status_code=status)
    if isinstance(answer, BaseModel):
        answer = answer.model_dump_json(by_alias=True, exclude_none=exclude_none)
    return Response(answer, status, media_type="application/json")


async def _read_body(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                return None
    except ClientDisconnect:
        raise Malformed("the body ended early") from None
    return bytes(body)


def _spend(limiter: RateLimiter, key: str, quotas: list[Quota]) -> None:
    """Take one request from the key's window and note where it stands, whether there was one left or not."""
    try:
        quotas.append(limiter.spend(key))
    except RateLimited:
        quotas.append(limiter.look(key))
        raise
