"""Hit → Event → Conversion: as received, enriched, matched to a goal."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from goalpost.conversions.model.conversion_goals import Trigger

PAGEVIEW = "pageview"
"""The event name that means a page view, unless a kind says otherwise."""


@dataclass(slots=True)
class Hit:
    """One event as received, with what the request around it tells.

    `timestamp_ms` is Unix milliseconds. `workspace_id`, `sender_visitor` and `idempotency_key` are only set for trusted
    senders: those with a key that may write events. `browser_visitor` is an id that a browser keeps, which anybody can
    make up. `hash_routed` says that the page's site tells its pages apart by the URL's fragment.
    """

    domain: str
    name: str
    kind: Trigger
    url: str
    referrer: str
    timestamp_ms: int
    client_ip: str
    user_agent: str
    revenue: Decimal | None = None
    currency: str = ""
    props: dict[str, str] = field(default_factory=dict)
    sender_visitor: str | None = None
    idempotency_key: str | None = None
    workspace_id: UUID | None = None
    browser_visitor: str | None = None
    hash_routed: bool = False

    @property
    def trusted(self) -> bool:
        """Return whether the sender presented a key that may write events."""
        return self.workspace_id is not None


@dataclass(slots=True)
class Event:
    """A hit enriched by the pipeline: what the event store keeps, no address and no raw user agent among it.

    `visitor` is a 64-bit number whose top bit says that it stays the same across days. A visit is identified by its
    visitor and `visit_at`, the Unix second it began. `path` ends with `#` and the route on pages of a hash router.
    `suffix` is the page's query and fragment without private values, '' where no goal of the site looks at them.
    """

    id: int
    site_id: UUID
    kind: Trigger
    name: str
    timestamp_ms: int
    revenue: Decimal | None = None
    currency: str = ""
    props: dict[str, str] = field(default_factory=dict)
    host: str = ""
    path: str = ""
    suffix: str = ""
    referrer: str = ""
    source: str = ""
    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    device: str = ""
    browser: str = ""
    os: str = ""
    country: str = ""
    visitor: int = 0
    visit_at: int = 0


class Conversion(NamedTuple):
    """One event that reached one goal, with what it earned: None when no revenue came with the event.

    `currency` is what the revenue was sent in: the goal's own at that moment where the sender named none, and '' where
    the goal had none either, which counts as whatever currency the goal gets.
    """

    goal_id: UUID
    event_id: int
    timestamp_ms: int
    visitor: int
    revenue: Decimal | None
    currency: str = ""


LASTING_VISITOR = 1 << 63
"""The bit of a visitor number that marks a visitor known across days."""
