"""From the API to the page and back: goals made as an integration makes them, reached in a real Chromium on a page with
the vendor's script tag, and seen in the API's counters."""

from typing import Any

from tests.dialects.pagesense.support import Project, make_project
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


def revenue_events(tab: Tab) -> list[dict[str, Any]]:
    tab.page.wait_for_timeout(300)
    return [event for event in tab.sent if event.get("kind") == "revenue"]


def test_revenue_as_shops_print_it_is_never_a_wrong_sum(project: Project, pages: Pages, tab: Tab) -> None:
    """1,299.00 is one amount, not 1; 1,299 may mean two amounts, so that the event counts without one."""
    made = project.create(6, goal_url=pages.url + "/shop")
    project.create(4, element_css_selector="#buy", goal_url=pages.url + "/shop")
    visit(project, pages, tab)
    for amount in ("'1,299.00'", "'49.99'", "'1,299'", "1.01", "null"):
        tab.run(f"pagesense.push(['trackRevenue', {amount}, 'EUR'])")
    revenue = [event.get("revenue") for event in revenue_events(tab)]
    assert [amount and amount["amount"] for amount in revenue] == ["1,299.00", "49.99", "1,299", 1.01, None]
    shown = eventually(lambda: (g := project.goal(made["linkname"]))["unique_goal_achieved_count"] and g, what="it")
    assert shown["is_data_tracked"]


def test_two_projects_on_one_page_get_each_call(project: Project, pages: Pages, tab: Tab) -> None:
    server = project.site.workspace.server
    other = make_project(server)
    goals = [
        (each, each.create(5, custom_event_name="Signed up", goal_url=pages.url + "/shop")) for each in (project, other)
    ]
    early = "<script>window.pagesense = [['trackEvent', 'Signed up']]</script>"
    tags = [f'<script src="{server.url}/js/{each.portal}/{each.linkname}.js"></script>' for each in (project, other)]
    tab.page.goto(pages.put("/shop", early + "".join(tags)))
    tab.run("pagesense.push(['trackEvent', 'Signed up'])")
    tab.page.wait_for_timeout(300)
    keys = sorted(event["domain"] for event in tab.sent if event["name"] == "Signed up")
    assert keys == sorted([project.site.key, other.site.key] * 2)
    for each, goal in goals:
        eventually(
            lambda each=each, goal=goal: each.goal(goal["linkname"])["unique_goal_achieved_count"], what="a goal"
        )
