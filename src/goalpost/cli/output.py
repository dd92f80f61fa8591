"""How commands speak: tables or JSON on standard output, everything else on standard error."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

_BARS = " ▁▂▃▄▅▆▇█"


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """Print rows that have the same keys; `empty` is said to people when there are none."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2))
        return
    if not rows:
        typer.echo(empty, err=True)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name.replace("_", " ").upper(), overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table, markup=False)


def show_one(item: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print one result: as JSON, or as the sentence `text`."""
    typer.echo(json.dumps(item, indent=2) if as_json else text)


def complain(text: str) -> None:
    """Say on standard error what went wrong."""
    typer.echo(f"goalpost: {text}", err=True)


def progress_bar() -> Progress:
    """A progress bar on standard error, so that standard output stays clean."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def plot(values: Sequence[int]) -> str:
    """A row of bars, one for each value, the largest at full height."""
    highest = max(values, default=0) or 1
    return "".join(_BARS[-(-value * (len(_BARS) - 1) // highest)] for value in values)
