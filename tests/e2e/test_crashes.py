"""`kill -9` and stops under load: what was acknowledged is counted, and counted once."""

import random
import signal
import time
from collections.abc import Callable

from tests.support.load import Load, check_counted_once
from tests.support.server import RunningServer

MakeServer = Callable[..., RunningServer]


def test_kill_9_under_load_loses_nothing_acknowledged(own_server: MakeServer) -> None:
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("pageview", "contains", "/load/")

    with Load(site) as load:
        for crash in range(3):
            load.wait_for(50)
            if crash % 2:
                time.sleep(random.uniform(0, 0.3))  # anywhere between two looks at the spool
            else:
                load.post(2000)  # and at once when they are acknowledged
            server.kill()
            server.start()
        load.wait_for(50)

    assert set(load.statuses) == {202}
    check_counted_once(server, site, goal, load)


def test_kill_9_while_starting(own_server: MakeServer) -> None:
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("pageview", "contains", "/load/")
    with Load(site) as load:
        load.wait_for(100)
        server.kill()
    for _ in range(2):
        server.start(wait=False)
        time.sleep(random.uniform(0.5, 2))  # while the store opens, and while the spool is sent again
        server.kill()

    server.start()
    check_counted_once(server, site, goal, load)


def test_a_stop_under_load_loses_nothing_acknowledged(own_server: MakeServer) -> None:
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("pageview", "contains", "/load/")

    with Load(site) as load:
        for how in (signal.SIGTERM, signal.SIGINT):
            load.wait_for(50)
            assert server.stop(how) == 0
            server.start()
        load.wait_for(50)

    assert set(load.statuses) == {202}
    check_counted_once(server, site, goal, load)
