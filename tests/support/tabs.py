"""Fixtures of a real Chromium, which tests/conftest.py takes over; one browser for the tests of a module.

Every test also fails when its page got an error or a console error.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.support.browser import CHROMIUM, FLAGS, Pages, Tab


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
