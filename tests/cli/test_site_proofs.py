"""`goalpost site prove`, on the data directory of a running server and alone."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from goalpost.conversions.model.sites import Site
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.tenancy import workspaces
from tests.support.dns import DnsServer, dns_server
from tests.support.domains import add_contender


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with dns_server() as server:
        yield server


@pytest.fixture
def command(run: Callable[..., Any], tmp_path: Path, dns: DnsServer) -> Callable[..., Any]:
    environment = {"GOALPOST_DATA": str(tmp_path / "data"), "GOALPOST_DNS_SERVER": dns.address}
    return lambda *arguments: run(environment, *arguments)


@pytest.fixture
def contenders(command: Callable[..., Any], tmp_path: Path) -> tuple[str, Site]:
    """The key of a site, and a site of another workspace with the same domain, as an upgrade finds them."""
    for name in ("acme", "other"):
        assert command("workspace", "create", name).code == 0
    made = ("site", "create", "--workspace", "acme", "--domain", "www.shop.example", "--name", "Shop", "--json")
    key = str(command(*made).json["site_key"])
    stores = Stores(Settings(data=tmp_path / "data"))
    with stores.writing() as db:
        theirs = add_contender(db, workspaces.get_workspace(db, name="other").id, "shop.example")
    stores.close()
    return key, theirs


def claims(command: Callable[..., Any]) -> dict[str, str]:
    return {row["site_key"]: row["claim"] for row in command("site", "list", "--json").json}


def test_a_list_of_sites_names_ambiguous_domains(command: Callable[..., Any], contenders: tuple[str, Site]) -> None:
    key, theirs = contenders
    assert claims(command) == {key: "ambiguous", theirs.key: "ambiguous"}
    assert command("site", "list").out.count("ambiguous") == 2


def test_what_to_put_where_is_told_and_looked_for(
    command: Callable[..., Any], contenders: tuple[str, Site], dns: DnsServer
) -> None:
    key, theirs = contenders
    first = command("site", "prove", key)
    assert first.code == 1
    told = command("site", "prove", key, "--json")
    assert told.code == 1
    row = json.loads(told.out)
    assert (row["domain"], row["proved"], row["record"]) == ("www.shop.example", False, "_goalpost.shop.example")
    assert row["file"] == f"https://shop.example/.well-known/goalpost-{row['token']}"
    assert [found["found"] for found in row["looks"]] == [False] * 3
    for text in (row["record"], row["token"], row["file"]):
        assert text in first.out
    assert claims(command) == {key: "ambiguous", theirs.key: "ambiguous"}

    # The other's token is another one, and proves nothing for this site.
    dns.records["_goalpost.shop.example", "TXT"] = [f'"{row["token"]}"']
    assert command("site", "prove", theirs.key).code == 1
    done = command("site", "prove", key)
    assert (done.code, done.out) == (0, "Proved by TXT _goalpost.shop.example: www.shop.example is the site's.\n")
    assert claims(command) == {key: "own", theirs.key: "lost"}


def test_a_site_gets_a_domain_that_another_workspace_has(
    command: Callable[..., Any], contenders: tuple[str, Site], dns: DnsServer
) -> None:
    """Input: somebody else was first, with a domain that is not theirs."""
    made = ("site", "create", "--workspace", "acme", "--domain", "acme.invalid", "--name", "New", "--json")
    key = command(*made).json["site_key"]
    refused = command("site", "create", "--workspace", "acme", "--domain", "shop.example:8080", "--name", "x")
    assert (refused.code, refused.err) == (1, "goalpost: domain has already been taken\n")

    asked = command("site", "prove", key, "--domain", "https://Shop.example:8080/", "--json")
    token = json.loads(asked.out)["token"]
    dns.records["_goalpost.shop.example", "TXT"] = [f'"{token}"']
    assert command("site", "prove", key, "--domain", "shop.example:8080").code == 0

    row = next(row for row in command("site", "list", "--json").json if row["site_key"] == key)
    assert (row["domain"], row["claim"]) == ("shop.example:8080", "own")
    assert claims(command)[contenders[1].key] == "lost"


@pytest.mark.parametrize("domain", ["not a domain", "", "a..b"])
def test_an_invalid_domain_is_not_looked_for(
    command: Callable[..., Any], contenders: tuple[str, Site], dns: DnsServer, domain: str
) -> None:
    done = command("site", "prove", contenders[0], "--domain", domain)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("goalpost: domain ")
    assert dns.asked == []


def test_a_site_that_several_have_is_named_by_its_key(
    command: Callable[..., Any], contenders: tuple[str, Site]
) -> None:
    done = command("site", "prove", "shop.example")
    assert done.code == 1
    assert contenders[0] in done.err and contenders[1].key in done.err
