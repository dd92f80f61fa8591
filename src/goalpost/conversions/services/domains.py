"""Claims of domains: take, give up, and award to whoever has proved that it is theirs."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.domains import Claim, DomainClaim, claimed_host, hold_end
from goalpost.conversions.rows import domains
from goalpost.kernel.errors import Invalid
from goalpost.storage.locks import lock_catalog


def claim_domain(db: Connection, *, workspace_id: UUID, domain: str, now: datetime) -> None:
    """Make a domain the workspace's, for a site that is about to bear it.

    Raises Invalid where another workspace has it or has given it up lately, and where nobody knows whose it is. The
    words are those for a domain that the workspace's own site has: whose it is, is nobody's business.
    """
    lock_catalog(db)
    host = claimed_host(domain)
    claim = domains.find_claim(db, host)
    if claim is not None and claim.excludes(workspace_id, now):
        raise Invalid({"domain": ["has already been taken"]})
    if claim is None or claim.workspace_id != workspace_id:
        _hand_over(db, DomainClaim(host, workspace_id, now))
    elif claim.held_until is not None:
        domains.put_claim(db, replace(claim, held_until=None))


def release_domain(db: Connection, *, workspace_id: UUID, domain: str, now: datetime) -> None:
    """Give up a domain that a site of the workspace bears no longer; it is held for a while.

    The claim stays where another site still bears the host: one of the claimant's, or any where nobody knows whose it
    is. Who waits until the others have left an ambiguous domain does not get it.
    """
    lock_catalog(db)
    host = claimed_host(domain)
    claim = domains.find_claim(db, host)
    if claim is None or claim.workspace_id not in (workspace_id, None):
        return
    if not domains.is_borne(db, host, claim.workspace_id):
        domains.delete_ended_claims(db, now)  # or who moves a site on and on would fill the table
        domains.put_claim(db, replace(claim, held_until=hold_end(claim.claimed_at, now)))


def award_domain(db: Connection, *, workspace_id: UUID, domain: str, now: datetime) -> None:
    """Make a domain the workspace's because it has proved so, whoever had it; others' sites keep their keys alone."""
    lock_catalog(db)
    host = claimed_host(domain)
    claim = domains.find_claim(db, host)
    since = claim.claimed_at if claim is not None and claim.workspace_id == workspace_id else now
    _hand_over(db, DomainClaim(host, workspace_id, since, proved_at=now))


def list_standings(db: Connection, *, workspace_id: UUID | None = None) -> dict[UUID, Claim]:
    """Return the standing of every live site's domain, by the site's id."""
    return domains.list_standings(db, workspace_id)


def _hand_over(db: Connection, claim: DomainClaim) -> None:
    """Store a claim of another workspace than before: the sites that bear the host are found by it, or no longer."""
    domains.put_claim(db, claim)
    domains.touch_host(db, claim.host)
