"""`goalpost doctor`: what is wrong, and what to do."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import typer

from goalpost.cli.context import BadSettings, read_settings
from goalpost.cli.options import AsJson, DataOption, new_commands
from goalpost.doctor import Finding, State, examine

cli = new_commands()
_MARKS = {State.OK: "ok     ", State.WARNING: "warning", State.PROBLEM: "PROBLEM"}


@cli.command()
def doctor(data: DataOption = None, as_json: AsJson = False) -> None:
    """Name what is wrong with the data directory and the settings, and what to do.

    Looks only, also beside a running server. Exits with 1 when there is a problem; warnings are none.
    """
    try:
        found = list(examine(read_settings(data), datetime.now(UTC)))
    except BadSettings as error:
        found = [Finding("settings", State.PROBLEM, str(error), "docs/operating.md has every setting")]
    has_problem = any(finding.state is State.PROBLEM for finding in found)
    if as_json:
        typer.echo(json.dumps({"ok": not has_problem, "findings": [asdict(finding) for finding in found]}, indent=2))
    else:
        for finding in found:
            typer.echo(f"{_MARKS[finding.state]}  {finding.about}: {finding.text}")
            if finding.remedy:
                typer.echo(f"         → {finding.remedy}")
    if has_problem:
        raise typer.Exit(1)
