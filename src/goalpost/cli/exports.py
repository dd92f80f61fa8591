"""`goalpost export`: customer goals and companies to files."""

import os
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, BinaryIO, cast

import typer

from goalpost.cli import company_exports, goal_files
from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, chosen, new_commands
from goalpost.cli.output import show_one
from goalpost.cli.progress import progress_bar
from goalpost.cli.things import InWorkspace
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, records
from goalpost.tenancy import workspaces

cli = new_commands()


class FileFormat(StrEnum):
    """Formats of exported files."""

    CSV = "csv"
    JSONL = "jsonl"


@cli.callback()
def _export() -> None:
    """Export customer goals and companies to files."""


_Format = Annotated[FileFormat, typer.Option("--format", help="CSV with a header, or JSON lines.")]
_Output = Annotated[Path | None, typer.Option(metavar="FILE", help="The file; else standard output.")]


@cli.command("customer-goals")
def export_goals(workspace: InWorkspace, format_: _Format, output: _Output = None, as_json: AsJson = False) -> None:
    """Export every customer goal of a workspace, oldest first.

    CSV is for spreadsheets: UTF-8 with a byte order mark, a column for each custom field, several choices joined by
    semicolons. A text that one would take for a formula (it begins with =, +, -, @, a tab or a carriage return, also
    behind spaces or as a full-width character) gets an apostrophe in front. JSON lines are exact.

    With --output the file appears, or is replaced, when all of it is written; --json then reports how many goals.
    """
    _check(output, as_json)
    with open_relational() as store, store.reading() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        goals = customer_goals.each_goal(db, workspace_id=owner.id)
        respell = partial(with_brought_ids, db, owner.id)
        if format_ is FileFormat.CSV:
            fields = customer_goals.field_names(db, workspace_id=owner.id)
            pieces = goal_files.to_csv(goals, fields, respell=respell)
        else:
            pieces = goal_files.to_jsonl(goals, respell=respell)
        _write(pieces, format_, output, "customer goals", as_json=as_json)


@cli.command("companies")
def export_companies(workspace: InWorkspace, format_: _Format, output: _Output = None, as_json: AsJson = False) -> None:
    """Export every company of a workspace, oldest first.

    CSV is for spreadsheets, as with customer goals: a column for each field. `goalpost company import --update` reads
    it again, and changes what has changed. JSON lines are exact.
    """
    _check(output, as_json)
    with open_relational() as store, store.reading() as db:
        owner, kind = workspaces.get_workspace(db, name=workspace), RecordKind.COMPANY
        companies = records.each_record(db, workspace_id=owner.id, kind=kind)
        respell = partial(with_brought_ids, db, owner.id)
        if format_ is FileFormat.CSV:
            fields = records.field_names(db, workspace_id=owner.id, kind=kind)
            pieces = company_exports.to_csv(companies, fields, respell=respell)
        else:
            pieces = company_exports.to_jsonl(companies, respell=respell)
        _write(pieces, format_, output, "companies", as_json=as_json)


def _check(output: Path | None, as_json: bool) -> None:
    if as_json and output is None:
        raise typer.BadParameter("--json is about the report, which --output brings")


def _write(pieces: Iterable[str], format_: FileFormat, output: Path | None, things: str, *, as_json: bool) -> None:
    count = 0
    with _target(output) as file, progress_bar() as progress:
        task = progress.add_task("exporting", total=None)
        for count, piece in enumerate(pieces, start=0 if format_ is FileFormat.CSV else 1):
            file.write(piece.encode(errors="replace"))
            if count % 1000 == 0:
                progress.update(task, description=f"{count:,} {things}")
    if output is not None:
        report = {"exported": count, "file": str(output)}
        show_one(report, as_json=as_json, text=f"Exported {count} {things} to {output}.")


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    """Open the file or stream to write to; a file is there when the block has ended well, and not half of it before."""
    if output is None:
        sys.stdout.flush()
        yield cast(BinaryIO, sys.stdout.buffer)
    elif output.exists() and not output.is_file():  # a pipe or a device takes no other file in its place
        with output.open("wb") as file:
            yield file
    else:
        with _aside(Path(os.path.realpath(output))) as file:
            yield file


@contextmanager
def _aside(output: Path) -> Iterator[BinaryIO]:
    """A file beside `output` that takes its place, with its permissions."""
    aside = output.parent / f".goalpost-{secrets.token_hex(8)}.part"
    try:
        with aside.open("xb") as file:
            # The export is not one of the server's own files: it is as open as its owner's files are.
            mode = stat.S_IMODE(output.stat().st_mode) if output.exists() else 0o666 & ~chosen.umask
            os.fchmod(file.fileno(), mode)
            yield file
            file.flush()
            os.fsync(file.fileno())
        aside.replace(output)
    finally:
        with suppress(FileNotFoundError):
            aside.unlink()
