"""The API page: everything of the OpenAPI document is on it, and nothing that the browser would refuse."""

import os
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from goalpost.dialects.krafter.routes import make_app
from goalpost.dialects.operations import Operation, operations
from tests.support.server import API, RunningServer

OPERATIONS = operations(make_app(None).openapi())
CHROMIUM_FLAGS = [
    *["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
    *(["--no-sandbox"] if os.geteuid() == 0 else []),
]


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
    assert not {"script", "style", "iframe", "object", "base", "img"} & {tag for tag, _ in page.tags}
    assert page.attributes("style") == []
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]
    assert page.attributes("src") == []
    assert [link for link in page.attributes("href") if not link.startswith(("#", API + "/"))] == []


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_a_browser_shows_it(scheme: str, width: int, browser: Browser, url: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
    tab = context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))

    tab.goto(f"{url}/docs")

    assert [message for message in complaints if "favicon" not in message] == []
    assert all(found.startswith(url.removesuffix(API)) for found in asked)
    background = tab.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 29)"}[scheme]
    assert tab.evaluate("document.documentElement.scrollWidth") <= width, "nothing sticks out"
    tab.click(".command >> nth=0")
    marked = tab.evaluate("getSelection().toString()")
    assert marked == OPERATIONS[0].curl(url), "one click marks the whole command"
    context.close()
