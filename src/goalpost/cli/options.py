"""The parts every command has: how it explains itself, and the options that several of them share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer


@dataclass
class Chosen:
    """The options in front of the command's name."""

    data: Path | None = None
    umask: int = 0o077
    """The umask of whoever typed the command, for files that are not goalpost's own."""


chosen = Chosen()

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of a table for people.")]
BroughtId = Annotated[
    str | None,
    typer.Option("--id", metavar="ID", help="The id that it has elsewhere, a UUID or a GSID; kept as it is."),
]
DataOption = Annotated[Path | None, typer.Option("--data", help="The data directory; GOALPOST_DATA.")]
HostOption = Annotated[str | None, typer.Option("--host", help="The address to listen on; GOALPOST_HOST.")]
PortOption = Annotated[int | None, typer.Option("--port", help="The port to listen on; GOALPOST_PORT.")]
GoalId = Annotated[
    str, typer.Argument(metavar="GOAL", help="The goal: its id, number or slug, as `goalpost goal list` shows them.")
]
SITE_HELP = "The site: its key, domain, slug, number or id"
SiteId = Annotated[str, typer.Argument(metavar="SITE", help=f"{SITE_HELP}.")]


def new_commands() -> typer.Typer:
    """Make the group that a module puts its commands in; help is plain text, without a frame."""
    return typer.Typer(
        no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
