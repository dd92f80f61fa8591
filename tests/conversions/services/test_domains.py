"""A domain is one workspace's of the whole server: who gets it, who keeps it, and for how long."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, Engine, select

from goalpost.conversions.model.domains import LONGEST_HOLD, Claim, claimed_host, proof_token
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.tables import domain_claims
from goalpost.conversions.services import domains, sites
from goalpost.kernel.errors import Invalid
from goalpost.storage.engine import open_engine
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.workspaces import create_workspace
from tests.support.domains import add_contender
from tests.support.together import run_together

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TAKEN = {"domain": ["has already been taken"]}

# Spellings by which a page, a browser or an attacker may name victim.example.
SPELLINGS = [
    "victim.example",
    "VICTIM.Example",
    "www.victim.example",
    "WWW.VICTIM.EXAMPLE",
    "victim.example.",
    "www.victim.example.",
    "victim.example:443",
    "victim.example:8080",
    "www.victim.example:80",
    "https://victim.example/",
    "http://www.victim.example:8080/a?b#c",
    " victim.example ",
    "\uff56\uff49\uff43\uff54\uff49\uff4d.example",
    "victim\u3002example",
    "vic\u00adtim.example",
    "victim.example\uff1a443",
    "\u24e6\u24e6\u24e6.victim.example",
]


@pytest.fixture
def victim(db: Connection) -> Workspace:
    return create_workspace(db, name="victim", now=NOW)


@pytest.fixture
def other(db: Connection) -> Workspace:
    return create_workspace(db, name="other", now=NOW)


def make(db: Connection, workspace: Workspace, domain: str = "victim.example", now: datetime = NOW) -> Site:
    return sites.create_site(db, workspace_id=workspace.id, domain=domain, name="x", now=now)


def move(db: Connection, site: Site, domain: str, now: datetime = NOW) -> Site:
    return sites.update_site(db, site=site, changes={"domain": domain}, now=now)


def is_refused(db: Connection, workspace: Workspace, domain: str = "victim.example", now: datetime = NOW) -> bool:
    """Try to create a site in a part of the transaction that is undone."""
    attempt = db.begin_nested()
    try:
        make(db, workspace, domain, now)
    except Invalid as error:
        assert error.faults == TAKEN
        return True
    finally:
        attempt.rollback()
    return False


def test_a_domain_of_another_workspace_is_refused_in_every_spelling(
    db: Connection, victim: Workspace, other: Workspace
) -> None:
    """Input: another workspace creates a site with the domain, or changes its own older site to it."""
    own = make(db, other, "own.example", NOW - DAY)
    make(db, victim)
    for spelling in SPELLINGS:
        assert is_refused(db, other, spelling), spelling
        with pytest.raises(Invalid) as caught:
            move(db, own, spelling)
        assert caught.value.faults == TAKEN
    assert sites.get_site(db, key=own.key) == own


def test_whatever_spelling_the_owner_has_used_claims_the_domain(
    db: Connection, victim: Workspace, other: Workspace
) -> None:
    for spelling in SPELLINGS:
        attempt = db.begin_nested()
        make(db, victim, spelling)
        assert is_refused(db, other, "victim.example"), spelling
        assert is_refused(db, other, "www.victim.example"), spelling
        attempt.rollback()


def test_international_names_have_one_claim(db: Connection, victim: Workspace, other: Workspace) -> None:
    make(db, victim, "münchen.example")
    for spelling in ("MÜNCHEN.example", "xn--mnchen-3ya.example", "XN--MNCHEN-3YA.EXAMPLE", "mu\u0308nchen.example"):
        assert is_refused(db, other, spelling), spelling


def test_other_hosts_are_free(db: Connection, victim: Workspace, other: Workspace) -> None:
    make(db, victim)
    for domain in ("shop.victim.example", "xvictim.example", "victim.example.com", "example", "www-victim.example"):
        assert not is_refused(db, other, domain), domain


def test_a_workspace_may_have_several_sites_of_its_host(db: Connection, victim: Workspace) -> None:
    site = make(db, victim)
    make(db, victim, "www.victim.example")
    make(db, victim, "victim.example:8080")
    assert move(db, site, "victim.example:9090").domain == "victim.example:9090"
    assert set(domains.list_standings(db).values()) == {Claim.OWN}


def test_a_site_that_changes_otherwise_claims_nothing(db: Connection, victim: Workspace) -> None:
    site = make(db, victim)
    changed = sites.update_site(db, site=site, changes={"name": "y", "domain": "VICTIM.example"}, now=NOW)
    assert (changed.name, changed.domain) == ("y", "victim.example")


# Given up


@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_a_domain_that_is_given_up_is_held_for_its_workspace(
    db: Connection, victim: Workspace, other: Workspace, how: str
) -> None:
    """Whoever waits for a deletion does not get what the old pages still send."""
    site, end = make(db, victim), NOW + 400 * DAY
    if how == "deleted":
        sites.delete_site(db, site=site, now=end)
    else:
        move(db, site, "new.example", end)
    assert is_refused(db, other, now=end)
    assert is_refused(db, other, now=end + LONGEST_HOLD - timedelta(seconds=1))
    assert not is_refused(db, other, now=end + LONGEST_HOLD)
    assert not is_refused(db, victim, now=end)


def test_a_mistake_is_held_no_longer_than_it_lasted(db: Connection, victim: Workspace, other: Workspace) -> None:
    site = make(db, victim)
    sites.delete_site(db, site=site, now=NOW + timedelta(minutes=1))
    assert is_refused(db, other, now=NOW + timedelta(minutes=1, seconds=59))
    assert not is_refused(db, other, now=NOW + timedelta(minutes=2))


def test_a_domain_taken_back_is_had_since_it_was_first(db: Connection, victim: Workspace, other: Workspace) -> None:
    sites.delete_site(db, site=make(db, victim), now=NOW + 20 * DAY)
    sites.delete_site(db, site=make(db, victim, now=NOW + 30 * DAY), now=NOW + 31 * DAY)
    assert is_refused(db, other, now=NOW + 60 * DAY)


def test_the_last_site_of_a_host_gives_it_up(db: Connection, victim: Workspace, other: Workspace) -> None:
    first, second = make(db, victim), make(db, victim, "www.victim.example")
    sites.delete_site(db, site=first, now=NOW)
    assert is_refused(db, other, now=NOW + 99 * DAY)
    sites.delete_site(db, site=second, now=NOW)
    assert not is_refused(db, other)


def test_a_site_that_moves_on_and_on_leaves_nothing_behind(db: Connection, victim: Workspace) -> None:
    site = make(db, victim)
    for number in range(20):
        site = move(db, site, f"{number}.example", NOW + number * timedelta(minutes=5))
    assert len(db.execute(select(domain_claims)).all()) <= 3


def test_a_clock_that_goes_back_holds_nothing(db: Connection, victim: Workspace, other: Workspace) -> None:
    sites.delete_site(db, site=make(db, victim), now=NOW - DAY)
    assert not is_refused(db, other, now=NOW - DAY)


# Of several


def test_a_domain_of_several_is_nobodys(db: Connection, victim: Workspace, other: Workspace) -> None:
    mine = make(db, victim)
    theirs = add_contender(db, other.id, "victim.example")
    assert domains.list_standings(db) == {mine.id: Claim.AMBIGUOUS, theirs.id: Claim.AMBIGUOUS}
    assert domains.list_standings(db, workspace_id=other.id) == {theirs.id: Claim.AMBIGUOUS}
    third = create_workspace(db, name="third", now=NOW)
    for workspace in (victim, other, third):
        assert is_refused(db, workspace, "www.victim.example")


def test_a_domain_of_several_goes_to_nobody_who_waits(db: Connection, victim: Workspace, other: Workspace) -> None:
    """Input: the other one of the two deletes its site."""
    mine, theirs = make(db, victim), add_contender(db, other.id, "victim.example")
    sites.delete_site(db, site=mine, now=NOW + DAY)
    assert domains.list_standings(db) == {theirs.id: Claim.AMBIGUOUS}
    assert is_refused(db, victim, now=NOW + 99 * DAY)
    sites.delete_site(db, site=theirs, now=NOW + 2 * DAY)
    assert is_refused(db, victim, now=NOW + 3 * DAY)
    assert not is_refused(db, victim, now=NOW + 4 * DAY)


def test_a_proof_decides(db: Connection, victim: Workspace, other: Workspace) -> None:
    mine, theirs = make(db, victim), add_contender(db, other.id, "victim.example:8080")
    domains.award_domain(db, workspace_id=victim.id, domain=mine.domain, now=NOW)
    assert domains.list_standings(db) == {mine.id: Claim.OWN, theirs.id: Claim.LOST}
    assert is_refused(db, other, "www.victim.example")
    assert not is_refused(db, victim, "www.victim.example")
    # The other's site stays as it is, and its end gives nothing up.
    assert sites.get_site(db, key=theirs.key) == theirs
    sites.delete_site(db, site=theirs, now=NOW)
    assert is_refused(db, other, now=NOW + 99 * DAY)


def test_a_later_proof_counts(db: Connection, victim: Workspace, other: Workspace) -> None:
    """A domain may be sold: what DNS says now is right."""
    mine = make(db, victim)
    domains.award_domain(db, workspace_id=other.id, domain="victim.example", now=NOW)
    assert domains.list_standings(db) == {mine.id: Claim.LOST}
    bought = make(db, other)
    assert domains.list_standings(db) == {mine.id: Claim.LOST, bought.id: Claim.OWN}
    with pytest.raises(Invalid):
        move(db, mine, "www.victim.example")


def test_a_lost_site_may_claim_what_has_become_free(db: Connection, victim: Workspace, other: Workspace) -> None:
    mine = make(db, victim)
    domains.award_domain(db, workspace_id=other.id, domain="victim.example", now=NOW)
    bought = make(db, other)
    sites.delete_site(db, site=bought, now=NOW)
    again = make(db, victim, "www.victim.example")
    assert domains.list_standings(db) == {mine.id: Claim.OWN, again.id: Claim.OWN}


def test_a_token_is_of_one_workspace_and_host(victim: Workspace, other: Workspace) -> None:
    pepper = b"p" * 32
    tokens = {
        proof_token(secret, workspace.id, claimed_host(domain))
        for secret in (pepper, b"q" * 32)
        for workspace in (victim, other)
        for domain in ("victim.example", "victim.example:8080", "www.victim.example", "x.victim.example")
    }
    assert len(tokens) == 2 * 2 * 2
    assert {len(token) for token in tokens} == {32}


# At the same time, each in a transaction of its own


@pytest.mark.parametrize("how", ["create", "move"])
def test_of_two_workspaces_who_take_a_domain_at_once_one_is_told(engine: Engine, how: str) -> None:
    with engine.begin() as db:
        workspaces = [create_workspace(db, name=name, now=NOW) for name in ("a", "b")]
        owned = [make(db, workspace, f"{workspace.name}.example") for workspace in workspaces]

    def take(domain: str, number: int) -> str:
        own = open_engine(engine.url.render_as_string(hide_password=False))
        try:
            with own.begin() as db:
                if how == "create":
                    make(db, workspaces[number], domain)
                else:
                    move(db, sites.get_site(db, key=owned[number].key), domain)
            return "taken"
        except Invalid as error:
            assert error.faults == TAKEN
            return "told"
        finally:
            own.dispose()

    for turn in range(5):
        spellings = f"{turn}.victim.example", f"www.{turn}.victim.example:8080"
        took = run_together(*(partial(take, spelling, number) for number, spelling in enumerate(spellings)))
        assert sorted(took) == ["taken", "told"]
