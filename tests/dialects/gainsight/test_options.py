"""A setting that cannot be used is told when the server starts."""

from collections.abc import Callable

from tests.support.server import RunningServer


def test_a_bad_setting_is_told_at_the_start(own_server: Callable[..., RunningServer]) -> None:
    running = own_server(GOALPOST_GAINSIGHT_ERROR_STYLE="both").start(wait=False)
    assert running.process is not None
    assert running.process.wait(60) == 1
    assert "goalpost: GOALPOST_GAINSIGHT_ERROR_STYLE: " in running.log()
    assert "Traceback" not in running.log()
