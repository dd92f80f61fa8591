"""Goals that an event reaches, seen from outside: every type against every way to match, on real events.

https://docs.krafter.dev/analytics/api/goals.html#goal-types
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.dialects.krafter.support import goal_call, record, settle, track, view
from tests.support.server import RunningServer, Site

LONG = "x" * 200
SPELLINGS = ["/caf%C3%A9/merci", "/caf%c3%a9/merci", "/café/merci", "/cafe\u0301/merci", "/cafe%cc%81/merci"]

# ((type, match type, match value), (what is sent, its value), whether it converts)
CASES: list[tuple[tuple[str, str, str], tuple[str, str], bool]] = [
    # The whole value, or a part of it, or a pattern anywhere in it: the examples of the page.
    (("pageview", "exact", "/pricing"), ("view", "/pricing"), True),
    (("pageview", "exact", "/pricing"), ("view", "/pricing/plans"), False),
    (("event", "contains", "signup"), ("track", "newsletter_signup"), True),
    (("event", "contains", "signup"), ("track", "sign_up"), False),
    (("pageview", "regex", r"/blog/\d+"), ("view", "/blog/42"), True),
    (("pageview", "regex", r"/blog/\d+"), ("view", "/blog/about"), False),
    # Each type has its own values.
    *(
        ((type_, match_type, value), (sent, "/x" if type_ == "pageview" else "x"), type_ == reached)
        for type_ in ("pageview", "event", "custom")
        for match_type, value in [("exact", "/x" if type_ == "pageview" else "x"), ("contains", "x"), ("regex", "x$")]
        for sent, reached in [("view", "pageview"), ("track", "event"), ("goal", "custom")]
    ),
    # Exact is exact: case, white space, the whole of it.
    (("event", "exact", "Signup"), ("track", "signup"), False),
    (("event", "exact", "signup"), ("track", "signup "), False),
    (("event", "exact", "signup"), ("track", "newsletter_signup"), False),
    (("event", "exact", "a.c"), ("track", "abc"), False),
    (("event", "exact", LONG), ("track", LONG), True),
    (("event", "exact", "Größe ☕"), ("track", "Größe ☕"), True),
    (("custom", "exact", "purchase"), ("goal", "purchases"), False),
    # Contains: anywhere, case-sensitive, nothing is special.
    (("event", "contains", "sign"), ("track", "sign"), True),
    (("event", "contains", "up"), ("track", "signup"), True),
    (("event", "contains", "Sign"), ("track", "signup"), False),
    (("event", "contains", "."), ("track", "abc"), False),
    (("event", "contains", "☕"), ("track", "Größe ☕"), True),
    (("custom", "contains", "chase"), ("goal", "purchase"), True),
    # Regex: anywhere unless anchored, case-sensitive unless told.
    (("event", "regex", "up"), ("track", "signup now"), True),
    (("event", "regex", "^up"), ("track", "signup"), False),
    (("event", "regex", "up$"), ("track", "signup"), True),
    (("event", "regex", "SIGN"), ("track", "signup"), False),
    (("event", "regex", "(?i)SIGN"), ("track", "signup"), True),
    (("event", "regex", "^.$"), ("track", "☕"), True),
    (("event", "regex", "a|b"), ("track", "cab"), True),
    (("custom", "regex", "^(buy|order)$"), ("goal", "order"), True),
    # A page view has its path: no host, no query, no fragment; decoded once; the slash at the end kept.
    (("pageview", "exact", "/thanks"), ("view", "/thanks?order=5"), True),
    (("pageview", "contains", "order"), ("view", "/thanks?order=5"), False),
    (("pageview", "regex", "order"), ("view", "/thanks?order=5"), False),
    (("pageview", "exact", "/thanks"), ("view", "/thanks#top"), True),
    (("pageview", "contains", "example.com"), ("view", "/thanks"), False),
    (("pageview", "exact", "/thanks"), ("view", "/thanks/"), False),
    (("pageview", "exact", "/thanks/"), ("view", "/thanks/"), True),
    (("pageview", "exact", "/"), ("view", ""), True),
    (("pageview", "exact", "/"), ("view", "/?x=1"), True),
    (("pageview", "exact", "/café au lait"), ("view", "/caf%C3%A9%20au%20lait"), True),
    # Goals are written as paths are stored or as browsers send them, in whichever of the spellings.
    *(
        (("pageview", match_type, wanted), ("view", shown), True)
        for match_type in ("exact", "contains", "regex")
        for wanted in SPELLINGS
        for shown in ("/caf%C3%A9/merci", "/cafe%CC%81/merci")
    ),
    (("pageview", "exact", "/CAF%C3%A9"), ("view", "/caf%C3%A9"), False),
    (("pageview", "exact", "/100%25"), ("view", "/100%25"), True),
    (("pageview", "exact", "/100%"), ("view", "/100%25"), True),
    (("pageview", "exact", "/a%3fb"), ("view", "/a%3Fb?c"), True),
    (("event", "exact", "caf%C3%A9"), ("track", "café"), False),
    (("event", "exact", "cafe\u0301"), ("track", "café"), True),
    (("custom", "contains", "café"), ("goal", "cafe\u0301 bought"), True),
    (("pageview", "exact", "/Pricing"), ("view", "/pricing"), False),
    (("pageview", "exact", "//a"), ("view", "//a"), True),
]


def sent_event(site: Site, kind: str, value: str) -> dict[str, Any]:
    return view(site, value) if kind == "view" else track(value) if kind == "track" else goal_call(value)


@pytest.fixture(scope="module")
def conversions(server: RunningServer) -> Iterator[list[int]]:
    """Each case's goal on a site of its own, its event sent, and what the goal counts then."""
    workspace = server.make_workspace()
    made: list[tuple[Site, str]] = []
    for (type_, match_type, value), event, _ in CASES:
        site = server.make_site(workspace)
        made.append((site, site.goal(type_, match_type, value)))
        record(site, sent_event(site, *event))
    settle(site)
    yield [site.stats(goal)["conversions"] for site, goal in made]


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=[f"{' '.join(goal)} <- {' '.join(e)}" for goal, e, _ in CASES]
)
def test_a_goal_converts_what_it_matches_and_nothing_else(number: int, conversions: list[int]) -> None:
    assert conversions[number] == int(CASES[number][2])
