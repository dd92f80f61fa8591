"""A browser tab with pages to look at, and Plausible's clients as the registry has them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.support.browser import CHROMIUM, FLAGS, Pages, Tab

PACKAGES = Path(__file__).parents[3] / "tracker" / "node_modules"
CLIENTS = {
    "/npm/tracker": "@plausible-analytics/tracker/plausible.js",
    "/npm/older/index": "plausible-tracker/build/module/index.js",
    "/npm/older/lib/tracker": "plausible-tracker/build/module/lib/tracker.js",
    "/npm/older/lib/request": "plausible-tracker/build/module/lib/request.js",
}


@pytest.fixture
def pages() -> Iterator[Pages]:
    pages = Pages()
    for path, file in CLIENTS.items():
        pages.bodies[path] = (PACKAGES / file).read_bytes()
    for path in ("/other.pdf", "/sent"):
        pages.put(path, "")
    yield pages
    pages.close()


@pytest.fixture
def tab() -> Iterator[Tab]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        tab = Tab(browser.new_page())
        # Plausible's own clients send nothing from a browser that is driven, unless this is set.
        tab.page.add_init_script("window.__plausible = true")
        yield tab
        browser.close()
    assert tab.errors == []
