"""`POST /oauth/v2/token`, as Zoho's accounts server answers it, so that OAuth clients written for it run unchanged.

Parameters, replies and the names of errors follow https://www.zoho.com/accounts/protocol/oauth.html: an error is a 200
with `{"error": "…"}`. Parameters may come in the query, as Zoho's own examples send them, or as a form of either kind.
A token that cannot be revoked is a 400: https://www.zoho.com/accounts/protocol/oauth/revoke-refresh-token.html.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from goalpost.kernel.bodies import declared_length, read_body
from goalpost.kernel.errors import Malformed, RateLimited, TooLarge, Unavailable
from goalpost.tenancy import oauth
from goalpost.tenancy.oauth import ACCESS_LASTS, Granted, Refusal
from goalpost.web.base import Backend
from goalpost.web.paths import Forgiving, allow_header

PREFIX = "/oauth/v2"
MAX_BODY = 64 * 1024
_MAX_FIELDS = 50
_ERRORS = {
    Refusal.CLIENT: "invalid_client",
    Refusal.SECRET: "invalid_client_secret",
    Refusal.GRANT: "invalid_code",
    Refusal.REDIRECT_URI: "invalid_redirect_uri",
}
_GUESSES = frozenset(_ERRORS.values()) - {"invalid_redirect_uri"}
"""Errors of what was guessed wrongly: a client, its secret, a code or a token."""
_HEADERS = {"cache-control": "no-store"}
_BOUNDARY = re.compile(r"multipart/form-data;.*?boundary=\"?([^\";,]+)", re.IGNORECASE)
_PART_NAME = re.compile(rb'\bname="([^"]*)"')
_Fields = dict[str, str]
_Answer = tuple[int, dict[str, Any]]
_Act = Callable[[Backend, Connection, _Fields, str], _Answer]


def make_app(backend: Backend) -> Starlette:
    """The application, to be mounted at PREFIX."""

    async def token(request: Request) -> Response:
        return await _answer(backend, request, _grant)

    async def revoke(request: Request) -> Response:
        return await _answer(backend, request, _revoke)

    return Starlette(
        routes=[Route("/token", token, methods=["POST"]), Route("/token/revoke", revoke, methods=["POST"])],
        middleware=[Middleware(Forgiving)],
        exception_handlers={HTTPException: _answer_http, Exception: _answer_fault},
    )


async def _answer(backend: Backend, request: Request, act: _Act) -> Response:
    base = str(request.base_url.replace(path=""))
    try:
        address = backend.address_of(request.scope)
        backend.public_limiter.spend(f"oauth {address}")
        fields = await _read(request)
        secret = f"{fields.get('client_id')} {fields.get('client_secret')}"
        backend.guesses.check(address, secret)
        work = partial(_in_transaction, backend, act, fields, base)
        status, body = await backend.turns.take(work, reads=False, lane=address)
        if body.get("error") in _GUESSES:
            backend.guesses.note_wrong(address, secret)
        elif "access_token" in body:
            backend.guesses.note_good(secret)
    except RateLimited as error:
        return _refuse(429, "access_denied", error.retry_after)
    except TooLarge:
        return _refuse(413, "invalid_request")
    except Malformed:
        return _refuse(400, "invalid_request")
    except Unavailable as error:
        return _refuse(503, "temporarily_unavailable", error.retry_after)
    return JSONResponse(body, status, _HEADERS)


def _refuse(status: int, error: str, retry_after: int | None = None) -> Response:
    headers = _HEADERS if retry_after is None else {**_HEADERS, "retry-after": str(retry_after)}
    return JSONResponse({"error": error}, status, headers)


async def _answer_http(request: Request, error: Exception) -> Response:
    # The router raises 404 and 405.
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = _refuse(status, "invalid_request")
    if status == 405:
        answer.headers.update(allow_header(request))
    return answer


async def _answer_fault(_request: Request, _error: Exception) -> Response:
    return _refuse(500, "general_error")


async def _read(request: Request) -> _Fields:
    """The parameters of query and form together; raises Malformed and TooLarge."""
    body = await read_body(request.receive, declared_length(request.scope["headers"]), MAX_BODY)
    try:
        pairs = parse_qsl(request.url.query, max_num_fields=_MAX_FIELDS)
        return _once([*pairs, *_form(body, request.headers.get("content-type", ""))])
    except ValueError:
        raise Malformed("the parameters cannot be read") from None


def _once(pairs: list[tuple[str, str]]) -> _Fields:
    """Parameters by name; raises ValueError for one with two values: RFC 6749, section 3.2, allows it once."""
    fields: _Fields = {}
    for name, value in pairs:
        if fields.setdefault(name, value) != value:
            raise ValueError(f"{name} has two values")
    return fields


def _form(body: bytes, content_type: str) -> list[tuple[str, str]]:
    """The fields of a form, sent as `application/x-www-form-urlencoded` or in parts; raises ValueError."""
    in_parts = _BOUNDARY.match(content_type)
    if in_parts is None:
        return parse_qsl(body.decode(), max_num_fields=_MAX_FIELDS)
    pieces = body.split(b"--" + in_parts[1].encode("latin-1"))[1:-1]  # around them: a preamble, and the end
    if len(pieces) > _MAX_FIELDS:
        raise ValueError("too many fields")
    return list(_parts(pieces))


def _parts(pieces: list[bytes]) -> Iterator[tuple[str, str]]:
    for piece in pieces:
        head, gap, value = piece.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if gap and name:
            yield name[1].decode(), value.removesuffix(b"\r\n").decode()


def _in_transaction(backend: Backend, act: _Act, fields: _Fields, base: str) -> _Answer:
    with backend.turns.transaction(reads=False) as db:
        return act(backend, db, fields, base)


def _grant(backend: Backend, db: Connection, fields: _Fields, base: str) -> _Answer:
    client_id, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    grant_type, pepper, now = fields.get("grant_type"), backend.pepper, backend.now()
    if grant_type == "authorization_code":
        code, uri = fields.get("code", ""), fields.get("redirect_uri", "")
        found = oauth.exchange_code(
            db, client_id=client_id, secret=secret, code=code, redirect_uri=uri, pepper=pepper, now=now
        )
    elif grant_type == "refresh_token":
        token = fields.get("refresh_token", "")
        found = oauth.refresh_access(
            db, client_id=client_id, secret=secret, refresh_token=token, pepper=pepper, now=now
        )
    else:
        return 200, {"error": "unsupported_grant_type" if grant_type else "invalid_request"}
    return 200, _granted(found, base)


def _granted(found: Granted | Refusal, base: str) -> dict[str, Any]:
    if isinstance(found, Refusal):
        return {"error": _ERRORS[found]}
    refresh = {} if found.refresh is None else {"refresh_token": found.refresh}
    return {
        "access_token": found.access,
        **refresh,
        "scope": " ".join(sorted(found.scopes)),
        "api_domain": base,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LASTS.total_seconds()),
    }


def _revoke(backend: Backend, db: Connection, fields: _Fields, _base: str) -> _Answer:
    ended = oauth.revoke_token(db, token=fields.get("token", ""), pepper=backend.pepper, now=backend.now())
    return (200, {"status": "success"}) if ended else (400, {"error": "invalid_code"})
