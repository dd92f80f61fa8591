"""Statistics: what was counted, read back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from goalpost.conversions.events.reader import DIMENSIONS, EventReader, Span
from goalpost.conversions.model.conversion_goals import ConversionGoal, PageScope, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.periods import Period
from goalpost.conversions.model.sites import Site
from goalpost.conversions.model.totals import GoalCounters, GoalDay, GoalTotals, Group, SiteStats
from goalpost.kernel.errors import Malformed

REALTIME = timedelta(minutes=5)
_AHEAD = timedelta(days=1)  # what clocks of senders may be ahead


def goal_stats(events: EventReader, *, goal: ConversionGoal, period: Period) -> GoalTotals:
    """A goal's conversions, unique visitors and revenue in the period; raises Unavailable."""
    return events.goal_totals(goal.id, period, goal.currency)


def goal_days(events: EventReader, *, goal: ConversionGoal, period: Period) -> dict[date, GoalDay]:
    """A goal's numbers on every day of the period, in order; raises Unavailable."""
    return events.goal_days(goal.id, period)


def goal_counters(
    events: EventReader, *, site: Site, goals: Sequence[ConversionGoal], now: datetime
) -> dict[UUID, GoalCounters]:
    """Count what each of a site's goals has earned from its creation to now, or to its deletion; raises Unavailable."""
    spans = [Span(goal.rule.scope, goal.created_at, goal.deleted_at or now + _AHEAD) for goal in goals]
    seen = events.scope_counts(site.id, [_with_page(goal, span) for goal, span in zip(goals, spans, strict=True)])
    achieved = events.achieved({goal.id: goal.created_at.date() for goal in goals})
    return {
        goal.id: GoalCounters(visitors, achieved.get(goal.id, 0), milliseconds)
        for goal, (visitors, milliseconds) in zip(goals, seen, strict=True)
    }


def _with_page(goal: ConversionGoal, span: Span) -> Span:
    """A rule on the page's path is where its goal counts."""
    rule = goal.rule
    if rule.trigger is Trigger.PAGEVIEW and rule.match_type is MatchType.EXACT:
        return replace(span, scope=PageScope(page=rule.match_value))
    return span


def check_dimensions(dimensions: Sequence[str]) -> None:
    """Raise Malformed for a dimension that there is not."""
    if unknown := [dimension for dimension in dimensions if dimension not in DIMENSIONS]:
        raise Malformed(f"unknown dimension {unknown[0]!r}; choose from {', '.join(DIMENSIONS)}")


def site_stats(events: EventReader, *, site: Site, period: Period, dimensions: Sequence[str] = ()) -> SiteStats:
    """A site's totals, days and the breakdowns asked for; raises Malformed for an unknown dimension, Unavailable."""
    check_dimensions(dimensions)
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
