"""The tracker in a real Chromium against a real server: from the script tag to the goal's stats.

Pages come from a small web server of the test, so they are of another origin than goalpost, as on
a real site. Every test also fails when the page got an error or a console error from the script.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.support.server import RunningServer, Site

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]
STUB = (
    '<script>window.ka=window.ka||["track","goal","page"].reduce('
    "(k,m)=>(k[m]=(...a)=>{k.q.push([m,a])},k),{q:[]})</script>"
)
A_JS = Path(__file__).resolve().parents[2] / "src" / "goalpost" / "ingest" / "static" / "a.js"


# ---- the page's side ----------------------------------------------------------------------------


class Pages:
    """A web server of its own origin; `put` gives it a page."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.prerendered: set[str] = set()
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if "prerender" in self.headers.get("sec-purpose", ""):
                    pages.prerendered.add(path)
                body = pages.bodies.get(path)
                self.send_response(204 if body is None else 200)
                if body is not None:
                    script = path.endswith(".js")
                    self.send_header("content-type", f"text/{'javascript' if script else 'html'}")
                    self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body or b"")

            def do_POST(self) -> None:
                """Hang up without an answer, as a dying server does."""

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    def put(self, path: str, head: str, body: str = "") -> str:
        html = f"<!doctype html><meta charset=utf-8><title>page</title>{head}<body>{body}</body>"
        self.bodies[path] = html.encode()
        return self.url + path

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class Tab:
    """One browser tab: what its page sent to goalpost, and what went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sent: list[dict[str, Any]] = []
        self.requests: list[Request] = []
        self.errors: list[str] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _on_request(self, request: Request) -> None:
        if request.url.endswith("/api/event"):
            self.requests.append(request)
            self.sent.append(json.loads(request.post_data or "null"))

    def _on_console(self, message: ConsoleMessage) -> None:
        # The browser's own lines about the network are nobody's to silence.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.errors.append(message.text)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def wait_sent(self, count: int) -> list[dict[str, Any]]:
        """Wait for `count` events, and a little for one too many."""
        deadline = time.monotonic() + 5
        while len(self.sent) < count and time.monotonic() < deadline:
            self.page.wait_for_timeout(10)
        self.page.wait_for_timeout(100)
        assert len(self.sent) == count, self.sent
        return self.sent

    def paths(self) -> list[str]:
        """The addresses of the events sent, without the origin."""
        return ["/" + event["url"].split("/", 3)[3] for event in self.sent]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=FLAGS,
            # Playwright turns it off; visitors have it, and one test is about it.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Tab]:
    tab = Tab(context.new_page())
    yield tab
    assert tab.errors == []


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


@pytest.fixture
def tag(server: RunningServer, site: Site) -> str:
    return f'<script defer data-site="{site.key}" src="{server.url}/a.js"></script>'


# ---- the server's side --------------------------------------------------------------------------


def page_views(site: Site) -> dict[str, int]:
    """Return path → page views."""
    answer = site.api.get(f"/sites/{site.key}/stats", params={"period": "7d", "dimensions": "path"})
    assert answer.status_code == 200, answer.text
    return {row["value"]: row["pageviews"] for row in answer.json()["data"]["breakdowns"]["path"]}


def eventually(read: Callable[[], Any], expected: object, within: float = 5.0) -> None:
    """Wait until `read()` gives what is expected; the last answer is in the failure."""
    deadline = time.monotonic() + within
    while (got := read()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert got == expected


def counted(site: Site, goal: str, conversions: int, revenue: float | None = None) -> None:
    """The goal has these conversions, all of one visitor, and this revenue."""
    eventually(
        lambda: site.stats(goal, period="7d"),
        {
            "conversions": conversions,
            "unique_conversions": min(conversions, 1),
            "revenue": revenue,
        },
    )


# ---- page views ---------------------------------------------------------------------------------


def test_the_script_tag_counts_a_page_view(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("pageview", value="/thank-you")
    url = pages.put("/thank-you", tag) + "?order=1"
    tab.page.goto(url)
    counted(site, goal, 1)
    eventually(lambda: page_views(site), {"/thank-you": 1})
    assert tab.wait_sent(1) == [{"name": "pageview", "url": url, "domain": site.key, "referrer": ""}]
    request = tab.requests[0]
    assert request.resource_type == "ping"
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


def test_the_same_address_again_is_no_new_page(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.goto(pages.put("/page", tag, "<a href=#part>part</a>"))
    tab.run("history.replaceState({}, '')")
    tab.run("history.replaceState({}, '', location.href)")
    tab.run("history.pushState({}, '', '/page#other')")
    tab.page.click("a")
    tab.run("history.back()")
    tab.page.wait_for_timeout(100)
    tab.run("history.pushState({}, '', '/page?q=1')")
    tab.wait_sent(2)
    assert tab.paths() == ["/page", "/page?q=1"]


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("", ["/app"]), ("data-hash", ["/app", "/app#/a", "/app#/b", "/app#/a"])],
)
def test_fragments_are_pages_only_when_asked(
    tab: Tab, pages: Pages, tag: str, attribute: str, expected: list[str]
) -> None:
    tab.page.goto(pages.put("/app", tag.replace("defer", f"defer {attribute}"), "<a href=#/a>a</a>"))
    tab.page.click("a")
    tab.run("location.hash = '#/b'")
    tab.run("history.back()")
    tab.page.wait_for_url("**#/a")
    tab.run("history.replaceState({}, '', '#/a')")
    tab.wait_sent(len(expected))
    assert tab.paths() == expected


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
    tab.page.goto(pages.put("/", f"<script>{patch}</script>{tag}" if when == "before" else tag))
    if when == "after":
        tab.run(f"() => {{ {patch} }}")
    assert tab.run("history.pushState({}, '', '/next')") == "patched"
    assert tab.run("calls") == [[True, "/next"]]
    tab.wait_sent(2)
    assert tab.paths() == ["/", "/next"]


def test_the_patched_history_behaves_as_before(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.goto(pages.put("/", tag))
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


# ---- ka.track, ka.goal, ka.page -----------------------------------------------------------------


def test_track_sends_an_event_with_its_props(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("event", value="signup")
    other = site.goal("custom", value="signup")
    tab.page.goto(pages.put("/", tag))
    assert tab.run("ka.track('signup', {plan: 'pro', seats: 3})") is None
    tab.run("ka.track('signup')")
    first, second = tab.wait_sent(3)[1:]
    assert (first["kind"], first["props"]) == ("event", {"plan": "pro", "seats": 3})
    assert (second["kind"], "props" in second) == ("event", False)
    counted(site, goal, 2)
    counted(site, other, 0)


def test_an_event_named_pageview_is_an_event(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("event", value="pageview")
    tab.page.goto(pages.put("/", tag))
    tab.run("ka.track('pageview')")
    counted(site, goal, 1)
    assert page_views(site) == {"/": 1}


def test_goal_brings_revenue_to_the_cent(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("custom", value="purchase", currency="USD")
    event = site.goal("event", value="purchase")
    tab.page.goto(pages.put("/", tag))
    tab.run("ka.goal('purchase', 49.99)")
    tab.run("ka.goal('purchase', 49.99)")
    sent = tab.wait_sent(3)[1:]
    assert [(e["kind"], e["revenue"]) for e in sent] == [("goal", {"amount": 49.99})] * 2
    counted(site, goal, 2, revenue=99.98)
    counted(site, event, 0)


@pytest.mark.parametrize("amount", ["undefined", "null", "NaN", "1/0", "'49.99'", "{}", "[]", "true"])
def test_what_is_no_finite_number_is_no_revenue(tab: Tab, pages: Pages, tag: str, amount: str) -> None:
    tab.page.goto(pages.put("/", tag))
    tab.run(f"ka.goal('purchase', {amount})")
    sent = tab.wait_sent(2)[1]
    assert sent["name"] == "purchase"
    assert "revenue" not in sent


def test_page_is_a_page_view_by_hand(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    tab.page.goto(pages.put("/shop/cart", tag))
    tab.run("ka.page()")
    tab.run("ka.page({url: '/shop/cart/step-2'})")
    tab.run("ka.page({url: 'payment'})")
    tab.run("ka.page({url: location.origin + '/done'})")
    sent = tab.wait_sent(5)
    views = {"/shop/cart": 2, "/shop/cart/step-2": 1, "/shop/payment": 1, "/done": 1}
    eventually(lambda: page_views(site), views)
    assert {event["name"] for event in sent} == {"pageview"}
    assert {event["referrer"] for event in sent[1:]} == {pages.url + "/shop/cart"}


def test_calls_made_before_it_loads_are_kept_in_order(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("custom", value="early", currency="EUR")
    calls = (
        "const first = ka, {track} = ka;"
        "ka.track('a', {n: 1}); ka.goal('early', 5); ka.q.push(null, ['nope', []]);"
        "ka.page({url: '/virtual'}); ka.track('b');"
    )
    tab.page.goto(pages.put("/", f"{STUB}<script>{calls}</script>{tag}{STUB}"))
    # What the page took from the stub before works on.
    tab.run("track('c')")
    tab.run("first.track('d')")
    names = [event["name"] for event in tab.wait_sent(7)]
    assert names == ["pageview", "a", "early", "pageview", "b", "c", "d"]
    assert tab.sent[1]["props"] == {"n": 1}
    assert tab.paths()[3] == "/virtual"
    counted(site, goal, 1, revenue=5.0)


# ---- manners ------------------------------------------------------------------------------------


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
    tab.page.goto(pages.put("/", tag))
    eventually(lambda: page_views(site), {"/": 1})
    tab.wait_sent(1)
    assert tab.requests[0].headers["content-type"].startswith("text/plain")
    options = tab.run("options")
    assert (options["keepalive"], options["credentials"]) == (keepalive, "omit")


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
def test_a_tag_that_cannot_work_is_silent(tab: Tab, pages: Pages, server: RunningServer, attributes: str) -> None:
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
