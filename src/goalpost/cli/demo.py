"""`goalpost demo`: a server with something to look at."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from goalpost import server
from goalpost.app import SCOPES
from goalpost.cli.all_stores import open_stores
from goalpost.cli.context import read_settings, store_errors
from goalpost.cli.logs import configure_logs
from goalpost.cli.options import AsJson, DataOption, HostOption, PortOption, new_commands
from goalpost.cli.output import show_one
from goalpost.cli.owner import store_waiting
from goalpost.cli.progress import progress_bar
from goalpost.demo import page
from goalpost.demo.seed import DAYS, DOMAIN, WORKSPACE, Demo, seed
from goalpost.settings import Settings

DATA = Path("goalpost-demo")
PORT = 8301
"""Beside the port of `goalpost serve`, so that both can run at once."""
API = "/api/v1/analytics"
cli = new_commands()


@cli.command()
def demo(
    *,
    data: DataOption = None,
    host: HostOption = None,
    port: PortOption = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Start the server, or only write the data.")] = True,
    as_json: AsJson = False,
) -> None:
    """Run the server with demo data and a page to try it on.

    The data directory is ./goalpost-demo and the port 8301 unless others are named. Starting again adds the visitors
    since the last time.
    """
    settings = _settings(data, host=host, port=port)
    configure_logs(settings)
    if serve:
        with store_errors():
            server.check_address(settings.host, settings.port)
    found = _seed(settings, store=not serve)
    if not serve:
        _announce(found, settings, None, as_json)
        return
    with store_errors():
        server.serve(settings, lambda url: _announce(found, settings, url, as_json), page.routes)


def _settings(data: Path | None, **given: object) -> Settings:
    """The settings, with the demo's own directory and port, and no line for each of the page's requests."""
    settings = read_settings(data, **given)
    own = {"data": DATA, "port": PORT, "log_level": "warning"}
    return settings.model_copy(
        update={name: value for name, value in own.items() if name not in settings.model_fields_set}
    )


def _seed(settings: Settings, *, store: bool) -> Demo:
    """Write the demo data; the server stores what is in the spool when it starts, else it is stored here."""
    with open_stores(settings) as stores, progress_bar() as progress:
        task = progress.add_task("writing demo data", total=None)
        found = seed(
            stores,
            scopes=SCOPES,
            now=datetime.now(UTC),
            on_day=lambda done, of: progress.update(task, completed=done, total=of),
        )
        if store:
            store_waiting(stores, progress)
    return found


def _announce(found: Demo, settings: Settings, url: str | None, as_json: bool) -> None:
    known: dict[str, Any] = {
        "data": str(settings.data),
        "workspace": WORKSPACE,
        "site_key": found.site.key,
        "key": found.key,
        "goals": [{"id": str(goal.id), "name": goal.name} for goal in found.goals],
        "events_added": found.added,
        "url": url,
    }
    show_one(known, as_json=as_json, text=_text(found, settings, url))


def _text(found: Demo, settings: Settings, url: str | None) -> str:
    state = f"{found.added:,} events of the last {DAYS} days added" if found.added else "there already"
    command = f"goalpost --data {settings.data}"
    head = f"Demo data in {settings.data}: {state}. Its site: {DOMAIN}, {found.site.key}\n"
    if url is None:
        return f"{head}\n  {command} goal list\n  {command} demo"
    api = f"{url}{API}/sites/{found.site.key}/goals"
    bearer = f'-H "Authorization: Bearer {found.key}"'
    purchase = f'{{"name": "purchase", "kind": "goal", "domain": "{found.site.key}", "revenue": {{"amount": 49.99}}}}'
    return f"""{head}
  Demo page   {url}{page.PAGE}
  API pages   {url}/
  API key     {found.key}

List the goals, read one's numbers, send a purchase (it counts within a second):

  curl {bearer} {api}
  curl {bearer} "{api}/{found.goals[-1].id}/stats?period=30d"
  curl {bearer} {url}/api/event -d '{purchase}'

The command line works on the same data, as in: {command} goal list
Ctrl-C stops the server."""
