"""Sites as ingest knows them: whose they are, and from when on."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from goalpost.conversions.ingest.catalog import TrackedSite
from goalpost.conversions.model.conversion_goals import GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import CompiledGoals
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.kernel.errors import Invalid
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.workspaces import create_workspace
from tests.support.catalog import NOW, known_site, new_site


def _add_goal(stores: Stores, site: Site, value: str) -> None:
    draft = GoalDraft(value, Rule(Trigger.PAGEVIEW, MatchType.EXACT, value), None)
    with stores.writing() as db:
        conversion_goals.create_goal(db, site=site, draft=draft, now=NOW)


def _reached(stores: Stores, site: Site, path: str) -> list[str]:
    tracked = stores.catalog.find(site.key)
    assert tracked is not None
    return [goal.name for goal in tracked.goals.reached_by(Trigger.PAGEVIEW, path)]


def test_a_site_is_found_by_key_and_by_domain(stores: Stores) -> None:
    site = new_site(stores, "shop.example.com")
    names = [site.key, "shop.example.com", "SHOP.Example.Com", "www.shop.example.com", "WWW.shop.example.com"]

    assert [known_site(stores, name) for name in [*names, " shop.example.com "]] == [site] * 6
    assert [
        known_site(stores, name) for name in ["", "example.com", "x.shop.example.com", "www.", site.key[:-1], "\0"]
    ] == [None] * 6


def test_a_domain_with_www_is_the_same(stores: Stores) -> None:
    site = new_site(stores, "www.example.com")

    assert known_site(stores, "example.com") == known_site(stores, "www.example.com") == site


def test_the_oldest_site_of_a_domain_counts(stores: Stores) -> None:
    newer = new_site(stores, "example.com", minute=5)
    oldest = new_site(stores, "www.example.com", minute=1)

    assert known_site(stores, "example.com") == oldest
    with stores.writing() as db:
        sites.delete_site(db, site=oldest, now=NOW)
    assert known_site(stores, "example.com") == newer


def test_a_domain_cannot_take_another_s_key(stores: Stores) -> None:
    site = new_site(stores, "example.com")
    with stores.writing() as db:
        workspace = create_workspace(db, name="other", now=NOW)
        with suppress(Invalid):  # not to be had as a domain is as good
            sites.create_site(db, workspace_id=workspace.id, domain=site.key, name="x", now=NOW - timedelta(days=1))

    assert known_site(stores, site.key) == site


def test_changes_are_in_force_when_the_transaction_is(stores: Stores) -> None:
    site = new_site(stores, "example.com")
    assert _reached(stores, site, "/a") == []

    _add_goal(stores, site, "/a")
    assert _reached(stores, site, "/a") == ["/a"]
    with stores.writing() as db:
        moved = sites.update_site(db, site=site, changes={"domain": "moved.example.com"}, now=NOW)
    assert (known_site(stores, "example.com"), known_site(stores, "moved.example.com")) == (None, moved)
    assert _reached(stores, site, "/a") == ["/a"]

    with stores.writing() as db:
        sites.delete_site(db, site=moved, now=NOW)
    assert (known_site(stores, "moved.example.com"), known_site(stores, site.key)) == (None, None)


def test_a_change_that_is_rolled_back_never_was(stores: Stores) -> None:
    site = new_site(stores, "example.com")

    with pytest.raises(ZeroDivisionError), stores.writing() as db:
        sites.delete_site(db, site=site, now=NOW)
        1 / 0  # noqa: B018
    stores.catalog.refresh()

    assert known_site(stores, "example.com") == site


def test_changes_of_another_process_are_followed(stores: Stores, tmp_path: Path) -> None:
    other = Stores(Settings(data=tmp_path / "data"))
    try:
        site = new_site(other, "example.com")
        _add_goal(other, site, "/a")
    finally:
        other.close()

    stores.catalog.refresh()

    assert known_site(stores, "example.com") == site
    assert _reached(stores, site, "/a") == ["/a"]


def test_a_restart_knows_everything(stores: Stores, tmp_path: Path) -> None:
    made = [new_site(stores, f"{number}.example.com") for number in range(3)]
    for site in made:
        _add_goal(stores, site, f"/{site.domain}")
    with stores.writing() as db:
        sites.delete_site(db, site=made[1], now=NOW)

    again = Stores(Settings(data=tmp_path / "data"))
    try:
        assert [known_site(again, site.domain) for site in made] == [made[0], None, made[2]]
        assert [_reached(again, site, f"/{site.domain}") for site in (made[0], made[2])] == [
            [f"/{made[0].domain}"],
            [f"/{made[2].domain}"],
        ]
    finally:
        again.close()


def test_a_site_is_found_by_its_international_name_in_any_spelling(stores: Stores) -> None:
    """Browsers send `xn--mnchen-3ya.de`, people write `münchen.de`: https://github.com/matomo-org/matomo/issues/11640."""
    for domain, names in {
        "münchen.de": ["xn--mnchen-3ya.de", "MÜNCHEN.de", "www.XN--MNCHEN-3ya.de", "mu\u0308nchen.de"],
        "xn--bcher-kva.example": ["bücher.example", "www.Bücher.example."],
    }.items():
        site = new_site(stores, domain)
        stores.catalog.refresh()
        assert [known_site(stores, name) for name in names] == [site] * len(names)


def test_a_site_knows_whether_a_live_goal_looks_at_query_and_fragment(stores: Stores) -> None:
    site = new_site(stores, "example.com")
    _add_goal(stores, site, "/thanks")

    def reads_suffix() -> bool:
        stores.catalog.refresh()
        tracked = stores.catalog.find(site.key)
        assert tracked is not None
        return tracked.reads_suffix

    assert not reads_suffix()
    rule = Rule(Trigger.GOAL, MatchType.ANY, "", PageScope(exclude=("/b",), match_type=MatchType.URL_EXACT))
    with stores.writing() as db:
        goal = conversion_goals.create_goal(db, site=site, draft=GoalDraft("exact", rule), now=NOW)
    assert reads_suffix()
    with stores.writing() as db:
        conversion_goals.delete_goal(db, goal=goal, now=NOW)
    assert not reads_suffix()


def test_old_goals_serve_until_the_new_ones_are_compiled(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """They were compiled by the first event after the change, and everybody waited for it."""
    site = new_site(stores, "example.com")
    _add_goal(stores, site, "/a")
    stores.catalog.compile()
    compile_ = TrackedSite.compile
    meanwhile: list[list[str]] = []

    def watched(tracked: TrackedSite) -> CompiledGoals:
        meanwhile.append(_reached(stores, site, "/b"))
        return compile_(tracked)

    monkeypatch.setattr(TrackedSite, "compile", watched)
    _add_goal(stores, site, "/b")

    assert meanwhile == [[]]
    assert _reached(stores, site, "/b") == ["/b"]
    assert meanwhile == [[]], "nothing is compiled when an event needs it"
