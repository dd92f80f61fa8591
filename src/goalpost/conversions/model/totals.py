"""Numbers read back: of a goal, of a site, by day and by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from goalpost.conversions.model.periods import Period


@dataclass(frozen=True, slots=True)
class GoalTotals:
    """A goal's numbers over a period; `unique_conversions` counts visitors, `revenue` is in the goal's currency."""

    conversions: int
    unique_conversions: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class GoalDay:
    """A goal's numbers on one day: visitors whose number is good for that day only, and visitors known across days.

    `revenue` is by currency, with '' for amounts that are in whichever currency the goal has.
    """

    conversions: int
    visitors: int
    lasting_visitors: int
    revenue: Mapping[str, Decimal]

    def revenue_in(self, currency: str | None) -> Decimal:
        """Return the day's revenue for a goal of that currency; amounts of other currencies are not converted."""
        return sum((self.revenue.get(name, Decimal(0)) for name in {"", currency or ""}), Decimal(0))


class SiteDay(NamedTuple):  # made in a moment, in contrast to a dataclass: a long period has thousands
    """A site's numbers on one day."""

    day: date
    pageviews: int
    visitors: int
    visits: int


@dataclass(frozen=True, slots=True)
class Group:
    """One value of a dimension, or one event name: `count` page views or events, by so many visitors."""

    value: str
    count: int
    visitors: int


@dataclass(frozen=True, slots=True)
class SiteStats:
    """A site over a period. `visitors` counts a visitor known across days once, any other once for each day."""

    period: Period
    pageviews: int
    visitors: int
    visits: int
    days: list[SiteDay]
    breakdowns: dict[str, list[Group]]


@dataclass(frozen=True, slots=True)
class GoalCounters:
    """A goal since it was made: visitors seen on its pages, visitors who reached it, their active time there."""

    visitors: int
    achieved: int
    time_spent_ms: int
