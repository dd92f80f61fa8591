"""The start page, and the answer to paths that are not there: for people who open the server's address."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from goalpost import __version__
from goalpost.web.documents import FRESH, Document

_FILES = files("goalpost.index")
_KEPT = {"cache-control": "public, max-age=3600"}
_VARIES = {"vary": "accept"}
_LONGEST_PATH = 200
_template = Environment(
    loader=PackageLoader("goalpost", "index"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
).get_template("index.html")


@dataclass(frozen=True, slots=True)
class ApiDoor:
    """An API that the start page leads to; `docs` and `openapi` are paths of its page and its document."""

    title: str
    about: str
    docs: str
    openapi: str


def routes(doors: Sequence[ApiDoor]) -> list[Route]:
    """`/`, other spellings of it, and what browsers and robots ask every server for."""
    html = _template.render(title="goalpost", doors=doors, version=__version__, missing="")
    about: dict[str, object] = {
        "name": "goalpost",
        "version": __version__,
        "apis": [asdict(door) for door in doors],
        "events": "/api/event",
        "health": ["/healthz", "/readyz", "/metrics"],
    }

    kept = {**FRESH, **_VARIES}
    page = Document(html.encode(), "text/html", kept, compressed=False)
    as_json = Document(to_json(about), "application/json", kept, compressed=False)

    async def start(request: Request) -> Response:
        return (as_json if _wants_json(request) else page).answer(request)

    async def docs(_request: Request) -> Response:
        return RedirectResponse("/", 307)

    return [
        Route("/", start),
        *(Route(path, docs) for path in ("/docs", "/docs/", "/index.html")),
        _file("/index.css", "index.css", "text/css"),
        _file("/favicon.ico", "favicon.ico", "image/x-icon"),
        _file("/robots.txt", "robots.txt", "text/plain"),
    ]


async def not_found(request: Request, _error: Exception) -> Response:
    """Answer a path that is not there: a page for browsers, else JSON or a line of text, as asked for."""
    path = request.url.path
    shown = path if len(path) <= _LONGEST_PATH else path[:_LONGEST_PATH] + "…"
    if _wants_json(request):
        return JSONResponse({"error": f"There is nothing at {shown}", "start": "/"}, 404, _VARIES)
    if "text/html" in request.headers.get("accept", ""):
        page = _template.render(title="Not found", doors=(), version=__version__, missing=shown)
        return HTMLResponse(page, 404, _VARIES)
    return PlainTextResponse(f"There is nothing at {shown}. The start page is /\n", 404, _VARIES)


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def _file(path: str, name: str, media_type: str) -> Route:
    document = Document(_FILES.joinpath(name).read_bytes(), media_type, _KEPT, compressed=False)

    async def serve(request: Request) -> Response:
        return document.answer(request)

    return Route(path, serve)
