"""`goalpost site`: what is measured."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational, read_settings, server_url
from goalpost.cli.options import AsJson, BroughtId, SiteId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.site_proofs import prove
from goalpost.cli.spellings import find_site
from goalpost.cli.things import claimed_id
from goalpost.conversions.model.sites import Names, Site
from goalpost.conversions.services import domains, sites
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.kernel.id_numbers import number_of
from goalpost.tenancy import workspaces

cli = new_commands()
cli.command("prove")(prove)


@cli.command("create")
def create(
    *,
    workspace: Annotated[str, typer.Option(help="The workspace it belongs to.")],
    domain: Annotated[str, typer.Option(help="Its host name, such as example.com.")],
    name: Annotated[str, typer.Option(help="Its display name.")],
    visitor_ids: Annotated[
        bool, typer.Option("--visitor-ids", help="Let browsers keep an id for twelve months, with consent.")
    ] = False,
    keyed_revenue: Annotated[
        bool, typer.Option("--keyed-revenue", help="Count revenue from senders with a key alone.")
    ] = False,
    key: Annotated[
        str | None, typer.Option(metavar="KEY", help="The key that its pages name already; else a new one.")
    ] = None,
    slug: Annotated[
        str, typer.Option(metavar="LINKNAME", help="The linkname that requests name already; else made of its name.")
    ] = "",
    brought: BroughtId = None,
    number: Annotated[int | None, typer.Option(help="The id in digits that it has elsewhere.")] = None,
    as_json: AsJson = False,
) -> None:
    """Create a site. It keeps the key, the linkname and the ids that it has elsewhere."""
    now = datetime.now(UTC)
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        row_id = claimed_id(db, owner, RowKind.SITE, brought, now)
        site = sites.create_site(
            db,
            workspace_id=owner.id,
            domain=domain,
            name=name,
            now=now,
            visitor_ids=visitor_ids,
            keyed_revenue=keyed_revenue,
            key=key,
            names=Names(row_id, number, slug),
        )
        row = next(with_brought_ids(db, owner.id, [_row(site)]))
    show_one(row, as_json=as_json, text=f"Created site {site.domain}. Its key: {site.key}")


@cli.command("list")
def list_all(
    workspace: Annotated[str | None, typer.Option(help="Only this workspace's.")] = None, as_json: AsJson = False
) -> None:
    """List the sites.

    The claim of a domain is `own`, `ambiguous` where several workspaces have it, or `lost` where it is another one's:
    events that name such a domain and have no key are not the site's.
    """
    with open_relational() as store, store.reading() as db:
        workspace_id = workspaces.get_workspace(db, name=workspace).id if workspace else None
        found = sites.list_sites(db, workspace_id=workspace_id)
        claims = domains.list_standings(db, workspace_id=workspace_id)
        rows = [
            row
            for site in found
            for row in with_brought_ids(db, site.workspace_id, [_row(site) | {"claim": claims[site.id].value}])
        ]
    show(rows, as_json=as_json, empty="No sites yet.")


@cli.command("visitor-ids")
def visitor_ids(
    site: SiteId,
    state: Annotated[Literal["on", "off"], typer.Argument(help="Whether browsers keep an id.")],
    as_json: AsJson = False,
) -> None:
    """Say whether visitors who agree are recognised for twelve months by an id that their browser keeps."""
    changed, row = _switch(site, "visitor_ids", state)
    show_one(row, as_json=as_json, text=f"Visitor ids of {changed.domain} are {state}.")


@cli.command("keyed-revenue")
def keyed_revenue(
    site: SiteId,
    state: Annotated[Literal["on", "off"], typer.Argument(help="Whether revenue needs a key.")],
    as_json: AsJson = False,
) -> None:
    """Say whether revenue counts from senders with a key alone; other events count without theirs."""
    changed, row = _switch(site, "keyed_revenue", state)
    senders = "senders with a key alone" if changed.keyed_revenue else "everybody"
    show_one(row, as_json=as_json, text=f"Revenue of {changed.domain} counts from {senders}.")


@cli.command("snippet")
def snippet(
    site: SiteId,
    host: Annotated[
        str | None, typer.Option(help="Where browsers reach this server, such as https://goals.example.com.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the script tag for the site's pages."""
    settings = read_settings()
    with open_relational(settings) as store, store.reading() as db:
        key = find_site(db, site).key
    base = (host or server_url(settings)).rstrip("/")
    tag = f'<script defer data-site="{key}" src="{base}/a.js"></script>'
    show_one({"site_key": key, "snippet": tag}, as_json=as_json, text=tag)


def _switch(site: str, option: str, state: str) -> tuple[Site, dict[str, Any]]:
    """Turn an option of a site on or off; return the site, and the row that tells of it."""
    with open_relational() as store, store.writing() as db:
        found = find_site(db, site)
        changed = sites.update_site(db, site=found, changes={option: state == "on"}, now=datetime.now(UTC))
        return changed, next(with_brought_ids(db, found.workspace_id, [_row(changed)]))


def _row(site: Site) -> dict[str, Any]:
    return {
        "site_key": site.key,
        "domain": site.domain,
        "name": site.name,
        "slug": site.slug,
        "number": str(number_of(site.workspace_id, site.number)),
        "id": str(site.id),
        "visitor_ids": site.visitor_ids,
        "keyed_revenue": site.keyed_revenue,
        "created_at": site.created_at.isoformat(timespec="seconds"),
    }
