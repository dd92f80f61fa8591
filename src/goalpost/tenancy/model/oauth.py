"""OAuth 2 as far as it is the same for everybody: clients, and the tokens that lead from one to the next (RFC 6749)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Kind(StrEnum):
    """Kinds of tokens: a code is exchanged once, a refresh token as often as wanted, an access token opens."""

    CODE = "code"
    REFRESH = "refresh"
    ACCESS = "access"


@dataclass(frozen=True, slots=True)
class Client:
    """A program that acts for a workspace; its secret is not stored. An empty redirect URI is not compared."""

    id: UUID
    workspace_id: UUID
    name: str
    client_id: str
    redirect_uri: str
    created_at: datetime
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a client; `parent_id` is the one that it was made from."""

    id: UUID
    client_id: UUID
    kind: Kind
    scopes: frozenset[str]
    parent_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Return whether the token is good for anything at `now`."""
        return self.ended_at is None and (self.expires_at is None or now < self.expires_at)
