"""A minute of the largest distinct input on every field of an event."""

from collections.abc import Callable

import pytest

from tests.support.ready import start_ready
from tests.support.server import RunningServer, eventually
from tests.support.storm import Storm, resident_mb


@pytest.mark.torture
def test_a_minute_of_distinct_input(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server(GOALPOST_RATE_LIMIT="off"))
    site = server.make_site()
    with Storm(site) as warm_up:
        warm_up.last(10)
    before = resident_mb(server)

    with Storm(site) as storm:
        storm.last(60)

    print(f"{storm.sent} events, {before:.0f} MB before, {resident_mb(server):.0f} MB after")
    assert storm.statuses == {202}
    assert resident_mb(server) < 800
    # The embedded store gives back what it took for its last writes some seconds after them.
    eventually(lambda: abs(resident_mb(server) - before) < 100, seconds=30, what="the memory of before")
    print(f"{resident_mb(server):.0f} MB in the end")
