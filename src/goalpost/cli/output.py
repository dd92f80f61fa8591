"""Output of commands: tables or JSON on standard output, everything else on standard error."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

_BARS = " ▁▂▃▄▅▆▇█"
_GAP, _LEAST = 2, 8  # characters between columns, and of a column that is cut
_WIDEST = 10_000  # a row is a line, which the terminal may break: an id in pieces could not be copied


def show(rows: Sequence[Mapping[str, Any]], *, as_json: bool, empty: str) -> None:
    """Print rows that have the same keys; `empty` is said to people when there are none."""
    if as_json:
        typer.echo(json.dumps(list(rows), indent=2))
        return
    if not rows:
        typer.echo(empty, err=True)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    # A column without a single value says nothing, and takes the place of one that does.
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    for name in names:
        table.add_column(name.replace("_", " ").upper())
    for row in rows:
        table.add_row(*(_text(row[name]) for name in names))
    Console(width=_WIDEST, markup=False, highlight=False).print(table)


def fitted(rows: Sequence[Mapping[str, Any]], long: Sequence[str], width: int | None = None) -> list[dict[str, Any]]:
    """The rows with the texts of the `long` columns cut, so that a line fits the terminal; every column is a text.

    `width` is in characters, by default the terminal's, or 80 where there is none.
    """
    others = [name for name in rows[0] if name not in long]
    taken = sum(_GAP + max(len(name), *(cell_len(row[name] or "") for row in rows)) for name in others)
    left = max(_LEAST, ((width or Console().width) - taken) // len(long) - _GAP)
    return [{**row, **{name: cut(row[name], left) for name in long}} for row in rows]


def cut(value: str | None, width: int) -> str | None:
    """The text in at most so many characters, with an ellipsis where some are missing."""
    text = Text(value or "")
    text.truncate(width, overflow="ellipsis")
    return text.plain or None


def show_one(item: Mapping[str, Any], *, as_json: bool, text: str) -> None:
    """Print one result: as JSON, or as the sentence `text`."""
    typer.echo(json.dumps(item, indent=2) if as_json else text)


def complain(text: str) -> None:
    """Say on standard error what went wrong."""
    typer.echo(f"goalpost: {text}", err=True)


def plot(values: Sequence[int]) -> str:
    """A row of bars, one for each value, the largest at full height."""
    highest = max(values, default=0) or 1
    return "".join(_BARS[-(-value * (len(_BARS) - 1) // highest)] for value in values)


def _text(value: Any) -> str:
    """A value as people read it, without what would move the terminal's cursor or break the row."""
    if value is None:
        return ""
    text = " ".join(value) if isinstance(value, list) else str(value)
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
