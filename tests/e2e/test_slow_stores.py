"""An event store that is late, silent or away, and a server that goes on: who needs it is told, who does not waits
for nothing."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.pagesense.support import Project, make_project
from tests.support.clickhouse import ClickHouse
from tests.support.databases import Postgres
from tests.support.ready import is_ready, start_ready
from tests.support.server import RunningServer, Site, eventually
from tests.support.wire import Wire, wire_to

SIGNUP = {"name": "Signups", "type": "custom", "match_type": "exact", "match_value": "signup"}


SENT = {"name": "signup", "kind": "goal", "url": "https://example.com/"}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    store = ClickHouse(tmp_path_factory.mktemp("clickhouse"))
    try:
        with wire_to(store.start().port) as wire:
            yield wire
    finally:
        store.close()


@pytest.fixture
def server(wire: Wire, own_server: Callable[..., RunningServer]) -> Iterator[RunningServer]:
    yield start_ready(own_server(GOALPOST_EVENTS_URL=f"clickhouse://127.0.0.1:{wire.port}/default"))
    wire.delay = 0.0
    wire.release()


def timed(client: httpx.Client, method: str, path: str, body: Any = None) -> tuple[int, float]:
    started = time.monotonic()
    status = client.request(method, path, json=body).status_code
    return status, time.monotonic() - started


def create_goals(project: Project, site: Site) -> None:
    """Goals are created as ever, whatever the event store does, and have counted nothing."""
    answer = project.api.post(project.goals_path(), json=project.body(1))
    assert answer.status_code == 200, answer.text
    (goal,) = answer.json()["projectgoals"]
    assert (goal["unique_visitor_count"], goal["unique_goal_achieved_count"]) == (0, 0)
    status, seconds = timed(site.api, "POST", f"/sites/{site.key}/goals", SIGNUP)
    assert status == 201
    assert seconds < 1


def test_a_store_that_takes_three_seconds(server: RunningServer, wire: Wire) -> None:
    project, site, portal = make_project(server), server.make_site(), server.make_site()
    project.api.post(project.goals_path(), json=project.body(1, display_name="First"))
    for _ in range(4):  # each on a connection of its own, which takes some answers to be opened
        assert timed(site.api, "GET", f"/sites/{site.key}/realtime")[0] == 200
    wire.delay = 3.0
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(timed, site.api, "GET", f"/sites/{site.key}/realtime") for _ in range(4)]
        slow.append(threads.submit(timed, project.api, "PUT", project.goals_path("first"), renamed(project)))
        time.sleep(0.3)
        create_goals(project, site)
        for _ in range(5):
            status, seconds = timed(portal.api, "GET", "/sites")
            assert status == 200
            assert seconds < 1, "statistics of others are waited for"
        assert [done.result()[0] for done in slow] == [200] * 5


def renamed(project: Project) -> dict[str, Any]:
    return {"projectgoal": {"display_name": "Renamed", "project_linkname": project.linkname}}


def test_a_store_that_says_nothing(server: RunningServer, wire: Wire) -> None:
    project, site = make_project(server), server.make_site()
    project.api.post(project.goals_path(), json=project.body(1, display_name="First"))
    wire.hold()
    with ThreadPoolExecutor() as threads:
        statistics = f"/sites/{site.key}/realtime"
        slow = [threads.submit(timed, site.api, "GET", statistics) for _ in range(6)]
        listed = threads.submit(timed, project.api, "GET", project.goals_path())
        changed = threads.submit(project.api.put, project.goals_path("first"), json=renamed(project))
        create_goals(project, site)
        results = [done.result() for done in (*slow, listed)]
        assert {status for status, _ in results} == {503}
        assert max(seconds for _, seconds in results) < 11
        # What was changed is changed: its answer has no counters.
        assert changed.result().status_code == 200
        assert changed.result().json()["projectgoals"][0]["display_name"] == "Renamed"
    eventually(lambda: not is_ready(server), seconds=15, what="unreadiness")
    refused = site.api.get(statistics)
    assert refused.status_code == 503
    assert int(refused.headers["retry-after"]) <= 5
    assert timed(site.api, "GET", statistics)[1] < 1, "the breaker is open"
    assert site.send(SENT).status_code == 202
    started = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - started < 15


def test_the_end_waits_for_no_answer_of_a_store(server: RunningServer, wire: Wire) -> None:
    """Requests that wait for a silent store are answered, and nothing of the loop that they ran on is in the log."""
    site = server.make_site()
    wire.hold()
    with ThreadPoolExecutor() as threads:
        slow = [threads.submit(timed, site.api, "GET", f"/sites/{site.key}/realtime") for _ in range(2)]
        time.sleep(1)
        started = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - started < 15
    assert {done.result()[0] for done in slow} == {503}
    assert "requests were left unanswered" in server.log()
    assert "Traceback" not in server.log()


def test_a_store_that_comes_back(server: RunningServer, wire: Wire) -> None:
    site = server.make_site()
    goal = site.goal("custom", "exact", "signup")
    wire.hold()
    eventually(lambda: not is_ready(server), seconds=30, what="unreadiness")
    site.send(SENT)
    wire.release()
    eventually(lambda: is_ready(server), seconds=60, what="readiness")
    assert site.counted(goal, 1)["conversions"] == 1


def test_a_locked_database_and_a_day_that_begins(own_server: Callable[..., RunningServer], tmp_path: Path) -> None:
    """While an import holds SQLite's write lock, what reads goes on, and what writes is told to come back."""
    server = own_server().start()
    site = server.make_site()
    with server.stores.writing() as db:
        db.exec_driver_sql("UPDATE catalog SET revision = revision")
        status, seconds = timed(site.api, "POST", f"/sites/{site.key}/goals", SIGNUP)
        assert status == 503
        assert seconds < 10
        assert timed(site.api, "GET", "/sites")[0] == 200
        assert site.send(SENT).status_code in {202, 503}
    eventually(lambda: timed(site.api, "POST", f"/sites/{site.key}/goals", SIGNUP)[0] == 201, what="a goal")


def test_events_with_a_key_while_the_database_is_away(
    postgres: Postgres, own_server: Callable[..., RunningServer]
) -> None:
    """A key that was good a moment ago is good while nobody can be asked; another one is told to come back."""
    url = postgres.empty_database()
    with wire_to(f"{url.partition('host=')[2]}/.s.PGSQL.5432") as wire:
        through = url.split("?")[0].replace("@/", f"@127.0.0.1:{wire.port}/")
        server = own_server(GOALPOST_DATABASE_URL=through).start()
        site = server.make_site()
        known, other = ({"authorization": f"Bearer {key}"} for key in (site.workspace.key, "gp_" + "x" * 43))
        assert site.send(SENT, **known).status_code == 202
        wire.hold()
        time.sleep(1.1)  # for which it would not have asked anyway
        assert site.send(SENT, **known).status_code == 202
        refused = site.send(SENT, **other)
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        eventually(lambda: not is_ready(server), seconds=20, what="unreadiness")
        assert site.send(SENT).status_code == 202
        wire.release()
        eventually(lambda: site.send(SENT, **other).status_code == 401, seconds=30, what="an answer of the database")
        assert server.log().count("Traceback") == 0
