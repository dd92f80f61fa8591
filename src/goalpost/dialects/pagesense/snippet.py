"""PageSense's own script tag: `/js/{portal}/{projectKey}.js` serves the tracker with the site known.

Vendor: https://www.zoho.com/pagesense/help/ (the snippet of a project's settings). The project is named by its site's
key or slug.
"""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.resources import files

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import sites
from goalpost.dialects.pagesense.translate import is_portal
from goalpost.kernel.errors import NotFound
from goalpost.tenancy import workspaces
from goalpost.web.scripts import missing_script, script_of

FindSite = Callable[[str, str], Site | None]


def routes(find_site: FindSite) -> list[Route]:
    """The one route: it serves the site's line, the tracker and the vendor's calls.

    `find_site(portal, project)` is asked in a thread.
    """
    body = files("goalpost.dialects.pagesense").joinpath("static/queue.js").read_bytes()

    async def script(request: Request) -> Response:
        portal, project = request.path_params["portal"], request.path_params["project"]
        site = await run_in_threadpool(find_site, portal, project)
        return missing_script() if site is None else script_of(_prelude(site) + body).answer(request)

    return [Route("/js/{portal}/{project}.js", script)]


def finder(reading: Callable[[], AbstractContextManager[Connection]]) -> FindSite:
    """Return a function that finds sites in the relational store."""

    def find(portal: str, project: str) -> Site | None:
        with reading() as db:
            return find_project(db, portal=portal, project=project)

    return find


def find_project(db: Connection, *, portal: str, project: str) -> Site | None:
    """The site of that key or slug in the workspace of that name, or whose name has that slug.

    A workspace of exactly that name goes first. A slug of several workspaces' names finds projects by their keys alone:
    one of them must not get what the pages of another report.
    """
    portals = [space for space in workspaces.list_workspaces(db) if is_portal(space, portal)]
    try:
        site = sites.get_site(db, key=project)
    except NotFound:
        named = [space for space in portals if space.name == portal] or portals
        return sites.find_project(db, workspace_id=named[0].id, slug=project) if len(named) == 1 else None
    return site if site.workspace_id in {space.id for space in portals} else None


def _prelude(site: Site) -> bytes:
    """The line that tells the tracker whose page it is in, and where events go, seen from `/js/{portal}/`."""
    return (
        f"try{{(t=>{{t.dataset.site={json.dumps(site.key)};"
        "t.dataset.api=t.dataset.api||new URL('../../api/event',t.src)})(document.currentScript)}catch(e){}\n"
    ).encode()
