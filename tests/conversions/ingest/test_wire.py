"""The fields of an event, long and short, as they reach the event store."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.clickhouse import ClickHouse
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, eventually

NOT_SENT = {"id", "site_id", "timestamp", "visitor", "visit_at"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    store = ClickHouse(tmp_path_factory.mktemp("store"))
    try:
        yield store.start()
    finally:
        store.close()


@pytest.fixture(scope="module")
def visible_server(tmp_path_factory: pytest.TempPathFactory, store: ClickHouse) -> Iterator[RunningServer]:
    """A server whose event store the tests can look into."""
    with RunningServer(tmp_path_factory.mktemp("visible") / "data", {"GOALPOST_EVENTS_URL": store.url}) as server:
        yield start_ready(server)


@pytest.fixture
def site(visible_server: RunningServer) -> Site:
    return visible_server.make_site()


@pytest.fixture
def stored(store: ClickHouse, site: Site) -> Callable[..., list[dict[str, Any]]]:
    """The site's events once there are so many, in the order sent."""

    def wait(count: int = 1) -> list[dict[str, Any]]:
        query = f"SELECT * FROM events WHERE site_id = '{site.id}' ORDER BY id"
        return eventually(lambda: len(rows := store.rows(query)) >= count and rows, what=f"{count} stored events")

    return wait


URL = (
    "https://WWW.Example.com:8443/caf%C3%A9?utm_source=News&utm_medium=mail&utm_campaign=May&utm_term=t&utm_content=c#x"
)
REVENUE = {"amount": "12.34567", "currency": "eur"}
PROPS = {"plan": "pro", "count": 3, "rate": 0.5, "new": True, "old": False, "none": None, "empty": ""}

WHOLE = {
    "kind": "event",
    "name": "Signup",
    "host": "www.example.com",
    "path": "/café",
    "suffix": "",  # no goal of the site looks at it
    "referrer": "www.google.com/search",
    "source": "Google",
    "utm_source": "News",
    "utm_medium": "mail",
    "utm_campaign": "May",
    "utm_term": "t",
    "utm_content": "c",
    "device": "Desktop",
    "browser": "Chrome",
    "os": "Linux",
    "country": "",
    "revenue": 12.3457,
    "currency": "EUR",
    "props": {"plan": "pro", "count": "3", "rate": "0.5", "new": "true", "old": "false"},
}

LONG = {
    "name": "Signup",
    "url": URL,
    "referrer": "https://www.google.com/search?q=x",
    "props": PROPS,
    "revenue": REVENUE,
}
SHORT = {"n": "Signup", "u": URL, "r": "https://www.google.com/search?q=x", "p": PROPS, "$": REVENUE}


def _sent(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in NOT_SENT}


@pytest.mark.parametrize(
    "event",
    [
        LONG,
        {**LONG, "domain": "SITE"},
        {**SHORT, "d": "SITE"},
        {**SHORT, "d": "SITE", "p": json.dumps(PROPS), "$": json.dumps(REVENUE)},
        {**SHORT, "d": "SITE", "p": None, "m": PROPS},
        {**LONG, "d": "nobody.example.com", "domain": "SITE", "n": "other", "u": "/", "r": "x", "m": {"a": 1}},
        {**LONG, "kind": "event", "hash": 1, "w": 1200, "h": 0, "s": True},
    ],
    ids=["long", "long with domain", "short", "short with texts", "meta", "long before short", "and unknown ones"],
)
def test_every_field_is_stored(site: Site, stored: Callable[..., Any], event: dict[str, Any]) -> None:
    named = {key: site.key if value == "SITE" else value for key, value in event.items()}
    body = named if "d" in named or "domain" in named else {"domain": site.domain, **named}
    before = datetime.now(UTC)

    answer = site.workspace.server.post_event(body)

    assert (answer.status_code, answer.content) == (202, b"")
    (row,) = stored()
    assert _sent(row) == WHOLE
    assert row["site_id"] == site.id
    at = datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC)
    assert abs((at - before).total_seconds()) < 60
    assert row["visit_at"] == at.strftime("%Y-%m-%d %H:%M:%S")
    assert 0 < row["visitor"] < 2**63


@pytest.mark.parametrize(
    ("event", "kind", "name"),
    [
        ({"name": "pageview"}, "pageview", "pageview"),
        ({"name": "Pageview"}, "event", "Pageview"),
        ({"name": "Signup"}, "event", "Signup"),
        ({"name": "Signup", "kind": "goal"}, "goal", "Signup"),
        ({"name": "pageview", "kind": "event"}, "event", "pageview"),
        ({"name": "Home", "kind": "pageview"}, "pageview", "Home"),
        ({"name": "", "kind": "pageview"}, "pageview", "pageview"),
    ],
)
def test_kinds(site: Site, stored: Callable[..., Any], event: dict[str, Any], kind: str, name: str) -> None:
    assert site.send(event).status_code == 202

    (row,) = stored()
    assert (row["kind"], row["name"]) == (kind, name)


def test_revenue_as_sent(site: Site, stored: Callable[..., Any]) -> None:
    amounts = ['"0.10"', "0.1", "1e2", "0", "-0.0", "99999999999999", "0.00004", "0.00006", "-1", '"NaN"', "1e400"]
    for amount in amounts:
        site.workspace.server.post_event(
            f'{{"name": "buy", "domain": "{site.key}", "revenue": {{"amount": {amount}, "currency": "usd"}}}}',
            authorization=f"Bearer {site.workspace.key}",  # without one, 10^14 is more than an event may earn
        )

    found = [(row["revenue"], row["currency"]) for row in stored(len(amounts))]

    kept = [0.1, 0.1, 100, 0, 0, 99999999999999, 0, 0.0001]
    assert found == [(amount, "USD") for amount in kept] + [(None, "")] * 3


def test_a_servers_event_has_no_page(site: Site, stored: Callable[..., Any]) -> None:
    key = site.workspace.make_key("events:write")
    event = {"name": "Signup", "url": "", "visitor": "u-1", "timestamp": "2026-01-02T03:04:05.678+01:00"}

    assert site.send(event, authorization=f"Bearer {key}", **{"user-agent": "my-shop"}).status_code == 202

    (row,) = stored()
    blank = dict.fromkeys(WHOLE, "") | {"kind": "event", "name": "Signup", "revenue": None, "props": {}}
    assert _sent(row) == blank
    assert row["timestamp"] == "2026-01-02 02:04:05.678"
    assert row["visitor"] >= 2**63


def test_ids_are_unique_and_rise(site: Site, stored: Callable[..., Any]) -> None:
    for number in range(3):
        site.send([{"name": f"e{number}-{index}"} for index in range(100)])

    rows = stored(300)

    assert len({row["id"] for row in rows}) == 300
    assert [row["name"] for row in rows] == [f"e{number}-{index}" for number in range(3) for index in range(100)]
