"""A project of a portal of its own, and a browser tab with pages to look at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.dialects.pagesense.support import Project, make_project
from tests.support.browser import CHROMIUM, FLAGS, Pages, Tab
from tests.support.server import RunningServer


@pytest.fixture
def project(server: RunningServer) -> Project:
    return make_project(server)


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages()
    yield pages
    pages.close()


@pytest.fixture
def tab() -> Iterator[Tab]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = Tab(browser.new_page())
        yield tab
        browser.close()
    assert tab.errors == []
