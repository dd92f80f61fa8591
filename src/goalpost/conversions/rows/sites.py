"""Sites as rows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update

from goalpost.conversions.model.domains import claimed_host
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.revision import next_revision
from goalpost.conversions.rows.tables import sites


def most_sites(db: Connection) -> int:
    """Return how many sites a workspace may have, as the operator of this engine has chosen."""
    return int(db.get_execution_options().get("most_sites", 1000))


def count_sites(db: Connection, workspace_id: UUID) -> int:
    """Return how many live sites a workspace has."""
    query = select(func.count()).where(sites.c.workspace_id == workspace_id, sites.c.deleted_at.is_(None))
    return db.scalar(query) or 0


def insert_site(db: Connection, site: Site) -> None:
    """Store a new site; its domain must be free in its workspace."""
    values = {
        name: getattr(site, name)
        for name in (
            *("id", "workspace_id", "domain", "name", "key", "public_stats", "created_at"),
            *("number", "slug", "visitor_ids", "keyed_revenue"),
        )
    }
    db.execute(insert(sites).values(**values, host=claimed_host(site.domain), revision=next_revision(db)))


def site_of_slug(db: Connection, workspace_id: UUID, slug: str) -> Site | None:
    """The live site of a workspace that has this slug."""
    query = select(sites).where(
        sites.c.workspace_id == workspace_id, sites.c.slug == slug, sites.c.deleted_at.is_(None)
    )
    row = db.execute(query).first()
    return to_site(row) if row else None


def site_of_numbers(db: Connection, workspace_id: UUID, numbers: Collection[int]) -> Site | None:
    """The live site of a workspace that has one of these numbers."""
    query = select(sites).where(
        sites.c.workspace_id == workspace_id, sites.c.number.in_(numbers), sites.c.deleted_at.is_(None)
    )
    row = db.execute(query).first()
    return to_site(row) if row else None


def list_sites(db: Connection, workspace_id: UUID | None) -> list[Site]:
    """The live sites of one workspace or of all, oldest first."""
    query = select(sites).where(sites.c.deleted_at.is_(None)).order_by(sites.c.created_at, sites.c.id)
    if workspace_id is not None:
        query = query.where(sites.c.workspace_id == workspace_id)
    return [to_site(row) for row in db.execute(query)]


def find_site(db: Connection, key: str) -> Site | None:
    """The live site of that key."""
    row = db.execute(select(sites).where(sites.c.key == key, sites.c.deleted_at.is_(None))).one_or_none()
    return to_site(row) if row else None


def has_key(db: Connection, key: str) -> bool:
    """Return whether a site of any workspace has the key, or had it before it was deleted."""
    return db.execute(select(sites.c.id).where(sites.c.key == key)).first() is not None


def get_site(db: Connection, site_id: UUID) -> Site | None:
    """The live site of that id."""
    row = db.execute(select(sites).where(sites.c.id == site_id, sites.c.deleted_at.is_(None))).one_or_none()
    return to_site(row) if row else None


def has_domain(db: Connection, workspace_id: UUID, domain: str) -> bool:
    """Return whether a live site of the workspace bears the domain."""
    query = select(sites.c.id).where(
        sites.c.workspace_id == workspace_id, sites.c.domain == domain, sites.c.deleted_at.is_(None)
    )
    return db.execute(query).first() is not None


def update_site(db: Connection, site: Site) -> None:
    """Store the writable part of a site anew."""
    values = {
        "domain": site.domain,
        "host": claimed_host(site.domain),
        "name": site.name,
        "public_stats": site.public_stats,
        "visitor_ids": site.visitor_ids,
        "keyed_revenue": site.keyed_revenue,
    }
    db.execute(update(sites).where(sites.c.id == site.id).values(**values, revision=next_revision(db)))


def delete_site(db: Connection, site_id: UUID, now: datetime) -> None:
    """Take a site out of every list; its events stay in the event store."""
    db.execute(update(sites).where(sites.c.id == site_id).values(deleted_at=now, revision=next_revision(db)))


def to_site(row: Row[Any]) -> Site:
    """A row of the sites table as a Site."""
    return Site(
        *(row.id, row.workspace_id, row.domain, row.name, row.key, row.public_stats, row.created_at),
        *(row.number, row.slug, row.visitor_ids, row.keyed_revenue),
    )
