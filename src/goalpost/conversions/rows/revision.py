"""The catalog's revision: one counter that every change of a site or a goal raises, in the change's own transaction.

Ingest follows it to learn what changed. The counter's row stays locked until the transaction ends, so a reader that
has seen revision n has seen every change up to n.
"""

from uuid import UUID

from sqlalchemy import Connection, select, update

from goalpost.conversions.rows.tables import sites
from goalpost.storage.tables import catalog

_CHANGED = "goalpost.catalog_changed"


def pop_catalog_changed(db: Connection) -> bool:
    """Return whether this transaction has raised the counter; asked once, at its end."""
    return bool(db.info.pop(_CHANGED, False))


def current_revision(db: Connection) -> int:
    """The revision of the last change."""
    return int(db.execute(select(catalog.c.revision)).scalar_one())


def next_revision(db: Connection) -> int:
    """Raise the counter and say its new value."""
    db.info[_CHANGED] = True
    return int(
        db.execute(update(catalog).values(revision=catalog.c.revision + 1).returning(catalog.c.revision)).scalar_one()
    )


def touch_site(db: Connection, site_id: UUID) -> None:
    """Mark a site as changed, because a goal of it did."""
    db.execute(update(sites).where(sites.c.id == site_id).values(revision=next_revision(db)))
