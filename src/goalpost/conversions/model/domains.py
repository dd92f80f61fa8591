"""Claims of domains: on one server a domain is one workspace's, because events may name their site by nothing else."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

LONGEST_HOLD = timedelta(days=30)
"""The longest time that a domain is kept for the workspace that has given it up."""


class Claim(StrEnum):
    """The standing of a site's domain: its workspace's own, nobody's since several claim it, or another workspace's."""

    OWN = "own"
    AMBIGUOUS = "ambiguous"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class DomainClaim:
    """The claim of a host; `workspace_id` is None where several workspaces had it before claims were kept.

    `held_until` is set when no live site of the claimant bears the host any more.
    """

    host: str
    workspace_id: UUID | None
    claimed_at: datetime
    held_until: datetime | None = None
    proved_at: datetime | None = None

    def excludes(self, workspace_id: UUID, now: datetime) -> bool:
        """Return whether a workspace may not claim the host at `now`."""
        return self.workspace_id != workspace_id and (self.held_until is None or now < self.held_until)


def claimed_host(domain: str) -> str:
    """Return what a domain in its stored form claims: its host without `www.` and port.

    Events find a site with and without `www.`, and whoever has a host has its ports.
    """
    return domain.partition(":")[0].removeprefix("www.")


def hold_end(claimed_at: datetime, now: datetime) -> datetime:
    """Return until when a domain that is given up now is kept for its workspace: as long again as it was claimed.

    Pages may go on naming it for a while, and whoever waits for that must not get their events. A domain that was
    claimed for a minute by mistake is free after a minute.
    """
    return now + min(LONGEST_HOLD, max(now - claimed_at, timedelta()))


def proof_token(pepper: bytes, workspace_id: UUID, host: str) -> str:
    """Return what proves that a workspace has a host: 32 hexadecimal digits, of no use to another workspace."""
    return hmac.new(pepper, b"domain\0" + workspace_id.bytes + host.encode(), "sha256").hexdigest()[:32]
