"""Revenue that anybody can send: bounded for an event, and none where a site asks for a key."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.server import RunningServer, Site, eventually

SHOP = {"kind": "goal", "name": "buy"}


@pytest.fixture
def goal(site: Site) -> str:
    return site.goal("custom", "exact", "buy", currency="EUR")


def _ignored(site: Site, event: dict[str, Any], **headers: str) -> str | None:
    answer = site.send({**SHOP, **event}, **headers)
    assert answer.status_code == 202
    return answer.headers.get("x-goalpost-ignored")


def test_an_event_without_a_key_earns_no_fortune(site: Site, goal: str) -> None:
    """One array of ten thousand amounts of 10^14 made a goal's revenue 10^18, with no way back."""
    key = {"authorization": f"Bearer {site.workspace.key}"}

    assert _ignored(site, {"revenue": {"amount": 10**10}}) is None
    assert _ignored(site, {"revenue": {"amount": 10**10 + 1}}) == "revenue"
    assert _ignored(site, {"revenue": {"amount": "99999999999999"}}) == "revenue"
    assert _ignored(site, {"revenue": {"amount": 10**11}}, **key) is None

    assert site.counted(goal, 4)["revenue"] == 110_000_000_000


def test_nor_by_a_property_that_goals_read_as_revenue(site: Site) -> None:
    goal = site.goal("event", "exact", "buy", currency="EUR")
    event = {"kind": "event", "name": "buy"}

    assert _ignored(site, event | {"props": {"revenue": 7, "plan": "a"}}) is None
    assert _ignored(site, event | {"props": {"revenue": "1e13", "plan": "a"}}) == "props.revenue"

    assert site.counted(goal, 2)["revenue"] == 7


def test_a_site_may_ask_for_a_key(site: Site, goal: str, server: RunningServer) -> None:
    key = {"authorization": f"Bearer {site.workspace.key}"}
    told = server.command("site", "keyed-revenue", site.key, "on").out
    assert "senders with a key alone" in told

    def is_ignored() -> bool:
        return _ignored(site, {"revenue": {"amount": 0}}) == "revenue"

    eventually(is_ignored, what="the site's wish")
    assert _ignored(site, {"revenue": {"amount": 5}, "props": {"revenue": 5, "plan": "a"}}) == "revenue, props.revenue"
    assert _ignored(site, {"revenue": {"amount": 7}}, **key) is None
    assert _ignored(site, {}) is None

    assert site.counted(goal, 4)["revenue"] == 7


def test_the_bound_is_the_operators(own_server: Callable[..., RunningServer]) -> None:
    site = own_server(GOALPOST_KEYLESS_REVENUE="50").start().make_site()

    assert _ignored(site, {"revenue": {"amount": 50}}) is None
    assert _ignored(site, {"revenue": {"amount": 50.01}}) == "revenue"
