"""`/api/page-goals`: what a site's pages are to watch, for the tracker's second part.

The answer is a JSON object: `revision` (text, as in the header `x-goalpost-page`), `ids` (whether the browser is to
keep a visitor id) and `goals`, a list of [trigger, value, include, exclude]. The value of a link click is a regular
expression on the link's address, of a time the seconds, of anything else the CSS selector, '' for any form; include and
exclude are lists of regular expressions on the page's address.
"""

import re

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from goalpost.core.addresses import address_pattern
from goalpost.core.conversion_goals import PageScope, Rule, Trigger
from goalpost.core.match_types import MatchType
from goalpost.core.matching import comparable
from goalpost.ingest.catalog import Catalog, TrackedSite

WireGoal = tuple[str, str, list[str], list[str]]


def routes(catalog: Catalog) -> list[Route]:
    """The one route; a site that is not known has nothing to watch."""

    async def page_goals(request: Request) -> Response:
        site = catalog.find(request.query_params.get("site", ""))
        tag = f'"{site.revision if site else 0}"'
        headers = {"access-control-allow-origin": "*", "cache-control": "no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(msgspec.json.encode(page_list(site)), media_type="application/json", headers=headers)

    return [Route("/api/page-goals", page_goals)]


def page_list(site: TrackedSite | None) -> dict[str, object]:
    """What the pages of a site are told."""
    if site is None:
        return {"revision": "0", "ids": False, "goals": []}
    goals = [wire_goal(goal.rule) for goal in site.in_page]
    return {"revision": str(site.revision), "ids": site.site.visitor_ids, "goals": [goal for goal in goals if goal]}


def wire_goal(rule: Rule) -> WireGoal | None:
    """A rule as pages read it; None for what no page can look for: a part of a selector, or of a number of seconds."""
    value = _link_pattern(rule) if rule.trigger is Trigger.LINK_CLICK else _value(rule)
    if value is None:
        return None
    return (
        rule.trigger.value,
        value,
        _patterns(rule.scope, rule.scope.included),
        _patterns(rule.scope, rule.scope.exclude),
    )


def _patterns(scope: PageScope, texts: tuple[str, ...]) -> list[str]:
    return [address_pattern(scope.match_type, text) for text in texts]


def _link_pattern(rule: Rule) -> str:
    if rule.match_type is MatchType.ANY:
        return ""
    text = comparable(rule)
    if rule.match_type is MatchType.EXACT:
        return f"^{re.escape(text)}$"
    return re.escape(text) if rule.match_type is MatchType.CONTAINS else text


def _value(rule: Rule) -> str | None:
    if rule.match_type is MatchType.ANY:
        return "" if rule.trigger in {Trigger.FORM_SUBMIT, Trigger.ENGAGEMENT} else None
    return rule.match_value if rule.match_type is MatchType.EXACT else None
