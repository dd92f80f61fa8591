"""`goalpost company`: whose goals they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

import typer

from goalpost.cli.company_file import CompanyFile
from goalpost.cli.context import open_stores
from goalpost.cli.lines import open_lines
from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.output import show_one
from goalpost.cli.progress import progress_bar
from goalpost.cli.records import Search, create_record, list_records
from goalpost.cli.things import AUTHOR, InWorkspace, OnlyWorkspace
from goalpost.core.records import RecordKind
from goalpost.services import owners, records

cli = new_commands()
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
    file: Annotated[str, typer.Argument(metavar="FILE", help="The CSV file; gzip is unpacked, - is standard input.")],
    workspace: InWorkspace,
    as_json: AsJson = False,
) -> None:
    """Import companies from a CSV file in UTF-8, all of them or, when a line is bad, none.

    The first line names the columns. `name` (in any case) is the company's; what other columns hold is kept as the
    company's fields, empty cells left out. Companies whose exact name is there already are skipped.
    """
    imported = 0
    with open_stores() as stores, open_lines(file) as lines, progress_bar() as progress:
        task = progress.add_task(file, total=lines.size)
        companies = CompanyFile(file, lines)
        with stores.writing() as db:
            owner, now = owners.get_workspace(db, name=workspace), datetime.now(UTC)
            for portion in _portions(companies):
                imported += records.add_missing(
                    db, workspace_id=owner.id, kind=RecordKind.COMPANY, named=portion, author=AUTHOR, now=now
                )
                read = f"{file}: {companies.count:,} companies"
                progress.update(task, completed=lines.position(), description=read)
    found = {"imported": imported, "skipped": companies.count - imported}
    text = f"Imported {imported} companies, skipped {found['skipped']} that were there already."
    show_one(found, as_json=as_json, text=text)


def _portions(companies: CompanyFile) -> Iterator[dict[str, dict[str, str]]]:
    """The companies in portions that memory can hold, by name; the first of a name counts."""
    portion: dict[str, dict[str, str]] = {}
    characters = 0
    for name, fields in companies:
        portion.setdefault(name, fields)
        characters += len(name) + sum(map(len, fields.values()))
        if len(portion) >= _ROWS or characters >= _CHARACTERS:
            yield portion
            portion, characters = {}, 0
    yield portion
