"""A setting that cannot be used is told when the server starts."""

from collections.abc import Callable

import pytest

from tests.support.server import RunningServer


@pytest.mark.parametrize(
    ("name", "value"), [("ERROR_STYLE", "both"), ("OPEN_SCHEMA", "perhaps"), ("BARE_TEMPLATES", "2")]
)
def test_a_bad_setting_is_told_at_the_start(name: str, value: str, own_server: Callable[..., RunningServer]) -> None:
    running = own_server(**{f"GOALPOST_GAINSIGHT_{name}": value}).start(wait=False)
    assert running.process is not None
    assert running.process.wait(60) == 1
    assert f"goalpost: GOALPOST_GAINSIGHT_{name}: " in running.log()
