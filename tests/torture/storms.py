"""Storms: hostile senders of one kind beside an honest client, every answer of which is checked."""

import contextlib
import json
import os
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.ready import is_ready
from tests.support.server import BROWSER, RunningServer, Site, eventually

Attack = Callable[[threading.Event], None]
"""Attacks until the event is set."""

EVENTS, LISTS = "/api/event", "/sites"


@dataclass
class Honest:
    """A client that sends events and reads lists, one after the other, and notes what it was answered and how fast."""

    site: Site
    paths: tuple[str, ...] = (EVENTS, LISTS)
    sent: int = 0
    unexpected: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def run(self, stop: threading.Event) -> None:
        """Go on until told to stop."""
        url = self.site.workspace.server.url
        with httpx.Client(trust_env=False, timeout=60, headers={"user-agent": BROWSER}) as client:
            while not stop.is_set():
                for path in self.paths:
                    self._ask(client, url, path)
                time.sleep(0.01)

    def _ask(self, client: httpx.Client, url: str, path: str) -> None:
        started = time.perf_counter()
        if path == EVENTS:
            self.sent += 1
            body = {"name": "signup", "kind": "goal", "domain": self.site.key, "url": f"https://x.example/{self.sent}"}
            answer, expected = client.post(url + EVENTS, content=json.dumps(body)), 202
        else:
            answer, expected = self.site.api.get(path), 200
        self.seconds.append(time.perf_counter() - started)
        if answer.status_code != expected:
            self.unexpected.append(f"{path}: {answer.status_code} {answer.text[:200]}")

    def p99(self) -> float:
        """Return the time within which 99 of 100 requests were answered, in seconds."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)]


@contextmanager
def running(*works: Attack) -> Iterator[None]:
    """Threads that work until the end of the block."""
    stop = threading.Event()
    threads = [threading.Thread(target=work, args=(stop,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(90)


def memory_mb(server: RunningServer) -> float:
    """Return the resident memory of the server's process."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def bodies(server: RunningServer) -> Attack:
    """Bodies that do not come or come by the byte, over many connections, and large ones that are not JSON."""

    def attack(stop: threading.Event) -> None:
        head = b"POST /api/event HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n"
        junk = os.urandom(900_000)
        while not stop.is_set():
            with ExitStack() as stack, contextlib.suppress(OSError):
                slow = [
                    stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                    for _ in range(200)
                ]
                for wire in slow:
                    wire.sendall(head + b"{")
                for wire in slow:
                    if stop.wait(0.05):
                        return
                    wire.sendall(b"x")
                slow[0].sendall(junk)
                slow[0].recv(1000)

    return attack


def arrays(site: Site, *, keyed: bool) -> Attack:
    """Arrays as large as they may be (7.5 MB, or 100 events), distinct in every field."""

    def attack(stop: threading.Event) -> None:
        size, key = (1_500, site.workspace.key) if keyed else (100, "")
        headers = {"user-agent": BROWSER, **({"authorization": f"Bearer {key}"} if keyed else {})}
        with httpx.Client(base_url=site.workspace.server.url, trust_env=False, timeout=60, headers=headers) as client:
            # Made once and varied: to make it anew would keep the honest client, in this process, from its turn.
            array = json.dumps([hostile_event(site.key) for _ in range(size)])
            while not stop.is_set():
                with contextlib.suppress(httpx.TransportError):
                    client.post(EVENTS, content=array.replace(MARK, f"{random.getrandbits(64):016x}"))

    return attack


MARK = "0123456789abcdef"


def hostile_event(site: str) -> dict[str, Any]:
    """An event whose every field is new and as long as it may be; with MARK in each, by which it can be varied."""
    unique = f"{random.getrandbits(32):x}{MARK}"
    return {
        "name": f"{unique}{'n' * 200}",
        "domain": site,
        "url": f"https://{unique}.example/{unique * 100}?utm_source={unique}&utm_campaign={unique * 10}",
        "referrer": f"http://{unique}.example/{'r' * 1500}",
        "props": {f"{unique}{number}": unique * 2 for number in range(5)},
        "revenue": {"amount": "9" * 8, "currency": "EUR"},
    }


def goals(site: Site, number: int = 100) -> Attack:
    """Goals with patterns that take long to compile, changed all the time, and an event after each change."""
    made = [site.goal("pageview", "regex", rf"^/{n}/(a|b|c|d)*x{{1,20}}(\w+-){{1,9}}$") for n in range(number)]

    def attack(stop: threading.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(httpx.TransportError):
                site.api.patch(f"/sites/{site.key}/goals/{random.choice(made)}", json={"name": str(random.random())})
                site.send({"name": "pageview", "url": f"https://{site.domain}/1/abcd"})

    return attack


def statistics(site: Site, first: str = "2025-01-01", last: str = "2025-12-31") -> Attack:
    """Statistics over a long period, all dimensions at once, and the events of it."""

    def attack(stop: threading.Event) -> None:
        dimensions = "path,referrer,country,device,browser,os,utm_source,utm_medium,utm_campaign"
        period = {"period": "custom", "from": first, "to": last}
        while not stop.is_set():
            with contextlib.suppress(httpx.TransportError):
                site.api.get(f"/sites/{site.key}/stats", params={**period, "dimensions": dimensions})
                site.api.get(f"/sites/{site.key}/events", params=period)

    return attack


def queries(server: RunningServer, companies: int) -> Attack:
    """Filters as large as they may be over many companies, four at a time."""
    workspace = server.make_workspace()
    api = server.client(workspace.key, "")
    api.headers["accesskey"] = workspace.key
    del api.headers["authorization"]
    for start in range(0, companies, 50):
        records = [{"Name": f"Company {number}", "Notes": f"{number} " * 40} for number in range(start, start + 50)]
        answer = api.post("/v1/data/objects/Company", json={"records": records})
        assert answer.status_code == 200, answer.text[:300]
    conditions = [
        {
            "fieldName": "Notes",
            "alias": f"A{number}",
            "operator": "CONTAINS",
            "value": [f"{number} {value} x" for value in range(40)],
        }
        for number in range(50)
    ]
    expression = " OR ".join(condition["alias"] for condition in conditions)
    body = {"select": ["Name"], "where": {"conditions": conditions, "expression": expression}}

    def attack(stop: threading.Event) -> None:
        while not stop.is_set():
            with contextlib.suppress(httpx.TransportError):
                api.post("/v1/data/objects/query/Company", json=body)

    return attack


def check(server: RunningServer, honest: Honest, goal: str) -> None:
    """Check that everything the honest client sent is counted once, and that the server ends in time."""
    assert honest.unexpected == []
    eventually(lambda: is_ready(server), seconds=60, what="readiness")
    eventually(lambda: honest.site.stats(goal)["conversions"] == honest.sent, seconds=60, what="the honest conversions")
    started = time.monotonic()
    assert server.stop() == 0
    print(f"{time.monotonic() - started:.1f} s from SIGTERM to the end")
    assert time.monotonic() - started < 15
