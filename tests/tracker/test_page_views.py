"""Page views in a real Chromium: from the script tag to the goal's stats, single-page navigation included."""

import subprocess
from pathlib import Path

import pytest

from goalpost.conversions.model.conversion_goals import PageScope, Trigger
from goalpost.conversions.model.match_types import MatchType
from tests.support.browser import CHROMIUM, FLAGS, Pages, Tab, counted, eventually, page_views
from tests.support.page_goals import Goals
from tests.support.server import Site


def test_the_script_tag_counts_a_page_view(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("pageview", value="/thank-you")
    url = pages.put("/thank-you", tag) + "?order=1"
    tab.page.goto(url)
    counted(site, goal, 1)
    eventually(lambda: page_views(site), {"/thank-you": 1})
    assert tab.wait_sent(1) == [{"name": "pageview", "url": url, "domain": site.key, "referrer": ""}]
    request = tab.requests[0]
    assert request.resource_type == "fetch"
    assert request.headers["content-type"].startswith("text/plain")


def test_a_page_reached_by_a_link_says_from_where(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    pages.put("/two", tag)
    one = pages.put("/one", tag, "<a href=/two>two</a>")
    tab.page.goto(one)
    tab.page.click("a")
    eventually(lambda: page_views(site), {"/one": 1, "/two": 1})
    assert [event["referrer"] for event in tab.wait_sent(2)] == ["", one]


def test_single_page_navigation_counts_each_page(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("pageview", "regex", r"^/step/\d+$")
    home = pages.put("/", tag)
    tab.page.goto(home)
    tab.run("history.pushState({}, '', '/step/1')")
    tab.run("history.replaceState({}, '', '/step/2')")
    tab.run("history.pushState({}, '', '/end')")
    tab.run("history.back()")
    tab.page.wait_for_url("**/step/2")
    tab.run("history.forward()")
    tab.page.wait_for_url("**/end")
    sent = tab.wait_sent(6)
    assert tab.paths() == ["/", "/step/1", "/step/2", "/end", "/step/2", "/end"]
    assert [event["referrer"] for event in sent[1:]] == [event["url"] for event in sent[:-1]]
    counted(site, goal, 3)
    eventually(lambda: page_views(site), {"/": 1, "/step/1": 1, "/step/2": 2, "/end": 2})


def test_the_same_address_again_is_not_another_view(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.goto(pages.put("/page", tag, "<a href=#part>part</a>"))
    tab.run("history.replaceState({}, '')")
    tab.run("history.replaceState({}, '', location.href)")
    tab.run("history.pushState({}, '', '/page#other')")
    tab.page.click("a")
    tab.run("history.back()")
    tab.page.wait_for_timeout(100)
    tab.wait_sent(1)


def test_a_stripped_campaign_makes_no_second_page(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    """One view, as umami#2461 and medama count it: sites remove the parameters when they have read them."""
    goal = site.goal("pageview", value="/thanks")
    tab.page.goto(pages.put("/thanks", tag) + "?utm_source=x")
    tab.run("history.replaceState({}, '', location.pathname)")
    tab.run("history.pushState({}, '', '/thanks?page=2')")
    tab.run("history.pushState({}, '', '/thanks?page=2#part')")
    tab.run("history.pushState({}, '', '/next')")
    tab.wait_sent(2)
    counted(site, goal, 1)
    assert tab.sent[0]["url"].endswith("?utm_source=x")


SCOPE = PageScope(MatchType.URL_CONTAINS, "page=2")


@pytest.mark.parametrize("how", ["attribute", "goal"])
def test_a_query_makes_a_page_where_it_is_asked_for(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals, how: str
) -> None:
    """The tag asks for it, or a goal of the site looks at the query."""
    url = pages.put("/list", tag.replace("defer", "defer data-query") if how == "attribute" else tag)
    goal = goals.put(Trigger.PAGEVIEW, MatchType.ANY, "", SCOPE) if how == "goal" else None
    if goal is None:
        tab.page.goto(url)
    else:
        with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
            tab.page.goto(url + "?utm_source=x&gclid=1")
        tab.page.wait_for_timeout(50)
        # The marks of a campaign do not make a page of its own even there.
        tab.run("history.replaceState({}, '', '/list')")
    tab.run("history.pushState({}, '', '/list?page=2')")
    tab.run("history.replaceState({}, '', '/list?page=2')")
    tab.run("history.pushState({}, '', '/list?page=2#part')")
    tab.wait_sent(2)
    if goal is not None:
        goals.counted(goal, 1)


@pytest.mark.parametrize("api", [True, False])
@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("", ["/app"]), ("data-hash", ["/app", "/app#/a", "/app#/b", "/app#/a"])],
)
def test_fragments_are_pages_only_when_asked(
    *, tab: Tab, pages: Pages, tag: str, attribute: str, expected: list[str], api: bool
) -> None:
    if not api:
        tab.page.add_init_script(NO_NAVIGATION)
    tab.page.goto(pages.put("/app", tag.replace("defer", f"defer {attribute}"), "<a href=#/a>a</a>"))
    tab.page.click("a")
    tab.run("location.hash = '#/b'")
    tab.run("history.back()")
    tab.page.wait_for_url("**#/a")
    tab.run("history.replaceState({}, '', '#/a')")
    tab.wait_sent(len(expected))
    assert tab.paths() == expected
    assert {event.get("h") for event in tab.sent} == {1 if attribute else None}


# Hash routers change the address in two ways: by location.hash, and by pushState.
ROUTERS = {
    "vue-router": """
        const go = to => history.pushState({}, '', location.pathname + location.search + '#' + to);
        history.replaceState({}, '', location.pathname + location.search + '#/');""",
    "react HashRouter": "const go = to => { location.hash = to }",
}


@pytest.mark.parametrize("router", ROUTERS)
def test_hash_routers_count_each_route_once(tab: Tab, pages: Pages, site: Site, tag: str, router: str) -> None:
    head = tag.replace("defer", "defer data-hash") + f"<script>{ROUTERS[router]}</script>"
    tab.page.goto(pages.put("/app", head))
    for route in ("/thanks", "/thanks?tab=1", "/thanks?tab=2", "/cart", "/thanks"):
        tab.run(f"go('{route}')")
        tab.page.wait_for_timeout(50)
    sent = tab.wait_sent(4)
    first = "/app#/" if router == "vue-router" else "/app"
    assert tab.paths() == [first, "/app#/thanks", "/app#/cart", "/app#/thanks"]
    assert {event["h"] for event in sent} == {1}


INTERCEPT = """
  navigation.addEventListener('navigate', event => {
    if (event.canIntercept && new URL(event.destination.url).pathname.startsWith('/route'))
      event.intercept({async handler() { await new Promise(done => setTimeout(done, 20)) }});
  });
"""


def test_the_navigation_api_counts_each_route_once(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    """The way that faro#1794 adds: `navigation.navigate`, with back and forward."""
    goal = site.goal("pageview", value="/route/one")
    tab.page.goto(pages.put("/", tag + f"<script>{INTERCEPT}</script>", "<a href=/route/two>two</a>"))
    tab.run("navigation.navigate('/route/one').finished.then(() => 1)")
    tab.page.click("a")
    tab.run("history.pushState({}, '', '/pushed')")
    tab.run("navigation.back().finished.then(() => 1)")
    tab.run("navigation.back().finished.then(() => 1)")
    tab.run("navigation.forward().finished.then(() => 1)")
    tab.run("navigation.navigate('/route/two', {history: 'replace'}).finished.then(() => 1)")
    tab.wait_sent(7)
    assert tab.paths() == ["/", "/route/one", "/route/two", "/pushed", "/route/two", "/route/one", "/route/two"]
    counted(site, goal, 2)


# A browser from before the Navigation API; h.js steps in.
NO_NAVIGATION = "delete window.navigation"


def test_without_the_navigation_api_navigations_count(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.add_init_script(NO_NAVIGATION)
    tab.page.goto(pages.put("/", tag))
    tab.run("history.pushState({}, '', '/one')")
    tab.page.wait_for_function("history.pushState.toString && document.querySelector('script[src$=\"/h.js\"]')")
    tab.wait_sent(2)
    tab.run("history.pushState({}, '', '/two')")
    tab.run("history.replaceState({}, '', '/three')")
    tab.run("history.back()")
    tab.page.wait_for_url("**/one")
    tab.wait_sent(5)
    assert tab.paths() == ["/", "/one", "/two", "/three", "/one"]


PATCH = """
  window.calls = window.calls || [];
  (owner => {
    const was = owner.pushState;
    owner.pushState = function (...args) {
      calls.push([this === history, args[2]]);
      was.apply(this, args);
      return "patched";
    };
  })(%s);
"""


@pytest.mark.parametrize("owner", ["history", "History.prototype"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_page_may_patch_history_too(tab: Tab, pages: Pages, tag: str, when: str, owner: str) -> None:
    patch = PATCH % owner
    tab.page.add_init_script(NO_NAVIGATION)
    tab.page.goto(pages.put("/", f"<script>{patch}</script>{tag}" if when == "before" else tag))
    tab.page.wait_for_load_state("networkidle")
    if when == "after":
        tab.run(f"() => {{ {patch} }}")
    assert tab.run("history.pushState({}, '', '/next')") == "patched"
    assert tab.run("calls") == [[True, "/next"]]
    tab.wait_sent(2)
    assert tab.paths() == ["/", "/next"]


def test_the_patched_history_behaves_as_before(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.add_init_script(NO_NAVIGATION)
    tab.page.goto(pages.put("/", tag))
    tab.page.wait_for_load_state("networkidle")
    threw = "f => { try { f() } catch (e) { return e.name } }"
    for method in ("pushState", "replaceState"):
        assert tab.run(f"({threw})(() => history.{method}({{}}, '', 'http://else.test/'))") == ("SecurityError")
        assert tab.run(f"({threw})(() => history.{method}.call({{}}, {{}}, '', '/x'))") == "TypeError"
        assert tab.run(f"({threw})(() => history.{method}())") == "TypeError"
        assert tab.run(f"history.{method}({{}}, '') === undefined")
        assert tab.run(f"[history.{method}.name, history.{method}.length]") == [method, 2]
    tab.wait_sent(1)


def test_a_page_back_from_the_cache_counts(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    tab.page.goto(pages.put("/first", tag + "<script>window.kept = []</script>"))
    tab.run("addEventListener('pageshow', event => kept.push(event.persisted))")
    tab.page.goto(pages.put("/second", tag))
    tab.run("history.back()")
    tab.wait_sent(3)
    assert tab.run("kept") == [True], "not restored from the cache: the test shows nothing"
    assert tab.paths() == ["/first", "/second", "/first"]
    eventually(lambda: page_views(site), {"/first": 2, "/second": 1})


def test_a_prerendered_page_waits_to_be_seen(tab: Tab, pages: Pages, tag: str) -> None:
    """Playwright's Chromium does not prerender, so the state is played to the script."""
    tab.page.add_init_script(
        "let hidden = true;"
        "Object.defineProperty(document, 'prerendering', {get: () => hidden});"
        "window.activate = () => {"
        "  hidden = false; document.dispatchEvent(new Event('prerenderingchange')) }"
    )
    tab.page.goto(pages.put("/soon", tag))
    tab.run("ka.track('early', {n: 1})")
    tab.wait_sent(0)
    tab.run("activate()")
    tab.run("ka.track('late')")
    assert [event["name"] for event in tab.wait_sent(3)] == ["pageview", "early", "late"]


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium with a window mode")
def test_only_the_activated_prerender_counts(pages: Pages, site: Site, tag: str, tmp_path: Path) -> None:
    """The same with a Chromium that nothing is attached to, which does prerender."""
    rules = '{"prerender": [{"urls": ["/seen", "/unseen"], "eagerness": "immediate"}]}'
    pages.put("/seen", tag)
    pages.put("/unseen", tag)
    start = pages.put(
        "/start",
        f'{tag}<script type="speculationrules">{rules}</script>',
        "<script>setTimeout(() => location.href = '/seen', 2000)</script>",
    )
    command = [str(CHROMIUM), "--headless=new", "--remote-debugging-port=0", *FLAGS]
    chromium = subprocess.Popen([*command, f"--user-data-dir={tmp_path}", start], stderr=subprocess.DEVNULL)
    try:
        eventually(lambda: page_views(site), {"/start": 1, "/seen": 1}, within=20)
    finally:
        chromium.terminate()
        chromium.wait()
    if pages.prerendered != {"/seen", "/unseen"}:
        pytest.skip("this Chromium did not prerender")
