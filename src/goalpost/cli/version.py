"""`goalpost version`."""

import json

import typer

from goalpost import __version__
from goalpost.cli.options import AsJson, new_commands

cli = new_commands()


@cli.command()
def version(as_json: AsJson = False) -> None:
    """Print the version."""
    typer.echo(json.dumps({"version": __version__}) if as_json else f"goalpost {__version__}")
