"""Conversion goals as rows of either store."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from goalpost.conversions.model.conversion_goals import MAX_PATTERN, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.rows import conversion_goals
from tests.support.rule_strategies import rules_for, values
from tests.support.stored_rows import HOUR, NOW, new_goal, new_site, new_workspace


def test_goals_come_back_oldest_first_and_by_site(engine: Engine) -> None:
    with engine.begin() as db:
        workspace = new_workspace(db)
        first, second = (new_site(db, workspace.id, f"{name}.example.com") for name in "ab")
        late, early = new_goal(db, first.id, NOW + HOUR), new_goal(db, first.id)
        foreign = new_goal(db, second.id, currency=None)
    with engine.begin() as db:
        assert conversion_goals.list_goals(db, first.id) == [early, late]
        assert conversion_goals.goals_of_sites(db, [first.id, second.id, uuid4()]) == {
            first.id: [early, late],
            second.id: [foreign],
        }
        assert conversion_goals.goals_of_sites(db, []) == {}
        assert conversion_goals.get_goal(db, foreign.id) == foreign
        assert conversion_goals.get_goal(db, uuid4()) is None


def test_any_rule_comes_back_as_it_was(engine: Engine) -> None:
    with engine.begin() as db:
        site = new_site(db, new_workspace(db).id)

    @settings(max_examples=25)
    @given(st.lists(values, min_size=1, max_size=4).flatmap(rules_for))
    def check(rules: list[Rule]) -> None:
        with engine.begin() as db:
            made = [new_goal(db, site.id, rule=rule) for rule in rules]
        with engine.begin() as db:
            assert [conversion_goals.get_goal(db, goal.id) for goal in made] == made

    check()


def test_the_longest_pattern_fits(engine: Engine) -> None:
    rule = Rule(Trigger.EVENT, MatchType.REGEX, "😀" * MAX_PATTERN)
    with engine.begin() as db:
        goal = new_goal(db, new_site(db, new_workspace(db).id).id, rule=rule)
    with engine.begin() as db:
        assert conversion_goals.get_goal(db, goal.id) == goal


def test_a_changed_goal_keeps_its_id_its_site_and_its_age(engine: Engine) -> None:
    with engine.begin() as db:
        goal = new_goal(db, new_site(db, new_workspace(db).id).id)
        other = new_goal(db, goal.site_id)
    rule = Rule(Trigger.GOAL, MatchType.REGEX, r"^pur\w+$")
    changed = replace(goal, name="Bought", rule=rule, currency=None)
    with engine.begin() as db:
        conversion_goals.update_goal(db, replace(changed, created_at=NOW + HOUR))
    with engine.begin() as db:
        assert conversion_goals.get_goal(db, goal.id) == changed
        assert conversion_goals.get_goal(db, other.id) == other


def test_a_deleted_goal_is_nowhere(engine: Engine) -> None:
    with engine.begin() as db:
        goal = new_goal(db, new_site(db, new_workspace(db).id).id)
        other = new_goal(db, goal.site_id)
        conversion_goals.delete_goal(db, goal, NOW)
    with engine.begin() as db:
        assert conversion_goals.get_goal(db, goal.id) is None
        assert conversion_goals.list_goals(db, goal.site_id) == [other]


def test_a_goal_of_no_site_is_refused(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as db:
        new_goal(db, uuid4())
