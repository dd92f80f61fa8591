"""Conversion goals: what triggers them, which rule decides, and which rules are refused."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from goalpost.core.currencies import CURRENCIES
from goalpost.core.errors import Invalid
from goalpost.core.patterns import compile_pattern
from goalpost.core.texts import text_faults

MAX_NAME = 255
MAX_VALUE = 255
MAX_PATTERN = 2048


class Trigger(StrEnum):
    """What a visitor does that a goal looks at, and which value of it the rule is held against."""

    PAGEVIEW = "pageview"  # the path of the page
    EVENT = "event"  # the name of the custom event
    GOAL = "goal"  # the name given to the tracker's goal call


class MatchType(StrEnum):
    """How the observed value is held against the goal's match value; all are case-sensitive."""

    EXACT = "exact"  # the whole string
    CONTAINS = "contains"  # a substring of the observed value
    REGEX = "regex"  # RE2, found anywhere in the observed value, `.` matches a newline too


@dataclass(frozen=True, slots=True)
class Rule:
    """What of an event decides whether it converts."""

    trigger: Trigger
    match_type: MatchType
    match_value: str


@dataclass(frozen=True, slots=True)
class ConversionGoal:
    """A goal of a site; `currency` is None when the goal does not track revenue."""

    id: UUID
    site_id: UUID
    name: str
    rule: Rule
    currency: str | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """The writable part of a goal."""

    name: str
    rule: Rule
    currency: str | None = None


def changed_draft(goal: ConversionGoal, changes: dict[str, Any]) -> GoalDraft:
    """The goal's writable part with `changes` laid over it.

    `changes` may hold name, trigger, match_type, match_value and currency; what it does not hold stays.
    """
    rule_changes = {key: changes[key] for key in ("trigger", "match_type", "match_value") if key in changes}
    other_changes = {key: changes[key] for key in ("name", "currency") if key in changes}
    return replace(GoalDraft(goal.name, replace(goal.rule, **rule_changes), goal.currency), **other_changes)


def check_draft(draft: GoalDraft) -> GoalDraft:
    """The draft with its currency in upper case; raises Invalid with every fault of it at once."""
    currency = draft.currency.upper() if draft.currency is not None else None
    faults = {
        "name": text_faults(draft.name, MAX_NAME),
        "match_value": _match_value_faults(draft.rule),
        "currency": ["is not an ISO 4217 currency code"] if currency is not None and currency not in CURRENCIES else [],
    }
    if found := {field: texts for field, texts in faults.items() if texts}:
        raise Invalid(found)
    return replace(draft, currency=currency)


def _match_value_faults(rule: Rule) -> list[str]:
    if rule.match_type is not MatchType.REGEX:
        return text_faults(rule.match_value, MAX_VALUE)
    if faults := text_faults(rule.match_value, MAX_PATTERN):
        return faults
    try:
        compile_pattern(rule.match_value)
    except ValueError as error:
        return [f"is not a usable regular expression: {error}"]
    return []
