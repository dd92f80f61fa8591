"""Custom events that were announced, as rows."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from goalpost.conversions.model.sites import DeclaredEvent
from goalpost.conversions.rows.tables import declared_events


def most_events(db: Connection) -> int:
    """Return how many announced events a site may have, as the operator of this engine has chosen."""
    return int(db.get_execution_options().get("most_declared_events", 1000))


def insert_event(db: Connection, event: DeclaredEvent) -> None:
    """Store an announced event; its name must be new to its site."""
    names = ("id", "site_id", "name", "slug", "number", "created_at")
    db.execute(insert(declared_events).values({name: getattr(event, name) for name in names}))


def update_event(db: Connection, event: DeclaredEvent) -> None:
    """Store an event's slug and number anew."""
    changed = update(declared_events).where(declared_events.c.id == event.id)
    db.execute(changed.values(slug=event.slug, number=event.number))


def list_events(db: Connection, site_id: UUID) -> list[DeclaredEvent]:
    """A site's announced events, oldest first."""
    query = select(declared_events).where(declared_events.c.site_id == site_id)
    return [_event(row) for row in db.execute(query.order_by(declared_events.c.created_at, declared_events.c.id))]


def find_event(db: Connection, site_id: UUID, name: str) -> DeclaredEvent | None:
    """The announced event of that name."""
    query = select(declared_events).where(declared_events.c.site_id == site_id, declared_events.c.name == name)
    row = db.execute(query).one_or_none()
    return _event(row) if row else None


def _event(row: Row[Any]) -> DeclaredEvent:
    return DeclaredEvent(row.id, row.site_id, row.name, row.slug, row.number, row.created_at)
