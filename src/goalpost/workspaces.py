"""New workspaces, with what customer goals start from."""

from datetime import datetime

from sqlalchemy import Connection

from goalpost.customers.services import picklists
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace


def create_workspace(db: Connection, *, name: str, now: datetime) -> Workspace:
    """Create a workspace with the default picklists; raises Conflict when the name is taken."""
    workspace = workspaces.create_workspace(db, name=name, now=now)
    picklists.add_defaults(db, workspace_id=workspace.id, now=now)
    return workspace
