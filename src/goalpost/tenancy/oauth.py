"""OAuth 2: clients, codes, refresh and access tokens, and the caller behind an access token.

Secrets and tokens are 256 random bits, stored as a key is: as an HMAC under the server's pepper, found by their first
characters and compared in constant time. What goes wrong is told by the names of RFC 6749, section 5.2, as far as it
has one, since some of it must be kept: a code that is shown twice ends what it was exchanged for.
"""

import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from goalpost.kernel.errors import BLANK, Invalid, NotFound, Unauthenticated
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import text_faults
from goalpost.tenancy import callers
from goalpost.tenancy.callers import Caller, digest
from goalpost.tenancy.model.oauth import Client, Kind, Token
from goalpost.tenancy.model.workspaces import check_name
from goalpost.tenancy.rows import oauth

TOKEN_START = "1000."
SECRET_STARTS = (callers.KEY_START, TOKEN_START)
"""Every secret that is issued here begins with one of these."""
PREFIX_LENGTH = 24
ACCESS_LASTS = timedelta(hours=1)
CODE_LASTS = timedelta(minutes=2)
MOST_REFRESH = 20
"""Live refresh tokens a client may have; a further one ends the oldest."""
MOST_ACCESS = 30
"""Live access tokens a refresh token may have; a further one ends the oldest."""
_MAX_URI = 2048
_LONGEST_SECRET = 256  # three times what is issued here


class Refusal(StrEnum):
    """Reasons not to give a token."""

    CLIENT = "no live client has this id"
    SECRET = "the secret is not the client's"
    GRANT = "the code or refresh token is unknown, used, expired or revoked"
    REDIRECT_URI = "the redirect URI is not the client's"


@dataclass(frozen=True, slots=True)
class Granted:
    """The tokens that a client is given: the refresh token only in exchange for a code."""

    access: str
    refresh: str | None
    scopes: frozenset[str]


def create_client(
    db: Connection, *, workspace_id: UUID, name: str, redirect_uri: str, pepper: bytes, now: datetime
) -> tuple[Client, str]:
    """A new client and its secret, which is shown now or never; raises Invalid."""
    check_name(name)
    if redirect_uri and (faults := text_faults(redirect_uri, _MAX_URI)):
        raise Invalid({"redirect_uri": faults})
    secret = secrets.token_hex(32)
    client = Client(new_id(now), workspace_id, name, TOKEN_START + secrets.token_hex(16).upper(), redirect_uri, now)
    oauth.insert_client(db, client, digest(secret, pepper))
    return client, secret


def list_clients(db: Connection, *, workspace_id: UUID | None = None) -> list[Client]:
    """Clients of one workspace or of all, oldest first."""
    return oauth.list_clients(db, workspace_id)


def get_client(db: Connection, *, client_id: str) -> Client:
    """The live client of that id; raises NotFound."""
    found = None if text_faults(client_id, 64) else oauth.find_client(db, client_id)
    if found is None:
        raise NotFound(f"there is no live client {client_id!r}")
    return found[0]


def revoke_client(db: Connection, *, client_id: str, now: datetime) -> None:
    """End a client, and with it every token it has; raises NotFound."""
    if text_faults(client_id, 64) or not oauth.revoke_client(db, client_id, now):
        raise NotFound(f"there is no live client {client_id!r}")


def grant_code(
    db: Connection,
    *,
    client_id: str,
    scopes: Collection[str],
    known_scopes: Collection[str],
    pepper: bytes,
    now: datetime,
    lasts: timedelta = CODE_LASTS,
) -> str:
    """A code that the client can exchange once for tokens with these scopes; raises NotFound and Invalid."""
    client = get_client(db, client_id=client_id)
    _check_scopes(scopes, known_scopes)
    return _issue(db, Token(new_id(now), client.id, Kind.CODE, frozenset(scopes), None, now, now + lasts), pepper)


def exchange_code(
    db: Connection, *, client_id: str, secret: str, code: str, redirect_uri: str, pepper: bytes, now: datetime
) -> Granted | Refusal:
    """Tokens for a code, once."""
    client = _client(db, client_id, secret, pepper)
    if isinstance(client, Refusal):
        return client
    token = _find(db, code, Kind.CODE, pepper)
    if token is None or token.client_id != client.id:
        return Refusal.GRANT
    if client.redirect_uri and not hmac.compare_digest(client.redirect_uri.encode(), _plain(redirect_uri)):
        return Refusal.REDIRECT_URI
    if not token.is_live(now) or not oauth.use_up(db, token.id, now):
        oauth.end_children(db, token.id, now)  # RFC 6749, section 4.1.2
        return Refusal.GRANT
    refresh = Token(new_id(now), client.id, Kind.REFRESH, token.scopes, token.id, now, None)
    _make_room(db, oauth.live_tokens(db, Kind.REFRESH, client_id=client.id, parent_id=None, now=now), MOST_REFRESH, now)
    shown = _issue(db, refresh, pepper)
    return Granted(_new_access(db, client, refresh, pepper, now), shown, token.scopes)


def refresh_access(
    db: Connection, *, client_id: str, secret: str, refresh_token: str, pepper: bytes, now: datetime
) -> Granted | Refusal:
    """A new access token."""
    client = _client(db, client_id, secret, pepper)
    if isinstance(client, Refusal):
        return client
    token = _find(db, refresh_token, Kind.REFRESH, pepper)
    if token is None or token.client_id != client.id or not token.is_live(now):
        return Refusal.GRANT
    return Granted(_new_access(db, client, token, pepper, now), None, token.scopes)


def client_access(
    db: Connection, *, client_id: str, secret: str, scopes: Collection[str], pepper: bytes, now: datetime
) -> Granted | Refusal:
    """An access token for a client by itself, with what it was granted last.

    One that nobody has granted anything yet gets `scopes`; one whose grants have all ended gets nothing.
    """
    client = _client(db, client_id, secret, pepper)
    if isinstance(client, Refusal):
        return client
    refresh = oauth.newest_refresh(db, client.id, now)
    if refresh is None:
        if oauth.was_granted(db, client.id):
            return Refusal.GRANT
        refresh = Token(new_id(now), client.id, Kind.REFRESH, frozenset(scopes), None, now, None)
        _issue(db, refresh, pepper)  # its text is told to nobody: it is what access tokens hang from
    return Granted(_new_access(db, client, refresh, pepper, now), None, refresh.scopes)


def grant_client(
    db: Connection,
    *,
    client: Client,
    scopes: Collection[str],
    known_scopes: Collection[str],
    pepper: bytes,
    now: datetime,
) -> None:
    """Grant a client scopes for tokens that it asks for by itself; raises Invalid."""
    _check_scopes(scopes, known_scopes)
    _issue(db, Token(new_id(now), client.id, Kind.REFRESH, frozenset(scopes), None, now, None), pepper)


def _check_scopes(scopes: Collection[str], known_scopes: Collection[str]) -> None:
    if unknown := sorted(set(scopes) - set(known_scopes)):
        raise Invalid({"scope": [f"{scope!r} is not known" for scope in unknown]})
    if not scopes:
        raise Invalid({"scope": [BLANK]})


def revoke_token(db: Connection, *, token: str, pepper: bytes, now: datetime) -> bool:
    """End a refresh or an access token, and what was made from it; False when there is none."""
    found = _find(db, token, Kind.REFRESH, pepper) or _find(db, token, Kind.ACCESS, pepper)
    if found is None:
        return False
    oauth.lock_client(db, found.client_id)
    return oauth.end_token(db, found.id, now)


def find_caller(db: Connection, secret: str, *, pepper: bytes, now: datetime) -> Caller:
    """The caller that holds a key or an access token; raises Unauthenticated, in the same words for every reason."""
    if len(secret) > _LONGEST_SECRET:
        raise Unauthenticated("the key is missing, unknown, expired or revoked")
    if not secret.startswith(TOKEN_START):
        return callers.find_caller(db, secret, pepper=pepper, now=now)
    found = _find(db, secret, Kind.ACCESS, pepper)
    client = oauth.client_of(db, found) if found is not None and found.is_live(now) else None
    if found is None or client is None:
        raise Unauthenticated("the token is missing, unknown, expired or revoked")
    return Caller(client.workspace_id, None, found.scopes, now, client.name)


def _client(db: Connection, client_id: str, secret: str, pepper: bytes) -> Client | Refusal:
    found = None if text_faults(client_id, 64) else oauth.find_client(db, client_id)
    if found is None:
        return Refusal.CLIENT
    client, stored = found
    if not hmac.compare_digest(stored, _digest(secret, pepper)):
        return Refusal.SECRET
    oauth.lock_client(db, client.id)  # or a token revoked meanwhile could still be given a successor
    return client


def _find(db: Connection, text: str, kind: Kind, pepper: bytes) -> Token | None:
    if not text.startswith(TOKEN_START) or not text.isascii() or not text.isprintable():
        return None
    wanted = digest(text, pepper)
    for token, stored in oauth.find_tokens(db, text[:PREFIX_LENGTH]):
        if token.kind is kind and hmac.compare_digest(stored, wanted):
            return token
    return None


def _new_access(db: Connection, client: Client, refresh: Token, pepper: bytes, now: datetime) -> str:
    oauth.forget_access(db, refresh.id, now)
    live = oauth.live_tokens(db, Kind.ACCESS, client_id=client.id, parent_id=refresh.id, now=now)
    _make_room(db, live, MOST_ACCESS, now)
    access = Token(new_id(now), client.id, Kind.ACCESS, refresh.scopes, refresh.id, now, now + ACCESS_LASTS)
    return _issue(db, access, pepper)


def _make_room(db: Connection, live: list[UUID], most: int, now: datetime) -> None:
    for token_id in live[: max(0, len(live) - most + 1)]:
        oauth.end_token(db, token_id, now)


def _issue(db: Connection, token: Token, pepper: bytes) -> str:
    text = f"{TOKEN_START}{secrets.token_hex(16)}.{secrets.token_hex(32)}"
    oauth.insert_token(db, token, text[:PREFIX_LENGTH], digest(text, pepper))
    return text


def _digest(text: str, pepper: bytes) -> str:
    return digest(_plain(text).decode(), pepper)


def _plain(text: str) -> bytes:
    """Any text as bytes: what has lone surrogates is nobody's secret, and must not be a fault either."""
    return text.encode("utf-8", "replace")
