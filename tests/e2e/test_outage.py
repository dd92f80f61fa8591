"""The event store goes away and comes back: events are taken all the while, and each is counted once."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.clickhouse import ClickHouse
from tests.support.load import Load, check_counted_once, is_drained
from tests.support.ready import is_ready, start_ready
from tests.support.server import RunningServer, Site, eventually

MakeServer = Callable[..., RunningServer]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ClickHouse]:
    store = ClickHouse(tmp_path / "clickhouse")
    try:
        yield store.start()
    finally:
        store.close()


def test_an_outage(own_server: MakeServer, store: ClickHouse) -> None:
    server = own_server(GOALPOST_EVENTS_URL=store.url)
    site = start_ready(server).make_site()
    goal = site.goal("pageview", "contains", "/load/")
    unseen = site.goal("pageview", "exact", "/load/0")

    with Load(site) as load:
        load.wait_for(50)
        store.kill()
        load.wait_for(200)
        eventually(lambda: not is_ready(server), what="unreadiness")
        _check_stats_are_unavailable(site, unseen)
        load.wait_for(50)
        store.start()
        eventually(lambda: is_ready(server), seconds=30, what="readiness, events still coming")

    assert set(load.statuses) == {202}
    assert site.counted(unseen, 1)["conversions"] == 1
    check_counted_once(server, site, goal, load, store)


def _readiness(server: RunningServer) -> httpx.Response:
    return httpx.get(server.url + "/readyz", trust_env=False)


def _check_stats_are_unavailable(site: Site, goal: str) -> None:
    server = site.workspace.server
    state = {"relational_store": True, "event_store": False, "spool": True, "disk": True}
    assert _readiness(server).json() == state
    assert httpx.get(server.url + "/healthz", trust_env=False).status_code == 200
    for path in ("stats", "stats?dimensions=path", "realtime", "events", f"goals/{goal}/stats"):
        answer = site.api.get(f"/sites/{site.key}/{path}")
        assert (answer.status_code, answer.json()) == (503, {"error": "Temporarily unavailable"}), path
        assert int(answer.headers["retry-after"]) > 0
    assert site.api.get(f"/sites/{site.key}/goals").status_code == 200


def test_the_store_crashes_again_and_again(own_server: MakeServer, store: ClickHouse) -> None:
    server = own_server(GOALPOST_EVENTS_URL=store.url)
    site = start_ready(server).make_site()
    goal = site.goal("pageview", "contains", "/load/")

    with Load(site) as load:
        for _ in range(3):
            load.wait_for(100)
            time.sleep(random.uniform(0, 0.3))  # anywhere between two batches, or within one
            counted = site.stats(goal)["conversions"]
            store.kill()
            store.start()
            site.counted(goal, counted + 1)

    assert set(load.statuses) == {202}
    check_counted_once(server, site, goal, load, store)


def test_starting_and_stopping_while_the_store_is_away(own_server: MakeServer, tmp_path: Path) -> None:
    """There are no tables yet, and no connection to learn from."""
    store = ClickHouse(tmp_path / "clickhouse")
    server = own_server(GOALPOST_EVENTS_URL=store.url).start()
    site = server.make_site()
    goal = site.goal()
    try:
        assert site.send({}).status_code == 202
        assert site.api.get(f"/sites/{site.key}/goals/{goal}/stats").status_code == 503
        assert server.stop() == 0
        server.start()
        assert _readiness(server).status_code == 503
        assert site.send([{}] * 3).status_code == 202

        store.start()
        eventually(lambda: is_drained(server), seconds=30, what="an empty spool")
        assert site.stats(goal) == {"conversions": 4, "unique_conversions": 1, "revenue": None}
    finally:
        store.close()
