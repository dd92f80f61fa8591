"""Krafter's words ↔ the model's. Pure."""

from typing import Any
from uuid import UUID

from goalpost.conversions.model.conversion_goals import ConversionGoal, GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site
from goalpost.conversions.model.totals import GoalTotals, Group, SiteStats
from goalpost.dialects.krafter import wire
from goalpost.kernel.errors import Faults
from goalpost.kernel.ids import parse_id

_TRIGGERS: dict[str, Trigger] = {"pageview": Trigger.PAGEVIEW, "event": Trigger.EVENT, "custom": Trigger.GOAL}
_TYPES: dict[Trigger, Any] = {trigger: name for name, trigger in _TRIGGERS.items()}
_MATCH_TYPES: dict[MatchType, Any] = {
    kind: kind.value for kind in (MatchType.EXACT, MatchType.CONTAINS, MatchType.REGEX)
}
_FIELDS = {"trigger": "type"}


def goal_id_from_wire(text: str) -> UUID | None:
    """A goal's id; None for what spells none."""
    return parse_id(text)


def draft_from_wire(body: wire.GoalCreate) -> GoalDraft:
    """The goal that a create request asks for."""
    rule = Rule(_TRIGGERS[body.type], MatchType(body.match_type), body.match_value)
    return GoalDraft(body.name, rule, body.currency)


def goal_changes_from_wire(body: wire.GoalPatch) -> dict[str, Any]:
    """Return the changes of a patch request, in the model's words."""
    changes = body.model_dump(include=body.model_fields_set)
    if "type" in changes:
        changes["trigger"] = _TRIGGERS[changes.pop("type")]
    if "match_type" in changes:
        changes["match_type"] = MatchType(changes["match_type"])
    return changes


def is_expressible(goal: ConversionGoal) -> bool:
    """Return whether Krafter has words for the goal: no scope of pages, and no trigger that lives in the page."""
    rule = goal.rule
    return rule.trigger in _TYPES and rule.match_type in _MATCH_TYPES and rule.scope.is_everywhere


def goal_to_wire(goal: ConversionGoal) -> wire.Goal:
    """A goal as Krafter shows it."""
    return wire.Goal(
        id=str(goal.id),
        name=goal.name,
        type=_TYPES[goal.rule.trigger],
        match_type=_MATCH_TYPES[goal.rule.match_type],
        match_value=goal.rule.match_value,
        currency=goal.currency,
    )


def totals_to_wire(totals: GoalTotals, goal: ConversionGoal) -> wire.GoalStats:
    """A goal's numbers; revenue is told only when the goal has a currency."""
    return wire.GoalStats(
        conversions=totals.conversions,
        unique_conversions=totals.unique_conversions,
        revenue=float(totals.revenue) if goal.currency is not None else None,
    )


def site_to_wire(site: Site) -> wire.Site:
    """A site as Krafter shows it."""
    return wire.Site(
        id=str(site.id),
        domain=site.domain,
        name=site.name,
        site_key=site.key,
        public_stats=site.public_stats,
        created_at=site.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def site_stats_to_wire(stats: SiteStats) -> wire.SiteStats:
    """A site's statistics as Krafter shows them."""
    period = stats.period
    return wire.SiteStats(
        period=wire.Period(from_=period.first_on.isoformat(), to=period.last_on.isoformat()),
        totals=wire.Totals(pageviews=stats.pageviews, visitors=stats.visitors, visits=stats.visits),
        timeseries=[wire.Day(day.isoformat(), *counts) for day, *counts in stats.days],
        breakdowns={
            name: [
                wire.BreakdownRow(value=group.value, pageviews=group.count, visitors=group.visitors) for group in groups
            ]
            for name, groups in stats.breakdowns.items()
        },
    )


def event_count_to_wire(group: Group) -> wire.EventCount:
    """A custom event's numbers."""
    return wire.EventCount(name=group.value, count=group.count, visitors=group.visitors)


def faults_to_wire(faults: Faults) -> dict[str, list[str]]:
    """Faults by Krafter's field names."""
    return {_FIELDS.get(field, field): list(texts) for field, texts in faults.items()}
