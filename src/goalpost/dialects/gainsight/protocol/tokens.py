"""Access tokens for machines: `POST /v1/users/m2m/oauth/token`, the client credentials grant (RFC 6749, section 4.4).

An extension, its shape from public connectors: they send `Authorization: Basic`, with a form, an empty body or a JSON
type, and read `access_token` and `expires_in`. The client is one that `goalpost oauth client create` made.
"""

import base64
import binascii
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from goalpost.dialects.gainsight.protocol.access import READ, READ_OBJECTS, WRITE, WRITE_OBJECTS
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.kernel.bodies import declared_length, read_body
from goalpost.kernel.errors import Malformed, Unauthenticated
from goalpost.tenancy import oauth
from goalpost.tenancy.oauth import ACCESS_LASTS, Refusal
from goalpost.web.base import Backend

_PATH = "/v1/users/m2m/oauth/token"
_SCOPES = tuple(access.scopes[0] for access in (READ, WRITE, READ_OBJECTS, WRITE_OBJECTS))
_MOST = 64 * 1024
_FIELDS = 50


def install(app: FastAPI) -> None:
    """Serve the token endpoint, which asks for no key."""

    async def token(request: Request) -> Response:
        backend: Backend = app.state.backend
        address = backend.address_of(request.scope)
        backend.public_limiter.spend(f"oauth {address}")
        client_id, secret = _credentials(request, await _form(request))
        guess = f"{client_id} {secret}"
        backend.guesses.check(address, guess)
        try:
            work = partial(_granted, backend, client_id, secret)
            found = await backend.turns.take(work, reads=False, lane=address)
        except Unauthenticated:
            backend.guesses.note_wrong(address, guess)
            raise
        backend.guesses.note_good(guess)
        return JSONResponse(found, headers={"cache-control": "no-store"})

    app.add_api_route(_PATH, token, methods=["POST"], include_in_schema=False, response_model=None)


def _granted(backend: Backend, client_id: str, secret: str) -> dict[str, Any]:
    with backend.turns.transaction(reads=False) as db:
        found = oauth.client_access(
            db, client_id=client_id, secret=secret, scopes=_SCOPES, pepper=backend.pepper, now=backend.now()
        )
    if isinstance(found, Refusal):
        raise Unauthenticated("the client or its secret is unknown, or was granted nothing")
    return {
        "access_token": found.access,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LASTS.total_seconds()),
        "scope": " ".join(sorted(found.scopes)),
    }


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; raises Malformed, TooLarge, and Refused for another grant."""
    body = await read_body(request.receive, declared_length(request.scope["headers"]), _MOST)
    try:
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        pairs = parse_qsl(body.decode(), max_num_fields=_FIELDS) if is_form else []
    except ValueError:
        raise Malformed("the form cannot be read") from None
    fields = dict(pairs)
    grant = fields.get("grant_type", "client_credentials")
    if grant != "client_credentials":
        raise Refused(Code.INVALID_VALUE, f"grant_type must be client_credentials, not {grant[:60]!a}")
    return fields


def _credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """The client's id and secret, from the header or the form; raises Unauthenticated."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Unauthenticated("the header authorization cannot be read") from None
    return unquote_plus(client_id), unquote_plus(secret)
