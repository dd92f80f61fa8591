"""Workspaces, keys and sites: make, list, change, take away."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.auth import callers
from goalpost.core.errors import Conflict, Invalid, NotFound
from goalpost.core.ids import is_site_key, new_id, new_site_key, parse_id
from goalpost.core.owners import MAX_NAME, NO_NAMES, ApiKey, Names, Site, Workspace, check_name, clean_domain
from goalpost.core.texts import text_faults
from goalpost.db import owners
from goalpost.db.revision import lock_catalog
from goalpost.services import domains, picklists
from goalpost.services.conversion_goals import name_row


def create_workspace(db: Connection, *, name: str, now: datetime) -> Workspace:
    """A new workspace; raises Conflict when the name is taken."""
    check_name(name)
    lock_catalog(db)
    if owners.find_workspace(db, name):
        raise Conflict(f"there is a workspace named {name!r} already")
    workspace = Workspace(new_id(now), name, now)
    owners.insert_workspace(db, workspace)
    picklists.add_defaults(db, workspace_id=workspace.id, now=now)
    return workspace


def list_workspaces(db: Connection) -> list[Workspace]:
    """Every workspace, oldest first."""
    return owners.list_workspaces(db)


def get_workspace(db: Connection, *, name: str) -> Workspace:
    """The workspace of that name, or else of that id; raises NotFound."""
    workspace = None if text_faults(name, MAX_NAME) else owners.find_workspace(db, name)
    if workspace is None and (workspace_id := parse_id(name)) is not None:
        workspace = owners.get_workspace(db, workspace_id)
    if workspace is None:
        raise NotFound(f"there is no workspace named {name!r}")
    return workspace


def workspace_of(db: Connection, *, workspace_id: UUID) -> Workspace:
    """The workspace of that id; raises NotFound."""
    workspace = owners.get_workspace(db, workspace_id)
    if workspace is None:
        raise NotFound("there is no such workspace")
    return workspace


def create_key(
    db: Connection,
    *,
    workspace_id: UUID,
    name: str,
    scopes: Collection[str],
    known_scopes: Collection[str],
    pepper: bytes,
    now: datetime,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is shown now or never; raises Invalid for a scope that nothing asks for."""
    check_name(name)
    if unknown := sorted(set(scopes) - {*known_scopes, callers.ANY_SCOPE}):
        raise Invalid(
            {
                "scope": [
                    f"{scope!r} is not known; choose from {', '.join(sorted(known_scopes))}, *" for scope in unknown
                ]
            }
        )
    if not scopes:
        raise Invalid({"scope": ["can't be blank"]})
    secret = callers.new_secret()
    key = ApiKey(
        new_id(now), workspace_id, name, secret[: callers.PREFIX_LENGTH], frozenset(scopes), now, expires_at, None, None
    )
    owners.insert_key(db, key, callers.digest(secret, pepper))
    return key, secret


def list_keys(db: Connection, *, workspace_id: UUID | None = None) -> list[ApiKey]:
    """Keys of one workspace or of all, oldest first."""
    return owners.list_keys(db, workspace_id)


def revoke_key(db: Connection, *, key_id: UUID, now: datetime) -> None:
    """End a key; raises NotFound when there is no live key of that id."""
    if not owners.revoke_key(db, key_id, now):
        raise NotFound(f"there is no live key {key_id}")


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

    Raises Invalid when the domain is malformed or taken, in this workspace or another, and when the key or one of the
    names is.
    """
    domain = clean_domain(domain)
    check_name(name)
    lock_catalog(db)
    if key is not None:
        _check_key_is_free(db, key)
    _take_domain(db, workspace_id, domain, now)
    number, slug = name_row(db, workspace_id=workspace_id, text=name, otherwise="site", names=names)
    site = Site(
        *(names.row_id or new_id(now), workspace_id, domain, name, key or new_site_key(), public_stats, now),
        *(number, slug, visitor_ids, keyed_revenue),
    )
    owners.insert_site(db, site)
    return site


def list_sites(db: Connection, *, workspace_id: UUID | None = None) -> list[Site]:
    """Live sites of one workspace or of all, oldest first."""
    return owners.list_sites(db, workspace_id)


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
    site = owners.site_of_slug(db, workspace_id, slug)
    return owners.site_of_numbers(db, workspace_id, numbers) if site is None and numbers else site


def update_site(db: Connection, *, site: Site, changes: dict[str, Any], now: datetime) -> Site:
    """The site with `changes` (domain, name, public_stats, visitor_ids, keyed_revenue) laid over it.

    Raises Invalid as create_site.
    """
    changed = replace(site, **changes)
    changed = replace(changed, domain=clean_domain(changed.domain), name=check_name(changed.name))
    if changed.domain != site.domain:
        _take_domain(db, site.workspace_id, changed.domain, now)
    if changed != site:
        owners.update_site(db, changed)
    if changed.domain != site.domain:
        domains.release_domain(db, workspace_id=site.workspace_id, domain=site.domain, now=now)
    return changed


def delete_site(db: Connection, *, site: Site, now: datetime) -> None:
    """Take a site away: it counts nothing any more, what was counted stays stored, and its domain is given up."""
    owners.delete_site(db, site.id, now)
    domains.release_domain(db, workspace_id=site.workspace_id, domain=site.domain, now=now)


def _find_site(db: Connection, key: str) -> Site | None:
    if (site_id := parse_id(key)) is not None:
        return owners.get_site(db, site_id)
    # Not every text can be asked for: NUL breaks PostgreSQL, a lone surrogate both stores.
    return None if text_faults(key, MAX_NAME) else owners.find_site(db, key)


def _check_key_is_free(db: Connection, key: str) -> None:
    """Pages name a site by its key alone, so that a key is one site's of the whole server, for ever."""
    if not is_site_key(key):
        raise Invalid({"key": ["must be sk_ and up to 252 letters, digits, _ and -, or 32 hexadecimal digits"]})
    if owners.has_key(db, key):
        raise Invalid({"key": ["cannot be used"]})  # whose it is, is nobody's business


def _take_domain(db: Connection, workspace_id: UUID, domain: str, now: datetime) -> None:
    lock_catalog(db)
    if owners.has_domain(db, workspace_id, domain):
        raise Invalid({"domain": ["has already been taken"]})
    domains.claim_domain(db, workspace_id=workspace_id, domain=domain, now=now)
