"""A workspace with a company for each test."""

import pytest

from tests.dialects.msportal.support import Portal, make_portal
from tests.support.server import RunningServer


@pytest.fixture
def portal(server: RunningServer) -> Portal:
    """A workspace of its own on the shared server."""
    return make_portal(server)


@pytest.fixture
def other(server: RunningServer) -> Portal:
    """Somebody else's workspace on the same server."""
    return make_portal(server)
