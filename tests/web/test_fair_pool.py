"""Threads that lanes share: turns, limits, deadlines."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from goalpost.kernel.errors import Unavailable
from goalpost.web import fair_pool
from goalpost.web.fair_pool import FairPool
from tests.support.server import eventually


class Gate:
    """Work that waits until it is let through, and notes the order in which it began."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.began: list[str] = []

    def work(self, name: str) -> str:
        self.began.append(name)
        assert self.open.wait(10)
        return name


@pytest.fixture
def one() -> Iterator[FairPool]:
    pool = FairPool("test", 1, 1)
    yield pool
    pool.close()


def run(pool: FairPool, gate: Gate, *names: str) -> list[str]:
    """Submit work whose lane is the first letter of its name, all at once; what was done, in the order of names."""

    async def take() -> list[str]:
        first = asyncio.create_task(pool.take(lambda: gate.work("first"), lane="first", seconds=10))
        while not gate.began:
            await asyncio.sleep(0.001)
        tasks = [
            asyncio.create_task(pool.take(lambda name=name: gate.work(name), lane=name[0], seconds=10))
            for name in names
        ]
        await asyncio.sleep(0)
        gate.open.set()
        await first
        return list(await asyncio.gather(*tasks))

    return asyncio.run(take())


def test_lanes_take_turns(one: FairPool) -> None:
    gate = Gate()
    assert run(one, gate, "a1", "a2", "a3", "a4", "b1", "b2", "c1") == ["a1", "a2", "a3", "a4", "b1", "b2", "c1"]
    assert gate.began == ["first", "a1", "b1", "c1", "a2", "b2", "a3", "a4"]


def test_a_lane_has_some_of_the_threads_only() -> None:
    pool, gate = FairPool("test", 4, 2), Gate()
    waiting = [pool.submit(lambda n=n: gate.work(f"a{n}"), lane="a", seconds=10) for n in range(4)]
    other = pool.submit(lambda: "b", lane="b", seconds=10)
    assert other.result(5) == "b"
    assert sorted(gate.began) == ["a0", "a1"]
    gate.open.set()
    assert [done.result(5) for done in waiting] == ["a0", "a1", "a2", "a3"]
    pool.close()


def test_who_waits_too_long_is_told_so_and_its_work_is_dropped(one: FairPool) -> None:
    gate = Gate()

    async def take() -> None:
        hung = asyncio.create_task(one.take(lambda: gate.work("hung"), lane="a", seconds=0.3))
        while not gate.began:
            await asyncio.sleep(0.001)
        with pytest.raises(Unavailable, match="too long"):
            await one.take(lambda: gate.work("late"), lane="b", seconds=0.2)
        with pytest.raises(Unavailable, match="too long"):
            await hung
        gate.open.set()
        assert await one.take(lambda: "next", lane="b", seconds=5) == "next"

    asyncio.run(take())
    assert gate.began == ["hung"]


def test_waiting_work_is_bounded_for_a_lane_and_for_all(one: FairPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fair_pool, "MOST_OF_A_LANE", 2)
    monkeypatch.setattr(fair_pool, "MOST_WAITING", 3)
    gate = Gate()
    one.submit(lambda: gate.work("first"), lane="a", seconds=10)
    while not gate.began:
        pass
    for lane in "aab":
        one.submit(lambda: None, lane=lane, seconds=10)
    for lane in "ac":
        with pytest.raises(Unavailable, match="too many requests are waiting") as refused:
            one.submit(lambda: None, lane=lane, seconds=10)
        assert refused.value.retry_after == 1
    gate.open.set()


def test_an_error_of_the_work_is_the_callers(one: FairPool) -> None:
    def fail() -> None:
        raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        asyncio.run(one.take(fail, lane="a", seconds=5))
    assert asyncio.run(one.take(lambda: 1, lane="a", seconds=5)) == 1


def test_a_closed_pool_finishes_what_waits_and_takes_nothing_more() -> None:
    pool, gate = FairPool("test", 1, 1), Gate()
    done = [pool.submit(lambda: gate.work("x"), lane="a", seconds=10) for _ in range(3)]
    gate.open.set()
    pool.close()
    assert [each.result(0) for each in done] == ["x", "x", "x"]
    with pytest.raises(Unavailable):
        pool.submit(lambda: None, lane="a", seconds=10)


class Rows:
    """Something that work has read, of which there may be much."""


def test_what_failing_work_has_read_does_not_wait_for_the_collector(one: FairPool) -> None:
    """A filter that took too long kept its statement, tens of thousands of objects, until the oldest were looked at."""
    known: list[weakref.ref[Rows]] = []

    def fail() -> None:
        rows = Rows()
        known.append(weakref.ref(rows))
        raise Unavailable("the request took too long")

    async def take() -> None:
        with pytest.raises(Unavailable):
            await one.take(fail, lane="a", seconds=10)

    gc.disable()
    try:
        asyncio.run(take())
        eventually(lambda: known[0]() is None, seconds=2, what="the end of what was read")
    finally:
        gc.enable()
