"""New workspaces, with what both kinds of goals start from."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from sqlalchemy import Connection
from goalpost.tenancy import callers
from goalpost.kernel.errors import Conflict, Invalid, NotFound
from goalpost.kernel.ids import is_site_key, new_id, new_site_key, parse_id
from goalpost.tenancy.model.workspaces import MAX_NAME, ApiKey, Workspace, check_name
from goalpost.conversions.model.sites import NO_NAMES, Names, Site, clean_domain
from goalpost.kernel.texts import text_faults
from goalpost.tenancy.rows import workspaces
from goalpost.storage.locks import lock_catalog
from goalpost.conversions.services import domains
from goalpost.customers.services import picklists
from goalpost.conversions.services.conversion_goals import name_row


def create_workspace(db: Connection, *, name: str, now: datetime) -> Workspace:
    """A new workspace; raises Conflict when the name is taken."""
    check_name(name)
    lock_catalog(db)
    if workspaces.find_workspace(db, name):
        raise Conflict(f"there is a workspace named {name!r} already")
    workspace = Workspace(new_id(now), name, now)
    workspaces.insert_workspace(db, workspace)
    picklists.add_defaults(db, workspace_id=workspace.id, now=now)
    return workspace
