"""Single events, each on the disk before its 202: requests a second beside the bare ASGI function, and all counted."""

import os
import time
from pathlib import Path
from statistics import mean, median

from bench import traffic
from bench.harness import Floor, Measured, Run, Server, new_site
from bench.load import Load, Requests, wrk
from bench.report import Figure

CONNECTIONS = 64
TARGET = 0.35
COUNTED_WITHIN = 2.0
_PATIENCE = 60.0  # seconds after which events count as lost


def measure(run: Run) -> None:
    with run.new_folder("ingest") as folder:
        measured = new_site(folder / "data", traffic.GOALS)
        requests = traffic.single_events(folder, measured.site.key)
        floors = [floor_load(run, folder, requests, CONNECTIONS)]
        with Server(measured.data) as server:
            load = wrk(server.url + "/api/event", requests, seconds=run.pick(60, 10), connections=CONNECTIONS)
            counted = Counted(server, measured, load, ended_at=time.perf_counter())
        floors.append(floor_load(run, folder, requests, CONNECTIONS))
        floor = mean(floors)
        run.report.add(
            Figure(
                "ingest",
                f"one event a POST, {CONNECTIONS} connections, {load.seconds:.0f} s",
                f"{load.per_second:,.0f}/s",
                load.p50_ms,
                load.p99_ms,
                f"{load.per_second / floor:.1%} of {floor:,.0f}/s",
                f"≥ {TARGET:.0%}",
                load.per_second / floor >= TARGET,
                f"floor {floors[0]:,.0f}/s and {floors[1]:,.0f}/s; an fsync of 4 kB {fsync_ms(folder):.2f} ms;"
                f" the longest answer {load.longest_ms:.0f} ms; {load.faults or 'no errors'}",
            )
        )
        run.report.add(counted.figure("ingest"))


def floor_load(run: Run, folder: Path, requests: Requests, connections: int) -> float:
    """Answers a second of the bare function for the same requests."""
    with Floor(folder) as floor:
        return wrk(floor.url, requests, seconds=run.pick(10, 1), connections=connections).per_second


class Counted:
    """The check that every acknowledged event is counted, and how soon after the last one was sent.

    wrk ends with requests on their way, which the server may have acknowledged without being heard: at most one for
    each connection. What the server says it acknowledged and what the API counts must be equal.
    """

    def __init__(
        self, server: Server, measured: Measured, load: Load, *, ended_at: float, per_request: int = 1
    ) -> None:
        self.spooled = server.metric("goalpost_spool_rows")
        self.seen = (load.answers - load.refused) * per_request
        self.counted = 0
        while self.counted < self._accepted(server) and time.perf_counter() - ended_at < _PATIENCE:
            time.sleep(0.02)
            self.counted = count_events(server, measured)
        self.seconds = time.perf_counter() - ended_at
        self.accepted = self._accepted(server)
        self.dropped = server.metric("goalpost_events_dropped_total")
        self.unheard = CONNECTIONS * per_request

    def figure(self, part: str) -> Figure:
        complete = self.counted == self.accepted and self.seen <= self.accepted <= self.seen + self.unheard
        return Figure(
            part,
            "every acknowledged event counted",
            f"{self.counted:,}",
            ratio=f"{self.counted / self.accepted:.2%} of {self.accepted:,}",
            target=f"all within {COUNTED_WITHIN:.0f} s",
            met=complete and self.seconds <= COUNTED_WITHIN,
            note=f"after {self.seconds:.2f} s; {self.seen:,} acknowledged as wrk saw it;"
            f" {self.dropped:,} dropped; {self.spooled:,} rows in the spool at the end of the load",
        )

    def _accepted(self, server: Server) -> int:
        return server.metric("goalpost_events_accepted_total")


def count_events(server: Server, measured: Measured) -> int:
    """Page views, custom events and goal calls of the site, as the API counts them over the last days."""
    pageviews = measured.get(server, "/stats", period="7d")["totals"]["pageviews"]
    events = sum(event["count"] for event in measured.get(server, "/events", period="7d"))
    calls = measured.get(server, f"/goals/{measured.goals[-1].id}/stats", period="7d")["conversions"]
    return int(pageviews + events + calls)


def fsync_ms(folder: Path) -> float:
    """The median of what it takes to append 4 kB to a file of this file system and see it on the disk."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(200):
            started = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - started)
    return median(times) * 1000
