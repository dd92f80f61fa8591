"""`kill -9` and stops under load: what was acknowledged is counted, and counted once."""

import random
import signal
import time
from collections.abc import Callable

import pytest

from tests.support.load import Load, check_counted_once
from tests.support.server import RunningServer, Site

Counted = tuple[RunningServer, Site, str]
"""A server, a site of it, and a goal that every event of the load reaches."""


@pytest.fixture
def counted(own_server: Callable[..., RunningServer]) -> Counted:
    server = own_server().start()
    site = server.make_site()
    return server, site, site.goal("pageview", "contains", "/load/")


def test_kill_9_under_load_loses_nothing_acknowledged(counted: Counted) -> None:
    server, site, goal = counted

    with Load(site) as load:
        load.wait_for(50)
        load.post(2000)
        server.kill()  # at once when they are acknowledged
        server.start(wait=False)
        time.sleep(random.uniform(0.5, 2))
        server.kill()  # while the store opens, or while what waits is sent again
        server.start()
        load.wait_for(50)
        time.sleep(random.uniform(0, 0.3))
        server.kill()  # anywhere between two looks at the spool
        server.start()
        load.wait_for(50)

    assert set(load.statuses) == {202}
    check_counted_once(server, site, goal, load)


def test_a_stop_under_load_loses_nothing_acknowledged(counted: Counted) -> None:
    server, site, goal = counted

    with Load(site) as load:
        load.wait_for(200)
        assert server.stop(signal.SIGTERM) == 0
        server.start()
        load.wait_for(50)

    assert set(load.statuses) == {202}
    check_counted_once(server, site, goal, load)
