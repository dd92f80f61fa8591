"""Endpoints as PageSense documents them: the coverage page and its tests hold the live dialect against this table.

What is a `guess` those pages leave open; it was chosen here.
"""

from typing import Any

from goalpost.dialects.pagesense.errors import CODES

TITLE = "Zoho PageSense"
BASE = "/pagesense/rest/v1"
SOURCES = {
    "seed": "https://www.zoho.com/pagesense/apidocs/creategoals.html",
    "doc": "another page of https://www.zoho.com/pagesense/apidocs/",
    "summary": "a third party's summary of such a page",
    "guess": "not documented; chosen here",
}

SEED, DOC, SUMMARY, GUESS = SOURCES
_GOALS, _EVENTS = "PageSense.goals.", "PageSense.customevents."
_GOAL_PATH = "/portal/{portal_name}/projectgoals/{linkname}"
_EVENT_PATH = "/portal/{portal_name}/customevents"

_ENVELOPE = {"status_code": SEED, "status_string": SEED, "timeTakenToProcessTheRequest": SEED, "count": SEED}
_GOAL = {
    f"projectgoals[].{name}": source
    for source, names in {
        SEED: "created_time time_spent_seconds goal_type unique_visitor_count time_threshold display_name "
        "goal_id_string time_spent goal_id project_id project_linkname success goal_status is_data_tracked "
        "created_date linkname unique_goal_achieved_count",
        DOC: "actual_end_time",
        SUMMARY: "goal_url element_css_selector",
        GUESS: "include_urls exclude_urls url[].match_type custom_event_name currency",
    }.items()
    for name in names.split()
}
_LIVE_GOAL = {name: source for name, source in _GOAL.items() if name != "projectgoals[].actual_end_time"}
_WRITABLE = {
    f"projectgoal.{name}": source
    for source, names in {
        SEED: "display_name goal_type project_linkname goal_url include_urls exclude_urls url[].match_type "
        "time_threshold",
        SUMMARY: "element_css_selector custom_event_name",
        GUESS: "currency",
    }.items()
    for name in names.split()
}
_EVENT = {
    "customevents[].event_id": DOC,
    "customevents[].event_name": SUMMARY,
    "customevents[].linkname": DOC,
    "customevents[].success": DOC,
}
_EVENT_ENVELOPE = dict.fromkeys(_ENVELOPE, GUESS)

ENDPOINTS: list[dict[str, Any]] = [
    {
        "title": "Create project goal",
        "route": f"POST {_GOAL_PATH}",
        "scope": _GOALS + "CREATE",
        "status": 200,
        "source": SEED,
        "request": _WRITABLE,
        "response": _ENVELOPE | _LIVE_GOAL,
    },
    {
        "title": "Get project goals",
        "route": f"GET {_GOAL_PATH}",
        "scope": _GOALS + "READ",
        "status": 200,
        "source": SUMMARY,
        "query": {"project_linkname": GUESS},
        "response": _ENVELOPE | _GOAL,
    },
    {
        "title": "Update project goal",
        "route": f"PUT {_GOAL_PATH}",
        "scope": _GOALS + "UPDATE",
        "status": 200,
        "source": SUMMARY,
        "request": {"projectgoal.display_name": SUMMARY, "projectgoal.project_linkname": SUMMARY},
        "response": _ENVELOPE | _LIVE_GOAL,
    },
    {
        "title": "Delete project goal",
        "route": f"DELETE {_GOAL_PATH}",
        "scope": _GOALS + "DELETE",
        "status": 200,
        "source": DOC,
        "query": {"project_linkname": GUESS},
        "response": _ENVELOPE | _GOAL,
    },
    {
        "title": "Create custom event",
        "route": f"POST {_EVENT_PATH}",
        "scope": _EVENTS + "CREATE",
        "status": 200,
        "source": DOC,
        "request": {"customevent.event_name": DOC, "customevent.project_linkname": DOC},
        "response": _EVENT_ENVELOPE | _EVENT,
    },
    {
        "title": "List custom events",
        "route": f"GET {_EVENT_PATH}",
        "scope": _EVENTS + "READ",
        "status": 200,
        "source": SUMMARY,
        "query": {"project_linkname": SUMMARY},
        "response": _EVENT_ENVELOPE | _EVENT,
    },
    *(
        {"title": title, "route": route, "scope": scope, "status": 200, "source": SUMMARY}
        for title, route, scope in [
            ("Create experiment goal", "POST /portal/{portal_name}/goals", _GOALS + "CREATE"),
            ("Update experiment goal", "PUT /portal/{portal_name}/goals/{goal_linkname}", _GOALS + "UPDATE"),
            ("Delete experiment goal", "DELETE /portal/{portal_name}/goals/{goal_linkname}", _GOALS + "DELETE"),
            ("Create experiment", "POST /portal/{portal_name}/experiments", "PageSense.experiments.CREATE"),
            ("Reports of full tracking", "POST /portal/{portal_name}/fulltrackingreports", "PageSense.reports.all"),
        ]
    ),
]

FAILURES: dict[int, tuple[str, str]] = {
    status: (source, f'{{"status_code":{code},"message":"…"}}')
    for status, source, code in [
        (400, DOC, 10002),
        (401, DOC, 10005),
        (404, DOC, 10004),
        (405, GUESS, 10012),
        (413, GUESS, 10010),
        (429, DOC, 10007),
        (500, DOC, 10099),
        (503, GUESS, 10011),
    ]
}

DIFFERENCES: dict[str, str] = {
    "codes_are_our_own": "The codes in `status_code` of a failure are goalpost's: "
    + " ".join(f"`{code}` {meaning}" for code, meaning in CODES.items()),
    "experiments_are_not_there": "There are no experiments, and so no goals, audiences and reports of any.",
    "servers_report_goals": "`/psfullstacksdk/trackgoal`, by GET or POST, counts goals on custom events, goal calls "
    "and revenue that Zoho's FullStack SDKs report: an extension, its shape from the public SDK. The project is named "
    "by the site's key or linkname. Each user id is a visitor; experiments are not here.",
    "parameters_are_sent_once": "A known query parameter that is sent twice is 400. One that an endpoint does not know "
    "changes nothing and is named in `warnings`, a list of texts beside the others.",
    "a_missing_scope_is_401": "A token without the scope gets 401: PageSense documents no 403.",
    "created_is_200": "Creating answers 200, which the page names first; 201 is not used.",
    "more_is_shown_than_documented": "Goals also show `goal_url`, `include_urls`, `exclude_urls`, `url` and what "
    "else was given.",
    "time_is_shown_where_it_is_measured": "`time_threshold`, `time_spent` and `time_spent_seconds` are shown for time "
    "spent (8) alone.",
    "one_way_to_compare_a_goal": "`url[0].match_type` is how `goal_url`, `include_urls` and `exclude_urls` are "
    "compared: 1 simple (the default), 2 exact, 3 contains, 4 starts with, 5 ends with, 6 wildcard, 7 regex. "
    "Further entries of `url` must say the same, and other keys in them are refused: addresses are not written "
    "there.",
    "spellings_are_one": "Addresses are compared without protocol, `www.` and port, their hosts as browsers send "
    "them, the rest percent-decoded and composed: `https://münchen.de/caf%C3%A9` is `xn--mnchen-3ya.de/café`, "
    "`/a/../b` is `/b`, and `+` in a query is a space. A wildcard (6) looks at the query where it holds a `?`, or is "
    "`*…*` around what has no slash. A "
    "regex (7) holds where it is found in any spelling of the address: without its host, and with and without "
    "`http://`, `https://` and `www.`.",
    "routes_are_part_of_the_path": "A hash router's route (`#/thanks`) in an address is compared as a part of its"
    " path.",
    "what_never_matches_is_refused": "A goal that can never match is refused with 400 and what to write instead: "
    "addresses that no page has, private values in queries and routes, selectors that no browser reads, excluded pages "
    "that leave none over. So are addresses that were copied with what was around them (`<https://…>`, a comma behind; "
    "`%2C` is a comma of the page's own), `*` in a host under another match type than wildcard, and a wildcard within "
    "a label beyond ASCII (`mün*.de`; write `*.de`). `https:/x.example` is `https://x.example`, as in browsers.",
    "private_values_are_not_kept": "The values of private parameters (`email`, `token`, …) are neither kept nor "
    "compared.",
    "a_goal_url_is_the_goals_page": "A goal with a `goal_url` and two empty lists counts on that page alone; the "
    "vendor's sentence that empty lists mean the whole project holds for goals without `goal_url`, which a link click "
    "needs.",
    "ids_stand_where_linknames_do": "Where a linkname stands, `project_id` and `goal_id` do, too; a linkname that "
    "looks like one goes first.",
    "null_is_absent": "Null in an optional field of a body is as if the field were not sent.",
    "a_deleted_goal_is_not_tracked": "After DELETE `is_data_tracked` is false; counters and times stay as they were.",
    "a_path_is_a_page_of_every_host": "An address that begins with `/` leaves the host open.",
    "a_goal_is_read_by_its_linkname": "GET takes a goal's linkname too, and then shows a deleted goal as well, with "
    "`goal_status` 2.",
    "renaming_keeps_the_linkname": "PUT changes `display_name` alone; the linkname stays.",
    "linknames_are_unique_in_a_portal": "A linkname is made from the name, with `-1`, `-2` behind it where the "
    "portal has it already.",
    "what_has_no_words_is_left_out": "Goals made through another dialect show where PageSense has words for them: a "
    "page view of an exact path is a page visit (1), an event of an exact name a custom event (5). No others are.",
    "uniques_are_daily_without_a_visitor_id": "A visitor without the opt-in visitor id is counted once a day.",
}
"""Differences: what behaves otherwise than documented or is more than documented."""
