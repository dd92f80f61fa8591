"""From the API to the page and back: goals made as an integration makes them, reached in a real Chromium on a page with
the vendor's script tag, and seen in the API's counters."""

from typing import Any

from tests.dialects.pagesense.support import Project
from tests.support.browser import Pages, Tab
from tests.support.server import eventually

BODY = """
  <a id=link href="/elsewhere?x=1" target=_blank>elsewhere</a>
  <form id=signup action="/thanks"><input name=mail></form>
  <div id=buy><b>buy</b></div>
  <button id=event onclick="pagesense.push(['trackEvent', 'Signed up'])">event</button>
  <button id=pay onclick="pagesense.push(['trackRevenue', 49.9, 'EUR'])">pay</button>
"""
MATCHES = {
    1: "{page}",
    2: "{page}?a=1#b",
    3: "shop?a",
    4: "{page}?a",
    5: "shop?a=1#b",
    6: "*/sho*?a=*",
    7: r"/shop\?a=\d",
}


def visit(project: Project, pages: Pages, tab: Tab, path: str = "/shop?a=1#b") -> None:
    """Look at the shop and wait until its page knows what to watch."""
    server = project.site.workspace.server
    tag = (
        "<script>window.pagesense = window.pagesense || []</script>"
        f'<script async src="{server.url}/js/{project.portal}/{project.linkname}.js"></script>'
    )
    pages.put("/shop", tag, BODY)
    pages.put("/thanks", "")
    pages.put("/elsewhere", "")
    with tab.page.expect_response(lambda answer: "/api/page-goals" in answer.url):
        tab.page.goto(pages.url + path)
    tab.page.wait_for_timeout(100)


def test_a_goal_of_every_type_is_reached_in_a_browser(project: Project, pages: Pages, tab: Tab) -> None:
    page = pages.url + "/shop"
    made = {
        "visit": project.create(1, goal_url=page),
        "link": project.create(2, goal_url=pages.url + "/elsewhere", url=[{"match_type": 1}]),
        "form": project.create(3, element_css_selector="#signup", goal_url=page),
        "element": project.create(4, element_css_selector="#buy", goal_url=page),
        "event": project.create(5, custom_event_name="Signed up", goal_url=page),
        "revenue": project.create(6, goal_url=page),
        "engagement": project.create(7, goal_url=page, include_urls=[]),
        "time": project.create(8, time_threshold=1, goal_url=page),
        "never": project.create(4, element_css_selector="#nothing", goal_url=page),
        "elsewhere": project.create(1, goal_url=pages.url + "/other"),
    }
    visit(project, pages, tab)
    tab.page.click("#event")
    tab.page.click("#pay")
    tab.page.click("#buy b")
    tab.page.click("#link")
    tab.page.bring_to_front()
    tab.page.wait_for_timeout(1500)
    tab.page.focus("input")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/thanks?**")

    def found() -> dict[str, int]:
        listed = {goal["linkname"]: goal["unique_goal_achieved_count"] for goal in project.goals()}
        return {name: listed[goal["linkname"]] for name, goal in made.items()}

    expected = {name: int(name not in {"never", "elsewhere"}) for name in made}
    eventually(lambda: found() == expected, what=f"{expected}, not {found()}")
    shown = eventually(lambda: (g := project.goal(made["time"]["linkname"]))["time_spent"] and g, what="time")
    assert 1000 <= shown["time_spent"] < 60_000
    assert (shown["unique_visitor_count"], shown["is_data_tracked"]) == (1, True)


def test_every_way_to_compare_addresses_in_a_browser(project: Project, pages: Pages, tab: Tab) -> None:
    def create(number: int, address: str) -> dict[str, Any]:
        return project.create(4, element_css_selector="#buy", goal_url=address, url=[{"match_type": number}])

    made = {number: create(number, text.format(page=pages.url + "/shop")) for number, text in MATCHES.items()}
    other = {number: create(number, "/other") for number in MATCHES}
    visit(project, pages, tab)
    tab.page.click("#buy")

    def found() -> dict[str, int]:
        return {goal["linkname"]: goal["unique_goal_achieved_count"] for goal in project.goals()}

    expected = {goal["linkname"]: 1 for goal in made.values()} | {goal["linkname"]: 0 for goal in other.values()}
    eventually(lambda: found() == expected, what=f"{expected}, not {found()}")
