"""A dialect's door: its gated routes are served from here, everything else by its FastAPI application.

FastAPI and Starlette lay a dozen calls around a handler, each for something that no gated route needs; together they
took a third of a request's time.
"""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from goalpost.tenancy.rate_limit import RateLimiter
from goalpost.web.declared import Dialect
from goalpost.web.gate import GatedRoute
from goalpost.web.paths import forgiven, literal_parts, single_slashes
from goalpost.web.quota_headers import QuotaForm, QuotaHeaders, RequestIdHeader


class Door:
    """The ASGI application of a dialect, to be mounted at its prefix."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._dialect: Dialect = app.state.dialect
        self._routes: list[GatedRoute] = app.state.routes
        self._hidden_by = {id(route): _more_literal(route, self._routes) for route in self._routes}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        scope = forgiven(scope)
        path = scope["path"].removeprefix(scope["root_path"])
        for route in self._routes:
            found = route.path_regex.match(path)
            if found and scope["method"] in (route.methods or ()):
                request = Request({**scope, "app": self._app, "path_params": found.groupdict()}, receive)
                is_hidden = any(other.path_regex.match(path) for other in self._hidden_by[id(route)])
                response = await self._serve(route, request, is_hidden)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _serve(self, route: GatedRoute, request: Request, is_hidden: bool) -> Response:
        try:
            if is_hidden:
                raise HTTPException(405)
            return await route.serve(request)
        except Exception as error:
            return self._dialect.errors.answer(request, error)


def _more_literal(route: GatedRoute, routes: Sequence[GatedRoute]) -> list[GatedRoute]:
    """Return the routes to which a path of both belongs (`/goals/statuses`, not `/goals/{id}`), of other methods."""
    others = [other for other in routes if not (route.methods or set()) & (other.methods or set())]
    return [other for other in others if literal_parts(other.path) > literal_parts(route.path)]


class Doors:
    """The doors by what paths begin with: of dialects, and of others `below` their prefixes; the rest is `others`'."""

    def __init__(self, doors: Sequence[tuple[Dialect, ASGIApp]], below: Mapping[str, ASGIApp], others: ASGIApp) -> None:
        found = [(prefix, dialect.mount, door) for dialect, door in doors for prefix in dialect.prefixes]
        found += [(prefix, prefix, door) for prefix, door in below.items()]
        # The longer one first: a dialect's own prefix, and then what else it answers in its words.
        found.sort(key=lambda entry: -len(entry[0]))
        self._doors = [
            (prefix, f"{prefix}/", mount if prefix.startswith(mount) else "", door) for prefix, mount, door in found
        ]
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = single_slashes(scope["path"])
        for prefix, below, root, door in self._doors:
            if path.startswith(below) or path == prefix:
                await door({**scope, "path": path, "root_path": root}, receive, send)
                return
        await self._others(scope, receive, send)


def door_of(dialect: Dialect, app: FastAPI, public: RateLimiter) -> ASGIApp:
    """Return the door of a dialect's application, with the headers that it has on every answer."""
    door = Door(app)
    if dialect.quota_form is QuotaForm.NONE:
        return RequestIdHeader(door, dialect.request_id_header)
    return QuotaHeaders(door, public, iso=dialect.quota_form is QuotaForm.ISO)
