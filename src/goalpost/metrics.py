"""Numbers for the operator, in Prometheus's format: from memory alone, so that asking costs nobody else anything."""

import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector as MetricCollector

from goalpost.conversions.ingest.answers import IngestCounts
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.ingest.spool_counts import SpoolCounts

PATH = "/metrics"
TYPE = "text/plain; version=0.0.4"
_PATIENCE = 5.0  # seconds for each part of a request
_AT_ONCE = 8  # requests


class _ServerMetrics(MetricCollector):
    def __init__(self, counts: IngestCounts, spool: SpoolCounts, drain: Drain) -> None:
        self._counts = counts
        self._spool = spool
        self._drain = drain

    def collect(self) -> Iterator[Metric]:
        counts, spool = self._counts, self._spool
        yield CounterMetricFamily("goalpost_events_accepted", "Events acknowledged since the start.", counts.accepted)
        yield CounterMetricFamily("goalpost_events_rejected", "Events that could not be read.", counts.rejected)
        dropped = CounterMetricFamily("goalpost_events_dropped", "Events not counted, by reason.", labels=["reason"])
        for reason, count in list(counts.dropped.items()):
            dropped.add_metric([reason], count)
        yield dropped
        yield GaugeMetricFamily(
            "goalpost_spool_rows", "Rows acknowledged and not yet in the event store.", max(0, spool.waiting)
        )
        yield GaugeMetricFamily(
            "goalpost_spool_batches_set_aside", "Batches in the spool that could not be read.", spool.set_aside
        )
        yield GaugeMetricFamily(
            "goalpost_dead_letters", "Rows that the event store refused for good.", spool.dead_letters
        )
        yield CounterMetricFamily(
            "goalpost_dead_letters_dropped", "Refused rows for which there was no room.", spool.dropped_letters
        )
        yield GaugeMetricFamily(
            "goalpost_event_store_up", "Whether the event store took the last batch.", int(self._drain.available)
        )


def exposition(counts: IngestCounts, spool: SpoolCounts, drain: Drain) -> bytes:
    """Return the text that `/metrics` answers."""
    registry = CollectorRegistry()
    registry.register(_ServerMetrics(counts, spool, drain))
    return generate_latest(registry)


def is_allowed(authorization: str, token: str | None) -> bool:
    """Return whether a request with this Authorization header may see the numbers; without a token everybody may."""
    return token is None or hmac.compare_digest(authorization.encode(errors="replace"), f"Bearer {token}".encode())


@contextmanager
def listening(host: str, port: int, token: str | None, expose: Callable[[], bytes]) -> Iterator[None]:
    """Answer `/metrics`, and nothing else, on a port of its own as long as the block lasts."""
    with _Server(host, port, token, expose) as server:
        threading.Thread(target=server.serve_forever, args=(0.2,), name="metrics", daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()


class _Server(ThreadingHTTPServer):
    block_on_close = False

    def __init__(self, host: str, port: int, token: str | None, expose: Callable[[], bytes]) -> None:
        self.token = token
        self.expose = expose
        self._free = threading.BoundedSemaphore(_AT_ONCE)
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread, or hang up where there are enough of them."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer one connection."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore a client that has gone."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE

    def do_GET(self) -> None:
        """Answer the numbers."""
        if self.path.partition("?")[0] != PATH:
            self._answer(404, "text/plain", b"Only /metrics is here.\n")
        elif not is_allowed(self.headers.get("authorization", ""), self.server.token):
            self._answer(401, "text/plain", b"Send GOALPOST_METRICS_TOKEN as Authorization: Bearer.\n")
        else:
            self._answer(200, TYPE, self.server.expose())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Log nothing of scrapes."""

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media_type)
        self.send_header("content-length", str(len(body)))
        if status == 401:
            self.send_header("www-authenticate", "Bearer")
        self.end_headers()
        self.wfile.write(body)
