"""Every browser test also fails when its page got an error or a console error from the script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.browser import CHROMIUM, FLAGS, Pages, Tab
from tests.support.page_goals import Goals
from tests.support.server import RunningServer, Site


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


@pytest.fixture
def goals(server: RunningServer, site: Site) -> Goals:
    return Goals(server, site)
