"""Runs the application with its background tasks, until it is told to stop."""

import asyncio
import errno
import gc
import os
import secrets
import signal
import socket
from collections.abc import Callable, Sequence

import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.routing import BaseRoute

from goalpost import background
from goalpost.app import Application
from goalpost.core.errors import GoalpostError
from goalpost.ingest.group_commit import group_commit
from goalpost.ingest.pipeline import warm_up
from goalpost.settings import Settings
from goalpost.stores import EventStore, Owner, Stores

ExtraRoutes = Callable[[Stores, EventStore], Sequence[BaseRoute]]
"""Makes routes for a server that serves more than every server does, as the demo is."""

_MAX_HEADERS = 64 * 1024
_MOST_NAMED = 20  # domains in a warning
_READY_WITHIN = 3.0  # how long to wait for the event store before listening without it

_log = structlog.get_logger()


def serve(
    settings: Settings, on_ready: Callable[[str], None], extra_routes: ExtraRoutes = lambda stores, events: ()
) -> None:
    """Run the server until SIGINT or SIGTERM; `on_ready` is told the address once it listens.

    Raises Busy when another process owns the data directory, and GoalpostError for what else prevents the start.
    """
    check_address(settings.host, settings.port)
    stores = Stores(settings)
    events = EventStore(stores)
    try:
        uvloop.run(_serve(stores, events, on_ready, extra_routes))
    finally:
        events.close()
        stores.close()


async def _serve(
    stores: Stores, events: EventStore, on_ready: Callable[[str], None], extra_routes: ExtraRoutes
) -> None:
    settings = stores.settings
    token = secrets.token_urlsafe(32)
    url = f"http://{settings.host}:{settings.port}"
    warm_up()
    _warn_of(stores.catalog.ambiguous_domains)
    with group_commit(stores.spool) as commit:
        application = Application(stores, events, commit, token, extra_routes(stores, events))
        events.drain.start()
        await _wait_for(lambda: events.drain.available, _READY_WITHIN)
        server = _make_server(application, settings)

        @server.on_startup
        def announce() -> None:
            _settle_memory()
            events.announce(Owner(os.getpid(), url, token))
            on_ready(url)

        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, server.stop)
        async with background.running(stores):
            await server.serve()


def _warn_of(ambiguous: Sequence[str]) -> None:
    if ambiguous:
        _log.warning(
            "several workspaces have these domains: events that name one and have no key are dropped until a workspace"
            " proves that it is theirs, with `goalpost site prove`",
            domains=", ".join(ambiguous[:_MOST_NAMED]),
            count=len(ambiguous),
        )


def _make_server(application: Application, settings: Settings) -> Server:
    return Server(
        application,
        settings.host,
        settings.port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        backlog=1024,
        http1_settings=HTTP1Settings(max_buffer_size=_MAX_HEADERS),
        log_enabled=False,
    )


def check_address(host: str, port: int) -> None:
    """Raise GoalpostError when the address cannot be listened on.

    The server's own socket may share its port, so the kernel would let a second server have some of the events.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        text = f"cannot listen on {host}:{port}: {error.strerror or error}"
        if error.errno == errno.EADDRINUSE:
            text += f". Another server is there: stop it, or choose a port of your own, as in --port {port + 1}"
        raise GoalpostError(text) from None


def _settle_memory() -> None:
    # What was made to start stays until the end: the collector need not walk it again and again while events come in.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
