"""An event store of its own process, reached over HTTP, that tests start, kill and start again."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.support.server import eventually, free_port


@dataclass
class ClickHouse:
    """ClickHouse's HTTP interface over a data directory, on a free port of 127.0.0.1."""

    data: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """A value for GOALPOST_EVENTS_URL."""
        return f"clickhouse://127.0.0.1:{self.port}/default"

    def start(self) -> "ClickHouse":
        self.data.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable,
            str(Path(__file__).with_name("clickhouse_server.py")),
            str(self.port),
            str(self.data),
        ]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        eventually(self._answers, seconds=60, what="the event store's start")
        return self

    def kill(self) -> None:
        """End it as a crash does."""
        self._end(signal.SIGKILL)

    def close(self) -> None:
        if self.process is not None:
            self._end(signal.SIGTERM)

    def rows(self, query: str) -> list[dict[str, Any]]:
        """Rows that the store answers to a query."""
        answer = httpx.post(
            f"http://127.0.0.1:{self.port}/", content=f"{query} FORMAT JSONEachRow", trust_env=False, timeout=60
        )
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def _end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = None

    def _answers(self) -> bool:
        assert self.process is not None and self.process.poll() is None, "the event store ended"
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/ping", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False
