"""Domains that several workspaces have, as an upgrade finds them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.conversions.model.domains import DomainClaim, claimed_host
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows import domains, sites
from goalpost.kernel.ids import new_id, new_site_key


def add_contender(db: Connection, workspace_id: UUID, domain: str) -> Site:
    """Add a site with a domain that another workspace's live site has: no service does that any more."""
    now = datetime.now(UTC)
    site = Site(new_id(now), workspace_id, domain, domain, new_site_key(), False, now)
    claim = domains.find_claim(db, claimed_host(domain)) or DomainClaim(claimed_host(domain), None, now)
    domains.put_claim(db, replace(claim, workspace_id=None))
    sites.insert_site(db, site)
    domains.touch_host(db, claim.host)
    return site
