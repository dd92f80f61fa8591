"""`goalpost serve`: the server itself."""

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import structlog
import typer

from goalpost import app
from goalpost.auth.callers import ANY_SCOPE
from goalpost.cli.context import read_settings
from goalpost.services import owners
from goalpost.settings import Settings
from goalpost.stores import Stores

DEFAULT_WORKSPACE = "default"


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on; GOALPOST_HOST, else 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on; GOALPOST_PORT, else 8300.")] = None,
    database_url: Annotated[str | None, typer.Option(help="The relational store; GOALPOST_DATABASE_URL.")] = None,
    events_url: Annotated[str | None, typer.Option(help="The event store; GOALPOST_EVENTS_URL.")] = None,
    geoip: Annotated[Path | None, typer.Option(help="An MMDB file with countries; GOALPOST_GEOIP.")] = None,
) -> None:
    """Run the server. Needs no configuration; every GOALPOST_* variable is in docs/operating.md."""
    settings = read_settings(host=host, port=port, database_url=database_url, events_url=events_url, geoip=geoip)
    configure_logs(settings)
    make_first_key(settings)
    app.serve(
        settings, lambda url: typer.echo(f"goalpost listens on {url} (API page: {url}/api/v1/analytics/docs)", err=True)
    )


def make_first_key(settings: Settings) -> None:
    """On the very first start, make a workspace and an administrator key, and print the key this once."""
    stores = Stores(settings)
    try:
        with stores.writing() as db:
            if owners.list_workspaces(db):
                return
            now = datetime.now(UTC)
            workspace = owners.create_workspace(db, name=DEFAULT_WORKSPACE, now=now)
            _, secret = owners.create_key(
                db,
                workspace_id=workspace.id,
                name="administrator",
                scopes=[ANY_SCOPE],
                known_scopes=app.SCOPES,
                pepper=stores.pepper,
                now=now,
            )
    finally:
        stores.close()
    typer.echo(
        f"First start: made the workspace {DEFAULT_WORKSPACE!r}. Its administrator key, shown this once:\n\n    {secret}\n"
    )


def configure_logs(settings: Settings) -> None:
    """Structured logs on standard error, for people or as JSON."""
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    renderer: structlog.typing.Processor
    if settings.log_format == "json":
        renderer = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.dict_tracebacks
            if settings.log_format == "json"
            else structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
