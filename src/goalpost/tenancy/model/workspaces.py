"""Workspaces and their API keys."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import text_faults

MAX_NAME = 255


@dataclass(frozen=True, slots=True)
class Workspace:
    """The tenant: nothing crosses it."""

    id: UUID
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A credential of a workspace; the secret itself is never stored."""

    id: UUID
    workspace_id: UUID
    name: str
    prefix: str
    scopes: frozenset[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        """Return whether the key opens anything at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def check_name(name: str) -> str:
    """The name as given, when it may be stored; raises Invalid otherwise."""
    if faults := text_faults(name, MAX_NAME):
        raise Invalid({"name": faults})
    return name
