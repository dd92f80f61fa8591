"""The memo for what senders send: whatever they send, it stays within its entries and its bytes."""

import threading
import tracemalloc
from collections import Counter

import pytest

from goalpost.kernel.bounded_cache import BoundedCache, size_of


def test_an_answer_is_made_once_and_then_looked_up() -> None:
    asked: Counter[str] = Counter()

    def make(key: str) -> int:
        asked[key] += 1
        return len(key)

    cache = BoundedCache(make, entries=100, size=1 << 20)

    assert [cache[key] for key in ("a", "bb", "a", "bb", "a")] == [1, 2, 1, 2, 1]
    assert asked == {"a": 1, "bb": 1}


def test_there_are_never_more_entries_than_it_may_have() -> None:
    cache = BoundedCache(str, entries=100, size=1 << 20)

    for number in range(10_000):
        cache[number]
        assert len(cache) + len(cache._older) <= 100


@pytest.mark.parametrize("text", ["x" * 1000, "é" * 1000, "\N{PILE OF POO}" * 1000])
def test_memory_stays_within_the_bytes_whatever_the_alphabet(text: str) -> None:
    """Python keeps a text in one, two or four bytes a character: PEP 393."""
    cache = BoundedCache(lambda key: (key, key[::-1]), entries=1_000_000, size=4 << 20)
    tracemalloc.start()
    try:
        for number in range(5_000):
            cache[f"{number}{text}"]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert 100 * 1024 < taken < 5 << 20


def test_short_entries_are_measured_with_what_a_dict_takes_for_them() -> None:
    cache = BoundedCache(str, entries=10_000_000, size=1 << 20)
    tracemalloc.start()
    try:
        for number in range(75_000):
            cache[number]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert 1 << 18 < taken < 5 << 18


def test_a_popular_answer_survives_a_flood() -> None:
    made: Counter[str] = Counter()

    def make(key: str) -> str:
        made[key] += 1
        return key

    cache = BoundedCache(make, entries=100, size=1 << 20)
    for number in range(10_000):
        cache[f"flood {number}"]
        cache["usual"]

    assert made["usual"] == 1


def test_an_answer_too_large_for_the_cache_is_made_each_time_and_pushes_nothing_out() -> None:
    cache: BoundedCache[object, str] = BoundedCache(str, entries=100, size=1 << 20)
    cache[1]

    assert cache["x" * 100_000] == "x" * 100_000
    assert list(cache) == [1]


def test_a_failure_is_raised_and_not_remembered() -> None:
    cache = BoundedCache(int, entries=10, size=1 << 20)

    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            cache["x"]
    assert not cache


def test_without_a_function_an_answer_is_made_where_it_is_needed() -> None:
    cache: BoundedCache[str, int] = BoundedCache(entries=10, size=1 << 20)

    assert cache.get("a") is None
    assert cache.answer("a", lambda: 1) == cache["a"] == 1
    with pytest.raises(KeyError):
        cache["b"]
    cache.forget()
    assert cache.get("a") is None


def test_threads_get_right_answers() -> None:
    cache = BoundedCache(lambda key: key * 2, entries=50, size=1 << 20)
    wrong: list[int] = []

    def ask() -> None:
        wrong.extend(number for number in [*range(200)] * 20 if cache[number] != number * 2)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(cache) <= 25


def test_a_tuple_is_as_large_as_its_parts() -> None:
    assert size_of(("x" * 1000, ("y" * 1000, 1))) > 2000
    assert size_of(None) < 100
