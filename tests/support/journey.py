"""Visitors who walk through a site: their events go through the real door, at the times their own clocks show.

    journey(site).pageview("/").event("signup").wait(30).goal("purchase", "49.99")

A journey sends each event as it happens. A crowd's journeys are written down first and sent together, in order of time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from tests.support.server import Site

_BATCH = 1000
Event = dict[str, Any]


def two_days_ago(hour: int = 10) -> datetime:
    """A moment that lies in every period the API knows, and far from midnight."""
    return (datetime.now(UTC) - timedelta(days=2)).replace(hour=hour, minute=0, second=0, microsecond=0)


@dataclass
class Journey:
    """One visitor's way through a site. Only `wait` moves its clock, which starts at `at`."""

    site: Site
    at: datetime
    identity: Event
    hand_over: Callable[[Event], None]
    defaults: Event = field(default_factory=dict)

    def pageview(self, path: str = "/", **fields: Any) -> Self:
        """Look at a page."""
        return self._happens("pageview", "pageview", url=f"https://{self.site.domain}{path}", **fields)

    def event(self, name: str, **props: Any) -> Self:
        """Do something of that name."""
        return self._happens("event", name, **({"props": props} if props else {}))

    def goal(self, name: str, amount: str | float | None = None, currency: str | None = None) -> Self:
        """Reach a goal by calling it, and maybe pay."""
        revenue = {"amount": amount} | ({"currency": currency} if currency else {})
        return self._happens("goal", name, **({"revenue": revenue} if amount is not None else {}))

    def wait(self, minutes: float) -> Self:
        """Let time pass."""
        self.at += timedelta(minutes=minutes)
        return self

    def _happens(self, kind: str, name: str, **fields: Any) -> Self:
        milliseconds = round(self.at.timestamp() * 1000)
        self.hand_over(
            {
                "kind": kind,
                "name": name,
                "domain": self.site.key,
                "timestamp": milliseconds,
                **self.identity,
                **self.defaults,
                **fields,
            }
        )
        return self


def journey(site: Site, *, at: datetime | None = None, visitor: str | None = None, **defaults: Any) -> Journey:
    """A visitor known by a name of their own across days; `defaults` (referrer, user_agent, …) go with every event."""
    identity = {"visitor": visitor or uuid4().hex}
    return Journey(site, at or two_days_ago(), identity, lambda event: _send(site, [event]), defaults)


class Crowd:
    """Many journeys on one site. `events` is what they sent, in order of time, for counting independently."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.events: list[Event] = []

    def journey(self, at: datetime, **identity: Any) -> Journey:
        """Another journey: of a named visitor (`visitor=`), or of an unnamed one (`ip=` and `user_agent=`)."""
        return Journey(self.site, at, identity, self.events.append)

    def send(self) -> None:
        """Send all that has happened, in order of time."""
        self.events.sort(key=lambda event: event["timestamp"])
        for start in range(0, len(self.events), _BATCH):
            _send(self.site, self.events[start : start + _BATCH])


def _send(site: Site, events: list[Event]) -> None:
    workspace = site.workspace
    answer = workspace.server.post_event(events, authorization=f"Bearer {workspace.key}")
    assert answer.status_code == 202, answer.text
    assert "x-goalpost-dropped" not in answer.headers, answer.headers
