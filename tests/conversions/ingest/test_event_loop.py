"""The event loop's thread runs nothing that can wait: one wait there is everybody's."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.model.patterns import PatternSet
from tests.support.server import API, RunningServer
from tests.support.watched import is_blocking


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[RunningServer]:
    server = RunningServer(tmp_path / "data", module=("tests.support.watched", str(tmp_path / "report")))
    try:
        yield server.start()
    finally:
        server.close()


@pytest.fixture
def report(watched: RunningServer, tmp_path: Path) -> Iterator[Path]:
    """The file of what was called; empty after the test."""
    yield tmp_path / "report"
    assert sorted(set((tmp_path / "report").read_text().splitlines())) == []


def test_the_detector_knows_what_blocks() -> None:
    """It would pass on anything that it does not know."""
    seen: list[str] = []

    def note(_frame: object, event: str, function: object) -> None:
        if event == "c_call" and is_blocking(function):
            seen.append(getattr(function, "__name__", ""))

    sys.setprofile(note)
    try:
        database = sqlite.connect(":memory:")
        database.execute("SELECT 1")
        time.sleep(0)
        PatternSet(["a"])
    finally:
        sys.setprofile(None)
    assert {"connect", "execute", "sleep", "Compile"} <= set(seen)


@pytest.mark.usefixtures("report")
def test_events_of_thousands_of_past_days(watched: RunningServer) -> None:
    site = watched.make_site()
    now = datetime.now(UTC)
    events = [{"timestamp": (now - timedelta(days=ago)).isoformat()} for ago in range(3000)]

    answer = site.send(events, authorization=f"Bearer {site.workspace.key}")

    assert answer.status_code == 202 and "x-goalpost-ignored" not in answer.headers


@pytest.mark.usefixtures("report")
def test_goals_that_change_while_events_come(watched: RunningServer) -> None:
    site = watched.make_site()
    goals = [site.goal("pageview", "regex", rf"^/(\w{{1,9}}-){{1,9}}{number}$") for number in range(20)]
    site.goal("pageview", "contains", "/shop")

    for number, goal in enumerate(goals):
        answer = site.api.patch(f"/sites/{site.key}/goals/{goal}", json={"match_value": f"^/changed/{number}$"})
        assert answer.status_code == 200
        assert site.send({"url": f"https://{site.domain}/changed/{number}"}).status_code == 202
    page = httpx.get(f"{watched.url}/api/page-goals", params={"site": site.key}, trust_env=False)
    assert page.status_code == 200
    assert site.counted(goals[-1], 1)["conversions"] == 1


@pytest.mark.usefixtures("report")
def test_events_while_the_relational_store_is_locked(watched: RunningServer) -> None:
    """The lock is an import's; the first event of a site and of a day needs nothing of the database."""
    site = watched.make_site()
    database = sqlite.connect(watched.data / "goalpost.sqlite", isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    try:
        assert site.send({}).status_code == 202
        assert site.send([{}] * 100).status_code == 202
    finally:
        database.execute("ROLLBACK")
        database.close()


@pytest.mark.usefixtures("report")
def test_every_other_door(watched: RunningServer) -> None:
    site = watched.make_site()
    goal = site.goal()
    for path in (
        *("/", "/healthz", "/readyz", "/metrics", "/a.js", "/js/script.js", f"/js/w/{site.key}.js", "/nothing"),
        *(f"{API}/docs", f"{API}/openapi.json", f"{API}/sites", f"{API}/sites/{site.key}/goals/{goal}/stats"),
        *("/psfullstacksdk/trackgoal?type=23&raw={}", "/api/public/v1/goals", "/v1/csgoal/external/admin/picklist"),
    ):
        headers = {"authorization": f"Bearer {site.workspace.key}"}
        assert httpx.get(watched.url + path, headers=headers, trust_env=False).status_code < 500, path
    for secret in ("gp_wrong", "1000.wrong"):
        assert site.send({}, authorization=f"Bearer {secret}").status_code == 401
    token = httpx.post(
        f"{watched.url}/oauth/v2/token?grant_type=refresh_token&client_id=a&client_secret=b", trust_env=False
    )
    assert token.status_code == 200
