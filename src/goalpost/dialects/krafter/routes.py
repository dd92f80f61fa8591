"""Krafter's endpoints. A handler parses, calls one service, renders."""

from datetime import date
from typing import Annotated, Any

from fastapi import FastAPI, Query

from goalpost.core.owners import Site
from goalpost.core.periods import Period, parse_period
from goalpost.dialects.base import Backend, Call, accepts, gate, new_app
from goalpost.dialects.krafter import errors, wire
from goalpost.dialects.krafter.translate import (
    draft_from_wire,
    event_count_to_wire,
    goal_changes_from_wire,
    goal_id_from_wire,
    goal_to_wire,
    site_stats_to_wire,
    site_to_wire,
    totals_to_wire,
)
from goalpost.services import conversion_goals, owners, stats

PREFIX = "/api/v1/analytics"
READ, WRITE = "analytics:read", "analytics:write"
SCOPES = (READ, WRITE)

PeriodName = Annotated[str | None, Query(alias="period", description="7d, 30d (default), 12mo or custom")]
From = Annotated[str | None, Query(alias="from", description="First day, UTC; required when period is custom")]
To = Annotated[str | None, Query(alias="to", description="Last day, UTC; required when period is custom")]

_DESCRIPTION = "Goals, sites and statistics as Krafter Analytics documents them, served by goalpost."


def _failures(*statuses: int) -> dict[int | str, dict[str, Any]]:
    always = (401, 403, 429, 500, 503)
    return {status: {"model": wire.Error} for status in (*statuses, *always)}


def make_app(backend: Backend) -> FastAPI:
    """The dialect's application, to be mounted at PREFIX."""
    app = new_app("Krafter Analytics API", _DESCRIPTION)
    errors.install(app)
    _add_goals(app, gate(backend, READ), gate(backend, WRITE))
    _add_sites(app, gate(backend, READ), gate(backend, WRITE))
    _add_stats(app, gate(backend, READ))
    return app


def _add_goals(app: FastAPI, read: Any, write: Any) -> None:
    body = _failures(400, 404, 413, 422)

    @app.post(
        "/sites/{key}/goals", status_code=201, responses=body, openapi_extra=accepts(wire.GoalCreate), tags=["Goals"]
    )
    def create_goal(key: str, call: Call = write) -> wire.Data[wire.Goal]:
        """Create a goal."""
        site = _site(call, key)
        goal = conversion_goals.create_goal(
            call.db, site=site, draft=draft_from_wire(call.read(wire.GoalCreate)), now=call.now
        )
        return wire.Data(data=goal_to_wire(goal))

    @app.get("/sites/{key}/goals", responses=_failures(404), tags=["Goals"])
    def list_goals(key: str, call: Call = read) -> wire.Data[list[wire.Goal]]:
        """List a site's goals, oldest first."""
        goals = conversion_goals.list_goals(call.db, site=_site(call, key))
        return wire.Data(data=[goal_to_wire(goal) for goal in goals])

    @app.patch("/sites/{key}/goals/{id}", responses=body, openapi_extra=accepts(wire.GoalPatch), tags=["Goals"])
    def update_goal(key: str, id: str, call: Call = write) -> wire.Data[wire.Goal]:
        """Change a goal; conversions counted so far stay as they are."""
        goal = conversion_goals.get_goal(call.db, site=_site(call, key), goal_id=goal_id_from_wire(id))
        changes = goal_changes_from_wire(call.read(wire.GoalPatch))
        return wire.Data(data=goal_to_wire(conversion_goals.update_goal(call.db, goal=goal, changes=changes)))

    @app.delete("/sites/{key}/goals/{id}", responses=_failures(404), tags=["Goals"])
    def delete_goal(key: str, id: str, call: Call = write) -> wire.Data[wire.Deleted]:
        """Delete a goal; its conversions stay stored."""
        goal = conversion_goals.get_goal(call.db, site=_site(call, key), goal_id=goal_id_from_wire(id))
        conversion_goals.delete_goal(call.db, goal=goal, now=call.now)
        return wire.Data(data=wire.Deleted())

    @app.get("/sites/{key}/goals/{id}/stats", responses=_failures(400, 404), tags=["Goals"])
    def goal_stats(
        key: str, id: str, period: PeriodName = None, from_: From = None, to: To = None, call: Call = read
    ) -> wire.Data[wire.GoalStats]:
        """A goal's conversions, unique visitors and revenue."""
        goal = conversion_goals.get_goal(call.db, site=_site(call, key), goal_id=goal_id_from_wire(id))
        totals = stats.goal_stats(call.events, goal=goal, period=_period(call, period, from_, to))
        return wire.Data(data=totals_to_wire(totals, goal))


def _add_sites(app: FastAPI, read: Any, write: Any) -> None:
    @app.get("/sites", responses=_failures(), tags=["Sites"])
    def list_sites(call: Call = read) -> wire.Data[list[wire.Site]]:
        """List the workspace's sites, oldest first."""
        sites = owners.list_sites(call.db, workspace_id=call.caller.workspace_id)
        return wire.Data(data=[site_to_wire(site) for site in sites])

    @app.post(
        "/sites",
        status_code=201,
        responses=_failures(400, 413, 422),
        openapi_extra=accepts(wire.SiteCreate),
        tags=["Sites"],
    )
    def create_site(call: Call = write) -> wire.Data[wire.Site]:
        """Create a site; its key is made here."""
        fields = call.read(wire.SiteCreate).model_dump()
        site = owners.create_site(call.db, workspace_id=call.caller.workspace_id, now=call.now, **fields)
        return wire.Data(data=site_to_wire(site))

    @app.get("/sites/{key}", responses=_failures(404), tags=["Sites"])
    def get_site(key: str, call: Call = read) -> wire.Data[wire.Site]:
        """Get a site."""
        return wire.Data(data=site_to_wire(_site(call, key)))

    @app.patch(
        "/sites/{key}", responses=_failures(400, 404, 413, 422), openapi_extra=accepts(wire.SitePatch), tags=["Sites"]
    )
    def update_site(key: str, call: Call = write) -> wire.Data[wire.Site]:
        """Change a site's domain, name or public_stats."""
        site = _site(call, key)
        patch = call.read(wire.SitePatch)
        changed = owners.update_site(call.db, site=site, changes=patch.model_dump(include=patch.model_fields_set))
        return wire.Data(data=site_to_wire(changed))

    @app.delete("/sites/{key}", responses=_failures(404), tags=["Sites"])
    def delete_site(key: str, call: Call = write) -> wire.Data[wire.Deleted]:
        """Delete a site; what was counted stays stored."""
        owners.delete_site(call.db, site=_site(call, key), now=call.now)
        return wire.Data(data=wire.Deleted())


def _add_stats(app: FastAPI, read: Any) -> None:
    @app.get("/sites/{key}/stats", responses=_failures(400, 404), tags=["Statistics"])
    def site_stats(
        key: str,
        period: PeriodName = None,
        from_: From = None,
        to: To = None,
        dimensions: Annotated[str | None, Query(description="Names, separated by commas")] = None,
        call: Call = read,
    ) -> wire.Data[wire.SiteStats]:
        """A site's totals, its days, and the hundred top values of every dimension asked for."""
        site, days = _site(call, key), _period(call, period, from_, to)
        names = list(dict.fromkeys(name.strip() for name in (dimensions or "").split(",") if name.strip()))
        found = stats.site_stats(call.events, site=site, period=days, dimensions=names)
        return wire.Data(data=site_stats_to_wire(found))

    @app.get("/sites/{key}/realtime", responses=_failures(404), tags=["Statistics"])
    def realtime(key: str, call: Call = read) -> wire.Data[wire.Realtime]:
        """Visitors seen within the last five minutes."""
        visitors = stats.realtime_visitors(call.events, site=_site(call, key), now=call.now)
        return wire.Data(data=wire.Realtime(visitors=visitors))

    @app.get("/sites/{key}/events", responses=_failures(400, 404), tags=["Statistics"])
    def custom_events(
        key: str, period: PeriodName = None, from_: From = None, to: To = None, call: Call = read
    ) -> wire.Data[list[wire.EventCount]]:
        """The site's custom events by name, most visitors first."""
        site = _site(call, key)
        groups = stats.custom_events(call.events, site=site, period=_period(call, period, from_, to))
        return wire.Data(data=[event_count_to_wire(group) for group in groups])


def _site(call: Call, key: str) -> Site:
    return owners.get_site(call.db, key=key, workspace_id=call.caller.workspace_id)


def _period(call: Call, period: str | None, from_: str | None, to: str | None) -> Period:
    today: date = call.now.date()
    return parse_period(period, from_, to, today=today)
