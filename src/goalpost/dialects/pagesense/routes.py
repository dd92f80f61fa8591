"""PageSense's endpoints. A handler parses, calls services, renders."""

import time
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, FastAPI, Path, Query

from goalpost.conversions.model.conversion_goals import ConversionGoal, Trigger
from goalpost.conversions.model.sites import DeclaredEvent, Site
from goalpost.conversions.model.totals import GoalCounters
from goalpost.conversions.services import conversion_goals, declared_events, sites, stats
from goalpost.dialects.pagesense import errors, wire
from goalpost.dialects.pagesense.errors import Mismatch, failures
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
from goalpost.web import docs_page
from goalpost.web.base import Backend, Call, accepts, new_app
from goalpost.web.counted import Counted
from goalpost.web.faults import PRECISE
from goalpost.web.gate import GatedRoute, gate

PREFIX = "/pagesense/rest/v1"
FAMILY = "/pagesense"
"""The vendor's other paths begin so: there is nothing at them, which is told in its words."""
ALLOWANCE = Allowance(minute=100)
"""Quota of a portal. The vendor documents that there is a limit, and no number."""
_GOALS, _EVENTS = "PageSense.goals.", "PageSense.customevents."
_ALL = "ALL"
_NOTHING = GoalCounters(0, 0, 0)
SCOPES = (
    *(_GOALS + right for right in ("CREATE", "READ", "UPDATE", "DELETE", _ALL)),
    *(_EVENTS + right for right in ("CREATE", "READ", _ALL)),
)
SCHEMES = ("Zoho-oauthtoken", "Bearer")

CreateGoal = Annotated[Call, gate(_GOALS + "CREATE", _GOALS + _ALL, schemes=SCHEMES)]
ReadGoals = Annotated[Call, gate(_GOALS + "READ", _GOALS + _ALL, schemes=SCHEMES)]
UpdateGoal = Annotated[Call, gate(_GOALS + "UPDATE", _GOALS + _ALL, schemes=SCHEMES)]
DeleteGoal = Annotated[Call, gate(_GOALS + "DELETE", _GOALS + _ALL, schemes=SCHEMES)]
CreateEvent = Annotated[Call, gate(_EVENTS + "CREATE", _EVENTS + _ALL, schemes=SCHEMES)]
ReadEvents = Annotated[Call, gate(_EVENTS + "READ", _EVENTS + _ALL, schemes=SCHEMES)]
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

_goals = APIRouter(tags=["Goals"], route_class=GatedRoute)
_events = APIRouter(tags=["Custom events"], route_class=GatedRoute)


def make_app(backend: Backend | None) -> FastAPI:
    """The dialect's application, to be mounted at PREFIX; without a backend it can only be described."""
    app = new_app("Zoho PageSense API", _DESCRIPTION, backend, (_goals, _events))
    errors.install(app)
    docs_page.install(app, failure_field="message", credential=f"Authorization: {SCHEMES[0]} YOUR_API_KEY")
    return app


@_goals.post(
    "/portal/{portal_name}/projectgoals/{linkname}",
    response_model=wire.LiveGoals,
    response_model_exclude_none=True,
    responses=failures(400),
    openapi_extra=accepts(wire.GoalCreate),
)
def create_goal(portal_name: Portal, linkname: Project, call: CreateGoal) -> wire.Goals:
    """Create a goal. It counts from the next event on."""
    started = time.perf_counter()
    site = _project(call, portal_name, linkname)
    fields = call.read(wire.GoalCreate, PRECISE).projectgoal
    if not _is_of(site, call, fields.project_linkname):
        raise Mismatch("project_linkname is not the linkname of the path")
    draft = draft_from_wire(fields)
    if draft.rule.trigger is Trigger.EVENT:
        declared_events.find_or_declare(call.db, site=site, name=draft.rule.match_value, now=call.now)
    goal = conversion_goals.create_goal(call.db, site=site, draft=draft, now=call.now)
    return _shown(call, started, site, [goal], {})


@_goals.get(
    "/portal/{portal_name}/projectgoals/{linkname}",
    response_model=wire.Goals,
    response_model_exclude_none=True,
    responses=failures(400),
)
def get_goals(
    portal_name: Portal, linkname: Either, call: ReadGoals, project_linkname: OfProject = None
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


@_goals.put(
    "/portal/{portal_name}/projectgoals/{linkname}",
    response_model=wire.LiveGoals,
    response_model_exclude_none=True,
    responses=failures(400),
    openapi_extra=accepts(wire.GoalUpdate),
)
def update_goal(portal_name: Portal, linkname: GoalName, call: UpdateGoal) -> Counted[wire.Goals]:
    """Rename a goal. Its linkname stays."""
    started = time.perf_counter()
    try:
        goal, site = _live_goal(call, portal_name, linkname, None)
        changes = call.read(wire.GoalUpdate, PRECISE).projectgoal
    except Invalid:  # several projects have such a goal: the body may say which
        changes = call.read(wire.GoalUpdate, PRECISE).projectgoal
        goal, site = _live_goal(call, portal_name, linkname, changes.project_linkname)
    if changes.project_linkname is not None and not _is_of(site, call, changes.project_linkname):
        raise Mismatch("project_linkname is not the linkname of the goal's project")
    changed = conversion_goals.update_goal(call.db, goal=goal, changes={"name": changes.display_name})
    return _count(call, started, site, [changed], changed=True)


@_goals.delete(
    "/portal/{portal_name}/projectgoals/{linkname}",
    response_model=wire.Goals,
    response_model_exclude_none=True,
    responses=failures(400),
)
def delete_goal(
    portal_name: Portal, linkname: GoalName, call: DeleteGoal, project_linkname: OfProject = None
) -> Counted[wire.Goals]:
    """Delete a goal. What it counted stays, and can be read by its linkname."""
    started = time.perf_counter()
    goal, site = _live_goal(call, portal_name, linkname, project_linkname)
    deleted = conversion_goals.delete_goal(call.db, goal=goal, now=call.now)
    return _count(call, started, site, [deleted], changed=True)


@_events.post("/portal/{portal_name}/customevents", responses=failures(400), openapi_extra=accepts(wire.EventCreate))
def create_event(portal_name: Portal, call: CreateEvent) -> wire.Events:
    """Announce a custom event. Its name must be new to its project."""
    started = time.perf_counter()
    _portal(call, portal_name)
    fields = call.read(wire.EventCreate, PRECISE).customevent
    site = _project(call, portal_name, fields.project_linkname)
    return _show_events(
        call, started, [declared_events.declare(call.db, site=site, name=fields.event_name, now=call.now)]
    )


@_events.get("/portal/{portal_name}/customevents", responses=failures(400))
def list_events(portal_name: Portal, project_linkname: ProjectQuery, call: ReadEvents) -> wire.Events:
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
