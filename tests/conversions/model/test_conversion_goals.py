"""Drafts of goals: every fault at once, and changes laid over a goal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from goalpost.conversions.model.conversion_goals import (
    MAX_PATTERN,
    MAX_VALUE,
    ConversionGoal,
    GoalDraft,
    PageScope,
    Rule,
    Trigger,
    changed_draft,
    check_draft,
)
from goalpost.conversions.model.match_types import MatchType
from goalpost.kernel.errors import Invalid

RULE = Rule(Trigger.PAGEVIEW, MatchType.EXACT, "/thank-you")
DRAFT = GoalDraft("Thanks", RULE, "EUR")


def faults_of(draft: GoalDraft) -> dict[str, list[str]]:
    with pytest.raises(Invalid) as caught:
        check_draft(draft)
    return {field: list(texts) for field, texts in caught.value.faults.items()}


def draft_of(match_type: MatchType, value: str) -> GoalDraft:
    return replace(DRAFT, rule=replace(RULE, match_type=match_type, match_value=value))


def test_a_good_draft_passes_unchanged() -> None:
    assert check_draft(DRAFT) == DRAFT
    assert check_draft(replace(DRAFT, currency=None)).currency is None


@pytest.mark.parametrize("currency", ["usd", "Usd", "USD"])
def test_the_currency_is_stored_in_upper_case(currency: str) -> None:
    assert check_draft(replace(DRAFT, currency=currency)).currency == "USD"


@pytest.mark.parametrize("currency", ["", " ", "US", "USDD", "ZZZ", "EUR ", "€", "DEM", "us\0"])
def test_an_unknown_currency_is_refused(currency: str) -> None:
    assert faults_of(replace(DRAFT, currency=currency)) == {"currency": ["is not an ISO 4217 currency code"]}


def test_every_fault_is_told_at_once() -> None:
    faults = faults_of(GoalDraft(" ", replace(RULE, match_type=MatchType.REGEX, match_value="("), "nope"))
    assert faults["name"] == ["can't be blank"]
    assert faults["currency"] == ["is not an ISO 4217 currency code"]
    assert len(faults["match_value"]) == 1
    assert faults["match_value"][0].startswith("is not a usable regular expression: missing )")


def test_the_error_says_every_fault_in_words() -> None:
    with pytest.raises(Invalid, match=r"name can't be blank; currency is not an ISO 4217 currency code"):
        check_draft(GoalDraft("", RULE, "zz"))


@pytest.mark.parametrize("match_type", [each for each in MatchType if each is not MatchType.ANY])
@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", "can't be blank"),
        (" \n", "can't be blank"),
        ("a\0", "has invalid characters"),
        ("\udfff", "has invalid characters"),
    ],
)
def test_a_match_value_is_never_blank_or_unstorable(match_type: MatchType, value: str, fault: str) -> None:
    assert faults_of(draft_of(match_type, value)) == {"match_value": [fault]}


def test_where_any_value_holds_none_is_given() -> None:
    assert check_draft(draft_of(MatchType.ANY, "")).rule.match_value == ""
    assert faults_of(draft_of(MatchType.ANY, "a\0")) == {"match_value": ["must be empty: any value holds"]}


@pytest.mark.parametrize(
    ("field", "texts", "fault"),
    [
        ("include", ("/a", " "), "can't be blank"),
        ("exclude", ("a\0",), "has invalid characters"),
        ("include", ("/" * 2049,), "should be at most 2048 character(s)"),
        ("exclude", ("/a",) * 101, "should have at most 100 entries"),
    ],
)
def test_the_pages_of_a_scope_are_checked(field: str, texts: tuple[str, ...], fault: str) -> None:
    scope = replace(PageScope(), **{field: texts})
    assert faults_of(replace(DRAFT, rule=replace(RULE, scope=scope))) == {field: [fault]}


def test_an_unusable_page_pattern_is_rejected() -> None:
    scope = PageScope(MatchType.URL_REGEX, "(")
    assert "missing )" in faults_of(replace(DRAFT, rule=replace(RULE, scope=scope)))["page"][0]


@pytest.mark.parametrize(
    ("match_type", "longest"),
    [(MatchType.EXACT, MAX_VALUE), (MatchType.CONTAINS, MAX_VALUE), (MatchType.REGEX, MAX_PATTERN)],
)
def test_a_match_value_has_a_longest_length(match_type: MatchType, longest: int) -> None:
    check_draft(draft_of(match_type, "/".ljust(longest, "é")))
    assert faults_of(draft_of(match_type, "/".ljust(longest + 1, "é"))) == {
        "match_value": [f"should be at most {longest} character(s)"]
    }


def test_only_a_regex_must_compile() -> None:
    check_draft(draft_of(MatchType.EXACT, "/("))
    check_draft(draft_of(MatchType.CONTAINS, "[*"))
    assert "match_value" in faults_of(draft_of(MatchType.REGEX, "[*"))


GOAL = ConversionGoal(uuid4(), uuid4(), "Thanks", RULE, "EUR", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, DRAFT),
        ({"name": "Other"}, replace(DRAFT, name="Other")),
        ({"currency": None}, replace(DRAFT, currency=None)),
        ({"trigger": Trigger.GOAL}, replace(DRAFT, rule=replace(RULE, trigger=Trigger.GOAL))),
        (
            {"match_type": MatchType.REGEX, "match_value": "/x"},
            replace(DRAFT, rule=Rule(Trigger.PAGEVIEW, MatchType.REGEX, "/x")),
        ),
        ({"id": "ignored", "site_id": "ignored", "created_at": "ignored"}, DRAFT),
    ],
)
def test_changes_are_laid_over_a_goal(changes: dict[str, Any], expected: GoalDraft) -> None:
    assert changed_draft(GOAL, changes) == expected


def test_a_change_of_match_type_alone_is_checked_with_the_old_value() -> None:
    goal = replace(GOAL, rule=replace(RULE, match_value="("))
    with pytest.raises(Invalid):
        check_draft(changed_draft(goal, {"match_type": MatchType.REGEX}))
