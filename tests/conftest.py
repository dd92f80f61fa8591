"""Fixtures that more than one folder needs: stores, and servers, each the real one as its own process."""

import functools
import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from httpx._transports import default as httpx_transport
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine

from tests.support.databases import empty_url, engine, migrated_file, postgres
from tests.support.event_store import event_store
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, Workspace
from tests.support.tabs import browser, context, pages, tab

# One fixture of each store for the whole of a worker: a process can have one chDB, and wants one PostgreSQL.
__all__ = [
    "browser",
    "context",
    "empty_url",
    "engine",
    "event_store",
    "migrated_file",
    "pages",
    "postgres",
    "tab",
]

# Servers and commands start in half the time where the first of them may keep its bytecode for the others.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Nothing here speaks TLS, and httpx reads the machine's certificates for each client: 30 ms, ten thousand times.
httpx_transport.create_ssl_context = functools.cache(httpx_transport.create_ssl_context)

# A busy machine may be slow, and slow is not wrong. The gate tries the same examples each time, so that what it says of
# a change is about the change; `--hypothesis-profile explore` tries others.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("gate", settings.get_profile("explore"), derandomize=True)
settings.load_profile("gate")

REAL_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """Leave the log to the next test as it was: a command that runs in this process configures it for good."""
    configure = structlog.configure
    structlog.configure = lambda **settings: configure(**{**settings, "cache_logger_on_first_use": False})
    try:
        yield
    finally:
        structlog.configure = configure
        structlog.reset_defaults()


@pytest.fixture
def db(engine: Engine) -> Iterator[Connection]:
    """One transaction on either relational store, as a request has one; rolled back at the end."""
    with engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """One server for all tests of a worker; each test makes a workspace of its own."""
    with RunningServer(tmp_path_factory.mktemp("server") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def server_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningServer]]:
    """Makes servers with settings that tests share: `server_with(GOALPOST_X="…")` is ready, and runs on."""
    running: dict[frozenset[tuple[str, str]], RunningServer] = {}

    def find(**env: str) -> RunningServer:
        chosen = frozenset(env.items())
        found = running.pop(chosen, None) or start_ready(RunningServer(tmp_path_factory.mktemp("server") / "data", env))
        running[chosen] = found
        for oldest in list(running)[:-2]:
            running.pop(oldest).close()
        return found

    try:
        yield find
    finally:
        for server in running.values():
            server.close()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., RunningServer]]:
    """Makes servers for this test alone; `own_server(GOALPOST_X="…")` is not started yet."""
    made: list[RunningServer] = []

    def make(**env: str) -> RunningServer:
        made.append(RunningServer(tmp_path / f"data-{len(made)}", env))
        return made[-1]

    try:
        yield make
    finally:
        for running in made:
            running.close()


@pytest.fixture
def make_site(server: RunningServer) -> Callable[..., Site]:
    """Makes sites on the shared server."""
    return server.make_site


@pytest.fixture
def site(server: RunningServer) -> Site:
    """A site of a workspace of its own on the shared server."""
    return server.make_site()


@pytest.fixture
def workspace(server: RunningServer) -> Workspace:
    """A workspace of its own on the shared server."""
    return server.make_workspace()


@pytest.fixture(scope="session")
def access_log_lines() -> list[str]:
    """The real access log; see the README beside it."""
    path = REAL_DATA / "access.log.gz"
    if not path.exists():
        pytest.skip("the real access log is not beside this checkout (../shared/data/access.log.gz)")
    return gzip.decompress(path.read_bytes()).decode("utf-8", "surrogateescape").splitlines()
