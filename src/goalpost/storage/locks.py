"""The lock of what has to stay free while it is looked at."""

from sqlalchemy import Connection, select

from goalpost.storage.tables import catalog


def lock_catalog(db: Connection) -> None:
    """Let no other transaction change sites, goals or workspaces until this one ends: what is free now stays free.

    SQLite's transactions that may write hold such a lock from their beginning.
    """
    db.execute(select(catalog.c.id).with_for_update())
