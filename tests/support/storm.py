"""The largest distinct input on every field of an event, for some seconds, and the memory that a server has then."""

import itertools
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx

from tests.support.server import BROWSER, RunningServer, Site
from tests.support.together import Crew

_SENDERS = 3
_LETTERS = ("x", "é", "\N{PILE OF POO}")


def resident_mb(server: RunningServer) -> float:
    """Megabytes of memory that the server's process has, as Linux counts them."""
    assert server.process is not None
    with open(f"/proc/{server.process.pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


def event_of(number: int) -> dict[str, Any]:
    """An event with the largest usable value in every field, and none that another number's has."""
    letter = _LETTERS[number % len(_LETTERS)]
    long = f"{number}{letter * 2000}"
    return {
        "name": f"{number}{letter * 240}" if number % 2 else "pageview",
        "url": f"https://{number}{letter * 30}.example.com/{long}?utm_source={long}&{number}p=1&{long[:60]}=2#{long}",
        "referrer": f"https://{number}{letter * 30}.example.org/{long}",
        "props": {f"{number}-{name}{letter * 280}": long[:2000] for name in range(3)},
        "i": f"{number}{letter * 50}",
        "user_agent": f"Mozilla/5.0 ({number}{letter * 2000})",
        "visitor": f"{number}{letter * 240}",
        "ip": f"2001:db8:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}::1",
        "revenue": {"amount": number, "currency": "EUR"},
    }


class Storm(Crew):
    """While the block lasts, arrays of such events come with a key and without; `statuses` are the answers'."""

    def __init__(self, site: Site, *, size: int = 50) -> None:
        super().__init__(_SENDERS)
        self.sent = 0
        self.statuses: set[int] = set()
        self._site = site
        self._events = size
        self._numbers: Iterator[int] = itertools.count(1)

    def last(self, seconds: float) -> None:
        """Let it go on for so long."""
        time.sleep(seconds)

    def work(self, number: int) -> None:
        """Send until stopped: the first without a key, the others with one."""
        workspace = self._site.workspace
        with httpx.Client(base_url=workspace.server.url, trust_env=False, timeout=60) as client:
            while not self.stop.is_set():
                numbers = [next(self._numbers) for _ in range(self._events)]
                events = [{**event_of(each), "domain": self._site.key} for each in numbers]
                body = json.dumps(events, ensure_ascii=False).encode()
                headers = {"user-agent": f"{BROWSER} {numbers[0]}{'x' * 2000}"}
                if number:
                    headers["authorization"] = f"Bearer {workspace.key}"
                self.statuses.add(client.post("/api/event", content=body, headers=headers).status_code)
                self.sent += len(numbers)
