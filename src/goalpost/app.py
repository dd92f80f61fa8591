"""The composition root: puts the doors on one ASGI application."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.resources import files

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from goalpost import health, index
from goalpost.conversions.ingest import collect, page_goals
from goalpost.conversions.ingest.collect import Collector
from goalpost.conversions.ingest.cors import readable_by
from goalpost.conversions.ingest.group_commit import GroupCommit
from goalpost.conversions.ingest.peers import ClientAddress, network_of
from goalpost.conversions.ingest.reported import sender
from goalpost.conversions.ingest.row_quotas import RowQuotas
from goalpost.dialects.pagesense import oauth, snippet, tracking
from goalpost.dialects.plausible.snippet import routes as plausible_routes
from goalpost.kernel.errors import GoalpostError, Unavailable
from goalpost.settings import Settings
from goalpost.stores import EventStore, Stores
from goalpost.tenancy.callers import Caller, CallerCache
from goalpost.tenancy.guesses import Guesses
from goalpost.tenancy.oauth import find_caller
from goalpost.tenancy.rate_limit import IngestLimiter, RateLimiter
from goalpost.vendors import DIALECTS
from goalpost.web import counted
from goalpost.web.application import make_app
from goalpost.web.base import Backend
from goalpost.web.declared import Dialect, scopes_of
from goalpost.web.dispatch import Doors, door_of
from goalpost.web.middleware import RequestContext, answer_error, brought_or_new_id, log_fault
from goalpost.web.scripts import Script
from goalpost.web.turns import Turns

EVENT_PATH = "/api/event"
SCOPES = tuple(dict.fromkeys((*collect.SCOPES, *scopes_of(DIALECTS))))
"""Every scope that a key can have; `*` is all of them."""

TOKEN_PATH = f"{oauth.PREFIX}/token"
"""The path where a client exchanges what it has for tokens."""

_WINDOW = 60  # seconds of every quota but the day's
_DAY = 24 * 60 * 60
_REMEMBERED = 60.0  # seconds for which a caller is known before the transaction asks again
_PUBLIC_LIMIT = 200  # what unauthenticated answers of the API show, as the vendor documents it


class Application:
    """The ASGI application: the hot door first, everything else through ordinary routing."""

    def __init__(
        self,
        stores: Stores,
        events: EventStore,
        commit: GroupCommit,
        extra_routes: Sequence[BaseRoute] = (),
        dialects: Sequence[Dialect] = DIALECTS,
    ) -> None:
        settings = stores.settings
        guesses = Guesses(settings.allowed_guesses())
        self._collector = Collector(
            context=replace(stores.context, quotas=RowQuotas(settings.of_site(), settings.of_workspace(), _WINDOW)),
            commit=commit,
            callers=CallerCache(partial(_find_caller, stores)),
            limiter=IngestLimiter(settings.of_address(), _WINDOW),
            guesses=guesses,
            keyless_array=settings.keyless_array(),
            most_revenue=settings.keyless_revenue,
            addresses=ClientAddress(settings.trusted_proxies),
            forwarded_header=settings.proxy_header,
        )
        self.counts = self._collector.counts
        self._rest = RequestContext(
            _ordinary_doors(stores, events, self._collector, guesses, dialects=dialects, extra_routes=extra_routes)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == EVENT_PATH:
            try:
                await self._collector(scope, receive, send)
            except Exception as error:
                await _answer_fault(scope, send, error)
        else:
            await self._rest(scope, receive, send)


async def _answer_fault(scope: Scope, send: Send, error: Exception) -> None:
    """Answer an event of which a fault that nobody foresaw came, so that a page of any origin can read it."""
    request_id = brought_or_new_id(scope)
    with structlog.contextvars.bound_contextvars(id=request_id):
        log_fault(scope, error)
    origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
    with suppress(Exception):  # the fault may be that the client has gone
        headers = [(b"x-request-id", request_id.encode()), *readable_by(origin)]
        await answer_error(send, 500, "Internal server error", headers)


def _ordinary_doors(
    stores: Stores,
    events: EventStore,
    collector: Collector,
    guesses: Guesses,
    *,
    dialects: Sequence[Dialect],
    extra_routes: Sequence[BaseRoute],
) -> ASGIApp:
    backend = _backend(stores, events, guesses)
    _check_limits(stores.settings, dialects)
    apps = [make_app(dialect, _own_quotas(backend, stores.settings, dialect)) for dialect in dialects]
    doors = [
        (dialect, door_of(dialect, app, backend.public_limiter)) for dialect, app in zip(dialects, apps, strict=True)
    ]
    others = _undocumented(stores, events, collector, list(map(_introduced, dialects)), extra_routes)
    return Doors(doors, {oauth.PREFIX: oauth.make_app(backend)}, others)


def _undocumented(
    stores: Stores,
    events: EventStore,
    collector: Collector,
    apis: Sequence[index.ApiDoor],
    extra_routes: Sequence[BaseRoute],
) -> Starlette:
    """Make the application of everything but the APIs: the start page, scripts, health, and what tags ask for."""
    reading = partial(stores.transactions.begin, reads=True)
    app = Starlette(
        routes=[
            *index.routes(apis),
            *(_script(name) for name in ("a.js", "p.js", "h.js")),
            *page_goals.routes(stores.catalog),
            *snippet.routes(snippet.finder(reading)),
            *tracking.routes(tracking.finder(reading), sender(collector, EVENT_PATH)),
            *plausible_routes(),
            *health.routes(stores, events, collector.counts),
            *extra_routes,
        ],
        exception_handlers={404: index.not_found, Unavailable: _answer_unavailable},
    )
    app.router.redirect_slashes = False
    return app


def _backend(stores: Stores, events: EventStore, guesses: Guesses) -> Backend:
    return Backend(
        turns=Turns(stores.transactions),
        statistics=counted.new_pool(),
        events=events.reader,
        callers=CallerCache(partial(_find_caller, stores), _REMEMBERED),
        pepper=stores.pepper,
        limiter=RateLimiter(0, _WINDOW),
        public_limiter=RateLimiter(_PUBLIC_LIMIT if stores.settings.rate_limit == "on" else 0, _WINDOW),
        daily_limiter=RateLimiter(0, _DAY),
        catalog_changed=stores.catalog.refresh,
        now=lambda: datetime.now(UTC),
        address_of=_address_of(stores.settings),
        guesses=guesses,
    )


def _answer_unavailable(_request: Request, error: Exception) -> Response:
    seconds = error.retry_after if isinstance(error, Unavailable) else 1
    return PlainTextResponse("Temporarily unavailable\n", 503, {"retry-after": str(seconds)})


def _introduced(dialect: Dialect) -> index.ApiDoor:
    """An API as the start page tells of it: with the first sentence of its description."""
    about = " ".join(dialect.description.split("\n\n")[0].split())
    return index.ApiDoor(dialect.title, about, f"{dialect.pages}/docs", f"{dialect.pages}/openapi.json")


def _check_limits(settings: Settings, dialects: Sequence[Dialect]) -> None:
    names = [dialect.name for dialect in dialects]
    if unknown := settings.api_limits.keys() - set(names):
        raise GoalpostError(f"GOALPOST_API_LIMITS: there is no {min(unknown)!r}, only {', '.join(names)}")


def _own_quotas(backend: Backend, settings: Settings, dialect: Dialect) -> Backend:
    """Return a backend that counts the requests of one dialect."""
    allowed = settings.allowed(dialect.name, dialect.allowance)
    limiters = RateLimiter(allowed.minute, _WINDOW), RateLimiter(allowed.day, _DAY)
    return replace(backend, limiter=limiters[0], daily_limiter=limiters[1])


def _script(name: str) -> Route:
    """A part of the tracker, for pages anywhere."""
    script = Script(files("goalpost.conversions.ingest").joinpath("static", name).read_bytes())

    async def answer(request: Request) -> Response:
        return script.answer(request)

    return Route(f"/{name}", answer)


def _address_of(settings: Settings) -> Callable[[Scope], str]:
    addresses, header = ClientAddress(settings.trusted_proxies), settings.proxy_header.lower().encode()

    def address_of(scope: Scope) -> str:
        forwarded = [value for name, value in scope["headers"] if name == header]
        return network_of(addresses.of(scope["client"][0] if scope.get("client") else "", forwarded))

    return address_of


def _find_caller(stores: Stores, secret: str) -> Caller:
    with stores.transactions.begin(reads=True) as db:
        return find_caller(db, secret, pepper=stores.pepper, now=datetime.now(UTC))
