"""A project of a portal of its own, and a browser tab with pages to look at."""

import pytest

from tests.dialects.pagesense.support import Project, make_project
from tests.support.server import RunningServer


@pytest.fixture
def project(server: RunningServer) -> Project:
    return make_project(server)
