"""Conversion goals: what triggers them, which rule decides, where they count, and which rules are refused."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from goalpost.conversions.model.addresses import address_pattern
from goalpost.conversions.model.match_types import URL_TYPES, MatchType
from goalpost.conversions.model.patterns import compile_pattern
from goalpost.conversions.model.selectors import selector_fault
from goalpost.conversions.model.unreachable import address_fault, exclusion_fault, name_fault, path_fault
from goalpost.kernel.currencies import CURRENCIES
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import text_faults

MAX_NAME = 255
MAX_VALUE = 255
MAX_PATTERN = 2048
MAX_PAGES = 100


class Trigger(StrEnum):
    """Things that a visitor does and a goal looks at, and which value of each the rule is held against."""

    PAGEVIEW = "pageview"  # the path of the page
    EVENT = "event"  # the name of the custom event
    GOAL = "goal"  # the name given to the tracker's goal call
    LINK_CLICK = "link_click"  # the address that the link leads to
    FORM_SUBMIT = "form_submit"  # the CSS selector that found the form
    ELEMENT_CLICK = "element_click"  # the CSS selector that found the element
    ENGAGEMENT = "engagement"  # the page was used: clicked, typed into; no value
    REVENUE = "revenue"  # the page reported an amount; no value
    TIME_SPENT = "time_spent"  # the whole seconds that were reached on the page


IN_PAGE = frozenset(
    {Trigger.LINK_CLICK, Trigger.FORM_SUBMIT, Trigger.ELEMENT_CLICK, Trigger.ENGAGEMENT, Trigger.TIME_SPENT}
)
"""Triggers that only the page itself can see; the tracker loads its second part for sites that have such goals."""

_WITH_SELECTOR = frozenset({Trigger.FORM_SUBMIT, Trigger.ELEMENT_CLICK})


@dataclass(frozen=True, slots=True)
class PageScope:
    """The pages on which a goal counts: those at `page` or at one of `include`, all where neither is given, and none
    of `exclude`. All are compared by `match_type`, one of URL_TYPES; `*` is every page."""

    match_type: MatchType = MatchType.URL_SIMPLE
    page: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def included(self) -> tuple[str, ...]:
        """The texts of which one must hold."""
        return (self.page, *self.include) if self.page else self.include

    @property
    def is_everywhere(self) -> bool:
        """Return whether it holds for every page, whatever its address."""
        return not self.included and not self.exclude


EVERYWHERE = PageScope()


@dataclass(frozen=True, slots=True)
class Rule:
    """The part of an event that decides whether it converts: its kind, its value, and the page it happened on."""

    trigger: Trigger
    match_type: MatchType
    match_value: str
    scope: PageScope = EVERYWHERE


@dataclass(frozen=True, slots=True)
class ConversionGoal:
    """A goal of a site; `currency` is None when the goal does not track revenue.

    `number` and `slug` are further spellings of its identity: a number that no other goal or site of the workspace has,
    and a name that stays when the goal is renamed. No other live goal or site of the workspace has it, unless they have
    brought the same.
    """

    id: UUID
    site_id: UUID
    name: str
    rule: Rule
    currency: str | None
    created_at: datetime
    number: int = 0
    slug: str = ""
    deleted_at: datetime | None = None


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


def check_draft(draft: GoalDraft, known: Rule | None = None) -> GoalDraft:
    """The draft with its currency in upper case; raises Invalid with every fault of it at once.

    A rule that can never match is refused, unless it is `known`: the one that the goal has already.
    """
    currency = draft.currency.upper() if draft.currency is not None else None
    rule, scope = draft.rule, draft.rule.scope
    faults = {
        "name": text_faults(draft.name, MAX_NAME),
        "match_value": _match_value_faults(rule),
        "currency": ["is not an ISO 4217 currency code"] if currency is not None and currency not in CURRENCIES else [],
        "page": _address_faults(scope.match_type, [scope.page] if scope.page else []),
        "include": _address_faults(scope.match_type, scope.include),
        "exclude": _address_faults(scope.match_type, scope.exclude),
    }
    if not any(faults[field] for field in ("match_value", "page", "include", "exclude")) and rule != known:
        faults |= _unreachable(rule)
    if found := {field: texts for field, texts in faults.items() if texts}:
        raise Invalid(found)
    return replace(draft, currency=currency)


def _unreachable(rule: Rule) -> dict[str, list[str]]:
    """Say why a rule can never match, by field."""
    scope = rule.scope
    page, include, exclude = (
        [fault for text in texts if (fault := address_fault(scope.match_type, text, is_page=True))][:1]
        for texts in ((scope.page,) if scope.page else (), scope.include, scope.exclude)
    )
    value = _value_fault(rule)
    swallowed = exclusion_fault(scope.match_type, scope.included, scope.exclude)
    return {
        "match_value": [value] if value else [],
        "page": page,
        "include": include,
        "exclude": [swallowed] if swallowed else exclude,
    }


def _value_fault(rule: Rule) -> str | None:
    trigger, match_type, text = rule.trigger, rule.match_type, rule.match_value
    if match_type is MatchType.ANY:
        return None
    if match_type in URL_TYPES:
        return address_fault(match_type, text, is_page=trigger is not Trigger.LINK_CLICK)
    if trigger is Trigger.PAGEVIEW:
        return path_fault(match_type, text)
    if trigger in _WITH_SELECTOR and match_type is MatchType.EXACT:
        return selector_fault(text)
    return name_fault(match_type, text, is_event=trigger is Trigger.EVENT)


def _match_value_faults(rule: Rule) -> list[str]:
    if rule.match_type is MatchType.ANY:
        return ["must be empty: any value holds"] if rule.match_value else []
    if rule.match_type in URL_TYPES:
        return _address_faults(rule.match_type, [rule.match_value])
    if rule.match_type is not MatchType.REGEX:
        return text_faults(rule.match_value, MAX_PATTERN if rule.trigger in IN_PAGE else MAX_VALUE)
    return text_faults(rule.match_value, MAX_PATTERN) or _pattern_faults(rule.match_value)


def _address_faults(match_type: MatchType, texts: "tuple[str, ...] | list[str]") -> list[str]:
    if len(texts) > MAX_PAGES:
        return [f"should have at most {MAX_PAGES} entries"]
    for text in texts:
        if faults := text_faults(text, MAX_PATTERN) or _pattern_faults(address_pattern(match_type, text)):
            return faults
    return []


def _pattern_faults(pattern: str) -> list[str]:
    try:
        compile_pattern(pattern)
    except ValueError as error:
        return [f"is not a usable regular expression: {error}"]
    return []
