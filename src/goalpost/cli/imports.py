"""`goalpost import`: events from files."""

import gzip
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from goalpost.cli.context import AsJson, open_stores
from goalpost.cli.output import complain, progress_bar, show_one
from goalpost.core.errors import Unavailable
from goalpost.ingest.access_log import PageViewRules
from goalpost.ingest.importer import Importer, ImportReport
from goalpost.services import owners
from goalpost.stores import Busy, EventStore, Stores

cli = typer.Typer(help="Import events from files.", no_args_is_help=True)
File = Annotated[str, typer.Argument(metavar="FILE", help="The file; .gz is unpacked, - is standard input.")]
SiteKey = Annotated[str, typer.Option("--site", help="The site's key.")]
_PATIENCE = 30.0


@cli.command("access-log")
def access_log(
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
    """Import page views from a web server's access log, common or combined format."""
    rules = PageViewRules(only_get, only_ok, skip_assets, skip_bots)
    _import(file, site, lambda importer, lines: importer.run_access_log(lines, rules), as_json)


@cli.command("events")
def events(file: File, site: SiteKey, as_json: AsJson = False) -> None:
    """Import events from JSON lines, each as POST /api/event takes it, with timestamp, visitor, ip, user_agent and id."""
    _import(file, site, lambda importer, lines: importer.run_events(lines), as_json)


def _import(file: str, site_key: str, run: Any, as_json: bool) -> None:
    with open_stores() as stores:
        with stores.reading() as db:
            site = owners.get_site(db, key=site_key)
        importer = Importer(site, stores.context, stores.spool)
        with progress_bar() as progress, _open(file) as (lines, position, size):
            task = progress.add_task(f"reading {file}", total=size)
            for _ in run(importer, lines):
                progress.update(task, completed=position())
            _settle(stores, progress)
    _report(importer.report, as_json)


@contextmanager
def _open(file: str) -> Iterator[tuple[Iterable[str], Any, int | None]]:
    """The lines, a function that tells the position in bytes, and the size in bytes where it is known."""
    if file == "-":
        yield sys.stdin, lambda: None, None
        return
    with open(file, "rb") as raw:
        unpacked: IO[Any] = gzip.open(raw) if file.endswith(".gz") else raw  # type: ignore[assignment]
        lines = (line.decode("utf-8", "surrogateescape") for line in unpacked)
        yield lines, raw.tell, Path(file).stat().st_size


def _settle(stores: Stores, progress: Any) -> None:
    """Wait until the event store has it all: by our own hand, or by the running server's."""
    task = progress.add_task("storing", total=None)
    try:
        events = EventStore(stores)
    except Busy:
        deadline = time.monotonic() + _PATIENCE
        while (waiting := stores.spool.waiting()) and time.monotonic() < deadline:
            progress.update(task, description=f"the server stores {waiting} rows")
            time.sleep(0.1)
        return
    try:
        events.drain.flush()
    except Unavailable as error:
        complain(f"kept in the spool, and stored when the event store answers: {error}")
    finally:
        events.close()


def _report(report: ImportReport, as_json: bool) -> None:
    found = {
        "lines": report.lines,
        "imported": report.imported,
        "repeated": report.repeated,
        "skipped": dict(report.skipped),
        "malformed": report.malformed,
    }
    skipped = ", ".join(f"{count} {reason}" for reason, count in report.skipped.items()) or "none"
    text = (
        f"{report.imported} of {report.lines} lines imported; skipped: {skipped}; "
        f"{report.repeated} imported before; {report.malformed} malformed"
    )
    show_one(found, as_json=as_json, text=text)
    for number, line in report.examples:
        complain(f"line {number} is malformed: {line!r}")
