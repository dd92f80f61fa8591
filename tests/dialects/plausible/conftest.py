"""A browser tab with pages to look at, and Plausible's clients as the registry has them."""

from pathlib import Path

import pytest

from tests.support.browser import Pages, Tab

PACKAGES = Path(__file__).parents[3] / "tracker" / "node_modules"
CLIENTS = {
    "/npm/tracker": "@plausible-analytics/tracker/plausible.js",
    "/npm/older/index": "plausible-tracker/build/module/index.js",
    "/npm/older/lib/tracker": "plausible-tracker/build/module/lib/tracker.js",
    "/npm/older/lib/request": "plausible-tracker/build/module/lib/request.js",
}


@pytest.fixture
def pages(pages: Pages) -> Pages:
    for path, file in CLIENTS.items():
        pages.bodies[path] = (PACKAGES / file).read_bytes()
    for path in ("/other.pdf", "/sent"):
        pages.put(path, "")
    return pages


@pytest.fixture
def tab(tab: Tab) -> Tab:
    """A tab in which Plausible's own clients send, as they do from no browser that is driven unless this is set."""
    tab.page.add_init_script("window.__plausible = true")
    return tab
