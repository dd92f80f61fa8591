"""`POST /oauth/v2/token`, as Zoho's accounts server answers it, so that OAuth clients written for it run unchanged.

Parameters, replies and the names of errors follow https://www.zoho.com/accounts/protocol/oauth.html: an error is a 200
with `{"error": "…"}`. Parameters may come in the query, as Zoho's own examples send them, or as a form.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from goalpost.auth import oauth
from goalpost.auth.oauth import ACCESS_LASTS, Granted, Refusal
from goalpost.core.errors import Malformed, RateLimited, TooLarge, Unavailable
from goalpost.dialects.base import Backend, store_errors

PREFIX = "/oauth/v2"
MAX_BODY = 64 * 1024
_MAX_FIELDS = 50
_ERRORS = {
    Refusal.CLIENT: "invalid_client",
    Refusal.SECRET: "invalid_client_secret",
    Refusal.GRANT: "invalid_code",
    Refusal.REDIRECT_URI: "invalid_redirect_uri",
}
_HEADERS = {"cache-control": "no-store"}
_Fields = dict[str, str]


def make_app(backend: Backend) -> Starlette:
    """The application, to be mounted at PREFIX."""

    async def token(request: Request) -> Response:
        return await _answer(backend, request, _grant)

    async def revoke(request: Request) -> Response:
        return await _answer(backend, request, _revoke)

    return Starlette(
        routes=[Route("/token", token, methods=["POST"]), Route("/token/revoke", revoke, methods=["POST"])],
    )


async def _answer(
    backend: Backend, request: Request, act: Callable[[Backend, Connection, _Fields, str], dict[str, Any]]
) -> Response:
    base = str(request.base_url.replace(path=""))
    try:
        backend.public_limiter.spend(f"oauth {request.client.host if request.client else ''}")
        fields = await _read(request)
        body = await run_in_threadpool(_in_transaction, backend, act, fields, base)
    except RateLimited as error:
        return _refuse(429, "access_denied", error.retry_after)
    except TooLarge:
        return _refuse(413, "invalid_request")
    except Malformed:
        return _refuse(400, "invalid_request")
    except Unavailable as error:
        return _refuse(503, "temporarily_unavailable", error.retry_after)
    return JSONResponse(body, headers=_HEADERS)


def _refuse(status: int, error: str, retry_after: int | None = None) -> Response:
    headers = _HEADERS if retry_after is None else {**_HEADERS, "retry-after": str(retry_after)}
    return JSONResponse({"error": error}, status, headers)


async def _read(request: Request) -> _Fields:
    """The parameters of query and form together; raises Malformed and TooLarge."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise TooLarge(f"a body may have {MAX_BODY} bytes")
        pairs = parse_qsl(request.url.query, max_num_fields=_MAX_FIELDS)
        return dict([*pairs, *parse_qsl(bytes(body).decode(), max_num_fields=_MAX_FIELDS)])
    except (ValueError, ClientDisconnect):
        raise Malformed("the parameters cannot be read") from None


def _in_transaction(
    backend: Backend,
    act: Callable[[Backend, Connection, _Fields, str], dict[str, Any]],
    fields: _Fields,
    base: str,
) -> dict[str, Any]:
    with store_errors(), backend.engine.begin() as db:
        return act(backend, db, fields, base)


def _grant(backend: Backend, db: Connection, fields: _Fields, base: str) -> dict[str, Any]:
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
        return {"error": "unsupported_grant_type" if grant_type else "invalid_request"}
    return _granted(found, base)


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


def _revoke(backend: Backend, db: Connection, fields: _Fields, _base: str) -> dict[str, Any]:
    ended = oauth.revoke_token(db, token=fields.get("token", ""), pepper=backend.pepper, now=backend.now())
    return {"status": "success"} if ended else {"error": "invalid_code"}
