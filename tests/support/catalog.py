"""Sites that the stores of this process learn of."""

from datetime import UTC, datetime, timedelta

from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import sites
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def new_site(stores: Stores, domain: str, workspace: str = "w", minute: int = 0) -> Site:
    """Create a site in the workspace of that name, and the workspace where it is missing."""
    now = NOW + timedelta(minutes=minute)
    with stores.writing() as db:
        known = {found.name: found.id for found in workspaces.list_workspaces(db)}
        workspace_id = known.get(workspace) or create_workspace(db, name=workspace, now=now).id
        return sites.create_site(db, workspace_id=workspace_id, domain=domain, name=domain, now=now)


def known_site(stores: Stores, name: str) -> Site | None:
    """The site that an event with this key or domain is of."""
    tracked = stores.catalog.find(name)
    return tracked.site if tracked else None
