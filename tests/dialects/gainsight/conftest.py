"""A tenant of its own for each test."""

import pytest

from tests.dialects.gainsight.support import Org, make_org
from tests.support.server import RunningServer


@pytest.fixture
def org(server: RunningServer) -> Org:
    """A tenant of its own on the shared server."""
    return make_org(server)


@pytest.fixture
def other(server: RunningServer) -> Org:
    """Somebody else's tenant on the same server."""
    return make_org(server)
