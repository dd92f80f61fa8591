"""`goalpost company`: whose goals they are."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer

from goalpost.cli.brought_ids import own_gsids
from goalpost.cli.company_columns import ColumnReading
from goalpost.cli.company_file import CompanyFile
from goalpost.cli.context import open_relational
from goalpost.cli.csv_file import NOTHING, BadFile, FileEncoding
from goalpost.cli.lines import Lines, open_lines
from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.output import show_one
from goalpost.cli.progress import progress_bar
from goalpost.cli.records import Search, create_record, list_records
from goalpost.cli.things import AUTHOR, InWorkspace, OnlyWorkspace
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services.record_imports import NAME, BadRow, Outcome, RecordImport, Row
from goalpost.tenancy import workspaces

cli = new_commands()
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
_SKIPPED = (Outcome.THERE, Outcome.REPEATED)
_ROWS, _CHARACTERS = 2000, 1 << 20  # of a portion that is stored at once


@cli.command("create")
def create(
    workspace: InWorkspace,
    name: Annotated[str, typer.Option(help="Its name.")],
    brought: BroughtId = None,
    as_json: AsJson = False,
) -> None:
    """Create a company."""
    create_record(workspace, RecordKind.COMPANY, name, brought=brought, as_json=as_json)


@cli.command("list")
def list_all(
    workspace: OnlyWorkspace = None,
    search: Search = "",
    as_json: AsJson = False,
) -> None:
    """List the companies, by name."""
    list_records(workspace, RecordKind.COMPANY, search, empty="No companies yet.", as_json=as_json)


@cli.command("import")
def import_file(
    *,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The CSV file; gzip is unpacked, - is standard input.")],
    workspace: InWorkspace,
    update: Annotated[
        bool, typer.Option("--update", help="Update the companies that are there; else they are skipped.")
    ] = False,
    key: Annotated[
        str, typer.Option(metavar="COLUMN", help="What a company is found by: name, email, gsid or any other column.")
    ] = NAME,
    rename: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=NAME", help="Take a column by another name, without one not at all; repeatable."),
    ] = None,
    delimiter: Annotated[
        str | None, typer.Option(help="comma, semicolon, tab, pipe or a character; else the header tells.")
    ] = None,
    encoding: Annotated[
        FileEncoding | None, typer.Option(help="Else UTF-8, or UTF-16 where the file begins with its mark.")
    ] = None,
    as_text: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN", help="Keep the numbers and days of a column as written, * for all; repeatable."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and store nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Import companies from a CSV file, all of them or, when a line is bad, none.

    The first line names the columns. `name` and `email` (in any case) are the company's, `gsid` says which one of this
    workspace it is; what other columns hold is kept as the company's fields, empty cells left out. A company is there
    already when one has exactly its name, or what --key names; with --update also in another case, the oldest of
    several. Only cells with something in them change it. In a column of numbers or days, `1,200` and `31.12.2026` are
    stored as they are compared; what can be read in two ways stays a text, and is told.
    """
    reading = ColumnReading(as_text or [])
    options = _Options(key, _names(rename or []), _delimiter(delimiter), encoding)
    with open_relational() as store:
        with store.reading() as db:
            owner = workspaces.get_workspace(db, name=workspace)
            _survey(file, options, reading, own_gsids(db, owner.id))
        counts: Counter[Outcome] = Counter()
        with suppress(_DryRun), store.writing() as db:
            now = datetime.now(UTC)
            importing = RecordImport(db, owner.id, RecordKind.COMPANY, AUTHOR, now, updates=update)
            counts.update(_imported(file, options, reading, importing, own_gsids(db, owner.id)))
            if dry_run:
                raise _DryRun
    _report(counts, reading, dry_run=dry_run, as_json=as_json)


def _imported(
    file: str, options: "_Options", reading: ColumnReading, importing: RecordImport, own_gsid: Callable[[str], str]
) -> Iterator[Outcome]:
    """Import a file portion by portion, with a bar of how far it is; yield what became of each row."""
    with open_lines(file) as lines, progress_bar() as progress:
        task = progress.add_task(file, total=lines.size)
        companies = options.companies(file, lines, own_gsid)
        for portion in _portions(companies):
            importing.key = companies.key
            if not reading.was_seen:
                reading.see(portion, lambda: companies.key)
            yield from _take(file, importing, reading.read(portion, companies.delimiter))
            read = f"{file}: {companies.count:,} companies"
            progress.update(task, completed=lines.position(), description=read)


@dataclass(frozen=True, slots=True)
class _Options:
    """Choices of how a file of companies is read."""

    key: str
    names: dict[str, str]
    delimiter: str | None
    encoding: FileEncoding | None

    def companies(self, file: str, lines: Lines, own_gsid: Callable[[str], str]) -> CompanyFile:
        """Return the companies of a file."""
        return CompanyFile(
            file,
            lines,
            key=self.key,
            names=self.names,
            delimiter=self.delimiter,
            encoding=self.encoding,
            own_gsid=own_gsid,
        )


def _survey(file: str, options: _Options, reading: ColumnReading, own_gsid: Callable[[str], str]) -> None:
    """See all of a file before it is read; of a pipe, which can be read once, the first portion has to do."""
    if not os.path.isfile(file):
        return
    with open_lines(file) as lines:
        companies = options.companies(file, lines, own_gsid)
        reading.see(companies, lambda: companies.key)


class _DryRun(Exception):
    """Ends a transaction without storing anything."""


def _take(file: str, importing: RecordImport, portion: list[Row]) -> list[Outcome]:
    try:
        return importing.take(portion)
    except BadRow as error:
        raise BadFile(f"{file}: line {error.line} {error.reason}; {NOTHING}") from None


def _names(texts: list[str]) -> dict[str, str]:
    names = {}
    for text in texts:
        old, equals, new = text.partition("=")
        if not equals or not old.strip():
            raise typer.BadParameter(f"--rename is COLUMN=NAME, not {text!r}")
        names[old.strip()] = new.strip()
    return names


def _delimiter(text: str | None) -> str | None:
    found = _DELIMITERS.get(text, text) if text is not None else None
    if found is not None and (len(found) != 1 or found in '"\r\n\0 '):
        raise typer.BadParameter(f"--delimiter is {', '.join(_DELIMITERS)} or a character, not {text!r}")
    return found


def _report(counts: Counter[Outcome], reading: ColumnReading, *, dry_run: bool, as_json: bool) -> None:
    reasons = {reason.value: counts[reason] for reason in _SKIPPED if counts[reason]}
    done = {one.value: counts[one] for one in (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)}
    found = {"rows": counts.total(), **done, "skipped": sum(reasons.values()), "reasons": reasons, "dry_run": dry_run}
    found |= reading.as_json()
    parts = [f"{count} {word}" for word, count in done.items()]
    why = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
    text = (
        f"Read {found['rows']} companies: {', '.join(parts)}, {found['skipped']} skipped{f' ({why})' if why else ''}."
    )
    text = "\n".join([text, *reading.sentences()])
    show_one(found, as_json=as_json, text=f"{text} This was a dry run: nothing is stored." if dry_run else text)


def _portions(companies: CompanyFile) -> Iterator[list[Row]]:
    """The companies in portions that memory can hold."""
    portion: list[Row] = []
    characters = 0
    for row in companies:
        portion.append(row)
        characters += len(row.name or "") + sum(map(len, row.fields.values()))
        if len(portion) >= _ROWS or characters >= _CHARACTERS:
            yield portion
            portion, characters = [], 0
    yield portion
