"""Imports into a workspace of its own on the shared server."""

from pathlib import Path

import pytest

from tests.imports.support import Importing
from tests.support.server import RunningServer


@pytest.fixture
def importing(server: RunningServer, tmp_path: Path) -> Importing:
    return Importing(server.make_workspace(), tmp_path)


@pytest.fixture
def elsewhere(server: RunningServer, tmp_path: Path) -> Importing:
    """Somebody else's workspace on the same server."""
    return Importing(server.make_workspace(), tmp_path)
