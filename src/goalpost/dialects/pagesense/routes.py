"""PageSense's endpoints. A handler parses, calls services, renders."""

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from goalpost.conversions.model.conversion_goals import ConversionGoal, Trigger
from goalpost.conversions.model.sites import DeclaredEvent, Site
from goalpost.conversions.model.totals import GoalCounters
from goalpost.conversions.services import conversion_goals, declared_events, sites, stats
from goalpost.dialects.pagesense import wire
from goalpost.dialects.pagesense.errors import ERRORS, Mismatch
from goalpost.dialects.pagesense.translate import (
    Seen,
    draft_from_wire,
    event_to_wire,
    goal_to_wire,
    is_expressible,
    is_portal,
)
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.kernel.id_numbers import numbers_meant
from goalpost.tenancy import workspaces
from goalpost.tenancy.rate_limit import Allowance
from goalpost.web.base import BodyCall, Call
from goalpost.web.counted import Counted
from goalpost.web.declared import Access, Dialect, Route, grouped

PREFIX = "/pagesense/rest/v1"
_NOTHING = GoalCounters(0, 0, 0)
_A_PROJECT = ["website-performance-project"]
Portal = Annotated[str, Path(description="The portal: the workspace's name.", examples=["my-portal"])]
Project = Annotated[str, Path(description="The project's linkname or project_id.", examples=_A_PROJECT)]
Either = Annotated[
    str,
    Path(
        description="A project's linkname or project_id for all of its goals, or a goal's.",
        examples=_A_PROJECT,
    ),
]
GoalName = Annotated[str, Path(description="The goal's linkname or goal_id.", examples=["time-spent"])]
ProjectQuery = Annotated[str, Query(description="The project's linkname or project_id.", examples=_A_PROJECT)]

OfProject = Annotated[str | None, Query(description="The goal's project, where several have a goal of that linkname.")]

_DESCRIPTION = """\
Goals and custom events as Zoho PageSense documents them, served by goalpost.

A portal is a workspace, a project is a site. Send `Authorization: Zoho-oauthtoken TOKEN` or `Bearer TOKEN`, where the
token is a key or an access token from `POST /oauth/v2/token`."""


def create_goal(portal_name: Portal, linkname: Project, call: BodyCall[wire.GoalCreate]) -> wire.Goals:
    """Create a goal. It counts from the next event on."""
    started = time.perf_counter()
    site = _project(call, portal_name, linkname)
    fields = call.read().projectgoal
    if not _is_of(site, call, fields.project_linkname):
        raise Mismatch("project_linkname is not the linkname of the path")
    draft = draft_from_wire(fields)
    if draft.rule.trigger is Trigger.EVENT:
        declared_events.find_or_declare(call.db, site=site, name=draft.rule.match_value, now=call.now)
    goal = conversion_goals.create_goal(call.db, site=site, draft=draft, now=call.now)
    return _shown(call, started, site, [goal], {})


def get_goals(
    portal_name: Portal, linkname: Either, call: Call, project_linkname: OfProject = None
) -> Counted[wire.Goals]:
    """Get a project's goals, oldest first, or the goal of that linkname, which may be deleted."""
    started = time.perf_counter()
    _portal(call, portal_name)
    site = _find_project(call, linkname)
    if site is not None:
        found = conversion_goals.list_goals(call.db, site=site)
        return _count(call, started, site, [goal for goal in found if is_expressible(goal)])
    goal, site = _goal(call, portal_name, linkname, project_linkname)
    return _count(call, started, site, [goal])


def update_goal(portal_name: Portal, linkname: GoalName, call: BodyCall[wire.GoalUpdate]) -> Counted[wire.Goals]:
    """Rename a goal. Its linkname stays."""
    started = time.perf_counter()
    try:
        goal, site = _live_goal(call, portal_name, linkname, None)
        changes = call.read().projectgoal
    except Invalid:  # several projects have such a goal: the body may say which
        changes = call.read().projectgoal
        goal, site = _live_goal(call, portal_name, linkname, changes.project_linkname)
    if changes.project_linkname is not None and not _is_of(site, call, changes.project_linkname):
        raise Mismatch("project_linkname is not the linkname of the goal's project")
    changed = conversion_goals.update_goal(call.db, goal=goal, changes={"name": changes.display_name})
    return _count(call, started, site, [changed], changed=True)


def delete_goal(
    portal_name: Portal, linkname: GoalName, call: Call, project_linkname: OfProject = None
) -> Counted[wire.Goals]:
    """Delete a goal. What it counted stays, and can be read by its linkname."""
    started = time.perf_counter()
    goal, site = _live_goal(call, portal_name, linkname, project_linkname)
    deleted = conversion_goals.delete_goal(call.db, goal=goal, now=call.now)
    return _count(call, started, site, [deleted], changed=True)


def create_event(portal_name: Portal, call: BodyCall[wire.EventCreate]) -> wire.Events:
    """Announce a custom event. Its name must be new to its project."""
    started = time.perf_counter()
    _portal(call, portal_name)
    fields = call.read().customevent
    site = _project(call, portal_name, fields.project_linkname)
    return _show_events(
        call, started, [declared_events.declare(call.db, site=site, name=fields.event_name, now=call.now)]
    )


def list_events(portal_name: Portal, project_linkname: ProjectQuery, call: Call) -> wire.Events:
    """List a project's custom events, oldest first."""
    started = time.perf_counter()
    site = _project(call, portal_name, project_linkname)
    return _show_events(call, started, declared_events.list_events(call.db, site=site))


def _portal(call: Call, portal: str) -> None:
    if not is_portal(workspaces.workspace_of(call.db, workspace_id=call.caller.workspace_id), portal):
        raise NotFound("there is no such portal")


def _project(call: Call, portal: str, linkname: str) -> Site:
    _portal(call, portal)
    site = _find_project(call, linkname)
    if site is None:
        raise NotFound("there is no such project")
    return site


def _find_project(call: Call, linkname: str) -> Site | None:
    """The project of a linkname, else of a project_id."""
    owner = call.caller.workspace_id
    return sites.find_project(call.db, workspace_id=owner, slug=linkname, numbers=numbers_meant(owner, linkname))


def _is_of(site: Site, call: Call, linkname: str) -> bool:
    """Return whether a project's linkname or project_id names this one."""
    found = _find_project(call, linkname)
    return found is not None and found.id == site.id


def _goal(call: Call, portal: str, linkname: str, project: str | None) -> tuple[ConversionGoal, Site]:
    """The goal of a linkname, else of a goal_id."""
    _portal(call, portal)
    owner = call.caller.workspace_id
    goal, site = conversion_goals.get_goal_of_slug(
        call.db,
        workspace_id=owner,
        slug=linkname,
        numbers=numbers_meant(owner, linkname),
        site=_project(call, portal, project) if project else None,
    )
    if not is_expressible(goal):
        raise NotFound("there is no such goal")
    return goal, site


def _live_goal(call: Call, portal: str, linkname: str, project: str | None) -> tuple[ConversionGoal, Site]:
    goal, site = _goal(call, portal, linkname, project)
    if goal.deleted_at is not None:
        raise NotFound("there is no such goal")
    return goal, site


def _count(
    call: Call, started: float, site: Site, goals: list[ConversionGoal], *, changed: bool = False
) -> Counted[wire.Goals]:
    """The goals with their counters; where they were changed, without them if the event store does not tell them."""
    show = partial(_shown, call, started, site, goals)
    return Counted(
        lambda events: show(stats.goal_counters(events, site=site, goals=goals, now=call.now)),
        partial(show, {}) if changed else None,
    )


def _shown(
    call: Call, started: float, site: Site, goals: list[ConversionGoal], counters: Mapping[UUID, GoalCounters]
) -> wire.Goals:
    """The goals with what they have counted, 0 where nothing is said of it."""
    shown = [
        goal_to_wire(Seen(goal, site, counters.get(goal.id, _NOTHING)), call.caller.workspace_id) for goal in goals
    ]
    return wire.Goals(timeTakenToProcessTheRequest=_took(started), projectgoals=shown, count=len(shown))


def _show_events(call: Call, started: float, events: Iterable[DeclaredEvent]) -> wire.Events:
    shown = [event_to_wire(event, call.caller.workspace_id) for event in events]
    return wire.Events(timeTakenToProcessTheRequest=_took(started), customevents=shown, count=len(shown))


def _took(started: float) -> str:
    return f"{round((time.perf_counter() - started) * 1000)} ms"


def _access(resource: str, right: str) -> Access:
    return Access((f"PageSense.{resource}.{right}", f"PageSense.{resource}.ALL"))


_PROJECT, _EVENTS = "/portal/{portal_name}/projectgoals/{linkname}", "/portal/{portal_name}/customevents"
ROUTES = (
    *grouped(
        "Goals",
        Route("POST", _PROJECT, create_goal, _access("goals", "CREATE"), answers=wire.LiveGoals),
        Route("GET", _PROJECT, get_goals, _access("goals", "READ")),
        Route("PUT", _PROJECT, update_goal, _access("goals", "UPDATE"), answers=wire.LiveGoals),
        Route("DELETE", _PROJECT, delete_goal, _access("goals", "DELETE")),
        fails=(400,),
        leaves_null_out=True,
    ),
    *grouped(
        "Custom events",
        Route("POST", _EVENTS, create_event, _access("customevents", "CREATE")),
        Route("GET", _EVENTS, list_events, _access("customevents", "READ")),
        fails=(400,),
    ),
)
PAGESENSE = Dialect(
    name="pagesense",
    title="Zoho PageSense API",
    description=_DESCRIPTION,
    # The vendor's other paths begin with the second one: there is nothing at them, which is told in its words.
    prefixes=(PREFIX, "/pagesense"),
    mount=PREFIX,
    pages=PREFIX,
    routes=ROUTES,
    errors=ERRORS,
    allowance=Allowance(minute=100),  # of a portal: the vendor documents that there is a limit, and no number
    schemes=("Zoho-oauthtoken", "Bearer"),
    failure_field="message",
    credential="Authorization: Zoho-oauthtoken YOUR_API_KEY",
)
