"""`goalpost spool`: what waits for the event store, and what it does not take."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from goalpost.cli.all_stores import open_stores
from goalpost.cli.context import read_settings, store_errors
from goalpost.cli.control import tell_server
from goalpost.cli.options import AsJson, new_commands
from goalpost.cli.output import show, show_one
from goalpost.conversions.ingest.spool_repairs import SpoolRepairs, SpoolReport
from goalpost.settings import Settings

cli = new_commands()


@cli.callback()
def _spool() -> None:
    """Look after what waits for the event store.

    A batch that cannot be read is set aside, and a row that the event store refuses for good becomes a dead letter.
    Both stay in the spool until somebody sends them again or deletes them.
    """


@cli.command("check")
def check(as_json: AsJson = False) -> None:
    """Read the whole spool, and tell what is in it. Works beside a running server.

    Exits with 1 when the file is damaged, or when something is in it that will not leave by itself.
    """
    report = _repairs(read_settings()).check()
    known = {**asdict(report), "ok": not report.needs_a_person}
    show_one(known, as_json=as_json, text=_text(report))
    if report.needs_a_person:
        raise typer.Exit(1)


@cli.command("list")
def list_all(as_json: AsJson = False) -> None:
    """List batches that are set aside, and dead letters. With --json also their bytes, in base 64."""
    with store_errors():
        kept = list(_repairs(read_settings()).each_kept_back())
    if as_json:
        typer.echo(json.dumps(kept, indent=2))
        return
    rows = [
        {
            "kind": item["kind"],
            "id": item["id"],
            "at": datetime.fromtimestamp(item["at"], UTC).isoformat(timespec="seconds"),
            "reason": item["reason"],
        }
        for item in kept
    ]
    show(rows, as_json=False, empty="Nothing is kept back.")


@cli.command("retry")
def retry(as_json: AsJson = False) -> None:
    """Send again what is kept back, as after an upgrade that can read or store it.

    What is still no good comes back. A batch of which `list --json` says may_be_stored may be counted twice.
    """
    settings = read_settings()
    with store_errors(), open_stores(settings):
        batches, rows = _repairs(settings).retry()
    tell_server(settings)
    text = f"Sending again: {batches} batches and {rows} rows."
    show_one({"batches": batches, "rows": rows}, as_json=as_json, text=text)


@cli.command("delete")
def delete(
    yes: Annotated[bool, typer.Option("--yes", help="Do it: it cannot be undone.")] = False, as_json: AsJson = False
) -> None:
    """Delete what is kept back, for good. Keep `goalpost spool list --json` first."""
    if not yes:
        raise typer.BadParameter("this deletes acknowledged events: say --yes")
    settings = read_settings()
    with store_errors():
        batches, rows = _repairs(settings).delete()
    tell_server(settings)
    show_one({"batches": batches, "rows": rows}, as_json=as_json, text=f"Deleted {batches} batches and {rows} rows.")


def _repairs(settings: Settings) -> SpoolRepairs:
    with store_errors():
        return SpoolRepairs(settings.data / "spool.sqlite")


def _text(report: SpoolReport) -> str:
    lines: list[Any] = [
        f"{report.batches:,} batches with {report.rows:,} rows wait for the event store.",
        *(f"The file is damaged: {fault}" for fault in report.faults),
        *(f"Batch {batch} cannot be read: {reason}" for batch, reason in report.unreadable.items()),
    ]
    if report.set_aside:
        lines.append(f"{report.set_aside:,} batches are set aside, because they could not be read.")
    if report.dead_letters:
        lines.append(f"{report.dead_letters:,} rows were refused by the event store for good.")
    if report.dropped_dead_letters:
        lines.append(f"{report.dropped_dead_letters:,} older refused rows were dropped for want of room.")
    if report.needs_a_person:
        lines.append("`goalpost spool list` shows what is kept back; `retry` sends it again, `delete` gives it up.")
    return "\n".join(lines)
