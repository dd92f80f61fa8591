"""The id that a browser keeps where the site asks for one: with consent, for a year, and for no one who says no."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.browser import Pages, Tab
from tests.support.page_goals import Goals, visit
from tests.support.server import Site


def stored(tab: Tab) -> Any:
    return tab.run("localStorage.ka || null")


def test_a_visitor_id_is_kept_and_sent_with_the_next_page_view(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    url = pages.put("/", tag)
    visit(tab, url)
    end, digits = stored(tab).split(".")
    days = (int(end) / 1000 - datetime.now(UTC).timestamp()) / 86400
    assert 364 < days < 366
    assert 20 < len(digits) <= 40
    visit(tab, url)
    tab.run("ka.track('x')")
    tab.page.reload()
    sent = tab.wait_sent(2)
    assert [event["i"] for event in sent] == [digits, digits]


def test_an_old_id_is_renewed_and_an_expired_one_replaced(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    url = pages.put("/", tag)
    visit(tab, url)
    digits = stored(tab).split(".")[1]
    tab.run(f"localStorage.ka = Date.now() + 3e9 + '.{digits}'")
    visit(tab, url)
    assert stored(tab).split(".")[1] == digits
    assert int(stored(tab).split(".")[0]) > (datetime.now(UTC).timestamp() + 360 * 86400) * 1000
    tab.run(f"localStorage.ka = Date.now() - 1000 + '.{digits}'")
    tab.sent.clear()
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
        tab.page.goto(url)
    tab.page.wait_for_timeout(50)
    assert "i" not in tab.sent[0]
    assert stored(tab).split(".")[1] != digits


def test_an_id_waits_for_consent(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    visit(tab, pages.put("/", tag.replace("defer", "defer data-consent=required")))
    assert stored(tab) is None
    assert tab.run("ka.consent(true)") is None
    assert stored(tab)
    tab.run("ka.consent(false)")
    assert stored(tab) is None
    tab.run("history.pushState({}, '', '/next')")
    tab.page.wait_for_timeout(100)
    assert stored(tab) is None
    assert not [event for event in tab.sent if "i" in event]


def test_refusal_before_the_script_holds(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    early = "<script>window.ka = {q: [['consent', [false]]]}</script>"
    visit(tab, pages.put("/", early + tag))
    assert stored(tab) is None


def test_an_id_that_is_wanted_no_longer_goes(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    url = pages.put("/", tag)
    visit(tab, url)
    assert stored(tab)
    goals.want_ids(wanted=False)
    visit(tab, url)
    assert stored(tab) is None


@pytest.mark.parametrize(("signal", "value"), [("doNotTrack", "'1'"), ("globalPrivacyControl", "true")])
def test_who_says_no_keeps_no_id(*, tab: Tab, pages: Pages, tag: str, goals: Goals, signal: str, value: str) -> None:
    goals.want_ids()
    url = pages.put("/", tag)
    visit(tab, url)
    assert stored(tab)
    tab.page.add_init_script(f"Object.defineProperty(Navigator.prototype, '{signal}', {{get: () => {value}}})")
    tab.page.goto(url)
    tab.run("ka.consent(true)")
    tab.wait_sent(0)
    assert stored(tab) is None


def test_storage_that_throws_does_no_harm(tab: Tab, pages: Pages, tag: str, goals: Goals) -> None:
    goals.want_ids()
    tab.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    visit(tab, pages.put("/", tag))
    tab.run("ka.track('x'), ka.consent(true), ka.consent(false)")
    tab.wait_sent(1)


def test_the_id_makes_one_visitor_of_two_addresses(site: Site, goals: Goals) -> None:
    goal = site.goal("event", value="twice")
    body = {"name": "twice", "kind": "event", "i": "4815162342" * 3}
    agents = [f"Mozilla/5.0 (X11; Linux x86_64) Chrome/{number}.0.0.0" for number in (130, 131)]
    for agent in agents:
        site.send(body, **{"user-agent": agent})
    assert site.counted(goal, 2)["unique_conversions"] == 2, "not asked for: the id counts for nothing"
    goals.want_ids()
    for agent in agents:
        site.send(body, **{"user-agent": agent})
    assert site.counted(goal, 4)["unique_conversions"] == 3
