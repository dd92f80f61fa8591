"""Two hundred crashes under load, at any moment of the server's life, with a full count after every twenty."""

import random
import time
from collections.abc import Callable

import pytest

from tests.support.load import Load, check_counted_once
from tests.support.server import RunningServer

ROUNDS = 200
ROUNDS_A_COUNT = 20


@pytest.mark.torture
def test_two_hundred_crashes(own_server: Callable[..., RunningServer]) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # moments of the kills; shown when the test fails
    chance = random.Random(seed)
    server = own_server().start()
    site = server.make_site()
    goal = site.goal("pageview", "contains", "/load/")
    load = Load(site)

    for crash in range(1, ROUNDS + 1):
        with load:
            if chance.random() < 0.2:  # before it listens, too: while it opens the store and sends again what waits
                server.kill()
                server.start(wait=False)
                time.sleep(chance.uniform(0.3, 2.5))
            else:
                load.wait_for(20)
                time.sleep(chance.uniform(0, 1))
                load.post(chance.choice([1, 500]))  # and at once when they are acknowledged
            server.kill()
            server.start()
        if crash % ROUNDS_A_COUNT == 0:
            check_counted_once(server, site, goal, load)
            server.start()

    assert set(load.statuses) == {202}
