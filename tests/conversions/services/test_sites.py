"""Sites: what each use case promises and what it rejects."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.catalog import changes_since
from goalpost.conversions.services import sites
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.workspaces import create_workspace
from tests.support.faults import faults_of
from tests.support.together import refusal, run_together

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TAKEN = [{"domain": ["has already been taken"]}]


@pytest.fixture
def workspace(db: Connection) -> Workspace:
    return create_workspace(db, name="Acme", now=NOW)


def make_site(db: Connection, workspace: Workspace, domain: str = "a.example.com", **changes: Any) -> Site:
    return sites.create_site(db, workspace_id=workspace.id, domain=domain, name="A", **{"now": NOW, **changes})


def test_a_site_is_found_by_its_key_and_its_id(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace, "HTTPS://A.example.com/")
    assert (site.domain, site.public_stats) == ("a.example.com", False)
    for key in (site.key, str(site.id), str(site.id).upper()):
        assert sites.get_site(db, key=key) == site
        assert sites.get_site(db, key=key, workspace_id=workspace.id) == site


def test_another_workspaces_site_looks_like_a_missing_one(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace)
    other = create_workspace(db, name="Other", now=NOW)
    for key in (site.key, str(site.id)):
        with pytest.raises(NotFound) as caught:
            sites.get_site(db, key=key, workspace_id=other.id)
        assert str(caught.value) == f"there is no site {key!r}"
    assert sites.list_sites(db, workspace_id=other.id) == []
    assert sites.list_sites(db, workspace_id=workspace.id) == sites.list_sites(db) == [site]


@pytest.mark.parametrize(
    "key",
    [
        "",
        "sk_",
        "sk_0000000000000000",
        "a553c425-1ba9-4a15-a90c-c6e91a71d2ed",
        "a\0b",
        "\0",
        "\ud800",
        "' OR 1=1 --",
        "%",
        "x" * 100_000,
        "é😀",
    ],
    ids=range(11),
)
def test_a_key_that_spells_no_site_is_not_found(db: Connection, workspace: Workspace, key: str) -> None:
    make_site(db, workspace)
    with pytest.raises(NotFound):
        sites.get_site(db, key=key, workspace_id=workspace.id)


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"domain": ""}, {"domain": ["can't be blank"]}),
        ({"domain": "not a domain"}, {"domain": ["has invalid format"]}),
        ({"domain": "a\0.example.com"}, {"domain": ["has invalid format"]}),
        ({"name": ""}, {"name": ["can't be blank"]}),
        ({"name": "a\0"}, {"name": ["has invalid characters"]}),
    ],
)
def test_a_site_that_cannot_be_is_refused(
    db: Connection, workspace: Workspace, fields: dict[str, str], faults: dict[str, list[str]]
) -> None:
    given = {"domain": "a.example.com", "name": "A", **fields}
    assert faults_of(lambda: sites.create_site(db, workspace_id=workspace.id, now=NOW, **given)) == faults
    site = make_site(db, workspace, "b.example.com")
    assert faults_of(lambda: sites.update_site(db, site=site, changes=fields, now=NOW)) == faults
    assert sites.list_sites(db) == [site]


def test_a_domain_is_one_sites_in_a_workspace(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace)
    taken = {"domain": ["has already been taken"]}
    assert faults_of(lambda: make_site(db, workspace, "A.EXAMPLE.COM")) == taken
    other = make_site(db, workspace, "b.example.com")
    assert faults_of(lambda: sites.update_site(db, site=other, changes={"domain": site.domain}, now=NOW)) == taken
    sites.delete_site(db, site=site, now=NOW)
    assert make_site(db, workspace).key != site.key


def test_a_site_is_changed_in_part(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace)
    changed = sites.update_site(db, site=site, changes={"name": "B", "public_stats": True}, now=NOW)
    assert (changed.name, changed.public_stats, changed.domain, changed.key) == ("B", True, site.domain, site.key)
    assert sites.get_site(db, key=site.key) == changed
    # The domain it has already is not a collision.
    assert sites.update_site(db, site=changed, changes={"domain": "a.EXAMPLE.com"}, now=NOW) == changed


def test_a_change_that_changes_nothing_is_none(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace)
    before = changes_since(db, 0).revision
    assert sites.update_site(db, site=site, changes={}, now=NOW) == site
    assert sites.update_site(db, site=site, changes={"name": site.name}, now=NOW) == site
    assert changes_since(db, 0).revision == before


def test_a_deleted_site_is_gone(db: Connection, workspace: Workspace) -> None:
    site = make_site(db, workspace)
    sites.delete_site(db, site=site, now=NOW)
    for key in (site.key, str(site.id)):
        with pytest.raises(NotFound):
            sites.get_site(db, key=key)
    assert sites.list_sites(db) == []


# At the same time, each in a transaction of its own


def test_of_two_who_take_a_domain_at_once_one_is_told(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = create_workspace(db, name="Acme", now=NOW)

    def take(domain: str) -> Exception | None:
        return refusal(engine, lambda db: make_site(db, workspace, domain), Invalid)

    for turn in range(5):
        told = run_together(*[partial(take, f"{turn}.example.com")] * 2)
        assert [error.faults for error in told if error] == TAKEN
    with engine.begin() as db:
        assert len(sites.list_sites(db)) == 5


def test_of_two_who_move_to_a_domain_at_once_one_is_told(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = create_workspace(db, name="Acme", now=NOW)
        moving = [make_site(db, workspace, f"{n}.example.com") for n in range(2)]

    def move(site: Site) -> Exception | None:
        changes = {"domain": "same.example.com"}
        return refusal(engine, lambda db: sites.update_site(db, site=site, changes=changes, now=NOW), Invalid)

    told = run_together(*(partial(move, site) for site in moving))
    assert [error.faults for error in told if error] == TAKEN
