"""Pages with policies, with wrappers of fetch, with several tags, or with the script under a path of their own."""

import pytest

from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.match_types import MatchType
from tests.support.browser import Pages, Tab, counted, eventually, page_views
from tests.support.page_goals import Goals, reports
from tests.support.server import RunningServer, Site

BUTTON = (Trigger.ELEMENT_CLICK, MatchType.EXACT, "button.buy")
BUY = "<button class=buy>buy</button>"
WRAPPERS = {
    "headers": "{...more, headers: {...more.headers, 'sentry-trace': '1-2-1', baggage: 'a=1', traceparent: '00-1'}}",
    "credentials": "{...more, credentials: 'include'}",
    "json": "{...more, credentials: 'include', headers: {'content-type': 'application/json', 'x-request-id': '1'}}",
}


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_pages_that_wrap_fetch_count(
    *, tab: Tab, pages: Pages, site: Site, tag: str, goals: Goals, wrapper: str
) -> None:
    """Tracing (Sentry, OpenTelemetry) adds headers, other wrappers credentials (munin#400)."""
    goal = goals.put(*BUTTON)
    wrap = f"<script>(real => {{ window.fetch = (url, more) => real(url, {WRAPPERS[wrapper]}) }})(fetch)</script>"
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url and answer.request.method == "GET"):
        tab.page.goto(pages.put("/", wrap + tag, BUY))
    tab.page.wait_for_timeout(200)
    tab.page.click("button")
    goals.counted(goal, 1)
    eventually(lambda: page_views(site), {"/": 1})


TRUSTED = "require-trusted-types-for 'script'; trusted-types goalpost 'allow-duplicates'"


@pytest.mark.parametrize(
    "headers",
    [
        {"content-security-policy": "require-trusted-types-for 'script'"},
        {"content-security-policy": TRUSTED},
        {"cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin"},
    ],
    ids=["trusted types", "named policy", "isolated"],
)
def test_pages_with_strict_policies_are_watched(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals, headers: dict[str, str]
) -> None:
    goal = goals.put(*BUTTON)
    pages.headers["/"] = headers
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
        tab.page.goto(pages.put("/", tag, BUY))
    tab.page.wait_for_timeout(200)
    tab.page.click("button")
    goals.counted(goal, 1)


def test_two_tags_of_two_sites_count_each_for_its_own(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site, tag: str, goals: Goals
) -> None:
    other = server.make_site()
    other_goals = Goals(server, other)
    mine, theirs = site.goal("event", value="both"), other.goal("event", value="both")
    early = other.goal("event", value="early")
    button, other_button = goals.put(*BUTTON), other_goals.put(*BUTTON)
    stub = "<script>window.ka={q:[['track',['early']]]}</script>"
    tab.page.goto(pages.put("/", f"{stub}{tag}{tag.replace(site.key, other.key)}{tag}", BUY))
    tab.page.wait_for_load_state("networkidle")
    tab.run("ka.track('both')")
    tab.run("history.pushState({}, '', '/next')")
    tab.page.click("button")
    counted(site, mine, 1)
    counted(other, theirs, 1)
    counted(other, early, 1)
    goals.counted(button, 1)
    other_goals.counted(other_button, 1)
    for measured in (site, other):
        eventually(lambda measured=measured: page_views(measured), {"/": 1, "/next": 1})


def test_the_script_under_a_path_of_the_page_posts_beside_itself(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site, goals: Goals
) -> None:
    """Blockers know the paths of trackers; a reverse proxy hands one path of the page's own domain over."""
    pages.behind["/stats"] = server.url
    goal = goals.put(*BUTTON)
    tag = f'<script defer data-site="{site.key}" src="/stats/a.js"></script>'
    tab.page.goto(pages.put("/", tag, BUY))
    tab.page.wait_for_load_state("networkidle")
    tab.page.click("button")
    assert reports(tab, 1) == [("element_click", "button.buy")]
    goals.counted(goal, 1)
    assert {request.url for request in tab.requests} == {pages.url + "/stats/api/event"}


@pytest.mark.parametrize("api", ["/collect/api/event", "{server}/api/event"])
def test_the_tag_may_say_where_events_go(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site, api: str
) -> None:
    pages.behind["/collect"] = server.url
    address = api.format(server=server.url)
    tag = f'<script defer data-site="{site.key}" data-api="{address}" src="{server.url}/a.js"></script>'
    tab.page.goto(pages.put("/", tag))
    eventually(lambda: page_views(site), {"/": 1})
    expected = address if address.startswith("http") else pages.url + address
    assert {request.url for request in tab.requests} == {expected}
