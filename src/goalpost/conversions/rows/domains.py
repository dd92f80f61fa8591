"""Claims of domains as rows: one for each host that a live site bears, and for those held after one has left them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from goalpost.conversions.model.domains import Claim, DomainClaim
from goalpost.conversions.rows.revision import next_revision
from goalpost.conversions.rows.tables import domain_claims, sites

WITH_CLAIMS = sites.outerjoin(domain_claims, domain_claims.c.host == sites.c.host)
"""Each site with the claim of its host, where there is one."""


def find_claim(db: Connection, host: str) -> DomainClaim | None:
    """Return the claim of a host."""
    row = db.execute(select(domain_claims).where(domain_claims.c.host == host)).one_or_none()
    return DomainClaim(row.host, row.workspace_id, row.claimed_at, row.held_until, row.proved_at) if row else None


def put_claim(db: Connection, claim: DomainClaim) -> None:
    """Store a claim, new or changed."""
    values = {name: getattr(claim, name) for name in ("workspace_id", "claimed_at", "held_until", "proved_at")}
    of_host = update(domain_claims).where(domain_claims.c.host == claim.host).values(**values)
    if db.execute(of_host).rowcount == 0:
        db.execute(insert(domain_claims).values(host=claim.host, **values))


def delete_ended_claims(db: Connection, now: datetime) -> None:
    """Delete the claims whose hold is over: they are as good as none."""
    db.execute(delete(domain_claims).where(domain_claims.c.held_until <= now))


def is_borne(db: Connection, host: str, workspace_id: UUID | None) -> bool:
    """Return whether a live site bears the host, of one workspace or of any."""
    query = select(sites.c.id).where(sites.c.host == host, sites.c.deleted_at.is_(None))
    if workspace_id is not None:
        query = query.where(sites.c.workspace_id == workspace_id)
    return db.execute(query.limit(1)).first() is not None


def touch_host(db: Connection, host: str) -> None:
    """Mark the live sites that bear a host as changed, because whose it is did."""
    bearing = (sites.c.host == host) & sites.c.deleted_at.is_(None)
    db.execute(update(sites).where(bearing).values(revision=next_revision(db)))


def list_standings(db: Connection, workspace_id: UUID | None) -> dict[UUID, Claim]:
    """Return the standing of every live site's domain, by the site's id, of one workspace or of all."""
    claimant = domain_claims.c.workspace_id.label("claimant")
    query = select(sites.c.id, sites.c.workspace_id, domain_claims.c.host, claimant).select_from(WITH_CLAIMS)
    query = query.where(sites.c.deleted_at.is_(None), *_of(workspace_id))
    return {row.id: standing(row.host, row.claimant, row.workspace_id) for row in db.execute(query)}


def standing(host: str | None, claimant: UUID | None, workspace_id: UUID) -> Claim:
    """Return what a joined claim means to a workspace; without a claim at all (`host` is None) the domain is lost."""
    if claimant == workspace_id:
        return Claim.OWN
    return Claim.LOST if host is None or claimant is not None else Claim.AMBIGUOUS


def _of(workspace_id: UUID | None) -> list[ColumnElement[bool]]:
    return [] if workspace_id is None else [sites.c.workspace_id == workspace_id]
