"""One fsync for many requests: each learns what came of its own events, and only when they are on the disk."""

import asyncio
import gc
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from goalpost.conversions.ingest import spool as spool_module
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.group_commit import MOST_EVENTS, GroupCommit
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import Unavailable


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.sqlite", 64 * 1024 * 1024)
    try:
        yield spool
    finally:
        spool.close()


def _events(*keys: str) -> list[Accepted]:
    return [Accepted(key.encode(), [], key.encode() if key else None) for key in keys]


def _kept(spool: Spool) -> list[bytes]:
    kept = []
    while (batch := spool.next_batch(10**9)) is not None:
        kept += batch.events
        spool.sent(batch, [])
    return kept


def test_everybody_learns_of_their_own(spool: Spool) -> None:
    async def post() -> list[set[int]]:
        commit = GroupCommit(spool)
        try:
            requests = [_events("a", "b"), _events("b"), _events("", "c", "a", ""), _events(""), _events("c", "d", "d")]
            return await asyncio.gather(*[commit.keep(request) for request in requests])
        finally:
            commit.close()

    assert asyncio.run(post()) == [set(), {0}, {2}, set(), {0, 2}]
    assert _kept(spool) == [b"a", b"b", b"", b"c", b"", b"", b"d"]


def test_many_at_once(spool: Spool) -> None:
    async def post() -> list[set[int]]:
        commit = GroupCommit(spool)
        try:
            return await asyncio.gather(*[commit.keep(_events(str(number % 100))) for number in range(2000)])
        finally:
            commit.close()

    repeated = asyncio.run(post())

    assert sum(not indices for indices in repeated) == 100
    assert sorted(_kept(spool)) == sorted(str(number).encode() for number in range(100))


def test_more_than_a_commit_takes(spool: Spool) -> None:
    async def post() -> None:
        commit = GroupCommit(spool)
        try:
            await asyncio.gather(*[commit.keep(_events("") * (MOST_EVENTS // 3)) for _ in range(10)])
        finally:
            commit.close()

    asyncio.run(post())

    assert spool.waiting() == 10 * (MOST_EVENTS // 3)


def test_it_is_on_the_disk_when_it_is_done(spool: Spool, tmp_path: Path) -> None:
    async def post() -> int:
        commit = GroupCommit(spool)
        other = Spool(tmp_path / "spool.sqlite", 64 * 1024 * 1024)
        try:
            await commit.keep(_events("a"))
            return other.waiting()
        finally:
            other.close()
            commit.close()

    assert asyncio.run(post()) == 1


def test_close_commits_what_waits(spool: Spool) -> None:
    async def post() -> None:
        commit = GroupCommit(spool)
        waiting = [commit.keep(_events("")) for _ in range(100)]
        commit.close()
        assert await asyncio.gather(*waiting) == [set()] * 100

    asyncio.run(post())

    assert spool.waiting() == 100


def test_a_client_that_leaves_takes_nobody_with_it(spool: Spool) -> None:
    async def post() -> list[set[int]]:
        commit = GroupCommit(spool)
        try:
            waiting = [commit.keep(_events("")) for _ in range(10)]
            for future in waiting[::2]:
                future.cancel()
            return [await future for future in waiting[1::2]]
        finally:
            commit.close()

    assert asyncio.run(post()) == [set()] * 5
    assert spool.waiting() == 10


def test_everybody_is_turned_away_when_the_spool_is_full(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "small.sqlite", 256 * 1024)
    large = [Accepted(b"x" * 1_000_000, [], None)]

    async def post() -> tuple[list[object], set[int]]:
        commit = GroupCommit(spool)
        try:
            results = await asyncio.gather(*[commit.keep(large) for _ in range(5)], return_exceptions=True)
            return list(results), await commit.keep(_events("a"))
        finally:
            commit.close()

    results, after = asyncio.run(post())

    assert [type(result) for result in results] == [Unavailable] * 5
    assert after == set()
    assert _kept(spool) == [b"a"]
    spool.close()


def test_a_spool_that_is_broken_turns_everybody_away(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool.sqlite", 1024 * 1024)
    spool.close()

    async def post() -> list[object]:
        commit = GroupCommit(spool)
        try:
            return list(await asyncio.gather(*[commit.keep(_events("a")) for _ in range(3)], return_exceptions=True))
        finally:
            commit.close()

    assert [type(result) for result in asyncio.run(post())] == [Unavailable] * 3


def test_events_that_were_turned_away_do_not_wait_for_the_collector(spool: Spool) -> None:
    """While the disk was full each failing commit kept the rows of all its requests, megabytes of them."""

    class Rows(list[Accepted]):
        """A request's events."""

    def full(_accepted: Sequence[Accepted], _waited: float) -> set[int]:
        raise Unavailable("the disk is full")

    async def post() -> "weakref.ref[Rows]":
        commit = GroupCommit(spool)
        try:
            rows = Rows(_events("a"))
            known = weakref.ref(rows)
            with pytest.raises(Unavailable):
                await commit.keep(rows)
            return known
        finally:
            commit.close()

    spool.keep = full  # type: ignore[method-assign]
    gc.disable()
    try:
        assert asyncio.run(post())() is None
    finally:
        gc.enable()


def test_while_the_file_is_locked_nobody_waits_longer_than_its_patience(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that came during a commit that waited in vain waited as long once more: 16 s instead of 8."""
    monkeypatch.setattr(spool_module, "_PATIENCE", 1.5)
    here, there = (Spool(tmp_path / "spool.sqlite", 64 * 1024 * 1024) for _ in range(2))

    async def keep(commit: GroupCommit) -> tuple[bool, float]:
        started = time.monotonic()
        try:
            await commit.keep(_events("a"))
        except Unavailable as error:
            assert error.retry_after > 0
            return False, time.monotonic() - started
        return True, time.monotonic() - started

    async def post() -> tuple[list[tuple[bool, float]], bool]:
        commit = GroupCommit(here)
        try:
            there._db.execute("BEGIN IMMEDIATE")
            waiting = []
            for _ in range(35):
                waiting.append(asyncio.ensure_future(keep(commit)))
                await asyncio.sleep(0.1)
            there._db.execute("ROLLBACK")
            answers = list(await asyncio.gather(*waiting))
            deadline = time.monotonic() + 5
            while not (await keep(commit))[0] and time.monotonic() < deadline:
                await asyncio.sleep(0.1)
            return answers, (await keep(commit))[0]
        finally:
            commit.close()

    answers, recovered = asyncio.run(post())
    here.close()
    there.close()

    refused = [seconds for kept, seconds in answers if not kept]
    assert len(refused) >= 30 and max(refused) < 2.5
    assert sorted(refused)[len(refused) // 3] < 0.1  # at once, while it is known
    assert recovered


def test_a_commit_waits_for_a_thread_of_its_own_spool_no_longer(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The drain waited for the file with the lock held, and events for the lock and then for the file."""
    monkeypatch.setattr(spool_module, "_PATIENCE", 1.0)
    other = Spool(tmp_path / "spool.sqlite", 64 * 1024 * 1024)
    other._db.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    with pytest.raises(Unavailable):
        spool.keep(_events("a"), waited=0.8)
    assert time.monotonic() - started < 0.8
    other._db.execute("ROLLBACK")
    assert spool.keep(_events("a"), waited=0.8) == set()
    other.close()
