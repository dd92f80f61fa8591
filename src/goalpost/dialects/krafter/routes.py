"""Krafter's endpoints. A handler parses, calls one service, renders."""

from typing import Annotated

from fastapi import Path, Query

from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.periods import Period, parse_period
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites, stats
from goalpost.dialects.krafter import wire
from goalpost.dialects.krafter.errors import ERRORS
from goalpost.dialects.krafter.examples import EXAMPLES
from goalpost.dialects.krafter.translate import (
    draft_from_wire,
    event_count_to_wire,
    goal_changes_from_wire,
    goal_id_from_wire,
    goal_to_wire,
    is_expressible,
    site_stats_to_wire,
    site_to_wire,
    totals_to_wire,
)
from goalpost.kernel.errors import NotFound
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.base import BodyCall, Call
from goalpost.web.counted import Counted
from goalpost.web.declared import Access, Dialect, Route, grouped
from goalpost.web.faults import PRECISE
from goalpost.web.written_ids import UUIDS

PREFIX = "/api/v1/analytics"
READ, WRITE = Access(("analytics:read",)), Access(("analytics:write",))
SiteKey = Annotated[str, Path(description="The site's key.", examples=["sk_abc123def456"])]
GoalId = Annotated[str, Path(description="The goal's id.", examples=["550e8400-e29b-41d4-a716-446655440000"])]
PeriodQuery = Annotated[wire.PeriodQuery, Query()]
SiteStatsQuery = Annotated[wire.SiteStatsQuery, Query()]

_DESCRIPTION = """\
Goals, sites and statistics as Krafter Analytics documents them, served by goalpost.

Every response tells the workspace's quota in `x-ratelimit-limit`, `x-ratelimit-remaining` and `x-ratelimit-reset`
(Unix seconds). Days are UTC days."""


def create_goal(key: SiteKey, call: BodyCall[wire.GoalCreate]) -> wire.Data[wire.Goal]:
    """Create a goal. It counts from the next event on."""
    site, draft = _site(call, key), draft_from_wire(call.read())
    goal = conversion_goals.create_goal(call.db, site=site, draft=draft, now=call.now)
    return wire.Data(data=goal_to_wire(goal))


def list_goals(key: SiteKey, call: Call) -> wire.Data[list[wire.Goal]]:
    """List a site's goals, oldest first."""
    goals = conversion_goals.list_goals(call.db, site=_site(call, key))
    return wire.Data(data=[goal_to_wire(goal) for goal in goals if is_expressible(goal)])


def update_goal(key: SiteKey, id: GoalId, call: BodyCall[wire.GoalPatch]) -> wire.Data[wire.Goal]:
    """Change a goal. Only the fields sent change, and conversions counted so far stay as they are."""
    goal, changes = _goal(call, key, id), goal_changes_from_wire(call.read())
    changed = conversion_goals.update_goal(call.db, goal=goal, changes=changes)
    return wire.Data(data=goal_to_wire(changed))


def delete_goal(key: SiteKey, id: GoalId, call: Call) -> wire.Data[wire.Deleted]:
    """Delete a goal. Its conversions stay stored."""
    conversion_goals.delete_goal(call.db, goal=_goal(call, key, id), now=call.now)
    return wire.Data(data=wire.Deleted())


def get_goal_stats(key: SiteKey, id: GoalId, query: PeriodQuery, call: Call) -> Counted[wire.Data[wire.GoalStats]]:
    """A goal's conversions, unique visitors and revenue."""
    goal, period = _goal(call, key, id), _period(call, query)
    return Counted(
        lambda events: wire.Data(data=totals_to_wire(stats.goal_stats(events, goal=goal, period=period), goal))
    )


def list_sites(call: Call) -> wire.Data[list[wire.Site]]:
    """List the workspace's sites, oldest first."""
    found = sites.list_sites(call.db, workspace_id=call.caller.workspace_id)
    return wire.Data(data=[site_to_wire(site) for site in found])


def create_site(call: BodyCall[wire.SiteCreate]) -> wire.Data[wire.Site]:
    """Create a site. Its key is made here."""
    fields = call.read().model_dump()
    site = sites.create_site(call.db, workspace_id=call.caller.workspace_id, now=call.now, **fields)
    return wire.Data(data=site_to_wire(site))


def get_site(key: SiteKey, call: Call) -> wire.Data[wire.Site]:
    """Get a site."""
    return wire.Data(data=site_to_wire(_site(call, key)))


def update_site(key: SiteKey, call: BodyCall[wire.SitePatch]) -> wire.Data[wire.Site]:
    """Change a site. Only the fields sent change; its key never does."""
    site, patch = _site(call, key), call.read()
    changes = patch.model_dump(include=patch.model_fields_set)
    changed = sites.update_site(call.db, site=site, changes=changes, now=call.now)
    return wire.Data(data=site_to_wire(changed))


def delete_site(key: SiteKey, call: Call) -> wire.Data[wire.Deleted]:
    """Delete a site with its goals. What was counted stays stored."""
    sites.delete_site(call.db, site=_site(call, key), now=call.now)
    return wire.Data(data=wire.Deleted())


def get_site_stats(key: SiteKey, query: SiteStatsQuery, call: Call) -> Counted[wire.Data[wire.SiteStats]]:
    """A site's totals, its days, and the top values of every dimension asked for."""
    site, period = _site(call, key), _period(call, query)
    names = list(dict.fromkeys(name.strip() for name in query.dimensions.split(",") if name.strip()))
    stats.check_dimensions(names)
    return Counted(
        lambda events: wire.Data(
            data=site_stats_to_wire(stats.site_stats(events, site=site, period=period, dimensions=names))
        )
    )


def get_realtime_visitors(key: SiteKey, call: Call) -> Counted[wire.Data[wire.Realtime]]:
    """Count the visitors who are on the site now."""
    site, now = _site(call, key), call.now
    return Counted(
        lambda events: wire.Data(data=wire.Realtime(visitors=stats.realtime_visitors(events, site=site, now=now)))
    )


def list_custom_events(key: SiteKey, query: PeriodQuery, call: Call) -> Counted[wire.Data[list[wire.EventCount]]]:
    """The site's custom events by name: the hundred with most visitors, most first."""
    site, period = _site(call, key), _period(call, query)
    return Counted(
        lambda events: wire.Data(
            data=[event_count_to_wire(group) for group in stats.custom_events(events, site=site, period=period)]
        )
    )


def _site(call: Call, key: str) -> Site:
    return sites.get_site(call.db, key=key, workspace_id=call.caller.workspace_id)


def _goal(call: Call, key: str, id: str) -> ConversionGoal:
    goal = conversion_goals.get_goal(call.db, site=_site(call, key), goal_id=goal_id_from_wire(id))
    if not is_expressible(goal):
        raise NotFound("there is no such goal")
    return goal


def _period(call: Call, query: wire.PeriodQuery) -> Period:
    if query.period != "custom" and (query.from_ or query.to):
        call.warnings.append("from and to were ignored: they are read with period=custom")
    return parse_period(query.period, query.from_, query.to, today=call.now.date())


_GOALS, _GOAL = "/sites/{key}/goals", "/sites/{key}/goals/{id}"
_SITES, _SITE = "/sites", "/sites/{key}"
ROUTES = (
    *grouped(
        "Goals",
        Route("POST", _GOALS, create_goal, WRITE, status=201, fails=(400, 404, 422)),
        Route("GET", _GOALS, list_goals, READ, fails=(404,)),
        Route("PATCH", _GOAL, update_goal, WRITE, fails=(400, 404, 422)),
        Route("DELETE", _GOAL, delete_goal, WRITE, fails=(404,)),
        Route("GET", f"{_GOAL}/stats", get_goal_stats, READ, fails=(400, 404)),
    ),
    *grouped(
        "Sites",
        Route("GET", _SITES, list_sites, READ),
        Route("POST", _SITES, create_site, WRITE, status=201, fails=(400, 422)),
        Route("GET", _SITE, get_site, READ, fails=(404,)),
        Route("PATCH", _SITE, update_site, WRITE, fails=(400, 404, 422)),
        Route("DELETE", _SITE, delete_site, WRITE, fails=(404,)),
    ),
    *grouped(
        "Statistics",
        Route("GET", f"{_SITE}/stats", get_site_stats, READ, fails=(400, 404)),
        Route("GET", f"{_SITE}/realtime", get_realtime_visitors, READ, fails=(404,)),
        Route("GET", f"{_SITE}/events", list_custom_events, READ, fails=(400, 404)),
    ),
)
KRAFTER = Dialect(
    name="krafter",
    title="Krafter Analytics API",
    description=_DESCRIPTION,
    # The vendor's other paths begin with the second one: there is nothing at them, which is told in its words.
    prefixes=(PREFIX, "/api/v1"),
    mount=PREFIX,
    pages=PREFIX,
    routes=ROUTES,
    errors=ERRORS,
    allowance=Allowance(minute=100),  # of a team: https://docs.krafter.dev/api/rate-limits.html
    # The vendor says "is invalid" of a value that is not among those that there are.
    words={kind: text for kind, text in PRECISE.items() if kind != "literal_error"},
    written=UUIDS,
    examples=EXAMPLES,
)
