"""Senders that post events all the time and remember what was acknowledged, and the check that it was counted once."""

import contextlib
import itertools
import json
from collections import Counter

import httpx

from tests.support.clickhouse import ClickHouse
from tests.support.server import BROWSER, RunningServer, Site, eventually
from tests.support.together import Crew

SENDERS = 4
BATCH = 10
PAUSE = 0.01


class Load(Crew):
    """While the block lasts, half of the senders post single page views and half post arrays; every path is new.

    The server may be killed and started again meanwhile: what gets no answer was sent and not acknowledged.
    """

    def __init__(self, site: Site) -> None:
        super().__init__(SENDERS)
        self.sent: list[str] = []
        self.acknowledged: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.retry_after: set[str | None] = set()
        self._site = site
        self._numbers = itertools.count()

    def wait_for(self, acknowledged: int) -> None:
        """Until so many more events were acknowledged."""
        wanted = len(self.acknowledged) + acknowledged
        eventually(lambda: len(self.acknowledged) >= wanted, seconds=60, what=f"{acknowledged} acknowledged events")

    def post(self, size: int) -> None:
        """Post an array of so many events, besides the senders; when this returns it is acknowledged."""
        with self._client() as client:
            self._post(client, size)

    def _client(self) -> httpx.Client:
        server = self._site.workspace.server
        return httpx.Client(base_url=server.url, trust_env=False, timeout=30, headers={"user-agent": BROWSER})

    def work(self, number: int) -> None:
        """Post until stopped."""
        size = BATCH if number % 2 else 1
        with self._client() as client:
            while not self.stop.wait(PAUSE):
                with contextlib.suppress(httpx.TransportError):
                    self._post(client, size)

    def _post(self, client: httpx.Client, size: int) -> None:
        paths = [f"/load/{next(self._numbers)}" for _ in range(size)]
        self.sent += paths
        self._note(client.post("/api/event", content=self._body(paths)), paths)

    def _body(self, paths: list[str]) -> str:
        events = [
            {"name": "pageview", "domain": self._site.key, "url": f"https://{self._site.domain}{path}"}
            for path in paths
        ]
        return json.dumps(events if len(events) > 1 else events[0])

    def _note(self, answer: httpx.Response, paths: list[str]) -> None:
        self.statuses[answer.status_code] += 1
        if answer.status_code == 202:
            self.acknowledged += paths
        else:
            self.retry_after.add(answer.headers.get("retry-after"))


def is_drained(server: RunningServer) -> bool:
    """Ask whether the event store has all that was acknowledged."""
    metrics = httpx.get(server.url + "/metrics", trust_env=False).text
    return "goalpost_spool_rows 0.0" in metrics and "goalpost_event_store_up 1.0" in metrics


def check_counted_once(
    server: RunningServer, site: Site, goal: str, load: Load, store: ClickHouse | None = None
) -> None:
    """Everything acknowledged is counted, nothing twice, and nothing that was not sent; the server is stopped for it.

    `goal` is one that every event of the load reaches. `store` is the event store, unless it is the server's own.
    """
    eventually(lambda: is_drained(server), seconds=30, what="an empty spool")
    conversions = site.stats(goal)["conversions"]
    pageviews = site.api.get(f"/sites/{site.key}/stats").json()["data"]["totals"]["pageviews"]
    server.stop()
    events, converted = _stored(store, goal) if store else _stored_in(server, goal)

    acknowledged, stored, sent = set(load.acknowledged), set(events.values()), set(load.sent)
    assert acknowledged, "nothing was acknowledged"
    assert not acknowledged - stored, f"{len(acknowledged - stored)} acknowledged events are not stored"
    assert not stored - sent, f"{len(stored - sent)} events are stored that nobody sent"
    assert len(stored) == len(events), f"{len(events) - len(stored)} events are stored twice"
    assert not events.keys() ^ set(converted), (
        f"{len(events.keys() ^ set(converted))} conversions are missing or too many"
    )
    assert len(set(converted)) == len(converted), f"{len(converted) - len(set(converted))} conversions are stored twice"
    assert conversions == len(events), f"{conversions} conversions are counted, {len(events)} are stored"
    assert pageviews == len(events), f"{pageviews} page views are counted, {len(events)} are stored"


def _stored(store: ClickHouse, goal: str) -> tuple[dict[int, str], list[int]]:
    events = store.rows("SELECT id, path FROM events")
    converted = store.rows(f"SELECT event_id FROM conversions WHERE goal_id = '{goal}'")
    assert len({row["id"] for row in events}) == len(events), "an event is stored twice"
    return {row["id"]: row["path"] for row in events}, [row["event_id"] for row in converted]


def _stored_in(server: RunningServer, goal: str) -> tuple[dict[int, str], list[int]]:
    store = ClickHouse(server.data / "events").start()
    try:
        return _stored(store, goal)
    finally:
        store.close()
