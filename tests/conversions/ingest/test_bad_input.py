"""Input that no tracker sends: rejected with a reason, or taken as far as it can be, and never a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.server import BROWSER, RunningServer, Site, eventually

DEEP = "[" * 100_000
BALANCED = DEEP + "]" * 100_000

UNREADABLE_BODIES: dict[str, str | bytes] = {
    "nothing": b"",
    "white space": " \r\n\t",
    "null": "null",
    "a number": "12",
    "a text": '"pageview"',
    "true": "true",
    "truncated": '{"name": "pageview", "domain": "example.com", "url": "https://example.com/',
    "a truncated array": '[{"name": "pageview"},',
    "two values": '{"name": "a", "domain": "b"} {"name": "a", "domain": "b"}',
    "a trailing comma": '{"name": "a", "domain": "b",}',
    "a form": "name=pageview&domain=example.com",
    "HTML": "<html></html>",
    "not UTF-8": b'{"name": "\xff", "domain": "example.com"}',
    "half a character": b'{"name": "\xe2\x82", "domain": "example.com"}',
    "a raw surrogate": b'{"name": "\xed\xa0\x80", "domain": "example.com"}',
    "UTF-16": '{"name": "a", "domain": "b"}'.encode("utf-16"),
    "a raw NUL": b'{"name": "a\0", "domain": "example.com"}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "brackets": DEEP,
    "brackets and as many closed": BALANCED,
    "nested objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
}

UNREADABLE_FIELDS: dict[str, dict[str, Any]] = {
    "no name": {"name": None},
    "an empty name": {"name": ""},
    "a long name": {"name": "x" * 256},
    "NUL in the name": {"name": "a\0b"},
    "a surrogate in the name": {"name": "\ud800"},
    "a surrogate in a page view's url": {"url": "https://example.com/\udfff"},
    "a surrogate in the domain": {"domain": "\ud800"},
    "true as name": {"name": True},
    "an array as name": {"name": ["pageview"]},
    "an object as name": {"name": {}},
    "NaN as name": {"name": float("nan")},
    "an object as a page view's url": {"url": {}},
    "a number as a page view's url": {"url": 1},
    "true as domain": {"domain": True},
    "an array as domain": {"domain": ["example.com"]},
    "no domain": {"domain": ""},
    "commas as domain": {"domain": " , ,"},
    "a page view without url": {"url": ""},
}


@pytest.fixture(scope="module")
def browser(server: RunningServer) -> Iterator[httpx.Client]:
    """One connection, kept alive, as a browser has it."""
    headers = {"user-agent": BROWSER, "content-type": "text/plain"}
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30, headers=headers) as client:
        yield client


def _event(site: Site, **more: Any) -> dict[str, Any]:
    event = {"name": "pageview", "domain": site.key, "url": f"https://{site.domain}/", **more}
    return {key: value for key, value in event.items() if value is not None}


def _check_refused(answer: httpx.Response) -> None:
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["error"].strip()


@pytest.mark.parametrize("body", UNREADABLE_BODIES.values(), ids=UNREADABLE_BODIES)
def test_a_body_that_cannot_be_read_is_refused(browser: httpx.Client, body: str | bytes) -> None:
    _check_refused(browser.post("/api/event", content=body))


@pytest.mark.parametrize("fields", UNREADABLE_FIELDS.values(), ids=UNREADABLE_FIELDS)
def test_an_event_that_cannot_be_read_is_refused(browser: httpx.Client, site: Site, fields: dict[str, Any]) -> None:
    answer = browser.post("/api/event", content=json.dumps(_event(site, **fields)))

    _check_refused(answer)
    assert "rejected" not in answer.json()


def test_a_rejected_event_is_not_counted(site: Site) -> None:
    goal = site.goal("pageview", "contains", "/")
    for fields in UNREADABLE_FIELDS.values():
        site.workspace.server.post_event(json.dumps(_event(site, **fields)))
    site.send({})
    site.counted(goal, 1)

    site.send({})

    assert site.counted(goal, 2)["conversions"] == 2


@pytest.mark.parametrize("nested", [DEEP, BALANCED], ids=["open", "closed"])
@pytest.mark.parametrize("place", ["element", "unknown field", "props", "revenue", "name"])
def test_nesting_inside_an_array(browser: httpx.Client, site: Site, nested: str, place: str) -> None:
    good = json.dumps(_event(site))
    fields = {
        "unknown field": f'"x": {nested}',
        "props": f'"props": {{"a": {nested}}}',
        "revenue": f'"revenue": {nested}',
        "name": f'"name": {nested}',
    }
    bad = nested if place == "element" else f"{good[:-1]}, {fields[place]}}}"

    _check_refused(browser.post("/api/event", content=f"[{good}, {bad}, {good}]"))
    _check_refused(browser.post("/api/event", content=bad))
    assert browser.post("/api/event", content=good).status_code == 202


ODD_BUT_READABLE: dict[str, dict[str, Any]] = {
    "unknown fields": {"x": {"y": [1, None, {"z": "\0"}]}, "hash": True, "w": 1920, "": "", "Name": "other"},
    "null for everything optional": dict.fromkeys(["referrer", "props", "revenue", "kind", "r", "p", "m", "$"]),
    "a name of 255 characters": {"name": "ö" * 255, "url": None},
    "30 props of greatest length": {"props": {f"{number:03}{'k' * 297}": "v" * 2000 for number in range(30)}},
    "more than 30 props, but few with a value": {"props": {"a": 1} | {f"key{number}": None for number in range(100)}},
    "every scalar in props": {
        "props": {"a": "text", "b": 1, "c": 1.5, "d": True, "e": None, "f": "", "": 1, "g": 2**70}
    },
    "NUL in props": {"props": {"a\0": "\0"}},
    "NUL in the url": {"url": "https://example.com/\0"},
    "a referrer of 10 kB": {"referrer": "https://example.com/" + "x" * 10_000},
    "a referrer that is none": {"referrer": "\0 :// ?"},
    "a number as name": {"name": 404, "url": None},
    "an emoji as name": {"name": "🎯", "url": None},
    "a custom event without url": {"name": "Signup", "url": None},
}


@pytest.mark.parametrize("fields", ODD_BUT_READABLE.values(), ids=ODD_BUT_READABLE)
def test_odd_events_are_kept(browser: httpx.Client, site: Site, fields: dict[str, Any]) -> None:
    body = {**_event(site), **fields}
    if body["url"] is None:
        del body["url"]

    answer = browser.post("/api/event", content=json.dumps(body))

    assert (answer.status_code, answer.content) == (202, b"")
    assert "x-goalpost-dropped" not in answer.headers


def test_odd_events_are_counted(site: Site) -> None:
    """Accepted is not enough: the event store must take them too."""
    goals = [site.goal("pageview", "regex", "."), site.goal("event", "regex", ".")]
    for fields in ODD_BUT_READABLE.values():
        site.send({key: value for key, value in fields.items() if not (key == "url" and value is None)})

    custom = [fields for fields in ODD_BUT_READABLE.values() if "name" in fields]
    assert site.counted(goals[1], len(custom))["conversions"] == len(custom)
    others = len(ODD_BUT_READABLE) - len(custom)
    assert site.counted(goals[0], others)["conversions"] == others


@pytest.mark.parametrize(
    "amount",
    ["-1", "-0.0001", "1e400", "-1e400", "1e14", "9" * 5000, '"NaN"', '"sNaN"', '"Infinity"', '"-Infinity"', '"1e999"'],
)
def test_impossible_revenue_is_ignored_and_the_event_kept(site: Site, browser: httpx.Client, amount: str) -> None:
    body = f'{{"name": "buy", "domain": "{site.key}", "revenue": {{"amount": {amount}, "currency": "EUR"}}}}'

    answer = browser.post("/api/event", content=body)

    assert (answer.status_code, answer.content) == (202, b"")
    assert answer.headers["x-goalpost-ignored"] == "revenue"


def test_odd_revenue_counts_or_is_ignored(site: Site) -> None:
    goal = site.goal("event", "exact", "buy", currency="EUR")
    amounts = ["1e400", "-5", '"NaN"', "0", "-0.0", "10.005", '"0.10"', "1e-400", "0.1e1"]
    for amount in amounts:
        site.workspace.server.post_event(
            f'{{"name": "buy", "domain": "{site.key}", "revenue": {{"amount": {amount}, "currency": "eur"}}}}'
        )

    assert site.counted(goal, len(amounts)) == {
        "conversions": len(amounts),
        "unique_conversions": 1,
        "revenue": 11.105,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
TEXT = st.text(max_size=20)
URL = st.sampled_from(["https://example.com/", "/", "data:,x", "https://[::1/"]) | TEXT.map(
    "https://example.com/".__add__
)
PROPS = st.dictionaries(TEXT, st.text() | st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=5)
AMOUNT = st.decimals(allow_nan=False).map(str) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
REVENUE = st.fixed_dictionaries({"amount": AMOUNT}, optional={"currency": st.sampled_from(["EUR", "eur", ""])})
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(["referrer", "r", "u"], URL),
    **dict.fromkeys(["props", "p", "m"], PROPS | PROPS.map(json.dumps)),
    **dict.fromkeys(["revenue", "$"], REVENUE | REVENUE.map(json.dumps)),
    **dict.fromkeys(["n", "d", "user_agent", "ip"], TEXT),
    **dict.fromkeys(["id", "visitor"], TEXT.map("x".__add__) | st.integers()),
    "kind": st.sampled_from(["pageview", "event", "goal", None]),
    "timestamp": st.sampled_from(["2026-11-20T12:00:00Z", "20010101", 1_000_000_000_000, 1e12 + 0.5, None]),
}


@st.composite
def _events(draw: st.DrawFn) -> dict[str, Any]:
    """An event with anything in it that may be in one, and now and then something that may not."""
    event = draw(st.fixed_dictionaries({"name": TEXT.map("x".__add__), "url": URL}, optional=FIELDS))
    broken = draw(st.dictionaries(st.sampled_from(["name", "url", *FIELDS]), JSON, max_size=1))
    return {**event, **broken, "domain": "SITE"}


_HUNDREDS = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("trusted", [False, True])
def test_any_json(browser: httpx.Client, site: Site, trusted: bool) -> None:
    headers = {"authorization": f"Bearer {site.workspace.key}"} if trusted else {}

    @_HUNDREDS
    @given(body=_events() | st.lists(_events() | JSON, max_size=5) | JSON)
    def check(body: Any) -> None:
        text = json.dumps(body).replace('"SITE"', json.dumps(site.key))
        answer = browser.post("/api/event", content=text, headers=headers)
        assert answer.status_code in (202, 400)
        assert (answer.status_code == 400) == bool(answer.content)

    check()
    metrics = eventually(lambda: "goalpost_spool_rows 0.0" in (found := browser.get("/metrics").text) and found)
    assert "goalpost_dead_letters 0.0" in metrics  # the event store took whatever was accepted


@_HUNDREDS
@given(body=st.binary(max_size=200) | st.text(alphabet='[]{}",:\\u0123456789eE+-. \0tfn', max_size=200).map(str.encode))
def test_any_bytes(browser: httpx.Client, body: bytes) -> None:
    assert browser.post("/api/event", content=body).status_code in (202, 400)
