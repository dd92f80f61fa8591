"""Changes of sites and their goals since a revision: how ingest follows the relational store."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, select

from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.domains import Claim
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.conversion_goals import goals_of_sites
from goalpost.conversions.rows.domains import WITH_CLAIMS, standing
from goalpost.conversions.rows.revision import current_revision
from goalpost.conversions.rows.sites import to_site
from goalpost.conversions.rows.tables import domain_claims, sites


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """Changes up to `revision`: sites made or changed with their live goals, and the ids of sites deleted.

    `contested` has, by the sites' ids, those whose domain is not their workspace's own.
    """

    revision: int
    changed: list[tuple[Site, list[ConversionGoal]]]
    deleted: list[UUID]
    contested: dict[UUID, Claim] = field(default_factory=dict)


def changes_since(db: Connection, revision: int) -> CatalogChange:
    """All that changed after `revision`; from 0, everything there is."""
    now_at = current_revision(db)
    if now_at == revision:
        return CatalogChange(revision, [], [])
    claim = domain_claims.c.host.label("claim"), domain_claims.c.workspace_id.label("claimant")
    query = select(sites, *claim).select_from(WITH_CLAIMS).where(sites.c.revision > revision)
    rows = db.execute(query.order_by(sites.c.created_at, sites.c.id)).all()
    goals = goals_of_sites(db, [row.id for row in rows])
    live = [row for row in rows if row.deleted_at is None]
    standings = [(row.id, standing(row.claim, row.claimant, row.workspace_id)) for row in live]
    contested: dict[UUID, Claim] = {site_id: claim for site_id, claim in standings if claim is not Claim.OWN}
    changed = [(to_site(row), goals.get(row.id, [])) for row in live]
    return CatalogChange(now_at, changed, [row.id for row in rows if row.deleted_at is not None], contested)
