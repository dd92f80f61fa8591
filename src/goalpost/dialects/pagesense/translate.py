"""PageSense's words ↔ the model's. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from goalpost.conversions.model.conversion_goals import EVERYWHERE, ConversionGoal, GoalDraft, PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.sites import DeclaredEvent, Site
from goalpost.conversions.model.totals import GoalCounters
from goalpost.dialects.pagesense import wire
from goalpost.kernel.errors import BLANK, Faults, Invalid
from goalpost.kernel.id_numbers import number_of
from goalpost.kernel.texts import slug_of
from goalpost.tenancy.model.workspaces import Workspace

PAGE_VISIT, LINK_CLICK, FORM_SUBMIT, ELEMENT_CLICK, CUSTOM_EVENT, REVENUE, ENGAGEMENT, TIME_SPENT = range(1, 9)
_TRIGGERS = {
    PAGE_VISIT: Trigger.PAGEVIEW,
    LINK_CLICK: Trigger.LINK_CLICK,
    FORM_SUBMIT: Trigger.FORM_SUBMIT,
    ELEMENT_CLICK: Trigger.ELEMENT_CLICK,
    CUSTOM_EVENT: Trigger.EVENT,
    REVENUE: Trigger.REVENUE,
    ENGAGEMENT: Trigger.ENGAGEMENT,
    TIME_SPENT: Trigger.TIME_SPENT,
}
_TYPES = {trigger: number for number, trigger in _TRIGGERS.items()}
_MATCH_TYPES = {
    1: MatchType.URL_SIMPLE,
    2: MatchType.URL_EXACT,
    3: MatchType.URL_CONTAINS,
    4: MatchType.URL_STARTS_WITH,
    5: MatchType.URL_ENDS_WITH,
    6: MatchType.URL_WILDCARD,
    7: MatchType.URL_REGEX,
}
_NEEDS = {
    LINK_CLICK: ("goal_url",),
    ELEMENT_CLICK: ("element_css_selector",),
    CUSTOM_EVENT: ("custom_event_name",),
    TIME_SPENT: ("time_threshold",),
}
_MATCH_NUMBERS = {match_type: number for number, match_type in _MATCH_TYPES.items()}
FIELDS = {
    "name": "display_name",
    "match_value": "goal_url, element_css_selector or custom_event_name",
    "page": "goal_url",
    "include": "include_urls",
    "exclude": "exclude_urls",
    "site": "project_linkname",
}
"""Fields of a goal in the model → PageSense's names of them."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A goal as it is shown: with its site and its numbers."""

    goal: ConversionGoal
    site: Site
    counters: GoalCounters


def is_portal(workspace: Workspace, portal: str) -> bool:
    """Return whether a path's portal is this workspace."""
    return portal in (workspace.name, slug_of(workspace.name))


def draft_from_wire(fields: wire.GoalFields) -> GoalDraft:
    """The goal that a create request asks for; raises Invalid for a type or a field that its type needs."""
    if faults := _faults_of(fields):
        raise Invalid(faults)
    trigger = _TRIGGERS[fields.goal_type]
    how = _MATCH_TYPES[fields.url[0].match_type] if fields.url else MatchType.URL_SIMPLE
    match_type, value = _match_of(fields, how)
    page = "" if fields.goal_type == LINK_CLICK or fields.goal_url == "*" else fields.goal_url
    scope = PageScope(how, page, tuple(fields.include_urls), tuple(fields.exclude_urls))
    if scope.is_everywhere:
        scope = EVERYWHERE
    if fields.goal_type == PAGE_VISIT and scope == PageScope(MatchType.URL_SIMPLE, page) and _is_path(page):
        # The same as a rule on the path, which other vendors have words for.
        match_type, value, scope = MatchType.EXACT, page, EVERYWHERE
    currency = fields.currency if fields.goal_type == REVENUE else None
    return GoalDraft(fields.display_name, Rule(trigger, match_type, value, scope), currency)


def _match_of(fields: wire.GoalFields, how: MatchType) -> tuple[MatchType, str]:
    if fields.goal_type == LINK_CLICK:
        return how, fields.goal_url
    if fields.goal_type in (FORM_SUBMIT, ELEMENT_CLICK) and fields.element_css_selector:
        return MatchType.EXACT, fields.element_css_selector
    if fields.goal_type == CUSTOM_EVENT:
        return MatchType.EXACT, fields.custom_event_name
    if fields.goal_type == TIME_SPENT:
        return MatchType.EXACT, str(fields.time_threshold)
    return MatchType.ANY, ""


def _is_path(page: str) -> bool:
    """Return whether a page is a path alone, spelled as paths are stored."""
    if page[1:2] in ("/", "\\"):
        return False  # a host follows
    return page.startswith("/") and not set("?#%") & set(page) and page.isprintable() and len(page) <= 255


def _faults_of(fields: wire.GoalFields) -> Faults:
    """Return what a goal of its type lacks, and numbers that stand for nothing."""
    faults: dict[str, list[str]] = {}
    for name in _NEEDS.get(fields.goal_type, ()):
        if not getattr(fields, name):
            faults[name] = [BLANK]
    if fields.goal_type not in _TRIGGERS:
        faults["goal_type"] = [f"must be one of {', '.join(map(str, _TRIGGERS))}"]
    if fault := _url_fault(fields.url):
        faults["url"] = [fault]
    return faults


def _url_fault(entries: list[wire.UrlEntry]) -> str | None:
    """Say what cannot be honoured of `url`: all addresses are compared in one way, and none is written there."""
    if any(entry.match_type not in _MATCH_TYPES for entry in entries):
        return f"match_type must be one of {', '.join(map(str, _MATCH_TYPES))}"
    if others := {key for entry in entries for key, value in (entry.model_extra or {}).items() if value is not None}:
        return (
            f"takes match_type alone, not {min(others)[:40]}; addresses go into goal_url, include_urls and exclude_urls"
        )
    if len({entry.match_type for entry in entries}) > 1:
        return "takes one match_type for goal_url, include_urls and exclude_urls; make a goal for each other one"
    return None


def is_expressible(goal: ConversionGoal) -> bool:
    """Return whether PageSense has words for the goal: it has none for rules on parts of paths and of names."""
    rule = goal.rule
    if rule.trigger not in _TYPES:
        return False
    if rule.trigger in (Trigger.PAGEVIEW, Trigger.EVENT):
        on_path = rule.trigger is Trigger.PAGEVIEW and rule.match_type is MatchType.ANY
        return on_path or rule.match_type is MatchType.EXACT
    return True


def goal_to_wire(seen: Seen, workspace_id: UUID) -> wire.Goal:
    """A goal as PageSense shows it."""
    goal, counters = seen.goal, seen.counters
    number = number_of(workspace_id, goal.number)
    return wire.Goal(
        created_time=_milliseconds(goal.created_at),
        goal_type=_TYPES[goal.rule.trigger],
        unique_visitor_count=counters.visitors,
        display_name=goal.name,
        goal_id_string=str(number),
        goal_id=number,
        project_id=number_of(workspace_id, seen.site.number),
        project_linkname=seen.site.slug,
        goal_status=1 if goal.deleted_at is None else 2,
        is_data_tracked=goal.deleted_at is None and (counters.visitors > 0 or counters.achieved > 0),
        created_date=goal.created_at.strftime("%b %d, %Y"),
        linkname=goal.slug,
        unique_goal_achieved_count=counters.achieved,
        currency=goal.currency,
        actual_end_time=None if goal.deleted_at is None else _milliseconds(goal.deleted_at),
        **_time_fields(seen),
        **_rule_fields(goal.rule),
    )


def _time_fields(seen: Seen) -> dict[str, Any]:
    if seen.goal.rule.trigger is not Trigger.TIME_SPENT:
        return {}
    milliseconds = seen.counters.time_spent_ms
    threshold = int(seen.goal.rule.match_value)
    return {
        "time_spent": milliseconds,
        "time_spent_seconds": in_minutes(milliseconds),
        "time_threshold": threshold,
    }


def _rule_fields(rule: Rule) -> dict[str, Any]:
    scope, value = rule.scope, rule.match_value
    how = rule.match_type if rule.trigger is Trigger.LINK_CLICK else scope.match_type
    fields: dict[str, Any] = {
        "include_urls": list(scope.include),
        "exclude_urls": list(scope.exclude),
        "url": [wire.UrlRule(match_type=_MATCH_NUMBERS[how])],
    }
    page = value if rule.trigger in (Trigger.PAGEVIEW, Trigger.LINK_CLICK) and value else scope.page
    if page:
        fields["goal_url"] = page
    if rule.trigger in (Trigger.FORM_SUBMIT, Trigger.ELEMENT_CLICK) and value:
        fields["element_css_selector"] = value
    if rule.trigger is Trigger.EVENT:
        fields["custom_event_name"] = value
    return fields


def in_minutes(milliseconds: int) -> str:
    """A time as PageSense writes it: `7m 37s`, `15s`, `0s`."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "m"), (seconds, "s")]
    return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def event_to_wire(event: DeclaredEvent, workspace_id: UUID) -> wire.Event:
    """An announced event as PageSense shows it."""
    return wire.Event(event_id=number_of(workspace_id, event.number), event_name=event.name, linkname=event.slug)


def message_of(faults: Faults) -> str:
    """Faults in one line, by PageSense's field names."""
    names = {field: field.removeprefix("projectgoal.").removeprefix("customevent.") for field in faults}
    return "; ".join(
        f"{FIELDS.get(names[field], names[field])} {text}" for field, texts in faults.items() for text in texts
    )


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
