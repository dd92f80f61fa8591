"""Counts a goal over events that were stored before it was made, exactly once each.

The SQL form of the goal's rule finds the events; what an event earns is decided by the same code as at ingest. Each
portion of conversions goes into the spool in one transaction with how far it reaches, so an interrupted run goes on
where it stood, and the spool's own promise carries the rest.
"""

from collections.abc import Iterator
from uuid import UUID

import msgspec

from goalpost.conversions.events.reader import EventReader, StoredEvent
from goalpost.conversions.events.rows import conversion_row
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.ingest.spool import Spool
from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.events import Event
from goalpost.conversions.model.revenue import convert
from goalpost.conversions.model.sites import Site

PORTION = 20_000
_START = (0, 0)
_NO_SITE = UUID(int=0)


def backfill(
    *,
    goal: ConversionGoal,
    site: Site,
    spool: Spool,
    drain: Drain,
    events: EventReader,
    portion: int = PORTION,
) -> Iterator[int]:
    """Count the goal over every stored event it does not count yet; yields how many so far, portion by portion.

    Running it again adds nothing. Raises Unavailable when a store does not answer; a later run goes on from there.
    """
    goal_key, rule_key = str(goal.id), msgspec.json.encode(goal.rule).decode()
    cursor: tuple[int, int] | None = spool.backfill_cursor(goal_key, rule_key) or _START
    counted = 0
    while cursor is not None:
        # While nobody else drains, what is stored has all its conversions stored: nothing can be taken twice, by a run
        # at the same time neither.
        with drain.paused():
            drain.flush()
            found = events.unconverted(site_id=site.id, goal_id=goal.id, rule=goal.rule, after=cursor, rows=portion)
            cursor = (found[-1].timestamp_ms, found[-1].id) if len(found) == portion else None
            rows = [conversion_row(convert(_event(stored), goal)) for stored in found]
            spool.keep_backfill(goal_key, rule_key, rows, cursor)
            drain.flush()
        counted += len(found)
        yield counted


def _event(stored: StoredEvent) -> Event:
    return Event(
        stored.id,
        _NO_SITE,
        stored.kind,
        "",
        stored.timestamp_ms,
        visitor=stored.visitor,
        revenue=stored.revenue,
        currency=stored.currency,
        props=stored.props,
    )
