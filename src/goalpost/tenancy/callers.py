"""Keys in, callers out. A key is 256 random bits; stored is its HMAC under the server's pepper, found by its prefix."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from goalpost.kernel.errors import Forbidden, Unauthenticated, Unavailable
from goalpost.tenancy.model.workspaces import ApiKey
from goalpost.tenancy.rows import workspaces

ANY_SCOPE = "*"
KEY_START = "gp_"
PREFIX_LENGTH = 12
_NOTE_EVERY = timedelta(minutes=1)
_WHILE_AWAY = 300.0  # seconds


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of a request, and what it may ask for."""

    workspace_id: UUID
    key_id: UUID | None
    scopes: frozenset[str]
    last_noted_at: datetime | None
    name: str = ""

    def may(self, scope: str) -> bool:
        """Return whether the caller holds `scope`; no scope implies another, but `*` is all of them."""
        return scope in self.scopes or ANY_SCOPE in self.scopes

    def require(self, *scopes: str) -> None:
        """Raise Forbidden unless the caller holds one of the scopes."""
        if not any(map(self.may, scopes)):
            raise Forbidden(scopes[0])


def new_secret() -> str:
    """A new key: `gp_` and 43 URL-safe characters. It can be shown once and not recovered."""
    return KEY_START + secrets.token_urlsafe(32)


def digest(secret: str, pepper: bytes) -> str:
    """Return the stored form of a key: HMAC-SHA256, hexadecimal."""
    return hmac.new(pepper, secret.encode(), hashlib.sha256).hexdigest()


def find_caller(db: Connection, secret: str, *, pepper: bytes, now: datetime) -> Caller:
    """The caller that holds this key; raises Unauthenticated, in the same words for every reason."""
    key = _find_key(db, secret, pepper)
    if key is None or not key.is_live(now):
        raise Unauthenticated("the key is missing, unknown, expired or revoked")
    return Caller(key.workspace_id, key.id, key.scopes, key.last_used_at, key.name)


def use_is_noted(caller: Caller, now: datetime) -> bool:
    """Return whether the key's use was noted within the last minute: noting each makes every read a durable write."""
    return caller.last_noted_at is not None and now - caller.last_noted_at < _NOTE_EVERY


def note_use(db: Connection, caller: Caller, now: datetime) -> None:
    """Note that the caller's key was used; tokens are not keys."""
    if caller.key_id is not None:
        workspaces.touch_key(db, caller.key_id, now)


def _find_key(db: Connection, secret: str, pepper: bytes) -> ApiKey | None:
    # A header may hold what no store can be asked for; a key of ours is plain text.
    if not secret.startswith(KEY_START) or not secret.isascii() or not secret.isprintable():
        return None
    wanted = digest(secret, pepper)
    for key, stored in workspaces.find_keys(db, secret[:PREFIX_LENGTH]):
        if hmac.compare_digest(stored, wanted):
            return key
    return None


class CallerCache:
    """Remembers callers for a short while, for the door that cannot ask the store for every request.

    A revoked key is therefore good for up to `seconds` more there, and for some minutes while the store is away. Times
    are those of a monotonic clock.
    """

    def __init__(self, find: Callable[[str], Caller], seconds: float = 1.0, size: int = 1000) -> None:
        self._find = find
        self._seconds = seconds
        self._size = size
        self._known: dict[str, tuple[float, Caller]] = {}

    def get(self, secret: str, now: float) -> Caller | None:
        """The caller, when it was looked up within the last seconds."""
        entry = self._known.get(secret)
        return entry[1] if entry and now - entry[0] < self._seconds else None

    def find(self, secret: str, now: float) -> Caller:
        """Look the caller up in the store and remember it; raises Unauthenticated.

        While the store does not answer, a caller that it knew some minutes ago is taken, else raises Unavailable.
        """
        try:
            caller = self._find(secret)
        except Unavailable:
            known = self._known.get(secret)
            if known is None or now - known[0] >= _WHILE_AWAY:
                raise
            return known[1]
        if len(self._known) >= self._size:
            self._known.clear()
        self._known[secret] = (now, caller)
        return caller
