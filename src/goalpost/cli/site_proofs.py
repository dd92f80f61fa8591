"""`goalpost site prove`: whose a domain is, where several workspaces claim it or another one has it."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from goalpost.cli.context import open_relational, read_settings
from goalpost.cli.options import AsJson, SiteId
from goalpost.cli.output import show_one
from goalpost.cli.spellings import find_site
from goalpost.conversions.domain_proofs import Look, Network, Proof, look_for
from goalpost.conversions.model.domains import claimed_host, proof_token
from goalpost.conversions.model.sites import clean_domain
from goalpost.conversions.services import domains, sites


def prove(
    site: SiteId,
    domain: Annotated[
        str | None,
        typer.Option(
            help="The domain that the site gets with the proof, where another workspace has it; else its own."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that a domain is the site's, by a DNS record or a file. It says what to put where, and looks there.

    With the proof, events that name the domain are the site's; other workspaces' sites are found by their keys alone.
    """
    settings = read_settings()
    with open_relational(settings) as store:
        with store.reading() as db:
            found = find_site(db, site)
        wanted = found.domain if domain is None else clean_domain(domain)
        host = claimed_host(wanted)
        proof = Proof(host, proof_token(store.pepper, found.workspace_id, host))
        looks = look_for(proof, Network(settings.dns_server, settings.prove_private))
        if is_proved := any(look.found for look in looks):
            with store.writing() as db:
                now = datetime.now(UTC)
                current = sites.get_site(db, key=found.key)
                domains.award_domain(db, workspace_id=current.workspace_id, domain=wanted, now=now)
                sites.update_site(db, site=current, changes={"domain": wanted}, now=now)
    row = {
        "site_key": found.key,
        "domain": wanted,
        "proved": is_proved,
        "record": proof.record,
        "file": f"https://{host}{proof.path}",
        "token": proof.token,
        "looks": [{"place": look.place, "found": look.found, "seen": look.seen} for look in looks],
    }
    show_one(row, as_json=as_json, text=_told(proof, wanted, looks, is_proved=is_proved))
    if not is_proved:
        raise typer.Exit(1)


def _told(proof: Proof, domain: str, looks: list[Look], *, is_proved: bool) -> str:
    if is_proved:
        place = next(look.place for look in looks if look.found)
        return f"Proved by {place}: {domain} is the site's."
    lines = [
        f"Not proved yet. Whoever has {proof.host} can do one of these, and then run the command again:",
        "",
        f"  a TXT record   {proof.record}",
        f"  with the text  {proof.token}",
        "",
        f"  or a file      https://{proof.host}{proof.path} (or http)",
        f"  with the text  {proof.token}",
        "",
        *(f"{look.place}: {look.seen}" for look in looks),
    ]
    return "".join(character for character in "\n".join(lines) if character.isprintable() or character == "\n")
