"""Bounds: sites of a workspace, goals of a site, and the size of a site's patterns together."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from goalpost.conversions.model.conversion_goals import GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.pattern_costs import MOST_COST, MOST_COST_OF_WORKSPACE, cost_of
from goalpost.conversions.model.sites import Site
from goalpost.conversions.services import conversion_goals, sites
from goalpost.kernel.errors import Invalid
from goalpost.settings import Settings
from goalpost.stores import Stores
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
LARGE = r"(?:\pL{1,9}x|[a-z]{1,50}y){1,3}"  # some 30,000 instructions


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    with closing(Stores(Settings(data=tmp_path / "data", goals_per_site=20, sites_per_workspace=12))) as stores:
        yield stores


@pytest.fixture
def site(stores: Stores) -> Site:
    with stores.writing() as db:
        workspace = create_workspace(db, name="w", now=NOW)
        return sites.create_site(db, workspace_id=workspace.id, domain="example.com", name="x", now=NOW)


def _rule(pattern: str) -> Rule:
    return Rule(Trigger.PAGEVIEW, MatchType.REGEX, pattern)


def test_a_site_has_so_many_goals_and_no_more(stores: Stores, site: Site) -> None:
    with stores.writing() as db:
        goals = [
            conversion_goals.create_goal(db, site=site, draft=GoalDraft(f"g{number}", _rule(f"^/{number}$")), now=NOW)
            for number in range(20)
        ]
        with pytest.raises(Invalid, match="already has 20 goals") as refused:
            conversion_goals.create_goal(db, site=site, draft=GoalDraft("g20", _rule("^/20$")), now=NOW)
        conversion_goals.delete_goal(db, goal=goals[0], now=NOW)
        conversion_goals.create_goal(db, site=site, draft=GoalDraft("g20", _rule("^/20$")), now=NOW)
    assert list(refused.value.faults) == ["site"]


def test_a_workspace_has_so_many_sites_and_no_more(stores: Stores, site: Site) -> None:
    owner = site.workspace_id
    with stores.writing() as db:
        for number in range(11):
            sites.create_site(db, workspace_id=owner, domain=f"s{number}.example.com", name="x", now=NOW)
        with pytest.raises(Invalid, match="already has 12 sites") as refused:
            sites.create_site(db, workspace_id=owner, domain="more.example.com", name="x", now=NOW)
        sites.delete_site(db, site=site, now=NOW)
        sites.create_site(db, workspace_id=owner, domain="more.example.com", name="x", now=NOW)
    assert list(refused.value.faults) == ["workspace"]


def test_the_patterns_of_a_site_are_bounded_together(stores: Stores, site: Site) -> None:
    """A hundred goals of a large pattern each held the server up for six seconds at every change."""
    fit = MOST_COST // cost_of([_rule(LARGE)])
    with stores.writing() as db:
        goals = [
            conversion_goals.create_goal(db, site=site, draft=GoalDraft(str(number), _rule(LARGE)), now=NOW)
            for number in range(fit)
        ]
        small = conversion_goals.create_goal(db, site=site, draft=GoalDraft("small", _rule("^/a$")), now=NOW)
        with pytest.raises(Invalid, match="too large") as refused:
            conversion_goals.create_goal(db, site=site, draft=GoalDraft("one more", _rule(LARGE)), now=NOW)
        with pytest.raises(Invalid, match="too large"):
            conversion_goals.update_goal(db, goal=small, changes={"match_value": LARGE})
        # Smaller is possible, and so is what has nothing to do with patterns.
        conversion_goals.update_goal(db, goal=goals[0], changes={"match_value": "^/b$"})
        conversion_goals.update_goal(db, goal=goals[1], changes={"name": "renamed"})
        exact = replace(_rule("/c"), match_type=MatchType.EXACT)
        conversion_goals.create_goal(db, site=site, draft=GoalDraft("exact", exact), now=NOW)
    assert list(refused.value.faults) == ["match_value"]


def test_the_patterns_of_all_sites_of_a_workspace_are_bounded_together(stores: Stores, site: Site) -> None:
    """Each site's patterns were bounded and a workspace's were not: ten sites took 130 MB, and ten seconds to start."""
    cost = cost_of([_rule(LARGE)])
    of_one_site, left = MOST_COST // cost, MOST_COST_OF_WORKSPACE // cost
    with stores.writing() as db:
        while left:
            number = left
            other = sites.create_site(
                db, workspace_id=site.workspace_id, domain=f"s{number}.example.com", name="x", now=NOW
            )
            for index in range(min(left, of_one_site)):
                conversion_goals.create_goal(db, site=other, draft=GoalDraft(f"{index}", _rule(LARGE)), now=NOW)
                left -= 1
        with pytest.raises(Invalid, match="of the workspace's goals"):
            conversion_goals.create_goal(db, site=site, draft=GoalDraft("one more", _rule(LARGE)), now=NOW)
        sites.delete_site(db, site=other, now=NOW)
        conversion_goals.create_goal(db, site=site, draft=GoalDraft("one more", _rule(LARGE)), now=NOW)
        neighbour = create_workspace(db, name="n", now=NOW)
        elsewhere = sites.create_site(db, workspace_id=neighbour.id, domain="n.example.com", name="n", now=NOW)
        conversion_goals.create_goal(db, site=elsewhere, draft=GoalDraft("theirs", _rule(LARGE)), now=NOW)


def test_pages_and_parts_of_texts_cost_too() -> None:
    everywhere = Rule(Trigger.ENGAGEMENT, MatchType.ANY, "")
    scope = PageScope(match_type=MatchType.URL_REGEX, page="/a", include=(LARGE,), exclude=("/b", LARGE))

    assert cost_of([everywhere]) == 0
    assert cost_of([replace(everywhere, scope=scope)]) > 2 * cost_of([_rule(LARGE)]) * 0.9
    assert cost_of([Rule(Trigger.EVENT, MatchType.CONTAINS, "x" * 200)]) == 200
    assert cost_of([Rule(Trigger.PAGEVIEW, MatchType.URL_SIMPLE, "https://example.com/thanks")]) < 100
