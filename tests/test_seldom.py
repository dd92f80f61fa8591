"""Lines in the log that senders can cause: one of each kind in a while, with how many there were."""

import json
from collections.abc import Callable

import pytest
import structlog
from structlog.testing import capture_logs

from goalpost import seldom
from goalpost.seldom import SECONDS, SeldomLog
from tests.support.server import RunningServer, eventually

EVENT = "events were turned away"


@pytest.fixture(autouse=True)
def fresh_logger(monkeypatch: pytest.MonkeyPatch) -> None:
    """A logger that was used before keeps the configuration of then, and tells `capture_logs` nothing."""
    monkeypatch.setattr(seldom, "_log", structlog.get_logger())


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_first_is_told_at_once_and_the_others_together() -> None:
    clock = Clock()
    log = SeldomLog(clock)
    with capture_logs() as told:
        for _ in range(1000):
            log.error(EVENT, "the disk is full")
        log.error(EVENT, "the spool is full")
        clock.now += SECONDS
        log.error(EVENT, "the disk is full")

    assert [(line["reason"], line["count"]) for line in told] == [
        ("the disk is full", 1),
        ("the spool is full", 1),
        ("the disk is full", 1000),
    ]
    assert {line["log_level"] for line in told} == {"error"}


def test_held_back_lines_are_told_when_nothing_follows() -> None:
    clock = Clock()
    log = SeldomLog(clock)
    with capture_logs() as told:
        for number in range(3):
            log.warning(EVENT, "the disk is full", number=number)
        log.flush()
        assert len(told) == 1  # it is not time yet
        clock.now += SECONDS
        log.flush()
        log.flush()
        clock.now += SECONDS
        log.flush()

    assert [(line["count"], line["number"]) for line in told] == [(1, 0), (2, 2)]


def test_reasons_that_are_new_every_time_are_few_lines_and_little_memory() -> None:
    log = SeldomLog(Clock())
    with capture_logs() as told:
        for number in range(10_000):
            log.error(EVENT, f"{number} {'x' * 10_000}")

    assert len(told) == 101
    assert told[-1]["reason"] == "other reasons"
    assert len(log._kinds) == 101


def test_faults_of_one_kind_come_the_same_way() -> None:
    def fail() -> None:
        raise RuntimeError("never the same")

    def once() -> None:
        try:
            fail()
        except RuntimeError as error:
            log.fault("a request failed", error, path="/once")

    def another() -> None:
        try:
            fail()
        except RuntimeError as error:
            log.fault("a request failed", error, path="/another")

    log = SeldomLog(Clock())
    with capture_logs() as told:
        for _ in range(5):
            once()
        another()

    assert [line["path"] for line in told] == ["/once", "/another"]
    assert isinstance(told[0]["exc_info"], RuntimeError)
    assert told[0]["reason"].startswith("RuntimeError at ")


def test_a_spool_that_is_full_costs_the_log_a_line_in_ten_seconds(own_server: Callable[..., RunningServer]) -> None:
    server = own_server(
        GOALPOST_SPOOL_MAX_MB="1", GOALPOST_EVENTS_URL="clickhouse://127.0.0.1:9/none", GOALPOST_LOG_FORMAT="json"
    ).start()
    site = server.make_site()
    events = [{"props": {"text": "x" * 2000}}] * 100
    refused = 0
    while refused < 30:
        refused += site.send(events).status_code == 503

    def lines() -> list[int]:
        told = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
        return [line["count"] for line in told if line["event"] == EVENT]

    eventually(lambda: sum(lines()) == refused, seconds=3 * SECONDS, what="the count of all that were turned away")
    assert len(lines()) <= 5
