"""A goal's statistics over thirty days through HTTP: cold, warm, and while events are coming in."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import traffic
from bench.harness import Run, Server
from bench.load import Load, Requests, background, wrk
from bench.month import CONVERTING
from bench.report import Figure
from bench.stored import Month

P50_MS = 10.0
P99_MS = 50.0
CLIENTS = (1, 8)
_INGEST = {"connections": 16, "pause_ms": 16}  # about a thousand events a second


@dataclass(frozen=True)
class _Question:
    """A question that is asked again and again, and the words by which it is reported."""

    what: str
    requests: Requests


def measure(run: Run, month: Month) -> None:
    _measure_cold(run, month)
    with run.new_folder("stats") as folder, Server(month.measured.data) as server:
        floors = _floors(run, server, folder)
        questions = _questions(folder, month)
        for question in questions:
            _measure(run, server, question, floors, "")
        events = traffic.single_events(folder, month.measured.site.key)
        with background(server.url + "/api/event", events, **_INGEST):
            time.sleep(1)
            before, started = server.metric("goalpost_events_accepted_total"), time.perf_counter()
            for question in questions:
                _measure(run, server, question, floors, ", events coming in")
            rate = (server.metric("goalpost_events_accepted_total") - before) / (time.perf_counter() - started)
        run.report.say(f"meanwhile {rate:,.0f} events a second came in")


def stats_paths(month: Month, first: int, last: int) -> list[str]:
    """The paths of the statistics over thirty days of some of the month's goals."""
    return [month.measured.path(f"/goals/{goal.id}/stats?period=30d") for goal in month.measured.goals[first:last]]


def _questions(folder: Path, month: Month) -> list[_Question]:
    converting = month.count // CONVERTING
    goals = {
        f"a goal with {converting:,} conversions": (0, 1),
        f"ten goals with {converting // 10:,}": (1, 11),
        f"a goal with {converting // 10:,} by known visitors": (11, 12),
    }
    key = month.measured.key
    return [_Question(what, traffic.gets(folder, stats_paths(month, *some), key)) for what, some in goals.items()]


def _measure_cold(run: Run, month: Month) -> None:
    """Every goal's first answer after a start."""
    times: list[float] = []
    for _ in range(run.pick(3, 1)):
        counted = 0
        with Server(month.measured.data) as server:
            for goal in month.measured.goals:
                started = time.perf_counter()
                answer = month.measured.get(server, f"/goals/{goal.id}/stats", period="30d")
                times.append((time.perf_counter() - started) * 1000)
                counted += answer["conversions"]
        if counted != month.written.rows["conversions"]:
            raise RuntimeError(f"{counted:,} conversions are counted, stored were {month.written.rows}")
    run.report.add(
        _judged(
            f"the first answer after a start, {len(times)} times", median(times), max(times), note="p99 is the slowest"
        )
    )


def _judged(what: str, p50_ms: float, p99_ms: float, *, value: str = "", ratio: str = "", note: str = "") -> Figure:
    met = p50_ms <= P50_MS and p99_ms <= P99_MS
    return Figure("stats", what, value, p50_ms, p99_ms, ratio, f"≤ {P50_MS:.0f}, ≤ {P99_MS:.0f} ms", met, note)


def _floors(run: Run, server: Server, folder: Path) -> dict[int, Load]:
    """The cheapest answer that takes the same way through HTTP."""
    requests = traffic.gets(folder, ["/healthz"])
    return {clients: wrk(server.url, requests, seconds=run.pick(3, 1), connections=clients) for clients in CLIENTS}


def _measure(run: Run, server: Server, question: _Question, floors: dict[int, Load], meanwhile: str) -> None:
    for clients in CLIENTS:
        load = wrk(server.url, question.requests, seconds=run.pick(6, 1), connections=clients)
        floor = floors[clients].p50_ms
        run.report.add(
            _judged(
                f"{question.what}, {clients} client{'s' * (clients > 1)}{meanwhile}",
                load.p50_ms,
                load.p99_ms,
                value=f"{load.per_second:,.0f}/s",
                ratio=f"{load.p50_ms / floor:.1f} x {floor:.2f} ms of /healthz",
                note=load.faults,
            )
        )
