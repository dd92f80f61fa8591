"""`/api/page-goals`: what a site's pages are to watch, for the tracker's second part.

The answer is a JSON object: `revision` (text, as in the header `x-goalpost-page`), `ids` (whether the browser is to
keep a visitor id), `query` (whether a change of the query makes another page) and `goals`, a list of [trigger, value,
include, exclude]. The value of a link click is a regular expression on the link's address, of a time the seconds, of
anything else the CSS selector, '' for any form; include and exclude are lists of regular expressions on the page's
address.

Whoever names a site by its key has the key from its pages, and is told. By its domain anybody could ask for any site:
only pages of that domain are told, and to all others a site looks like one that is not there.
"""

import asyncio
import re
from collections.abc import Sequence

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from goalpost.conversions.ingest.catalog import Catalog, TrackedSite, newest_revision, sites_to_tell
from goalpost.conversions.ingest.cors import preflight, readable_by
from goalpost.conversions.model.addresses import address_pattern
from goalpost.conversions.model.conversion_goals import PageScope, Rule, Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.conversions.model.matching import comparable
from goalpost.conversions.model.urls import split_url
from goalpost.kernel.bounded_cache import BoundedCache

WireGoal = tuple[str, str, list[str], list[str]]


_METHODS = b"GET, HEAD, OPTIONS"


class PageGoals:
    """The ASGI application behind `/api/page-goals`; its parameter `site` may name several sites."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: BoundedCache[tuple[tuple[bytes, int], ...], bytes] = BoundedCache(entries=2000, size=64 << 20)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope)
        response = await self._answer(request)
        origin = request.headers.get("origin")
        response.raw_headers.extend(readable_by(None if origin is None else origin.encode("latin-1")))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            response = Response(status_code=204)
            response.raw_headers.extend(preflight(_METHODS, request.scope["headers"]))
            return response
        if request.method not in {"GET", "HEAD"}:
            return Response(status_code=405, headers={"allow": _METHODS.decode()})
        sites = self._sites(request)
        tag = f'"{"-".join(str(site.revision) for site in sites) or 0}"'
        headers = {"cache-control": "no-cache", "etag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(await self._list(sites), media_type="application/json", headers=headers)

    async def _list(self, sites: Sequence[TrackedSite]) -> bytes:
        key = tuple((site.row_id, site.revision) for site in sites)
        known = self._known.get(key)
        if known is None:
            # Patterns are put together for each goal and page, which takes long where there are many.
            known = await asyncio.to_thread(lambda: msgspec.json.encode(page_list(sites)))
            self._known.remember(key, known)
        return known

    def _sites(self, request: Request) -> list[TrackedSite]:
        names = request.query_params.get("site", "")
        told = sites_to_tell(self._catalog.find_each(names).sites, names, _host_of_page(request))
        return [site for site in told if site.needs_page]


def routes(catalog: Catalog) -> list[Route]:
    """The one route."""
    return [Route("/api/page-goals", PageGoals(catalog))]


def page_list(sites: Sequence[TrackedSite]) -> dict[str, object]:
    """Return the answer to a page that reports to these sites, all of which have something to watch."""
    goals = [wire_goal(goal.rule) for site in sites for goal in site.in_page]
    return {
        "revision": str(newest_revision(sites)),
        "ids": any(site.site.visitor_ids for site in sites),
        "query": any(site.reads_suffix for site in sites),
        "goals": [goal for goal in goals if goal],
    }


def _host_of_page(request: Request) -> str | None:
    """The host of the page that asks, as browsers say; None where it is behind the same address as this server."""
    headers = request.headers
    # Such a page names no origin, and may keep its referrer to itself.
    if headers.get("sec-fetch-site") == "same-origin":
        return None
    page = split_url(headers.get("origin") or headers.get("referer", ""))
    return page.host if page else ""


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
