"""The command line: `goalpost COMMAND --help` explains each."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from goalpost import __version__
from goalpost.cli import demo, goals, imports, keys, server, sites, workspaces
from goalpost.cli.context import options
from goalpost.cli.output import complain
from goalpost.core.errors import GoalpostError

cli = typer.Typer(
    name="goalpost",
    help="One goals server: conversion goals counted exactly from live web events.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
cli.add_typer(workspaces.cli, name="workspace")
cli.add_typer(keys.cli, name="key")
cli.add_typer(sites.cli, name="site")
cli.add_typer(goals.cli, name="goal")
cli.add_typer(imports.cli, name="import")
cli.command("serve")(server.serve)
cli.command("demo")(demo.demo)
cli.command("stats")(goals.stats)


@cli.callback()
def _configure(
    data: Annotated[Path | None, typer.Option(help="The data directory; GOALPOST_DATA, else ./goalpost-data.")] = None,
) -> None:
    options.data = data


@cli.command("version")
def version(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Print the version."""
    typer.echo(f'{{"version": "{__version__}"}}' if as_json else f"goalpost {__version__}")


def main() -> None:
    """Run a command. Exits with 0, with 1 for what failed and 2 for a command that cannot be understood."""
    try:
        cli()
    except (GoalpostError, OSError) as error:
        complain(str(error))
        sys.exit(1)
