"""Progress bars on standard error, so that standard output stays clean."""

import sys

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn


def progress_bar() -> Progress:
    """Show a progress bar for as long as the block lasts; nothing where standard error is not a terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True, markup=False)
    return Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty())
