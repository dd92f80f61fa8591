"""The script does not track who says no, keep anything in the browser, break a page, or lose the last event."""

import pytest
from playwright.sync_api import BrowserContext

from tests.support.browser import A_JS, STUB, Pages, Tab, counted, eventually, page_views
from tests.support.server import Site


@pytest.mark.parametrize(("signal", "value"), [("doNotTrack", "'1'"), ("globalPrivacyControl", "true")])
def test_a_visitor_who_says_no_sends_nothing(
    *, tab: Tab, pages: Pages, site: Site, tag: str, signal: str, value: str
) -> None:
    tab.page.add_init_script(
        f"Object.defineProperty(Navigator.prototype, '{signal}', {{get: () => {value}}});"
        "window.native = history.pushState"
    )
    tab.page.goto(pages.put("/", f"{STUB}<script>ka.track('early')</script>{tag}"))
    tab.run("ka.track('a', {}), ka.goal('b', 1), ka.page(), ka.page({url: '/x'})")
    assert tab.run("history.pushState === native"), "nothing to watch for"
    tab.run("history.pushState({}, '', '/next')")
    tab.wait_sent(0)
    assert page_views(site) == {}


def test_a_visitor_who_does_not_mind_is_counted(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'doNotTrack', {get: () => '0'});"
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => false})"
    )
    tab.page.goto(pages.put("/", tag))
    tab.wait_sent(1)


def test_nothing_is_left_in_the_browser(tab: Tab, context: BrowserContext, pages: Pages, tag: str) -> None:
    tab.page.goto(pages.put("/", tag))
    tab.run("ka.track('a'), ka.goal('b', 1), ka.page()")
    tab.wait_sent(4)
    assert context.cookies() == []
    assert context.storage_state()["origins"] == []
    assert tab.run("document.cookie") == ""
    assert tab.run("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert tab.run("indexedDB.databases()") == []
    assert tab.run("caches.keys()") == []


NO_BEACON = "delete Navigator.prototype.sendBeacon"


@pytest.mark.parametrize("api", ["beacon", "fetch"])
@pytest.mark.parametrize("exit_by", ["link", "close"])
def test_an_event_sent_on_the_way_out_arrives(
    *, tab: Tab, pages: Pages, site: Site, tag: str, api: str, exit_by: str
) -> None:
    goal = site.goal("event", value="leaving")
    if api == "fetch":
        tab.page.add_init_script(NO_BEACON)
    leave = "<script>addEventListener('pagehide', () => ka.track('leaving'))</script>"
    pages.put("/elsewhere", "")
    tab.page.goto(pages.put("/", tag + leave, "<a href=/elsewhere>away</a>"))
    if exit_by == "link":
        tab.page.click("a")
    else:
        tab.page.close(run_before_unload=True)
    counted(site, goal, 1)


@pytest.mark.parametrize(
    ("beacon", "keepalive"),
    [(NO_BEACON, True), ("Navigator.prototype.sendBeacon = () => false", False)],
    ids=["none", "refused"],
)
def test_fetch_steps_in_for_the_beacon(
    *, tab: Tab, pages: Pages, site: Site, tag: str, beacon: str, keepalive: bool
) -> None:
    watch = "const real = fetch; window.fetch = (url, options) => real(url, window.options = options)"
    tab.page.add_init_script(f"{beacon}; {watch}")
    goal = site.goal("event", value="refused")
    tab.page.goto(pages.put("/", tag))
    tab.wait_sent(1)
    tab.run("ka.track('refused')")
    counted(site, goal, 1)
    assert tab.requests[1].headers["content-type"].startswith("text/plain")
    assert tab.run("options.keepalive") == keepalive


def test_the_beacon_steps_in_for_a_fetch_that_throws(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    tab.page.add_init_script("window.fetch = () => { throw new Error('no') }")
    tab.page.goto(pages.put("/", tag))
    eventually(lambda: page_views(site), {"/": 1})
    assert tab.wait_sent(1)
    assert tab.requests[0].resource_type == "ping"


def test_a_burst_beyond_the_beacon_quota_arrives(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    """Beacons are refused when 64 KiB are on their way; these are 90."""
    goal = site.goal("event", value="burst")
    tab.page.goto(pages.put("/", tag))
    tab.run("for (let i = 0; i < 60; i++) ka.track('burst', {text: 'x'.repeat(1500)})")
    counted(site, goal, 60)
    assert "fetch" in {request.resource_type for request in tab.requests}, "the quota was not reached"


@pytest.mark.parametrize(
    "sabotage",
    [
        "",
        NO_BEACON,
        "Navigator.prototype.sendBeacon = () => { throw new Error('no') }",
        f"{NO_BEACON}; window.fetch = () => {{ throw new Error('no') }}",
        f"{NO_BEACON}; delete window.fetch",
        "window.JSON = window.URL = null",
        "History.prototype.pushState = History.prototype.replaceState = undefined",
        "Object.freeze(History.prototype)",
        "window.ka = {q: [null, ['nope'], ['nope', []], 7]}",
        "window.ka = {q: 'broken'}",
    ],
)
def test_failures_are_silent(tab: Tab, pages: Pages, sabotage: str) -> None:
    """The server hangs up on every event, and the page is broken in some way besides."""
    pages.bodies["/a.js"] = A_JS.read_bytes()
    tab.page.add_init_script(sabotage)
    tab.page.goto(pages.put("/", '<script defer data-site="sk_x" src="/a.js"></script>'))
    tab.run(
        "() => { const loop = {}; loop.loop = loop;"
        "ka.track('a', loop); ka.track('b', {n: 1n}); ka.goal('c', 1);"
        "ka.page(null); ka.page({url: 'http://['}); ka.track() }"
    )
    if "undefined" not in sabotage:
        tab.run("history.pushState({}, '', '/next')")
    tab.page.wait_for_timeout(200)


@pytest.mark.parametrize("attributes", ["", 'type="module" data-site="sk_x"'])
def test_a_tag_that_cannot_work_is_silent(tab: Tab, pages: Pages, attributes: str) -> None:
    pages.bodies["/a.js"] = A_JS.read_bytes()
    tab.page.goto(pages.put("/", f'<script {attributes} src="/a.js"></script>'))
    tab.run("ka.track('a'), ka.goal('b', 1), ka.page()")
    tab.run("history.pushState({}, '', '/next')")
    tab.page.wait_for_timeout(100)


def test_a_script_that_never_comes_does_no_harm(tab: Tab, pages: Pages) -> None:
    gone = Pages()
    gone.close()
    tag = f'<script defer data-site="sk_x" src="{gone.url}/a.js"></script>'
    tab.page.goto(pages.put("/", STUB + tag))
    tab.run("ka.track('a'), ka.goal('b', 1), ka.page()")
    tab.wait_sent(0)


def test_the_tag_twice_counts_once(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("event", value="once")
    tab.page.goto(pages.put("/", f"{STUB}<script>ka.track('once')</script>{tag}{tag}"))
    # A page whose body is swapped runs the tag again, long after.
    tab.run(
        "() => new Promise(done => {"
        "  const old = document.querySelector('[data-site]'), tag = document.createElement('script');"
        "  tag.dataset.site = old.dataset.site; tag.src = old.src; tag.onload = done;"
        "  document.head.append(tag) })"
    )
    tab.run("history.pushState({}, '', '/next')")
    tab.wait_sent(3)
    counted(site, goal, 1)
    eventually(lambda: page_views(site), {"/": 1, "/next": 1})
