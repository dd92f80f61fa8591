"""Conversion goals: what each use case promises and what it refuses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from goalpost.conversions.model.conversion_goals import GoalDraft, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import Site
from goalpost.conversions.rows.catalog import changes_since
from goalpost.conversions.services import conversion_goals
from goalpost.conversions.services.sites import create_site, delete_site
from goalpost.kernel.errors import Invalid, NotFound
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DRAFT = GoalDraft("Thanks", Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/thank-you"), "eur")


@pytest.fixture
def sites(db: Connection) -> list[Site]:
    """Two of one workspace and one of another."""
    made = []
    for name, domains in {"Acme": ("a.example.com", "b.example.com"), "Other": ("c.example.com",)}.items():
        workspace = create_workspace(db, name=name, now=NOW)
        for domain in domains:
            made.append(create_site(db, workspace_id=workspace.id, domain=domain, name="x", now=NOW))
    return made


def revision(db: Connection) -> int:
    return changes_since(db, 0).revision


def test_a_goal_is_made_with_its_currency_in_upper_case(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    assert (goal.site_id, goal.name, goal.rule, goal.currency) == (sites[0].id, "Thanks", DRAFT.rule, "EUR")
    assert (goal.created_at, goal.id.version) == (NOW, 7)
    assert conversion_goals.get_goal(db, site=sites[0], goal_id=goal.id) == goal
    assert conversion_goals.get_goal_and_site(db, goal_id=goal.id) == (goal, sites[0])


def test_goals_are_listed_oldest_first_and_may_share_a_name(db: Connection, sites: list[Site]) -> None:
    made = [conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW + n * HOUR) for n in (1, 0, 2)]
    conversion_goals.create_goal(db, site=sites[1], draft=DRAFT, now=NOW)
    assert conversion_goals.list_goals(db, site=sites[0]) == [made[1], made[0], made[2]]


def test_another_sites_goal_looks_like_a_missing_one(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    for site, goal_id in [(sites[1], goal.id), (sites[2], goal.id), (sites[0], uuid4()), (sites[0], None)]:
        with pytest.raises(NotFound, match="there is no such goal"):
            conversion_goals.get_goal(db, site=site, goal_id=goal_id)


def test_a_bad_draft_stores_nothing(db: Connection, sites: list[Site]) -> None:
    before = revision(db)
    with pytest.raises(Invalid) as caught:
        conversion_goals.create_goal(
            db, site=sites[0], draft=GoalDraft("", Rule(Trigger.EVENT, MatchType.REGEX, "("), "x"), now=NOW
        )
    assert set(caught.value.faults) == {"name", "match_value", "currency"}
    assert conversion_goals.list_goals(db, site=sites[0]) == []
    assert revision(db) == before


def test_a_goal_is_changed_in_part(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    changes = {"trigger": Trigger.EVENT, "match_type": MatchType.REGEX, "match_value": "^buy", "currency": "usd"}
    changed = conversion_goals.update_goal(db, goal=goal, changes=changes)
    assert changed == replace(goal, rule=Rule(Trigger.EVENT, MatchType.REGEX, "^buy"), currency="USD")
    assert conversion_goals.update_goal(db, goal=changed, changes={"currency": None}).currency is None
    found = conversion_goals.get_goal(db, site=sites[0], goal_id=goal.id)
    assert found == replace(changed, currency=None)


def test_a_change_that_changes_nothing_is_none(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    before = revision(db)
    for changes in ({}, {"name": goal.name}, {"currency": "eur"}):
        assert conversion_goals.update_goal(db, goal=goal, changes=changes) == goal
    assert revision(db) == before


def test_a_bad_change_changes_nothing(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(
        db, site=sites[0], draft=replace(DRAFT, rule=replace(DRAFT.rule, match_value="/(")), now=NOW
    )
    with pytest.raises(Invalid) as caught:
        conversion_goals.update_goal(db, goal=goal, changes={"match_type": MatchType.REGEX, "name": ""})
    assert set(caught.value.faults) == {"name", "match_value"}
    assert conversion_goals.get_goal(db, site=sites[0], goal_id=goal.id) == goal


def test_a_deleted_goal_is_gone(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    conversion_goals.delete_goal(db, goal=goal, now=NOW)
    assert conversion_goals.list_goals(db, site=sites[0]) == []
    with pytest.raises(NotFound):
        conversion_goals.get_goal(db, site=sites[0], goal_id=goal.id)
    deleted, _ = conversion_goals.get_goal_and_site(db, goal_id=goal.id)
    assert deleted.deleted_at == NOW, "whoever owns the machine can still read its numbers"


def test_the_goals_of_a_deleted_site_are_gone_with_it(db: Connection, sites: list[Site]) -> None:
    goal = conversion_goals.create_goal(db, site=sites[0], draft=DRAFT, now=NOW)
    delete_site(db, site=sites[0], now=NOW)
    for goal_id in (goal.id, None, uuid4()):
        with pytest.raises(NotFound):
            conversion_goals.get_goal_and_site(db, goal_id=goal_id)
