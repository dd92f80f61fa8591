"""What changed of sites and their goals since a revision: how ingest follows the relational store."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from goalpost.core.conversion_goals import ConversionGoal
from goalpost.core.owners import Site
from goalpost.db.conversion_goals import goals_of_sites
from goalpost.db.owners import to_site
from goalpost.db.revision import current_revision
from goalpost.db.tables import sites


@dataclass(frozen=True, slots=True)
class CatalogChange:
    """What happened up to `revision`: sites made or changed with their live goals, and the ids of sites deleted."""

    revision: int
    changed: list[tuple[Site, list[ConversionGoal]]]
    deleted: list[UUID]


def changes_since(db: Connection, revision: int) -> CatalogChange:
    """All that changed after `revision`; from 0, everything there is."""
    now_at = current_revision(db)
    if now_at == revision:
        return CatalogChange(revision, [], [])
    query = select(sites).where(sites.c.revision > revision).order_by(sites.c.created_at, sites.c.id)
    rows = db.execute(query).all()
    goals = goals_of_sites(db, [row.id for row in rows])
    changed = [(to_site(row), goals.get(row.id, [])) for row in rows if row.deleted_at is None]
    return CatalogChange(now_at, changed, [row.id for row in rows if row.deleted_at is not None])
