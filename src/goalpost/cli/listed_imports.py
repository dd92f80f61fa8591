"""`goalpost import VENDOR`: what a vendor's own API lists, under the ids that it has there."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.context import open_relational
from goalpost.cli.listed_files import documents, split_argument
from goalpost.cli.options import AsJson
from goalpost.cli.output import complain, show_one
from goalpost.cli.things import AUTHOR, InWorkspace
from goalpost.imports.listing import Listing
from goalpost.imports.model.foreign_rows import ForeignRow, Report, RowFault, RowsRefused
from goalpost.imports.services import Import, import_all
from goalpost.listings import LISTINGS
from goalpost.tenancy import workspaces

_SHOWN = 20  # faults
_HELP = """Import what the API of {vendor} lists: its answers as JSON files, one or several, in any order.

Ids, keys and linknames stay as they are. Rows that were imported before are changed where they differ. It is all files
or, when a row is wrong, none. docs/migrating.md says what to fetch."""
Files = Annotated[
    list[str],
    typer.Argument(
        metavar="[WHAT=]FILE...",
        help="JSON, or a JSON text on each line; gzip is unpacked. WHAT is whose or which list it is.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be imported, and import nothing.")]


class _Undone(Exception):
    """Ends a transaction without a commit."""


def add_commands(cli: typer.Typer) -> None:
    """Give `import` a command for each vendor."""
    for vendor, read in LISTINGS.items():
        cli.command(vendor, help=_HELP.format(vendor=vendor.capitalize()))(_command(read))


def read_rows(files: list[str], read: Listing) -> list[ForeignRow]:
    """The rows of all files; raises RowsRefused with the first fault of each document."""
    rows: list[ForeignRow] = []
    faults: list[tuple[str, str]] = []
    for argument in files:
        what, file = split_argument(argument)
        for document, place in documents(file):
            try:
                rows += read(document, place, what)
            except RowFault as error:
                faults.append(("", str(error)))
    if faults:
        raise RowsRefused(faults)
    return rows


def _command(read: Listing) -> Callable[..., None]:
    def import_files(files: Files, workspace: InWorkspace, dry_run: DryRun = False, as_json: AsJson = False) -> None:
        try:
            report = _imported(read_rows(files, read), workspace, dry_run=dry_run)
        except RowsRefused as refused:
            _refuse(refused)
        _show(report, dry_run=dry_run, as_json=as_json)

    return import_files


def _imported(rows: list[ForeignRow], workspace: str, *, dry_run: bool) -> Report:
    report = Report()
    try:
        with open_relational() as store, store.writing() as db:
            owner = workspaces.get_workspace(db, name=workspace)
            import_all(Import(db, owner.id, AUTHOR, datetime.now(UTC), report), rows)
            if dry_run:
                raise _Undone
    except _Undone:
        pass
    return report


def _refuse(refused: RowsRefused) -> None:
    places: dict[str, list[str]] = {}
    for place, text in refused.faults:
        places.setdefault(text, []).append(place)
    for text, found in list(places.items())[:_SHOWN]:
        others = f", and in {len(found) - 1} other rows" if len(found) > 1 else ""
        complain(f"{found[0]}: {text}{others}" if found[0] else text)
    more = len(places) - _SHOWN
    complain(f"{f'and {more} more faults; ' if more > 0 else ''}nothing is imported")
    raise typer.Exit(1)


def _show(report: Report, *, dry_run: bool, as_json: bool) -> None:
    rows = {kind: asdict(counts) for kind, counts in report.kinds.items()}
    found: dict[str, Any] = {
        "dry_run": dry_run,
        "rows": rows,
        "left_out": report.left_out,
        "not_kept": report.unkept,
    }
    lines = [_line(kind, counts) for kind, counts in rows.items()] or ["Nothing to import."]
    lines += [f"left out: {said} ({count})" for said, count in report.left_out.items()]
    lines += [f"not kept: {name} of {count}" for name, count in report.unkept.items()]
    if dry_run:
        lines.append("Nothing was imported: it was a dry run.")
    show_one(found, as_json=as_json, text="\n".join(lines))


def _line(kind: str, counts: dict[str, int]) -> str:
    told = ", ".join(f"{count} {what.replace('_', ' ')}" for what, count in counts.items() if what != "read" and count)
    return f"{kind.replace('_', ' ')}: {counts['read']} read, {told}"
