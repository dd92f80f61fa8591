"""Custom events that are announced before they are sent."""

from datetime import datetime

from sqlalchemy import Connection

from goalpost.conversions.model.sites import NO_NAMES, DeclaredEvent, Names, Site, check_names
from goalpost.conversions.rows import declared_events
from goalpost.conversions.rows.revision import next_revision
from goalpost.kernel.errors import Conflict, Invalid
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import free_slug, text_faults
from goalpost.storage.locks import lock_catalog
from goalpost.tenancy.model.workspaces import MAX_NAME


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
