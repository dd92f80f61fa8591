"""`goalpost import`: events from files, and what other systems list."""

from collections.abc import Callable, Iterable, Iterator
from typing import Annotated

import typer

from goalpost.cli.context import open_stores
from goalpost.cli.lines import Lines, open_lines
from goalpost.cli.listed_imports import add_commands
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import complain, show_one
from goalpost.cli.owner import store_waiting
from goalpost.cli.progress import progress_bar
from goalpost.core.errors import GoalpostError, Unavailable
from goalpost.ingest.access_log import PageViewRules
from goalpost.ingest.importer import Importer, ImportReport
from goalpost.services import owners
from goalpost.stores import Stores

cli = new_commands()
File = Annotated[str, typer.Argument(metavar="FILE", help="The file; gzip is unpacked, - is standard input.")]
SiteKey = Annotated[str, typer.Option("--site", help="The site's key, as `goalpost site list` shows it.")]
_Run = Callable[[Importer, Iterable[str]], Iterator[int]]
_SHOWN = 120  # characters of a malformed line
add_commands(cli)


@cli.command("access-log")
def access_log(
    *,
    file: File,
    site: SiteKey,
    only_get: Annotated[bool, typer.Option("--only-get/--any-method", help="Count GET requests only.")] = True,
    only_ok: Annotated[bool, typer.Option("--only-ok/--any-status", help="Count answers 200 and 304 only.")] = True,
    skip_assets: Annotated[
        bool, typer.Option("--skip-assets/--assets", help="Leave out images, scripts, feeds and files.")
    ] = True,
    skip_bots: Annotated[bool, typer.Option("--skip-bots/--bots", help="Leave out crawlers and monitors.")] = True,
    as_json: AsJson = False,
) -> None:
    """Import page views from a web server's access log, common or combined format.

    The same file again, or a longer copy of it, within a day adds only what is new.
    """
    rules = PageViewRules(only_get, only_ok, skip_assets, skip_bots)
    _import(file, site, lambda importer, lines: importer.run_access_log(lines, rules), as_json)


@cli.command("events")
def events(file: File, site: SiteKey, as_json: AsJson = False) -> None:
    """Import events from JSON lines, each as POST /api/event takes it.

    Each may also have timestamp, visitor, ip, user_agent and id, as from a sender with a key.
    """
    _import(file, site, lambda importer, lines: importer.run_events(lines), as_json)


def _import(file: str, site_key: str, run: _Run, as_json: bool) -> None:
    with open_stores() as stores:
        with stores.reading() as db:
            site = owners.get_site(db, key=site_key)
        importer = Importer(site, stores.context, stores.spool)
        with open_lines(file) as lines:
            try:
                _read(file, lines, stores, importer, run)
            finally:
                _report(importer.report, as_json)
    if lines.fault is not None:
        raise GoalpostError(f"{file} cannot be read to its end, what was read is imported: {lines.fault}")
    if lines.interrupted:
        complain("interrupted; what was read is imported, and running it again adds the rest")
        raise typer.Exit(130)


def _read(file: str, lines: Lines, stores: Stores, importer: Importer, run: _Run) -> None:
    """Import the lines and see them stored."""
    with progress_bar() as progress:
        task = progress.add_task(file, total=lines.size)
        for count in run(importer, lines):
            progress.update(task, completed=lines.position(), description=f"{file}: {count:,} lines")
        try:
            store_waiting(stores, progress)
        except Unavailable as error:
            complain(f"kept, and stored when the event store answers: {error}")


def _report(report: ImportReport, as_json: bool) -> None:
    found = {
        "lines": report.lines,
        "imported": report.imported,
        "repeated": report.repeated,
        "skipped": dict(report.skipped),
        "malformed": report.malformed,
        "ignored_revenue": report.ignored_revenue,
        "examples": [{"line": number, "text": line} for number, line in report.examples],
    }
    skipped = ", ".join(f"{count} {reason}" for reason, count in report.skipped.items()) or "none"
    text = (
        f"{report.imported} of {report.lines} lines imported; skipped: {skipped}; "
        f"{report.repeated} imported before; {report.malformed} malformed"
    )
    if report.ignored_revenue:
        text += f"; the revenue of {report.ignored_revenue} ignored"
    show_one(found, as_json=as_json, text=text)
    for number, line in report.examples:
        complain(f"line {number} is malformed: {ascii(line)[:_SHOWN]}")
