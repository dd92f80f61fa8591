"""Cost of one event: nothing that a sender writes takes the loop's thread for longer than some milliseconds."""

import asyncio
import functools
import itertools
import json
import time
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from goalpost.conversions.ingest import collect, fields
from goalpost.conversions.ingest.answers import Outcome
from goalpost.conversions.ingest.sources import utm_of
from goalpost.conversions.ingest.wire import Sender, read_event, to_hit
from goalpost.conversions.model.private_parameters import is_private_value, without_private_values
from goalpost.conversions.model.urls import route_of, split_url, suffix_of

PAGE = "https://x.example/"
MARKS = "e" + "\u0301" * 30
NESTED = "%26c%3Dhttps%3A%2F%2Fx%3Ftoken%253D1"
_numbers = itertools.count()


def fresh(text: str) -> str:
    """Return a text that no memo has."""
    return f"{next(_numbers):05}{text}"


def names(count: int, before: str, behind: str) -> str:
    return "".join(before + fresh(behind) for _ in range(count))


HOSTILE: dict[str, Any] = {
    "marks": lambda: {"url": "https://" + fresh("ü" * 55) + ".example/" + MARKS * 900},
    "more marks": lambda: {"url": PAGE + fresh(MARKS + "\u0301") * 2200},
    "symbols": lambda: {"url": PAGE + fresh("\U0001d15e" * 65_000)},
    "encoded": lambda: {"url": PAGE + fresh("%41x" * 16_000)},
    "not utf-8": lambda: {"url": PAGE + fresh("%ff" * 21_000)},
    "dots": lambda: {"url": PAGE + fresh("/a/.." * 13_000)},
    "credentials": lambda: {"url": PAGE + fresh("://a@" * 13_000)},
    "labels": lambda: {"url": "https://" + fresh("ü.") * 140},
    "encoded host": lambda: {"url": "https://" + fresh("%C3%BC" * 10_000) + "/"},
    "parameters": lambda: {"url": PAGE + "?" + names(8000, "&", "B=1")},
    "encoded parameters": lambda: {"url": PAGE + "?" + names(4000, "&%25", "%3D1")},
    "tags": lambda: {"url": PAGE + "?" + fresh("&utm_source=%40" * 4000)},
    "fragment": lambda: {"url": PAGE + "#/" + fresh("%C3%BC@;" * 8000), "h": 1},
    "referrer": lambda: {"url": PAGE, "referrer": "https://" + fresh("ü.") * 140 + "/" + MARKS * 60},
    "nested": lambda: {"url": PAGE, "props": {fresh("k"): "/" + fresh("?b=" + NESTED * 50) for _ in range(30)}},
    "links": lambda: {"url": PAGE, "props": {fresh("k"): "/?" + names(190, "&", "B=1") for _ in range(30)}},
    "addresses": lambda: {"url": PAGE, "props": {fresh("k"): "/?" + fresh("&a=%40" * 300) for _ in range(30)}},
    "members": lambda: {"url": PAGE, "props": {fresh("k"): json.dumps([f"/{fresh('')}?a=1"] * 90) for _ in range(30)}},
    "depth": lambda: {"url": PAGE, "props": {fresh("k"): "[" * 900 + '"/"' + "]" * 900 for _ in range(30)}},
    "refused": lambda: {"url": PAGE, "props": {fresh("é"): [1] for _ in range(3000)}},
}


def _read(event: dict[str, Any]) -> float:
    """Take an event apart as the pipeline does; returns the milliseconds of it."""
    body = msgspec.json.encode({"name": "pageview", "domain": "x.example", **event})
    started = time.thread_time()
    hit, _ = to_hit(read_event(body), Sender("192.0.2.1", "", 1_800_000_000_000, None))
    for address in (hit.url, hit.referrer):
        url = split_url(address)
        if url is not None:
            suffix_of(url.query, url.fragment)
            route_of(url.fragment)
            utm_of(url.query)
    return (time.thread_time() - started) * 1000


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_event_costs_little(kind: str) -> None:
    """Each of these took 5 to 80 ms; about 1 ms is what is left, and the bound leaves room for slow machines."""
    assert min(_read(HOSTILE[kind]()) for _ in range(5)) < 5


def test_parameters_that_are_not_looked_at_are_not_kept() -> None:
    kept = without_private_values("&".join(f"a{number}=1" for number in range(127)) + "&b=2&token=T&c=3")
    assert kept.endswith("&a126=1&b=2") and "T" not in kept


def test_a_value_with_too_many_parameters_counts_as_private() -> None:
    assert not is_private_value("/x?" + "%26".join(["a%3D1"] * 30))
    assert is_private_value("/x?" + "%26".join(["a%3D1"] * 40))
    assert is_private_value("{" + ",".join(f'"a{number}": 1' for number in range(40)) + "}")


def test_properties_that_cannot_be_searched_are_ignored() -> None:
    ignored: list[str] = []
    link = "/a?" + "&".join(["b=1"] * 100)
    sent = {"one": link, "two": link, "three": link, "plain": "a", "text": "&" * 1000}
    assert fields.properties((sent,), ignored) == {"one": link, "two": link, "plain": "a", "text": "&" * 1000}
    assert ignored == ["props.three"]


def test_arrays_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their number, everything else gets its turn after one turn of one of them."""
    monkeypatch.setattr(collect, "_TURN", 0)
    seen: list[int] = []
    fake: Any = SimpleNamespace(_turns=None, _enrich=lambda index, *_: seen.append(index))
    fake._enrich_some = functools.partial(collect.Collector._enrich_some, fake)

    async def others() -> list[int]:
        at_each_look = []
        for _ in range(20):
            await asyncio.sleep(0)
            at_each_look.append(len(seen))
        return at_each_look

    async def run() -> list[int]:
        fake._turns = asyncio.Lock()
        body = b"[" + b",".join([b'{"name":"a"}'] * 10) + b"]"
        sender = Sender("", "", 0, None)
        arrays = [collect.Collector._enrich_all(fake, body, sender, False, Outcome()) for _ in range(10)]
        looks, *_ = await asyncio.gather(others(), *arrays)
        return looks

    looks = asyncio.run(run())

    assert sorted(seen) == sorted([*range(10)] * 10)
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(looks))
