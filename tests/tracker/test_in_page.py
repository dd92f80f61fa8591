"""Goals that only the page can see, in a real Chromium: from the visitor's act to the counted conversion."""

import pytest
from playwright.sync_api import Route

from goalpost.conversions.model.conversion_goals import PageScope, Trigger
from goalpost.conversions.model.match_types import MatchType
from tests.support.browser import Pages, Tab
from tests.support.page_goals import Goals, reports, visit

BUTTON = (Trigger.ELEMENT_CLICK, MatchType.EXACT, "button.buy")
FORM = (Trigger.FORM_SUBMIT, MatchType.EXACT, "#signup")
SIGNUP = "<form id=signup action=/thanks><input name=matches><button>send</button></form>"


def test_a_site_without_such_goals_loads_no_second_part(tab: Tab, pages: Pages, tag: str) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.goto(pages.put("/", tag))
    tab.page.wait_for_timeout(300)
    assert not [url for url in asked if url.endswith("/p.js")]


@pytest.mark.parametrize("how", ["left", "middle", "enter", "blank", "stopped", "inner"])
def test_a_link_click_counts(*, tab: Tab, pages: Pages, tag: str, goals: Goals, how: str) -> None:
    goal = goals.put(Trigger.LINK_CLICK, MatchType.URL_SIMPLE, "https://www.shop.example/caf%C3%A9")
    other = goals.put(Trigger.LINK_CLICK, MatchType.URL_SIMPLE, "https://shop.example/other")
    stop = "<script>document.addEventListener('click', e => { e.stopImmediatePropagation() }, true)</script>"
    target = "_blank" if how == "blank" else "_self"
    link = f"<a href='http://shop.example/caf%C3%A9?a=1' target={target}><b>text</b></a>"
    tab.page.context.route("http://shop.example/**", lambda route: route.fulfill(body="there"))
    visit(tab, pages.put("/", (stop if how == "stopped" else "") + tag, link))
    if how == "enter":
        tab.page.focus("a")
        tab.page.keyboard.press("Enter")
    else:
        tab.page.click("a b" if how == "inner" else "a", button="middle" if how == "middle" else "left")
    goals.counted(goal, 1)
    goals.counted(other, 0)


@pytest.mark.parametrize(
    ("match_type", "text", "href"),
    [
        (MatchType.URL_SIMPLE, "tel:+4930123456", "tel:+4930123456"),
        (
            MatchType.URL_EXACT,
            "mailto:info@shop.example?subject=caf\u00e9",
            "mailto:info@shop.example?subject=caf%C3%A9",
        ),
        (
            MatchType.URL_SIMPLE,
            "https://b\u00fccher.example/caf\u00e9",
            "http://www.b\u00fccher.example/cafe%CC%81?a=1",
        ),
        (
            MatchType.URL_EXACT,
            "/caf%c3%a9?q=caf\u00e9#caf%C3%A9",
            "http://shop.example/caf\u00e9?q=caf\u00e9#caf\u00e9",
        ),
        (MatchType.URL_REGEX, r"(https://a\.example/x|https://shop\.example/y)$", "http://shop.example/y"),
        (MatchType.URL_REGEX, r"^https?://(www\.)?a\.example/|^https://www\.shop\.example/", "http://shop.example/y"),
    ],
)
def test_a_link_is_compared_as_it_was_meant(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals, match_type: MatchType, text: str, href: str
) -> None:
    goal = goals.put(Trigger.LINK_CLICK, match_type, text)
    stay = "<script>addEventListener('click', e => e.preventDefault())</script>"
    visit(
        tab,
        pages.put("/", tag + stay, f"<a id=other href=http://other.example/>other</a><a id=it href='{href}'>it</a>"),
    )
    tab.page.click("#other")
    tab.page.click("#it")
    goals.counted(goal, 1)


def test_a_right_click_and_another_link_are_not_reported(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(Trigger.LINK_CLICK, MatchType.URL_STARTS_WITH, "https://shop.example/")
    visit(tab, pages.put("/", tag, "<a id=a href=https://shop.example/x>a</a><a id=b href=#top>b</a>"))
    tab.page.click("#a", button="right")
    tab.page.click("#b")
    reports(tab, 0)


def test_a_pattern_that_the_browser_cannot_read_is_the_servers(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals
) -> None:
    goal = goals.put(Trigger.LINK_CLICK, MatchType.URL_REGEX, r"(?P<host>shop)\.example/[[:digit:]]+$")
    visit(tab, pages.put("/", tag, "<a href=#a>a</a><a id=b href=http://shop.example/42 target=_blank>b</a>"))
    tab.page.context.route("http://shop.example/**", lambda route: route.fulfill(body="there"))
    tab.page.click("#b")
    goals.counted(goal, 1)


@pytest.mark.parametrize("how", ["button", "enter", "submit", "requestSubmit", "prevented", "stopped"])
def test_a_form_submit_counts_once(*, tab: Tab, pages: Pages, tag: str, goals: Goals, how: str) -> None:
    goal = goals.put(*FORM)
    every = goals.put(Trigger.FORM_SUBMIT, MatchType.ANY)
    other = goals.put(Trigger.FORM_SUBMIT, MatchType.EXACT, "#other")
    pages.put("/thanks", "")
    again = "<script>onsubmit = e => { e.preventDefault(); setTimeout(() => e.target.submit(), 50) }</script>"
    stop = "<script>document.addEventListener('submit', e => e.stopPropagation(), true)</script>"
    head = {"prevented": again, "stopped": stop}.get(how, "")
    visit(tab, pages.put("/", head + tag, SIGNUP))
    if how in {"submit", "requestSubmit"}:
        tab.run(f"document.querySelector('form').{how}()")
    elif how == "enter":
        tab.page.focus("input")
        tab.page.keyboard.press("Enter")
    else:
        tab.page.click("button")
    tab.page.wait_for_url("**/thanks?**")
    goals.counted(goal, 1)
    goals.counted(every, 1)
    goals.counted(other, 0)


def test_every_form_is_reported_as_form(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goal = goals.put(Trigger.FORM_SUBMIT, MatchType.ANY)
    visit(tab, pages.put("/", tag, "<form target=f><button>ok</button></form><iframe name=f></iframe>"))
    tab.page.click("button")
    assert reports(tab, 1) == [("form_submit", "form")]
    goals.counted(goal, 1)


def test_an_element_click_counts_inside_the_element_too(*, tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goal = goals.put(*BUTTON)
    goals.put(Trigger.ELEMENT_CLICK, MatchType.EXACT, "p:unknown(x)")
    visit(tab, pages.put("/", tag, "<button class=buy><i>buy</i></button><button id=no>no</button>"))
    tab.page.click("button.buy i")
    tab.page.click("#no")
    assert reports(tab, 1) == [("element_click", "button.buy")]
    goals.counted(goal, 1)


SHADOW = """
  const root = document.querySelector('div').attachShadow({mode: 'open'});
  root.innerHTML = '<button class=buy><i>buy</i></button><form id=signup action=/thanks><input></form>'
    + '<a href=/thanks target=_blank>go</a>';
"""


def test_shadow_roots_are_seen_into(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(*BUTTON)
    goals.put(*FORM)
    goals.put(Trigger.LINK_CLICK, MatchType.URL_SIMPLE, "/thanks")
    pages.put("/thanks", "")
    url = pages.put("/", tag, f"<div></div><script>{SHADOW}</script>")
    visit(tab, url)
    tab.page.click("i")
    tab.page.click("a")
    tab.page.focus("input")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/thanks?**")
    assert reports(tab, 3) == [
        ("element_click", "button.buy"),
        ("link_click", f"{pages.url}/thanks"),
        ("form_submit", "#signup"),
    ]


def test_a_form_submitted_by_script_in_a_shadow_root_counts(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(*FORM)
    pages.put("/thanks", "")
    visit(tab, pages.put("/", tag, f"<div></div><script>{SHADOW}</script>"))
    tab.run("root.querySelector('form').requestSubmit()")
    tab.page.wait_for_url("**/thanks*")
    assert reports(tab, 1) == [("form_submit", "#signup")]


def test_engagement_is_one_report_a_page_view(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    scope = PageScope(MatchType.URL_STARTS_WITH, "/blog", exclude=("/blog/no",))
    goal = goals.put(Trigger.ENGAGEMENT, MatchType.ANY, "", scope)
    visit(tab, pages.put("/blog/a", tag, "<p>text</p><input>"))
    tab.run("document.querySelector('p').click()")  # by the page itself: nobody did anything
    reports(tab, 0)
    tab.page.click("p")
    tab.page.type("input", "words")
    reports(tab, 1)
    tab.run("history.pushState({}, '', '/blog/no')")
    tab.page.click("p")
    tab.run("history.pushState({}, '', '/blog/b')")
    tab.page.type("input", "w")
    assert reports(tab, 2) == [("engagement", "engagement")] * 2
    goals.counted(goal, 2)


def test_scopes_limit_what_is_reported(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    scope = PageScope(MatchType.URL_EXACT, "/caf%C3%A9?a=1#top", include=("/two",))
    goal = goals.put(*BUTTON, scope)
    url = pages.put("/caf%C3%A9", tag, "<button class=buy>buy</button>")
    visit(tab, url)
    tab.page.click("button")
    reports(tab, 0)
    visit(tab, url + "?a=1#top")
    tab.page.click("button")
    tab.run("history.pushState({}, '', '/two')")
    tab.page.click("button")
    reports(tab, 2)
    goals.counted(goal, 2)


def test_a_goal_made_while_the_page_is_open_counts_from_the_next_page_view(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals
) -> None:
    goals.put(*FORM)
    visit(tab, pages.put("/", tag, "<button class=buy>buy</button>"))
    goal = goals.put(*BUTTON)
    tab.page.click("button")
    reports(tab, 0)
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
        tab.run("history.pushState({}, '', '/next')")
    tab.page.wait_for_timeout(50)
    tab.page.click("button")
    goals.counted(goal, 1)


def test_a_click_before_the_list_has_come_is_not_lost(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(*BUTTON)
    held: list[Route] = []
    tab.page.route("**/api/page-goals*", lambda route: held.append(route))  # noqa: PLW0108  # it has to be a function
    tab.page.goto(pages.put("/", tag, "<button class=buy>buy</button>"))
    tab.page.wait_for_function("document.querySelector('[data-site]') && document.head.lastElementChild.on?.l")
    tab.page.click("button")
    reports(tab, 0)
    held[0].continue_()
    assert reports(tab, 1) == [("element_click", "button.buy")]


def test_a_large_page_is_not_searched(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(*BUTTON)
    rows = "".join(f"<div><span>{number}</span></div>" for number in range(5000))
    visit(tab, pages.put("/", tag, rows + "<button class=buy>buy</button>"))
    tab.run("document.querySelectorAll = document.querySelector = () => { window.searched = true; return null }, 0")
    tab.run("document.getElementsByTagName('span')[4000].click()")
    tab.run("document.getElementsByTagName('button')[0].click()")
    reports(tab, 1)
    assert tab.run("window.searched") is None


def test_a_page_that_breaks_everything_gets_no_error(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    for rule in (BUTTON, FORM, (Trigger.ENGAGEMENT, MatchType.ANY, ""), (Trigger.TIME_SPENT, MatchType.EXACT, "1")):
        goals.put(*rule)
    visit(tab, pages.put("/", tag, "<button class=buy>buy</button>" + SIGNUP))
    tab.run(
        "Element.prototype.matches = Event.prototype.composedPath = Navigator.prototype.sendBeacon = window.fetch ="
        "() => { throw new Error('no') }, 0"
    )
    tab.page.click("button.buy")
    tab.page.keyboard.press("a")
    threw = tab.run("(() => { try { HTMLFormElement.prototype.submit.call({}) } catch (e) { return e.name } })()")
    assert threw == "TypeError"
    tab.page.wait_for_timeout(1200)


def turn(tab: Tab, seconds: float) -> None:
    tab.page.clock.run_for(int(seconds * 1000))


def spent(tab: Tab) -> int:
    """The milliseconds told so far."""
    return sum(int(event["props"]["ms"]) for event in tab.sent if event["name"] == "leave")


def test_time_spent_is_reported_once_when_reached(*, tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goal = goals.put(Trigger.TIME_SPENT, MatchType.EXACT, "30", PageScope(page="/read"))
    tab.page.clock.install()
    url = pages.put("/read", tag, "<p>text</p>")
    visit(tab, url)
    turn(tab, 20)
    tab.page.mouse.move(5, 5)
    reports(tab, 0)
    turn(tab, 15)
    assert reports(tab, 1) == [("time_spent", "30")]
    tab.page.mouse.move(9, 9)
    turn(tab, 20)
    reports(tab, 1)
    goals.counted(goal, 1)


def test_time_without_anybody_is_not_spent(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(Trigger.TIME_SPENT, MatchType.EXACT, "40")
    tab.page.clock.install()
    visit(tab, pages.put("/", tag))
    turn(tab, 300)
    reports(tab, 0)
    tab.run("dispatchEvent(new Event('pagehide'))")
    assert 29_000 <= spent(tab) <= 31_500


def test_time_adds_up_over_navigations_and_is_told_once(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(Trigger.TIME_SPENT, MatchType.EXACT, "15", PageScope(page="/a"))
    tab.page.clock.install()
    visit(tab, pages.put("/a", tag))
    for at, seconds in (("/b", 10), ("/a", 20), ("/b", 10)):
        tab.page.mouse.move(seconds, seconds)
        turn(tab, seconds)
        tab.run(f"history.pushState({{}}, '', '{at}')")
    told = [(event["name"], event["url"][-2:]) for event in tab.sent if "kind" in event]
    assert told == [("leave", "/a"), ("15", "/a"), ("leave", "/a")]
    assert 19_000 <= spent(tab) <= 22_000
    tab.run("dispatchEvent(new Event('pagehide')), document.dispatchEvent(new Event('visibilitychange'))")
    reports(tab, 3)


@pytest.mark.parametrize("exit_by", ["link", "close"])
def test_the_time_is_told_when_the_page_is_left(
    *, tab: Tab, pages: Pages, tag: str, goals: Goals, exit_by: str
) -> None:
    goal = goals.put(Trigger.TIME_SPENT, MatchType.EXACT, "leave")
    pages.put("/away", "")
    visit(tab, pages.put("/", tag, "<a href=/away>away</a>"))
    if exit_by == "link":
        tab.page.click("a")
    else:
        tab.page.close(run_before_unload=True)
    goals.counted(goal, 1)


def test_hidden_time_is_not_spent(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.put(Trigger.TIME_SPENT, MatchType.EXACT, "15")
    tab.page.clock.install()
    visit(tab, pages.put("/a", tag))
    turn(tab, 10)
    hide = "Object.defineProperty(document, 'hidden', {get: () => %s, configurable: true});"
    changed = "document.dispatchEvent(new Event('visibilitychange'))"
    tab.run(hide % "true" + changed)
    tab.page.mouse.move(7, 7)
    turn(tab, 20)
    tab.run(hide % "false" + changed)
    tab.page.mouse.move(8, 8)
    turn(tab, 2)
    tab.run(changed)
    assert 11_000 <= spent(tab) <= 13_500
    assert [name for _, name in reports(tab, 2)] == ["leave", "leave"]
