"""The API page: everything of the OpenAPI document is on it, and nothing that the browser would refuse."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.web.application import make_app
from goalpost.web.operations import Operation, operations
from tests.support.server import API, RunningServer

OPERATIONS = operations(make_app(KRAFTER).openapi())


class Page(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def attributes(self, name: str) -> list[str]:
        return [str(attrs[name]) for _, attrs in self.tags if name in attrs]


@pytest.fixture
def url(server: RunningServer) -> str:
    return f"{server.url}{API}"


@pytest.fixture
def page(url: str) -> Page:
    answer = httpx.get(f"{url}/docs", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return Page(answer.text)


def test_it_needs_nothing_that_its_policy_forbids(page: Page) -> None:
    assert not {"style", "iframe", "object", "base", "img"} & {tag for tag, _ in page.tags}
    assert page.attributes("style") == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.attributes("src") == [f"{API}/docs.js"]
    own = ("#", API + "/", "/favicon.ico")
    assert [link for link in page.attributes("href") if not link.startswith(own)] == ["/"]


def test_its_style_sheet_asks_for_nothing(url: str) -> None:
    answer = httpx.get(f"{url}/docs.css", trust_env=False)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in answer.text and "@import" not in answer.text
    assert "prefers-color-scheme: dark" in answer.text


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_endpoint_is_on_it(operation: Operation, page: Page, url: str) -> None:
    assert operation.name in page.attributes("id")
    assert f"#{operation.name}" in page.attributes("href")
    for field in (*operation.path_fields, *operation.query, *operation.request, *operation.response):
        assert field.name in page.text
        assert field.description, f"{operation.name}: {field.name} has no description"
        assert field.description.replace("`", "") in page.text
    assert operation.path in page.text
    assert operation.description.replace("`", "") in page.text
    assert operation.curl(url) in page.text
    assert len(operation.scopes) == 1
    assert {str(status) for status, _ in operation.failures} <= set(re.findall(r"\b[45]\d\d\b", page.text))


def test_every_link_on_it_leads_somewhere(page: Page, url: str) -> None:
    for link in page.attributes("href"):
        if link.startswith("#"):
            assert link[1:] in page.attributes("id")
        else:
            assert httpx.get(url.removesuffix(API) + link, trust_env=False).status_code == 200


PAGES = [API, "/pagesense/rest/v1", "/api/public/v1", "/v1/csgoal", None]
"""Addresses of the four API pages; None is the start page."""


class Tab:
    """A tab of a window, and what its page complained about."""

    def __init__(self, browser: Browser, url: str, width: int, scheme: Any = "light") -> None:
        self.context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(url)

    def __enter__(self) -> "Tab":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def measure(self, expression: str) -> Any:
        return self.page.evaluate(expression)


@pytest.fixture
def look(browser: Browser, server: RunningServer) -> Callable[..., Tab]:
    def open_tab(pages: str | None = API, width: int = 1200, scheme: str = "light", anchor: str = "") -> Tab:
        path = "/" if pages is None else f"{pages}/docs{anchor}"
        return Tab(browser, server.url + path, width, scheme)

    return open_tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("pages", PAGES)
def test_a_browser_shows_it(pages: str | None, scheme: str, look: Callable[..., Tab], server: RunningServer) -> None:
    """At 320 px, 390 px and a wide window nothing sticks out, and axe has no serious finding with all of it open."""
    with look(pages, 1200, scheme) as tab:
        background = tab.measure("getComputedStyle(document.body).backgroundColor")
        assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 29)"}[scheme]
        assert tab.measure("document.documentElement.scrollHeight") < 8000, "endpoints are folded"
        tab.measure("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        for width in (1200, 390, 320):
            tab.page.set_viewport_size({"width": width, "height": 900})
            assert tab.measure("document.documentElement.scrollWidth") <= width, "nothing sticks out"
        tab.page.set_viewport_size({"width": 390, "height": 900})
        # Colours are all that another scheme changes.
        options = {"resultTypes": ["violations"], **({"runOnly": ["color-contrast"]} if scheme == "dark" else {})}
        found = Axe().run(tab.page, options=options).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        assert tab.complaints == []
        assert all(url.startswith(server.url) for url in tab.asked)


def test_axe_would_tell(look: Callable[..., Tab]) -> None:
    with look() as tab:
        tab.measure("document.body.insertAdjacentHTML('beforeend', '<button></button>')")
        assert [fault["id"] for fault in Axe().run(tab.page).response["violations"]][:1] == ["button-name"]


def test_a_phone_shows_the_page_first_and_the_contents_when_asked(look: Callable[..., Tab]) -> None:
    with look(width=390) as tab:
        assert tab.page.get_by_role("navigation").is_hidden()
        assert tab.measure("document.querySelector('h1').getBoundingClientRect().top") < 150
        tab.page.get_by_role("button", name="Contents").click()
        tab.page.get_by_role("navigation").get_by_role("link", name="Update goal").click()
        assert tab.page.get_by_role("navigation").is_hidden()
        assert tab.measure("document.querySelector('#update_goal').open") is True
    with look(width=1200) as tab:
        assert tab.page.get_by_role("navigation").is_visible()


def test_a_link_to_an_endpoint_opens_it(look: Callable[..., Tab]) -> None:
    with look(anchor="#get_site_stats") as tab:
        assert tab.measure("[...document.querySelectorAll('.operation[open]')].map((one) => one.id)") == [
            "get_site_stats"
        ]


def test_the_search_finds_endpoints_by_all_words(look: Callable[..., Tab]) -> None:
    with look("/v1/csgoal") as tab:
        tab.page.keyboard.press("/")
        tab.page.keyboard.type("delete metric")
        shown = tab.measure("[...document.querySelectorAll('.operation:not([hidden])')].map((one) => one.id)")
        assert "delete_metrics" in shown and "create_goal" not in shown
        tab.page.keyboard.type(" nothing-has-this")
        assert tab.page.get_by_text("No endpoint has all of these words.").is_visible()
        tab.page.fill("#search", "")
        assert tab.page.get_by_text("No endpoint has all of these words.").is_hidden()


@pytest.mark.parametrize("refused", [False, True])
def test_a_command_is_copied_or_marked(refused: bool, look: Callable[..., Tab], url: str) -> None:
    """Over plain http, or when the browser says no, there is no clipboard: then the whole command is marked."""
    with look(anchor=f"#{OPERATIONS[0].name}") as tab:
        if refused:
            tab.measure("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
        else:
            tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.page.locator(f"#{OPERATIONS[0].name} button.copy").first.click()
        tab.page.wait_for_function("/Copied|Marked/.test(document.getElementById('said').textContent)")
        read = "getSelection().toString()" if refused else "navigator.clipboard.readText()"
        assert tab.measure(read) == OPERATIONS[0].curl(url)
        assert tab.complaints == []


def test_it_can_be_read_without_its_script(browser: Browser, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{url}/docs")
    page.locator("#create_goal > summary").click()
    assert page.locator("#create_goal .command").is_visible()
    assert page.locator("button.copy").first.is_hidden()
    context.close()
