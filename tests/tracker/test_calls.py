"""ka.track, ka.goal and ka.page in a real Chromium, from the call to the goal's stats."""

from tests.support.browser import STUB, Pages, Tab, counted, eventually, page_views
from tests.support.server import Site


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
    eventually(lambda: page_views(site), {"/": 1})


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


def test_an_amount_may_be_text_and_is_never_a_wrong_sum(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    """Shops hand over what they print: 49.99 and 1,299.00 can only mean one amount, 1,299 means two."""
    goal = site.goal("custom", value="purchase", currency="USD")
    tab.page.goto(pages.put("/", tag))
    tab.run("ka.goal('purchase', '49.99'), ka.goal('purchase', '1,299.00'), ka.goal('purchase', '1,299')")
    counted(site, goal, 3, revenue=1348.99)


NO_AMOUNTS = ["", "undefined", "null", "NaN", "1/0", "{}", "[]", "true", "'a lot'", "5n", "Symbol()", "() => 5", "loop"]


def test_a_goal_without_a_usable_amount_counts(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    goal = site.goal("custom", value="purchase", currency="USD")
    tab.page.goto(pages.put("/", tag))
    calls = ";".join(f"ka.goal('purchase', {amount})" for amount in NO_AMOUNTS)
    tab.run(f"() => {{ const loop = {{}}; loop.loop = loop; {calls} }}")
    counted(site, goal, len(NO_AMOUNTS), revenue=0.0)
    assert "revenue" not in tab.sent[1]


PROPS = {
    "nested": "{cart: {id: 1}, plan: 'pro'}",
    "cyclic": "{loop, plan: 'pro'}",
    "bigint": "{id: 5n, plan: 'pro'}",
    "function": "{f() {}, plan: 'pro'}",
    "symbol": "{s: Symbol(), plan: 'pro'}",
    "getter": "{get x() { throw new Error('no') }, plan: 'pro'}",
    "to json": "{x: {toJSON() { throw new Error('no') }}, plan: 'pro'}",
    "half a character": "{t: 'hi \\u{1F600}'.slice(0, 4), plan: 'pro'}",
    "no number": "{n: NaN, plan: 'pro'}",
    "element": "{e: document.body, plan: 'pro'}",
}
NO_PROPS = [
    "new Event('x')",
    "'text'",
    "42",
    "null",
    "true",
    "() => 1",
    "[1, {}]",
    "window",
    "loop",
    "Object.create(null)",
]


def test_parts_of_an_event_that_cannot_be_sent_are_left_out(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    """Pages hand over what they have: https://plausible.io/docs/custom-props/introduction has only text in mind."""
    goal = site.goal("event", value="x")
    tab.page.goto(pages.put("/", tag))
    calls = ";".join(f"ka.track('x', {props})" for props in (*PROPS.values(), *NO_PROPS))
    tab.run(f"() => {{ const loop = {{}}; loop.loop = loop; {calls} }}")
    counted(site, goal, len(PROPS) + len(NO_PROPS))
    assert [event["props"]["plan"] for event in tab.sent[1 : len(PROPS) + 1]] == ["pro"] * len(PROPS)


def test_a_date_is_sent_as_text(tab: Tab, pages: Pages, tag: str) -> None:
    tab.page.goto(pages.put("/", tag))
    tab.run("ka.track('x', {at: new Date(0), to: new URL('https://a.example/')})")
    assert tab.wait_sent(2)[1]["props"] == {"at": "1970-01-01T00:00:00.000Z", "to": "https://a.example/"}


def test_a_name_may_be_anything(tab: Tab, pages: Pages, site: Site, tag: str) -> None:
    number = site.goal("event", value="404")
    nothing = site.goal("event", value="event")
    nameless = site.goal("custom", value="goal")
    tab.page.goto(pages.put("/", tag))
    tab.run(
        "ka.track(404), ka.track(), ka.track(null), ka.goal(), ka.track(Symbol()), ka.track({toString() { throw 1 }})"
    )
    counted(site, number, 1)
    counted(site, nothing, 3)
    counted(site, nameless, 1)


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
