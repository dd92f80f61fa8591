"""ka.track, ka.goal and ka.page in a real Chromium, from the call to the goal's stats."""

import pytest

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
