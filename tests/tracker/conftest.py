"""A script tag of the shared server, and goals that live in the page."""

import pytest

from tests.support.page_goals import Goals
from tests.support.server import RunningServer, Site


@pytest.fixture
def tag(server: RunningServer, site: Site) -> str:
    return f'<script defer data-site="{site.key}" src="{server.url}/a.js"></script>'


@pytest.fixture
def goals(server: RunningServer, site: Site) -> Goals:
    return Goals(server, site)
