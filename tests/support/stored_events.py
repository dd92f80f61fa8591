"""Events and conversions for the event store, written as the drain writes them."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from goalpost.conversions.events.rows import conversion_row, event_row, uuid_bytes
from goalpost.conversions.events.writer import DeadRow
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import LASTING_VISITOR, Conversion, Event
from tests.support.event_store import EventStoreUnderTest

_ids = itertools.count(1)


def at(text: str) -> datetime:
    """A moment in UTC, from `2026-01-31` or `2026-01-31 23:59:59.999`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def ms(moment: datetime | str) -> int:
    moment = at(moment) if isinstance(moment, str) else moment
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def lasting(number: int) -> int:
    """The number of a visitor known across days."""
    return LASTING_VISITOR | number


def event(site: UUID, moment: datetime | str, kind: Trigger = Trigger.PAGEVIEW, **fields: Any) -> Event:
    name = {Trigger.PAGEVIEW: "pageview", Trigger.EVENT: "signup", Trigger.GOAL: "purchase"}.get(kind, kind.value)
    given = {"name": name, "path": "/", "visitor": 1, "visit_at": ms(moment) // 1000, **fields}
    return Event(next(_ids), site, kind, given.pop("name"), ms(moment), **given)


def conversion(
    goal: UUID,
    moment: datetime | str,
    visitor: int = 1,
    revenue: str | None = None,
    event_id: int | None = None,
    *,
    currency: str = "",
) -> Conversion:
    number = next(_ids) if event_id is None else event_id
    return Conversion(goal, number, ms(moment), visitor, None if revenue is None else Decimal(revenue), currency)


def event_rows(events: Iterable[Event]) -> list[bytes]:
    return [event_row(made, uuid_bytes(made.site_id)) for made in events]


def write(
    store: EventStoreUnderTest,
    events: Sequence[Event] = (),
    conversions: Sequence[Conversion] = (),
    token: str | None = None,
) -> list[DeadRow]:
    """Store them under a token, by default one of their own."""
    return store.writer.write(
        events=event_rows(events),
        conversions=[conversion_row(made) for made in conversions],
        token=token or uuid4().hex,
    )
