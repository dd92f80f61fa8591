"""New workspaces, with what both kinds of goals start from."""

from datetime import datetime

from sqlalchemy import Connection

from goalpost.customers.services import picklists
from goalpost.kernel.errors import Conflict
from goalpost.kernel.ids import new_id
from goalpost.storage.locks import lock_catalog
from goalpost.tenancy.model.workspaces import Workspace, check_name
from goalpost.tenancy.rows import workspaces


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
