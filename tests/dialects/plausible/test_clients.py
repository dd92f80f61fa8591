"""Plausible's own clients, unchanged, in a real Chromium: from the call to the goal's stats.

Sources: the packages `@plausible-analytics/tracker` and `plausible-tracker` of the npm registry, and their READMEs.
"""

from tests.support.browser import Pages, Tab, counted, eventually, page_views
from tests.support.server import RunningServer, Site

BODY = """
  <button id=cta class="plausible-event-name=Sign+up plausible-event-place=top"><b>sign up</b></button>
  <a id=buy href="#buy"
    class="plausible-event-name--Buy plausible-revenue-amount=49.90 plausible-revenue-currency=EUR">buy</a>
  <a id=out href="http://else.example/x?a=1" target=_blank>out</a>
  <a id=file href="/other.pdf?v=1" target=_blank>file</a>
  <form id=form action=/sent target=_blank><input name=mail required value=x><button>send</button></form>
"""
OPTIONS = """{
  domain: '%s', endpoint: '%s/api/event', captureOnLocalhost: true, logging: false,
  outboundLinks: true, fileDownloads: true, formSubmissions: true,
  customProperties: {plan: 'pro', cart: {id: 1}, items: [1, 2]}%s
}"""


def module(server: RunningServer, site: Site, more: str = "") -> str:
    options = OPTIONS % (site.domain, server.url, more)
    return f"""<script type=module>
      import {{init, track}} from '/npm/tracker';
      init({options});
      window.track = track;
    </script>"""


def test_the_npm_tracker_counts(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    names = ["Sign up", "Outbound Link: Click", "File Download", "Form: Submission", "order"]
    goals = {name: site.goal("event", value=name) for name in names}
    buy = site.goal("event", value="Buy", currency="EUR")
    tab.page.context.route("http://else.example/**", lambda route: route.fulfill(body="there"))
    tab.page.goto(pages.put("/shop", module(server, site), BODY))
    for selector in ("#cta b", "#buy", "#out", "#file", "#form button"):
        tab.page.click(selector)
        tab.page.bring_to_front()
    told = tab.run(
        "new Promise(done => track('order', {props: {n: {a: 1}}, revenue: {amount: '1,299.00', currency: 'EUR'},"
        " callback: done}))"
    )
    assert told == {"status": 202}
    for goal in goals.values():
        counted(site, goal, 1)
    counted(site, buy, 1, revenue=49.9)
    tab.run("history.pushState({}, '', '/thanks?step=1')")
    tab.run("history.pushState({}, '', '/thanks?step=2')")
    eventually(lambda: page_views(site), {"/shop": 1, "/thanks": 1})


def test_the_npm_tracker_routes_by_the_fragment(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    tab.page.goto(pages.put("/app", module(server, site, ", hashBasedRouting: true")))
    tab.run("location.hash = '#/thanks'")
    eventually(lambda: sum(page_views(site).values()), 2)
    tab.page.wait_for_timeout(100)
    assert [event["h"] for event in tab.sent if event["n"] == "pageview"] == [1, 1]


def test_the_older_npm_tracker_counts(*, tab: Tab, pages: Pages, server: RunningServer, site: Site) -> None:
    signup, out = site.goal("event", value="signup"), site.goal("event", value="Outbound Link: Click")
    script = f"""<script type=module>
      import Plausible from '/npm/older/index';
      const plausible = Plausible({{domain: '{site.domain}', apiHost: '{server.url}', trackLocalhost: true}});
      plausible.enableAutoPageviews();
      plausible.enableAutoOutboundTracking();
      window.plausible = plausible;
    </script>"""
    tab.page.context.route("http://else.example/**", lambda route: route.fulfill(body="there"))
    tab.page.goto(pages.put("/", script, "<a id=out href='http://else.example/x'>out</a>"))
    tab.run("new Promise(done => plausible.trackEvent('signup', {props: {n: 1, deep: {a: 1}}, callback: done}))")
    tab.run("history.pushState({}, '', '/next')")
    tab.page.click("#out")
    tab.page.wait_for_url("http://else.example/x")
    counted(site, signup, 1)
    counted(site, out, 1)
    eventually(lambda: page_views(site), {"/": 1, "/next": 1})
