"""Paths of requests: what is forgiven, which of two routes is meant, and the methods that there are at one."""

import re

from starlette.requests import Request
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

_slashes = re.compile("/{2,}")
_LONGEST_SHOWN = 500  # characters
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class Forgiving:
    """Forgives what clients send to an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as it was meant."""
        await self._app(forgiven(scope) if scope["type"] == "http" else scope, receive, send)


def forgiven(scope: Scope) -> Scope:
    """Return a request as it was meant: HEAD for GET, doubled and trailing slashes for typing errors.

    The server itself leaves the body of an answer to HEAD out.
    """
    method = "GET" if scope["method"] == "HEAD" else scope["method"]
    return {**scope, "method": method, "path": single_slashes(scope["path"]).rstrip("/")}


def single_slashes(path: str) -> str:
    """Return a path with each run of slashes as one."""
    return _slashes.sub("/", path) if "//" in path else path


def shown(path: str) -> str:
    """Return a path as the log has it: its beginning, without NULs, for which tools take the log for binary."""
    return path[:_LONGEST_SHOWN].replace("\0", "\\0")


def allow_header(request: Request) -> dict[str, str]:
    """Return the `allow` header of a 405, in every dialect."""
    return {"allow": ", ".join(allowed_methods(request))}


def allowed_methods(request: Request) -> list[str]:
    """Return the methods of every route at a request's path; the router itself tells those of the first.

    HEAD is taken wherever GET is.
    """
    routes = request.app.router.routes
    path = request.scope["path"].removeprefix(request.scope["root_path"])
    gated = [route for route in getattr(request.app.state, "routes", ()) if route.path_regex.match(path)]
    if gated:
        meant = max(literal_parts(route.path) for route in gated)
        routes = [route for route in gated if literal_parts(route.path) == meant]

    def is_there(method: str) -> bool:
        return any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)

    found = [method for method in _METHODS if is_there(method)]
    return ["GET", "HEAD", *found[1:]] if "GET" in found else found


def literal_parts(path: str) -> tuple[bool, ...]:
    """Return which parts of a route's path are literal; of two routes at a path, the greater one is meant."""
    return tuple("{" not in part for part in path.split("/"))
