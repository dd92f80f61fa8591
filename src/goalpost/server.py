"""Runs the application with its background tasks, until it is told to stop."""

import asyncio
import errno
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

import structlog
import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from starlette.routing import BaseRoute

from goalpost import background, control, machine_limits, metrics
from goalpost.app import Application
from goalpost.commands import Commands
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.ingest.group_commit import group_commit
from goalpost.conversions.ingest.pipeline import warm_up
from goalpost.failures import StoreFailed
from goalpost.kernel.errors import GoalpostError, Unavailable
from goalpost.owner import Owner
from goalpost.settings import Settings
from goalpost.stores import EventStore, Stores, embedded_store

ExtraRoutes = Callable[[Stores, EventStore], Sequence[BaseRoute]]
"""Makes routes for a server that serves more than every server does, as the demo is."""

_log = structlog.get_logger()
_MAX_HEADERS = 64 * 1024
_HEAD_MILLISECONDS = 30_000  # for the head of a request, and between two of a connection
_MOST_NAMED = 20  # domains in a warning
_READY_WITHIN = 3.0  # how long to wait for the event store before listening without it
_OPEN_WITHIN = 10.0  # how long to wait for the embedded one to be opened: it may be damaged, and then that is said
_LISTENS_WITHIN = 5.0  # how long to look for the socket on which the server listens
_ANSWERED_WITHIN = 5.0  # how long requests that were begun have when the server is told to stop
_ENDED_WITHIN = 13.0  # how long everything has, whatever clients and stores do


def serve(
    settings: Settings, on_ready: Callable[[str], None], extra_routes: ExtraRoutes = lambda stores, events: ()
) -> None:
    """Run the server until SIGINT or SIGTERM; `on_ready` is told the address once it listens.

    Raises Busy when another process owns the data directory, and GoalpostError for what else prevents the start.
    """
    check_address(settings.host, settings.port)
    machine_limits.check_room(settings.data)
    machine_limits.raise_file_limit()
    stores = Stores(settings, hurried=True)
    events = EventStore(stores)
    with suppress(Unavailable):  # events are taken all the same, and the background tries again
        stores.keep_salts()
    stores.catalog.compile()
    try:
        uvloop.run(_serve(stores, events, on_ready, extra_routes))
    finally:
        is_at_rest = events.close()
        stores.close()
    if not is_at_rest:
        _log.warning("a query of the event store was left unanswered, since it did not end in time")
        _leave()


async def _serve(
    stores: Stores, events: EventStore, on_ready: Callable[[str], None], extra_routes: ExtraRoutes
) -> None:
    settings = stores.settings
    url = f"http://{settings.host}:{settings.port}"
    warm_up()
    _warn_of(stores.catalog.ambiguous_domains)
    with (
        group_commit(stores.spool) as commit,
        control.listening(Commands(stores, events), settings.data) as socket_path,
    ):
        application = Application(stores, events, commit, extra_routes(stores, events))
        events.drain.start()
        await _event_store_opened(events.drain, embedded_store(settings))
        server = _make_server(application, settings)

        def announce() -> None:
            machine_limits.settle_interpreter()
            events.announce(Owner(os.getpid(), url, socket_path))
            on_ready(url)

        stopped, loop = asyncio.Event(), asyncio.get_running_loop()

        def stop() -> None:
            if not stopped.is_set():
                stopped.set()
                _end_within(_ENDED_WITHIN)
                loop.call_soon(server.stop)

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop)
        async with background.running(stores, events):
            with _metrics_door(application, stores, events):
                await _serve_until(server, stopped, settings.port, announce)


async def _event_store_opened(drain: Drain, directory: Path | None) -> None:
    """Wait some seconds for the event store; events are taken without it.

    Raises GoalpostError where it cannot be opened for good: the embedded one is damaged, or it is newer.
    """
    await _wait_for(lambda: drain.caught_up or drain.refusal is not None, _READY_WITHIN)
    if directory is not None:
        await _wait_for(lambda: drain.is_open or drain.refusal is not None, _OPEN_WITHIN)
    refusal = drain.refusal
    if isinstance(refusal, Unavailable) and directory is not None:
        raise StoreFailed(directory, str(refusal))
    if refusal is not None and not isinstance(refusal, Unavailable):
        raise refusal
    if not drain.caught_up:
        _log.warning("the event store is not ready yet; events are taken all the same", reason=drain.doing)


async def _serve_until(server: Server, stopped: asyncio.Event, port: int, on_listening: Callable[[], None]) -> None:
    """Serve until `stopped`, and then until what was begun is answered, or some seconds are over.

    `on_listening` is called once connections are taken: whoever reads the address may connect at once.
    """
    serving = asyncio.create_task(server.serve())
    told = asyncio.create_task(stopped.wait())
    await _wait_for(lambda: serving.done() or machine_limits.bound_unread(port), _LISTENS_WITHIN)
    if not serving.done():
        on_listening()
    await asyncio.wait({serving, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    done, _ = await asyncio.wait({serving}, timeout=_ANSWERED_WITHIN)
    if not done:
        _log.warning("requests were left unanswered, since they did not end in time")
        # They go on while the loop is closed, and fail for want of it, which nobody can act on.
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        return
    await serving


def _end_within(seconds: float) -> None:
    """End the process when it has not ended by itself: what was acknowledged is on the disk at any time."""

    def end() -> None:
        time.sleep(seconds)
        _log.warning("the server ends without its stores, since they did not close in time")
        _leave()

    threading.Thread(target=end, name="end", daemon=True).start()


def _leave() -> NoReturn:
    """End the process at once: the interpreter would take the event store down below the threads that still ask it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@contextmanager
def _metrics_door(application: Application, stores: Stores, events: EventStore) -> Iterator[None]:
    """Have a port of its own for the numbers, where one is set."""
    settings = stores.settings
    if settings.metrics_port is None:
        yield
        return
    check_address(settings.host, settings.metrics_port)
    expose = partial(metrics.exposition, application.counts, stores.spool.counts, events.drain)
    with metrics.listening(settings.host, settings.metrics_port, settings.metrics_token, expose):
        yield


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
        backpressure=machine_limits.most_connections(),
        http1_settings=HTTP1Settings(max_buffer_size=_MAX_HEADERS, header_read_timeout=_HEAD_MILLISECONDS),
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


async def _wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not condition() and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.01)
