"""Custom events that are announced before they are sent."""

from datetime import datetime

from sqlalchemy import Connection

from goalpost.core.errors import Conflict, Invalid
from goalpost.core.ids import new_id
from goalpost.core.owners import MAX_NAME, NO_NAMES, DeclaredEvent, Names, Site, check_names
from goalpost.core.texts import free_slug, text_faults
from goalpost.db import declared_events
from goalpost.db.revision import lock_catalog, next_revision


def declare(db: Connection, *, site: Site, name: str, now: datetime, names: Names = NO_NAMES) -> DeclaredEvent:
    """Announce an event; raises Conflict when the site has it already.

    Raises Invalid for a name that cannot be stored, and where the site has as many as it may have.
    """
    check_names(names)
    if faults := text_faults(name, MAX_NAME):
        raise Invalid({"event_name": faults})
    lock_catalog(db)
    if declared_events.find_event(db, site.id, name):
        raise Conflict(f"the project has an event named {name!r} already")
    taken = {event.slug for event in declared_events.list_events(db, site.id)}
    if len(taken) >= (most := declared_events.most_events(db)):
        raise Invalid({"site": [f"already has {most} declared events, which is the most"]})
    if names.slug in taken:
        raise Invalid({"slug": ["has already been taken"]})
    number, slug = names.number or next_revision(db), names.slug or free_slug(name, taken, "event")
    event = DeclaredEvent(new_id(now), site.id, name, slug, number, now)
    declared_events.insert_event(db, event)
    return event


def find_or_declare(db: Connection, *, site: Site, name: str, now: datetime) -> DeclaredEvent:
    """The announced event of that name, announced now where it was not; raises Invalid."""
    found = None if text_faults(name, MAX_NAME) else declared_events.find_event(db, site.id, name)
    return found or declare(db, site=site, name=name, now=now)


def list_events(db: Connection, *, site: Site) -> list[DeclaredEvent]:
    """The site's announced events, oldest first."""
    return declared_events.list_events(db, site.id)
