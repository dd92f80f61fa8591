"""Each vendor's quota is its own: what one door counts takes nothing from another."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module

import httpx
import pytest

from goalpost.settings import Settings
from goalpost.tenancy.rate_limit import Allowance
from goalpost.vendors import DIALECTS
from tests.support.server import API, RunningServer

DOORS = {
    "krafter": ("GET", f"{API}/sites"),
    "pagesense": ("GET", "/pagesense/rest/v1/portal/{portal}/customevents?project_linkname=none"),
    "msportal": ("GET", "/api/public/v1/goals"),
    "gainsight": ("GET", "/v1/csgoal/external/admin/picklist"),
}
TELLS = ("krafter", "pagesense", "msportal")
"""Doors that tell a quota in headers; Gainsight documents none."""


@pytest.fixture(scope="module")
def limited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with the quotas that the vendors document, but for one door."""
    settings = {"GOALPOST_API_LIMITS": "gainsight=3, pagesense=7"}
    data = tmp_path_factory.mktemp("limited") / "data"
    with RunningServer(data, settings, without=["GOALPOST_API_LIMIT"]) as running:
        yield running


@pytest.fixture
def ask(limited: RunningServer) -> Callable[[str], httpx.Response]:
    workspace = limited.make_workspace()
    client = limited.client(workspace.key, "")

    def asked(door: str) -> httpx.Response:
        method, path = DOORS[door]
        return client.request(method, path.format(portal=workspace.name))

    return asked


def test_calls_at_one_door_take_nothing_from_another(ask: Callable[[str], httpx.Response]) -> None:
    """100 Gainsight calls made the next call at every other door of the workspace a 429."""
    assert [ask("gainsight").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert [int(ask(door).headers["x-ratelimit-remaining"]) for door in TELLS] == [99, 6, 99]
    assert [ask(door).status_code for door in DOORS] == [200, 404, 200, 429]


def test_the_headers_tell_the_doors_own_quota(ask: Callable[[str], httpx.Response]) -> None:
    for _ in range(2):
        ask("krafter")
    told = {door: ask(door).headers for door in TELLS}
    assert {door: headers["x-ratelimit-limit"] for door, headers in told.items()} == {
        "krafter": "100",
        "pagesense": "7",
        "msportal": "100",
    }
    assert {door: headers["x-ratelimit-remaining"] for door, headers in told.items()} == {
        "krafter": "97",
        "pagesense": "6",
        "msportal": "99",
    }


def test_a_refused_call_is_answered_as_the_contract_says(ask: Callable[[str], httpx.Response]) -> None:
    for door in ("gainsight", "pagesense"):
        for _ in range(8):
            answer = ask(door)
        assert answer.status_code == 429
        assert_like(answer.json(), door, 429)


@pytest.mark.parametrize("door", DOORS)
def test_a_call_without_right_is_answered_as_the_contract_says(door: str, server: RunningServer) -> None:
    workspace = server.make_workspace()
    method, path = DOORS[door]
    for status, key in ((401, "gp_none"), (403, workspace.make_key("events:write"))):
        answer = server.client(key, "").request(method, path.format(portal=workspace.name))
        if answer.status_code == status:  # PageSense documents no 403
            assert_like(answer.json(), door, status)
        else:
            assert (door, answer.status_code) == ("pagesense", 401)


def assert_like(answer: dict[str, object], door: str, status: int) -> None:
    """The answer has the keys of the contract's sample, in its order, and its kinds of values."""
    sample = json.loads(import_module(f"goalpost.dialects.{door}.contract").FAILURES[status][1])
    assert list(answer) == list(sample)
    assert {name: type(value) for name, value in answer.items()} == {
        name: type(value) for name, value in sample.items()
    }


def test_the_vendors_numbers() -> None:
    """Sources: Krafter's page on rate limits; Gainsight's page of the goal APIs; the others name no number."""
    found = {dialect.name: dialect.allowance for dialect in DIALECTS}
    assert found == {
        "krafter": Allowance(100),
        "pagesense": Allowance(100),
        "msportal": Allowance(100),
        "gainsight": Allowance(100, 50_000),
    }


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, Allowance(100, 50_000)),
        ({"api_limit": 5}, Allowance(5, 50_000)),
        ({"api_limit": 5, "api_limits": "one=7,other=9"}, Allowance(7, 50_000)),
        ({"api_limits": "other=9"}, Allowance(100, 50_000)),
        ({"api_limits": "one=0", "api_daily_limit": 3}, Allowance(0, 3)),
        ({"rate_limit": "off", "api_limits": "one=7"}, Allowance(0, 0)),
    ],
)
def test_an_operator_chooses(chosen: dict[str, object], expected: Allowance) -> None:
    assert Settings(**chosen).allowed("one", Allowance(100, 50_000)) == expected


def test_a_day_is_counted_only_where_a_vendor_counts_days() -> None:
    assert Settings(api_daily_limit=3).allowed("one", Allowance(100)) == Allowance(100, 0)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("gainsite=3", "there is no 'gainsite'"),
        ("gainsight=many", "GOALPOST_API_LIMITS"),
        ("7", "GOALPOST"),
    ],
)
def test_a_mistyped_limit_is_told_at_the_start(value: str, told: str, own_server: Callable[..., RunningServer]) -> None:
    done = own_server(GOALPOST_API_LIMITS=value).cli("serve", check=False)
    assert done.returncode != 0
    assert told in done.stderr and "Traceback" not in done.stderr
