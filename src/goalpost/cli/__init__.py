"""The command line: `goalpost COMMAND --help` explains each."""

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from goalpost.cli.options import chosen
from goalpost.kernel.discretion import without_passwords
from goalpost.kernel.errors import GoalpostError
from goalpost.kernel.private_files import private_umask

# Command → the module that has it, and the line that describes it.
_COMMANDS = {
    "serve": ("server", "Run the server."),
    "demo": ("demo", "Run the server with demo data and a page to try it on."),
    "workspace": ("workspaces", "Workspaces: nothing crosses from one to another."),
    "key": ("keys", "API keys: shown once, stored as a hash."),
    "oauth": ("oauth", "OAuth clients, and codes for them."),
    "site": ("sites", "Sites: pages that report under one key."),
    "goal": ("goals", "Conversion goals."),
    "company": ("companies", "Companies: whose customer goals are kept."),
    "relationship": ("relationships", "Relationships of companies, such as products they use."),
    "opportunity": ("opportunities", "Opportunities of companies."),
    "user": ("users", "Users: the people of the own team."),
    "picklist": ("picklists", "What a customer goal's status, priority, category and type are chosen from."),
    "field": ("fields", "Custom fields of customer goals and templates."),
    "metric": ("metrics", "Metrics: what customer goals are measured by."),
    "customer-goal": ("customer_goals", "Customer goals: what companies want to reach."),
    "audit": ("audit", "Show who changed what of a customer goal."),
    "export": ("exports", "Export customer goals to files."),
    "spool": ("spool", "Look after what waits for the event store."),
    "secret": ("secret", "The secret that keys are hashed with."),
    "doctor": ("doctor", "Name what is wrong with the data directory and the settings."),
    "import": ("imports", "Import events from files, and what another system's API lists."),
    "stats": ("stats", "Show a goal's numbers over a period."),
    "version": ("version", "Print the version."),
}


class _Modules(Mapping[str, Any]):
    """Imports a command's module when the command is asked for.

    The stores behind most commands take half a second to import, which `version` and `--help` need not wait for.
    """

    def __getitem__(self, name: str) -> Any:
        module, text = _COMMANDS[name]
        command = typer.main.get_command(importlib.import_module(f"{__name__}.{module}").cli)
        command.help = command.help or text
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


class _Commands(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": _Modules()})

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


cli = typer.Typer(
    cls=_Commands,
    name="goalpost",
    help="One goals server: conversion goals counted exactly from live web events.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@cli.callback()
def _configure(
    data: Annotated[Path | None, typer.Option(help="The data directory; GOALPOST_DATA, else ./goalpost-data.")] = None,
) -> None:
    chosen.data = data


def main() -> None:
    """Run a command. Exits with 0, 1 for what failed, 2 for a command that cannot be understood, 130 for Ctrl-C."""
    try:
        with private_umask() as chosen.umask:
            try:
                cli(prog_name="goalpost")
            finally:
                sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has seen enough.
        _drop_output()
        sys.exit(1)
    except GoalpostError as error:
        _fail(str(error))
    except OSError as error:
        _drop_output()
        _fail(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))


def _drop_output() -> None:
    """Let output that cannot be written go nowhere: Python would try once more at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(text: str) -> NoReturn:
    typer.echo(f"goalpost: {without_passwords(text)}", err=True)
    sys.exit(1)
