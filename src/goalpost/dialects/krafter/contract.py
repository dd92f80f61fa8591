"""Endpoints as Krafter documents them: the coverage page and its tests hold the live dialect against this table.

What is a `guess` those pages leave open; it was chosen here.
"""

from typing import Any

TITLE = "Krafter Analytics"
BASE = "/api/v1/analytics"
SOURCES = {
    "seed": "https://docs.krafter.dev/analytics/api/goals.html",
    "doc": "another page of https://docs.krafter.dev",
    "guess": "not documented; chosen here",
}

SEED, DOC, GUESS = SOURCES
READ, WRITE = "analytics:read", "analytics:write"

_WRITABLE_GOAL = {"name": SEED, "type": SEED, "match_type": SEED, "match_value": SEED, "currency": SEED}
_GOAL = {"id": SEED, **_WRITABLE_GOAL}
_GOAL_STATS = {"conversions": SEED, "unique_conversions": SEED, "revenue": SEED}
_SITE = {"id": DOC, "domain": DOC, "name": DOC, "site_key": DOC, "public_stats": DOC, "created_at": DOC}
_WRITABLE_SITE = {"domain": DOC, "name": DOC, "public_stats": GUESS}
_PERIOD = {"period": SEED, "from": SEED, "to": SEED}
_SITE_STATS = {
    "period.from": DOC,
    "period.to": DOC,
    "totals.pageviews": DOC,
    "totals.visitors": DOC,
    "totals.visits": DOC,
    "timeseries[].date": DOC,
    "timeseries[].pageviews": DOC,
    "timeseries[].visitors": DOC,
    "timeseries[].visits": DOC,
    "breakdowns.*[].value": GUESS,
    "breakdowns.*[].pageviews": GUESS,
    "breakdowns.*[].visitors": GUESS,
}
_EVENT = {"name": GUESS, "count": GUESS, "visitors": GUESS}


def _one(fields: dict[str, str]) -> dict[str, str]:
    return {f"data.{name}": source for name, source in fields.items()}


def _many(fields: dict[str, str]) -> dict[str, str]:
    return {f"data[].{name}": source for name, source in fields.items()}


ENDPOINTS: list[dict[str, Any]] = [
    {
        "title": "Create goal",
        "route": "POST /sites/{key}/goals",
        "scope": WRITE,
        "status": 201,
        "source": SEED,
        "request": _WRITABLE_GOAL,
        "response": _one(_GOAL),
    },
    {
        "title": "List goals",
        "route": "GET /sites/{key}/goals",
        "scope": READ,
        "status": 200,
        "source": SEED,
        "response": _many(_GOAL),
    },
    {
        "title": "Update goal",
        "route": "PATCH /sites/{key}/goals/{id}",
        "scope": WRITE,
        "status": 200,
        "source": SEED,
        "request": _WRITABLE_GOAL,
        "response": _one(_GOAL),
    },
    {
        "title": "Delete goal",
        "route": "DELETE /sites/{key}/goals/{id}",
        "scope": WRITE,
        "status": 200,
        "source": SEED,
        "response": _one({"deleted": SEED}),
    },
    {
        "title": "Goal stats",
        "route": "GET /sites/{key}/goals/{id}/stats",
        "scope": READ,
        "status": 200,
        "source": SEED,
        "query": _PERIOD,
        "response": _one(_GOAL_STATS),
    },
    {
        "title": "List sites",
        "route": "GET /sites",
        "scope": READ,
        "status": 200,
        "source": DOC,
        "response": _many(_SITE),
    },
    {
        "title": "Create site",
        "route": "POST /sites",
        "scope": WRITE,
        "status": 201,
        "source": DOC,
        "request": _WRITABLE_SITE,
        "response": _one(_SITE),
    },
    {
        "title": "Get site",
        "route": "GET /sites/{key}",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "response": _one(_SITE),
    },
    {
        "title": "Update site",
        "route": "PATCH /sites/{key}",
        "scope": WRITE,
        "status": 200,
        "source": GUESS,
        "request": _WRITABLE_SITE,
        "response": _one(_SITE),
    },
    {
        "title": "Delete site",
        "route": "DELETE /sites/{key}",
        "scope": WRITE,
        "status": 200,
        "source": GUESS,
        "response": _one({"deleted": GUESS}),
    },
    {
        "title": "Site stats",
        "route": "GET /sites/{key}/stats",
        "scope": READ,
        "status": 200,
        "source": DOC,
        "query": {**_PERIOD, "dimensions": DOC},
        "response": _one(_SITE_STATS),
    },
    {
        "title": "Realtime visitors",
        "route": "GET /sites/{key}/realtime",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "response": _one({"visitors": GUESS}),
    },
    {
        "title": "Custom-event statistics",
        "route": "GET /sites/{key}/events",
        "scope": READ,
        "status": 200,
        "source": GUESS,
        "query": dict.fromkeys(_PERIOD, GUESS),
        "response": _many(_EVENT),
    },
    {
        "title": "MCP, beside the API",
        "route": "POST /mcp",
        "scope": READ,
        "status": 200,
        "source": DOC,
    },
]

FAILURES: dict[int, tuple[str, str]] = {
    400: (DOC, '{"error":"…"}'),
    401: (DOC, '{"error":"Invalid or missing API key"}'),
    403: (DOC, '{"error":"Insufficient scope"}'),
    404: (DOC, '{"error":"Not found"}'),
    405: (GUESS, '{"error":"Method not allowed"}'),
    413: (GUESS, '{"error":"…"}'),
    422: (DOC, '{"error":"Validation failed","details":{"name":["can\'t be blank"]}}'),
    429: (DOC, '{"error":"Rate limit exceeded","retry_after":23}'),
    500: (DOC, '{"error":"…"}'),
    503: (GUESS, '{"error":"Temporarily unavailable"}'),
}

DIFFERENCES: dict[str, str] = {
    "mcp_is_not_there": "There is no MCP endpoint.",
    "keys_have_their_own_prefix": "Keys begin with `gp_`, not `kr_live_`; there are no sandbox keys.",
    "parameters_are_sent_once": "A known query parameter that is sent twice is 400. One that an endpoint does not know "
    "changes nothing and is named in `warnings`, a list of texts beside `data`.",
    "from_and_to_are_read_with_period_custom": "`from` and `to` are read with `period=custom`; without it they change "
    "nothing and are named in `warnings`.",
    "events_have_their_own_door": "Events go to `POST /api/event`, in the format of Plausible's Events API. Krafter "
    "does not document where its tracker sends them. `ka.track('pageview')` is an event of that name, not a page view; "
    "a page view is what is sent as `pageview` without `kind`.",
    "a_method_that_a_path_does_not_take_is_405": "A path that is there answers a method that it does not take with "
    "405, and `allow` names those that it takes; Krafter documents 404 alone. A path that is not there is 404.",
    "a_large_body_is_413": "A body of more than 1 MiB gets 413, which Krafter does not document.",
    "a_store_that_does_not_answer_is_503": "A store that does not answer gets 503 with `retry-after`, which Krafter "
    "does not document.",
    "regexes_are_re2": "Regexes are RE2: look-around and backreferences are refused with 422 when the goal is made.",
    "what_never_matches_is_refused": "A goal that can never match is refused with 422, and `details.match_value` "
    "says what to write instead: page views are compared by their path (`/thanks`, not "
    "`https://example.com/thanks`, `thanks` or `/thanks?order=1`), regexes must be able to match one and have no "
    "empty alternative.",
    "spellings_are_one": "Goals and events are compared percent-decoded and composed: `/caf%C3%A9` is `/café`. "
    "Paths have no `.` and `..`: `/a/../thanks` is `/thanks`.",
    "routes_are_part_of_the_path": "On sites with a hash router (`data-hash`) the path of a page goes on with its"
    " route: `/app#/thanks`.",
    "sites_answer_to_their_id": "Paths take a site's `id` in place of its `site_key`.",
    "public_stats_opens_nothing": "`public_stats` is kept and shown; there is no public dashboard that it would open.",
    "a_domain_is_taken_once": "Two sites of one workspace cannot have the same domain, and two workspaces cannot have "
    "sites of one host, with or without `www.` and port: 422.",
    "breakdowns_end_at_a_hundred": "A breakdown and the list of custom events have at most a hundred rows.",
    "a_named_visitor_lasts": "A visitor whom a trusted sender names is counted once in a period, not once a day.",
    "foreign_revenue_is_not_counted": "Revenue sent in another currency than the goal's is not counted; Krafter's "
    "tracker sends no currency.",
}
"""Differences: what behaves otherwise than documented or is more than documented. Each is a test of this name."""
