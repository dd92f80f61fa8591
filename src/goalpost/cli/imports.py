"""`goalpost import`: events from files, and what other systems list."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated

import typer

from goalpost.cli.all_stores import open_stores
from goalpost.cli.lines import Lines, open_lines
from goalpost.cli.listed_imports import add_commands
from goalpost.cli.options import SITE_HELP, AsJson, new_commands
from goalpost.cli.output import complain, show_one
from goalpost.cli.owner import store_waiting
from goalpost.cli.progress import progress_bar
from goalpost.cli.spellings import find_site
from goalpost.conversions.ingest.access_log import FORMATS, LogFormat, PageViewRules, host_pattern, hosts_of
from goalpost.conversions.ingest.importer import Importer, ImportReport
from goalpost.conversions.model.sites import Site
from goalpost.kernel.errors import GoalpostError, Unavailable
from goalpost.stores import Stores

cli = new_commands()
File = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="The file, or - for standard input; gzip, bzip2, xz and Zstandard are unpacked."
    ),
]
SiteKey = Annotated[str, typer.Option("--site", help=f"{SITE_HELP}.")]
_Run = Callable[[Importer, Iterable[str], Site], Iterator[int]]
_RunHere = Callable[[Importer, Iterable[str]], Iterator[int]]
_SHOWN = 120  # characters of a malformed line
_NAMED = 5  # hosts and sites
_EVERY_HOST = "*"
add_commands(cli)


def _wanted_host(text: str) -> str:
    host = text if text == _EVERY_HOST else host_pattern(text)
    if not host:
        raise typer.BadParameter(f"{text!r} cannot be a host: give one such as www.example.com, *.example.com or *")
    return host


class NothingReadable(GoalpostError):
    """Not a line of the file could be read; the message says what could be."""


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
    log_format: Annotated[
        LogFormat | None, typer.Option("--format", help="How lines are written; else it is recognised.")
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST",
            parser=_wanted_host,
            help="A host whose requests count, where the log names hosts; may be repeated. *.example.com is any "
            "subdomain, * is any host. "
            "By default the site's domain, with and without www.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Import page views from a web server's access log.

    The format is recognised: common and combined as Apache, nginx, lighttpd and Traefik write them, with or without
    virtual host and forwarded-for; W3C extended (IIS, CloudFront); JSON lines (Caddy, Traefik, Cloudflare, nginx);
    AWS application load balancers.

    The same file again, or a longer copy of it, within seven days adds only what is new. Ends with 1 when no line could
    be read; lines that could not be read among others are told, and it ends with 0.
    """

    def run(importer: Importer, lines: Iterable[str], site: Site) -> Iterator[int]:
        hosts = hosts_of(site.domain) if host is None else frozenset(host)
        wanted = frozenset() if _EVERY_HOST in (host or ()) else hosts
        rules = PageViewRules(only_get, only_ok, skip_assets, skip_bots, wanted)
        return importer.run_access_log(lines, rules, log_format)

    formats = "; ".join(f"{name} ({text})" for name, text in FORMATS.items())
    _import(file, site, run, as_json, f"the formats are {formats}; --format names one")


@cli.command("events")
def events(file: File, site: SiteKey, as_json: AsJson = False) -> None:
    """Import events from JSON lines, each as POST /api/event takes it.

    A line counts for the site that is given; one that names other sites alone is skipped.

    Each may also have timestamp, visitor, ip, user_agent and id, as from a sender with a key. Lines that begin with #
    are comments. Ends with 1 when no line could be read.
    """
    _import(
        *(file, site, lambda importer, lines, _: importer.run_events(lines), as_json),
        "a line is one JSON object, as POST /api/event takes it",
    )


def _import(file: str, site_key: str, run: _Run, as_json: bool, readable: str) -> None:
    with open_stores() as stores:
        with stores.reading() as db:
            site = find_site(db, site_key)
        importer = Importer(site, stores.context, stores.spool)
        with open_lines(file) as lines:
            try:
                _read(file, lines, stores, importer, lambda importer, lines: run(importer, lines, site))
            finally:
                _report(importer.report, as_json)
    if lines.fault is not None:
        raise GoalpostError(f"{file} cannot be read to its end, what was read is imported: {lines.fault}")
    if lines.interrupted:
        complain("interrupted; what was read is imported, and running it again adds the rest")
        raise typer.Exit(130)
    if importer.report.nothing_readable:
        raise NothingReadable(f"no line of {file} can be read: {readable}")


def _read(file: str, lines: Lines, stores: Stores, importer: Importer, run: _RunHere) -> None:
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
        "blank": report.blank,
        "ignored": dict(report.ignored),
        "hosts": dict(report.hosts.most_common(_NAMED)),
        "sites": dict(report.sites.most_common(_NAMED)),
        "shared": dict(report.shared.most_common(_NAMED)),
        "format": report.log_format,
        "examples": [{"line": number, "text": line} for number, line in report.examples],
    }
    text = (
        f"{report.imported} of {report.lines} lines imported; skipped: {_counts(report.skipped) or 'none'}; "
        f"{report.repeated} imported before; {report.malformed} malformed; {report.blank} blank or comments"
    )
    if report.ignored:
        text += f"; fields that could not be used: {_counts(report.ignored)}"
    show_one(found, as_json=as_json, text=text)
    for number, line in report.examples:
        complain(f"line {number} is malformed: {ascii(line)[:_SHOWN]}")
    if report.malformed > len(report.examples):
        complain(f"and {report.malformed - len(report.examples)} more lines")
    if report.hosts:
        complain(f"requests of other hosts were skipped, which --host can choose: {_most(report.hosts)}")
    if report.sites:
        complain(f"events of other sites were skipped, which --site can choose: {_most(report.sites)}")
    if report.shared:
        complain(f"events that name other sites, too, count for this one alone: {_most(report.shared)}")


def _most(counter: Counter[str]) -> str:
    return ", ".join(f"{name[:_SHOWN]!a} ({count})" for name, count in counter.most_common(_NAMED))


def _counts(counter: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.items())
