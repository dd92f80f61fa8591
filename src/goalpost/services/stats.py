"""What was counted, read back."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from goalpost.core.conversion_goals import ConversionGoal
from goalpost.core.errors import Malformed
from goalpost.core.owners import Site
from goalpost.core.periods import Period
from goalpost.core.stats import GoalDay, GoalTotals, Group, SiteStats
from goalpost.events.queries import DIMENSIONS, EventReader

REALTIME = timedelta(minutes=5)


def goal_stats(events: EventReader, *, goal: ConversionGoal, period: Period) -> GoalTotals:
    """A goal's conversions, unique visitors and revenue in the period; raises Unavailable."""
    return events.goal_totals(goal.id, period)


def goal_days(events: EventReader, *, goal: ConversionGoal, period: Period) -> dict[date, GoalDay]:
    """A goal's numbers on every day of the period, in order; raises Unavailable."""
    return events.goal_days(goal.id, period)


def site_stats(events: EventReader, *, site: Site, period: Period, dimensions: Sequence[str] = ()) -> SiteStats:
    """A site's totals, days and the breakdowns asked for; raises Malformed for an unknown dimension, Unavailable."""
    if unknown := [dimension for dimension in dimensions if dimension not in DIMENSIONS]:
        raise Malformed(f"unknown dimension {unknown[0]!r}; choose from {', '.join(DIMENSIONS)}")
    days, visitors = events.site_days(site.id, period)
    return SiteStats(
        period,
        sum(day.pageviews for day in days),
        visitors,
        sum(day.visits for day in days),
        days,
        {dimension: events.breakdown(site.id, period, dimension) for dimension in dimensions},
    )


def custom_events(events: EventReader, *, site: Site, period: Period) -> list[Group]:
    """The site's custom events by name; raises Unavailable."""
    return events.custom_events(site.id, period)


def realtime_visitors(events: EventReader, *, site: Site, now: datetime) -> int:
    """Visitors seen within the last five minutes; raises Unavailable."""
    return events.visitors_since(site.id, now - REALTIME)
