"""`goalpost serve`: the server itself."""

import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TextIO, cast

import structlog
import typer

from goalpost import server
from goalpost.app import SCOPES
from goalpost.auth.callers import ANY_SCOPE
from goalpost.cli.context import open_stores, read_settings, store_errors
from goalpost.cli.options import AsJson, DataOption, HostOption, PortOption, new_commands
from goalpost.cli.output import show_one
from goalpost.services import owners
from goalpost.settings import Settings

DEFAULT_WORKSPACE = "default"
cli = new_commands()


@cli.command()
def serve(
    *,
    data: DataOption = None,
    host: HostOption = None,
    port: PortOption = None,
    database_url: Annotated[str | None, typer.Option(help="The relational store; GOALPOST_DATABASE_URL.")] = None,
    events_url: Annotated[str | None, typer.Option(help="The event store; GOALPOST_EVENTS_URL.")] = None,
    geoip: Annotated[Path | None, typer.Option(help="An MMDB file with countries; GOALPOST_GEOIP.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the server. Needs no configuration; every GOALPOST_* variable is in docs/operating.md."""
    settings = read_settings(data, host=host, port=port, database_url=database_url, events_url=events_url, geoip=geoip)
    configure_logs(settings)
    with store_errors():
        server.check_address(settings.host, settings.port)
    key = make_first_key(settings)
    if key is not None and not as_json:
        typer.echo(
            f"First start: made the workspace {DEFAULT_WORKSPACE!r}. "
            f"Its administrator key, shown this once:\n\n    {key}\n"
        )

    def announce(url: str) -> None:
        if as_json:
            show_one({"url": url, "key": key}, as_json=True, text="")
        else:
            typer.echo(f"goalpost listens on {url} (API pages: {url}/)", err=True)

    with store_errors():
        server.serve(settings, announce)


def make_first_key(settings: Settings) -> str | None:
    """On the very first start, make a workspace and an administrator key; None on every later one."""
    with open_stores(settings) as stores, stores.writing() as db:
        if owners.list_workspaces(db):
            return None
        now = datetime.now(UTC)
        workspace = owners.create_workspace(db, name=DEFAULT_WORKSPACE, now=now)
        _, secret = owners.create_key(
            db,
            workspace_id=workspace.id,
            name="administrator",
            scopes=[ANY_SCOPE],
            known_scopes=SCOPES,
            pepper=stores.pepper,
            now=now,
        )
        return secret


def configure_logs(settings: Settings) -> None:
    """Structured logs on standard error, for people or as JSON."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    as_json = settings.log_format == "json"
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    if not as_json:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks if as_json else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Unfailing(sys.stderr))),
        cache_logger_on_first_use=True,
    )


class _Unfailing:
    """A stream that swallows what cannot be written: a full disk under the log must not fail a request."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()
