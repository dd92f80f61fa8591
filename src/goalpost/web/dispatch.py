"""A dialect's door: its gated routes are served from here, everything else by its FastAPI application.

FastAPI and Starlette lay a dozen calls around a handler, each for something that no gated route needs; together they
took a third of a request's time.
"""

from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from goalpost import seldom
from goalpost.web.gate import GatedRoute
from goalpost.web.paths import forgiven, literal_parts, single_slashes

_LONGEST_PATH = 500  # characters of it in the log


class Door:
    """The ASGI application of a dialect, to be mounted at its prefix."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
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
                response = await (self._refuse(request) if is_hidden else self._serve(route, request))
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refuse(self, request: Request) -> Response:
        return await self._answer(request, HTTPException(405))

    async def _serve(self, route: GatedRoute, request: Request) -> Response:
        try:
            return await route.serve(request)
        except Exception as error:
            return await self._answer(request, error)

    async def _answer(self, request: Request, error: Exception) -> Response:
        handlers = self._app.exception_handlers
        kind = next(kind for kind in type(error).__mro__ if kind in handlers)
        if kind is Exception:  # nobody foresaw it; what FastAPI serves raises such a fault once it has answered
            seldom.log.fault("a request failed", error, method=request.method, path=request.url.path[:_LONGEST_PATH])
        answer = handlers[kind](request, error)
        return answer if isinstance(answer, Response) else await answer


def _more_literal(route: GatedRoute, routes: Sequence[GatedRoute]) -> list[GatedRoute]:
    """Return the routes to which a path of both belongs (`/goals/statuses`, not `/goals/{id}`), of other methods."""
    others = [other for other in routes if not (route.methods or set()) & (other.methods or set())]
    return [other for other in others if literal_parts(other.path) > literal_parts(route.path)]


class Doors:
    """The dialects by their prefixes, below which or with which their paths begin; other paths are others'."""

    def __init__(self, below: Mapping[str, ASGIApp], whole: Mapping[str, ASGIApp], others: ASGIApp) -> None:
        self._dialects = [
            *((prefix, f"{prefix}/", prefix, door) for prefix, door in below.items()),
            *((prefix, f"{prefix}/", "", door) for prefix, door in whole.items()),
        ]
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = single_slashes(scope["path"])
        for prefix, below, root, door in self._dialects:
            if path.startswith(below) or path == prefix:
                await door({**scope, "path": path, "root_path": root}, receive, send)
                return
        await self._others(scope, receive, send)
