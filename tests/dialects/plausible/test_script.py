"""Plausible's script addresses and its tag, in a real Chromium, as a page has them that was made for Plausible.

Source: https://plausible.io/docs/script-extensions, /docs/script-update-guide, /docs/custom-event-goals.
"""

import httpx
import pytest

from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.match_types import MatchType
from goalpost.dialects.plausible.snippet import options_of
from tests.dialects.plausible.test_clients import BODY
from tests.support.browser import Pages, Tab, counted, eventually, page_views
from tests.support.page_goals import Goals
from tests.support.server import RunningServer, Site

STUB = (
    "<script>window.plausible = window.plausible || function () {"
    "(window.plausible.q = window.plausible.q || []).push(arguments) }</script>"
)
FULL = "script.file-downloads.form-submissions.hash.outbound-links.pageview-props.revenue.tagged-events.js"
# As next-plausible and Plausible's own snippet write it.
INIT = """<script>
  window.plausible = window.plausible || function () { (plausible.q = plausible.q || []).push(arguments) },
  plausible.init = plausible.init || function (i) { plausible.o = i || {} };
  plausible.init(%s)
</script>"""


def tag(server: RunningServer, site: Site, name: str = "script.js", attributes: str = "") -> str:
    return f'<script defer data-domain="{site.domain}" {attributes} src="{server.url}/js/{name}"></script>'


@pytest.mark.parametrize("name", ["script.js", "plausible.js", "script.local.js"])
def test_the_script_counts_page_views_and_events(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site, name: str
) -> None:
    signup = site.goal("event", value="Signup")
    paid = site.goal("event", value="Paid", currency="EUR")
    early = f"{STUB}<script>plausible('Signup', {{props: {{plan: 'pro', deep: {{a: 1}}, loop: window}}}})</script>"
    attributes = "event-author=ann event-plan=free"
    tab.page.goto(pages.put("/", early + tag(server, site, name, attributes)))
    told = tab.run(
        "new Promise(done => plausible('Paid', {revenue: {currency: 'EUR', amount: 1322.4}, interactive: false,"
        " callback: done}))"
    )
    assert told == {"status": 202}
    counted(site, signup, 1)
    counted(site, paid, 1, revenue=1322.4)
    tab.run(
        "plausible('404'), plausible(404, null), plausible(), plausible('pageview', {u: 'https://x.example/virtual'})"
    )
    tab.run("history.replaceState({}, '', '/?utm_source=x')")
    tab.run("history.pushState({}, '', '/next')")
    eventually(lambda: page_views(site), {"/": 1, "/virtual": 1, "/next": 1})
    assert [event["props"] for event in tab.sent[:2]] == [
        {"author": "ann", "plan": "free"},
        {"author": "ann", "plan": "pro", "deep": {"a": 1}},
    ]


def test_a_variant_reports_what_its_name_says(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    names = ["Sign up", "Outbound Link: Click", "File Download", "Form: Submission"]
    goals = {name: site.goal("event", value=name) for name in names}
    buy = site.goal("event", value="Buy", currency="EUR")
    tab.page.context.route("http://else.example/**", lambda route: route.fulfill(body="there"))
    tab.page.goto(pages.put("/app", tag(server, site, FULL), BODY))
    for selector in ("#cta b", "#buy", "#out", "#file", "#form button"):
        tab.page.click(selector)
        tab.page.bring_to_front()
    for goal in goals.values():
        counted(site, goal, 1)
    counted(site, buy, 1, revenue=49.9)
    views = [event["url"] for event in tab.sent if event["name"] == "pageview"]
    assert views == [pages.url + "/app", pages.url + "/app#buy"]
    assert {event["h"] for event in tab.sent} == {1}
    props = {event["name"]: event.get("props") for event in tab.sent if "kind" in event}
    assert props["Sign up"] == {"place": "top"}
    assert props["Outbound Link: Click"] == {"url": "http://else.example/x?a=1"}
    assert props["File Download"] == {"url": pages.url + "/other.pdf"}


def test_the_plain_script_reports_no_clicks(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    tab.page.goto(pages.put("/app", tag(server, site), BODY))
    tab.page.click("#cta")
    tab.page.click("#file")
    tab.wait_sent(1)


def test_the_sites_own_script_waits_for_its_options(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site
) -> None:
    src = f'<script async src="{server.url}/js/pa-{site.key}.js"></script>'
    goal = site.goal("event", value="Sign up")
    options = """{
      customProperties: name => ({name}), fileDownloads: {fileExtensions: ['js']}, outboundLinks: false,
      transformRequest: payload => payload.n == 'secret' ? null : {...payload, u: payload.u.replace('/me/7', '/me/x')}
    }"""
    tab.page.goto(pages.put("/me/7", INIT % options + src, BODY))
    eventually(lambda: page_views(site), {"/me/x": 1})
    assert tab.run("new Promise(done => plausible('secret', {callback: result => done([result])}))") == [None]
    tab.page.click("#cta")
    tab.page.click("#file")
    counted(site, goal, 1)
    tab.wait_sent(2)
    assert [event["props"]["name"] for event in tab.sent] == ["pageview", "Sign up"]
    tab.page.goto(pages.put("/later", src))
    tab.page.wait_for_function("!!window.plausible")
    tab.wait_sent(2)
    tab.run("plausible.init({autoCapturePageviews: false}), plausible('Sign up')")
    counted(site, goal, 2)
    tab.wait_sent(3)


def test_pages_can_be_excluded_and_included(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    attributes = 'data-exclude="/admin**, /*/draft" data-include="/blog/**, /admin/**, /"'
    tab.page.goto(pages.put("/", tag(server, site, "script.exclusions.js", attributes)))
    for path in ("/blog/a/b", "/admin/x", "/blog/draft", "/other"):
        tab.run(f"history.pushState({{}}, '', '{path}')")
    eventually(lambda: page_views(site), {"/": 1, "/blog/a/b": 1})
    tab.wait_sent(2)


def test_the_manual_script_sends_only_what_it_is_told(
    *, tab: Tab, pages: Pages, server: RunningServer, site: Site
) -> None:
    tab.page.goto(pages.put("/", STUB + tag(server, site, "script.manual.js")))
    tab.run("history.pushState({}, '', '/next')")
    tab.wait_sent(0)
    tab.run("plausible('pageview', {props: {a: 1}})")
    eventually(lambda: page_views(site), {"/next": 1})


def test_who_keeps_their_visits_out_sends_nothing(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    tab.page.add_init_script("localStorage.plausible_ignore = 'true'")
    tab.page.goto(pages.put("/", tag(server, site)))
    assert tab.run("new Promise(done => plausible('x', {callback: result => done([result])}))") == [None]
    tab.wait_sent(0)


def test_goals_that_live_in_the_page_are_watched(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    """Behind a path of the page's own domain, as Plausible's guides to proxies have it."""
    pages.behind["/proxy"] = server.url
    goals = Goals(server, site)
    goal = goals.put(Trigger.ELEMENT_CLICK, MatchType.EXACT, "#cta")
    script = f'<script defer data-domain="{site.key}" src="/proxy/js/script.js" data-api="/proxy/api/event"></script>'
    with tab.page.expect_response(lambda answer: "/proxy/api/page-goals" in answer.url):
        tab.page.goto(pages.put("/", script, BODY))
    tab.page.wait_for_timeout(100)
    tab.page.click("#cta")
    goals.counted(goal, 1)


def test_names_that_the_vendor_does_not_have_are_an_empty_script(server: RunningServer) -> None:
    for name in ("other", "script.nope", "script.", "Script", "script.hash.hash.", "pa", "%00", "a" * 3000):
        answer = httpx.get(f"{server.url}/js/{name}.js", trust_env=False)
        assert (answer.status_code, answer.content) == (404, b""), name


def test_a_name_is_options() -> None:
    assert options_of("script") == options_of("plausible") == options_of("script.local.compat") == {}
    assert options_of("script.outbound-links.hash") == {"outboundLinks": True, "hashBasedRouting": True}
    own = options_of('pa-</script>"x')
    assert own is not None and own["domain"] == '</script>"x'
