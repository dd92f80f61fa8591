"""The catalog that ingest counts by: whether a transaction has changed it."""

from sqlalchemy import Connection

from goalpost.conversions.rows.revision import pop_catalog_changed


def catalog_changed(db: Connection) -> bool:
    """Return whether this transaction has changed a site or a conversion goal; asked once, at its end."""
    return pop_catalog_changed(db)
