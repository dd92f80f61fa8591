"""The demo's page, and the live numbers it shows."""

from datetime import UTC, datetime
from importlib.resources import files
from string import Template
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from goalpost.conversions.model.conversion_goals import ConversionGoal
from goalpost.conversions.model.periods import Period, parse_period
from goalpost.conversions.services import conversion_goals, stats
from goalpost.demo.seed import find_site
from goalpost.kernel.errors import Unavailable
from goalpost.stores import EventStore, Stores

PAGE = "/demo/"
# The page under addresses that the demo's goals look for, so that a reload there finds it too.
_PAGES = (PAGE, "/demo", "/thank-you", "/blog/{post}", "/products/{number:int}")
_STATIC = files("goalpost.demo").joinpath("static")


def routes(stores: Stores, events: EventStore) -> list[BaseRoute]:
    """The demo's routes; its data must be seeded."""
    with stores.reading() as db:
        site = find_site(db)
    html = Template(_STATIC.joinpath("demo.html").read_text("utf-8")).substitute(site_key=site.key)

    async def page(_request: Request) -> Response:
        return Response(html, media_type="text/html")

    async def numbers(_request: Request) -> Response:
        try:
            return JSONResponse(await run_in_threadpool(_numbers, stores, events))
        except Unavailable as error:
            return JSONResponse({"error": str(error)}, 503)

    return [
        *(Route(path, page) for path in _PAGES),
        Route("/demo/numbers", numbers),
        _file("demo.css", "text/css"),
        _file("demo.js", "text/javascript"),
        _file("icon.svg", "image/svg+xml"),
    ]


def _file(name: str, media_type: str) -> Route:
    content = _STATIC.joinpath(name).read_bytes()

    async def serve(_request: Request) -> Response:
        return Response(content, media_type=media_type, headers={"cache-control": "no-cache"})

    return Route(f"/demo/{name}", serve)


def _numbers(stores: Stores, events: EventStore) -> dict[str, Any]:
    """Return the page's numbers: the site's goals over 30 days, those made since too, and who is there now."""
    now = datetime.now(UTC)
    period = parse_period("30d", None, None, today=now.date())
    with stores.reading() as db:
        site = find_site(db)
        goals = conversion_goals.list_goals(db, site=site)
    return {
        "site_key": site.key,
        "visitors_now": stats.realtime_visitors(events.reader, site=site, now=now),
        "goals": [_goal_numbers(events, goal, period) for goal in goals],
    }


def _goal_numbers(events: EventStore, goal: ConversionGoal, period: Period) -> dict[str, Any]:
    totals = stats.goal_stats(events.reader, goal=goal, period=period)
    days = stats.goal_days(events.reader, goal=goal, period=period)
    return {
        "id": str(goal.id),
        "name": goal.name,
        "rule": f"{goal.rule.trigger.value} {goal.rule.match_type.value} {goal.rule.match_value}",
        "conversions": totals.conversions,
        "unique_conversions": totals.unique_conversions,
        "revenue": f"{totals.revenue:.2f}" if goal.currency else None,
        "currency": goal.currency,
        "days": [day.conversions for day in days.values()],
    }
