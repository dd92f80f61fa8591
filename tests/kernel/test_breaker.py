"""The circuit breaker: when it refuses, and when it lets somebody try."""

import pytest

from goalpost.kernel.breaker import Breaker, Unanswered
from goalpost.kernel.errors import Unavailable


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def attempt(breaker: Breaker, error: Exception | None = None) -> str:
    """Outcome of one attempt: "answered", "tried" in vain, "refused" at once, or the name of another error."""
    tried = False
    try:
        with breaker.guard():
            tried = True
            if error:
                raise error
    except Unavailable:
        return "tried" if tried else "refused"
    except Exception as other:
        return type(other).__name__
    return "answered"


def test_it_refuses_after_three_failures_in_a_row_and_lets_one_try_later() -> None:
    clock = Clock()
    breaker = Breaker("the store", seconds=3.0, clock=clock)
    silent = Unanswered("the store does not answer")
    assert [attempt(breaker, silent) for _ in range(5)] == ["tried", "tried", "tried", "refused", "refused"]
    assert breaker.is_open
    clock.now += 3.0
    assert [attempt(breaker, silent), attempt(breaker)] == ["tried", "refused"]
    clock.now += 3.0
    assert [attempt(breaker), attempt(breaker, silent), attempt(breaker)] == ["answered", "tried", "answered"]
    assert not breaker.is_open


def test_one_tries_while_the_others_are_refused() -> None:
    clock = Clock()
    breaker = Breaker("the store", failures=1, seconds=3.0, clock=clock)
    attempt(breaker, Unanswered("silence"))
    clock.now += 3.0
    with breaker.guard():
        assert attempt(breaker) == "refused"
    assert attempt(breaker) == "answered"


@pytest.mark.parametrize("error", [Unavailable("too slow"), ValueError("mine")])
def test_another_error_counts_as_an_answer(error: Exception) -> None:
    breaker = Breaker("the store", failures=2)
    silent = Unanswered("silence")
    for _ in range(3):
        attempt(breaker, silent)
        attempt(breaker, error)
    assert attempt(breaker) == "answered"


def test_a_refusal_says_when_to_come_back() -> None:
    clock = Clock()
    breaker = Breaker("the store", failures=1, seconds=3.0, clock=clock)
    attempt(breaker, Unanswered("silence"))
    clock.now += 1.0
    with pytest.raises(Unavailable, match="the store does not answer") as refused, breaker.guard():
        pass
    assert refused.value.retry_after == 2
