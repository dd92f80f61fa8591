"""Sites: create, list, update, delete."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.sites import NO_NAMES, Names, Site, clean_domain
from goalpost.conversions.rows import sites
from goalpost.conversions.services import domains
from goalpost.conversions.services.conversion_goals import name_row
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.kernel.ids import is_site_key, new_id, new_site_key, parse_id
from goalpost.kernel.texts import text_faults
from goalpost.storage.locks import lock_catalog
from goalpost.tenancy.model.workspaces import MAX_NAME, check_name


def create_site(
    db: Connection,
    *,
    workspace_id: UUID,
    domain: str,
    name: str,
    now: datetime,
    public_stats: bool = False,
    visitor_ids: bool = False,
    keyed_revenue: bool = False,
    key: str | None = None,
    names: Names = NO_NAMES,
) -> Site:
    """A new site, of the key that pages name already or of a new one.

    Raises Invalid when the domain is malformed or taken, in this workspace or another, when the key or one of the
    names is, and where the workspace has as many sites as it may have.
    """
    domain = clean_domain(domain)
    check_name(name)
    lock_catalog(db)
    if sites.count_sites(db, workspace_id) >= (most := sites.most_sites(db)):
        raise Invalid({"workspace": [f"already has {most} sites, which is the most"]})
    if key is not None:
        _check_key_is_free(db, key)
    _take_domain(db, workspace_id, domain, now)
    number, slug = name_row(db, workspace_id=workspace_id, text=name, otherwise="site", names=names)
    site = Site(
        *(names.row_id or new_id(now), workspace_id, domain, name, key or new_site_key(), public_stats, now),
        *(number, slug, visitor_ids, keyed_revenue),
    )
    sites.insert_site(db, site)
    return site


def list_sites(db: Connection, *, workspace_id: UUID | None = None) -> list[Site]:
    """Live sites of one workspace or of all, oldest first."""
    return sites.list_sites(db, workspace_id)


def get_site(db: Connection, *, key: str, workspace_id: UUID | None = None) -> Site:
    """The site of that key, or of that id; raises NotFound, for another workspace's site too."""
    site = _find_site(db, key)
    if site is None or workspace_id not in (None, site.workspace_id):
        raise NotFound(f"there is no site {key!r}")
    return site


def find_project(db: Connection, *, workspace_id: UUID, slug: str, numbers: Collection[int] = ()) -> Site | None:
    """The workspace's site of that slug, else of one of the numbers."""
    if text_faults(slug, MAX_NAME):
        return None
    site = sites.site_of_slug(db, workspace_id, slug)
    return sites.site_of_numbers(db, workspace_id, numbers) if site is None and numbers else site


def update_site(db: Connection, *, site: Site, changes: dict[str, Any], now: datetime) -> Site:
    """The site with `changes` (domain, name, public_stats, visitor_ids, keyed_revenue) laid over it.

    Raises Invalid as create_site.
    """
    changed = replace(site, **changes)
    changed = replace(changed, domain=clean_domain(changed.domain), name=check_name(changed.name))
    if changed.domain != site.domain:
        _take_domain(db, site.workspace_id, changed.domain, now)
    if changed != site:
        sites.update_site(db, changed)
    if changed.domain != site.domain:
        domains.release_domain(db, workspace_id=site.workspace_id, domain=site.domain, now=now)
    return changed


def delete_site(db: Connection, *, site: Site, now: datetime) -> None:
    """Take a site away: it counts nothing any more, what was counted stays stored, and its domain is given up."""
    sites.delete_site(db, site.id, now)
    domains.release_domain(db, workspace_id=site.workspace_id, domain=site.domain, now=now)


def _find_site(db: Connection, key: str) -> Site | None:
    if (site_id := parse_id(key)) is not None:
        return sites.get_site(db, site_id)
    # Not every text can be asked for: NUL breaks PostgreSQL, a lone surrogate both stores.
    return None if text_faults(key, MAX_NAME) else sites.find_site(db, key)


def _check_key_is_free(db: Connection, key: str) -> None:
    """Pages name a site by its key alone, so that a key is one site's of the whole server, for ever."""
    if not is_site_key(key):
        raise Invalid({"key": ["must be sk_ and up to 252 letters, digits, _ and -, or 32 hexadecimal digits"]})
    if sites.has_key(db, key):
        raise Invalid({"key": ["cannot be used"]})  # whose it is, is nobody's business


def _take_domain(db: Connection, workspace_id: UUID, domain: str, now: datetime) -> None:
    lock_catalog(db)
    if sites.has_domain(db, workspace_id, domain):
        raise Invalid({"domain": ["has already been taken"]})
    domains.claim_domain(db, workspace_id=workspace_id, domain=domain, now=now)
