"""Numbers for the operator, in Prometheus's format."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector as MetricCollector

from goalpost.ingest.answers import IngestCounts
from goalpost.ingest.drain import Drain
from goalpost.ingest.spool import Spool


class _ServerMetrics(MetricCollector):
    def __init__(self, counts: IngestCounts, spool: Spool, drain: Drain) -> None:
        self._counts = counts
        self._spool = spool
        self._drain = drain

    def collect(self) -> Iterator[Metric]:
        counts = self._counts
        yield CounterMetricFamily("goalpost_events_accepted", "Events acknowledged since the start.", counts.accepted)
        yield CounterMetricFamily("goalpost_events_rejected", "Events that could not be read.", counts.rejected)
        dropped = CounterMetricFamily("goalpost_events_dropped", "Events not counted, by reason.", labels=["reason"])
        for reason, count in counts.dropped.items():
            dropped.add_metric([reason], count)
        yield dropped
        yield GaugeMetricFamily(
            "goalpost_spool_rows", "Rows acknowledged and not yet in the event store.", self._spool.waiting()
        )
        yield GaugeMetricFamily(
            "goalpost_dead_letters", "Rows that the event store refused for good.", self._spool.dead_letter_count()
        )
        yield GaugeMetricFamily(
            "goalpost_event_store_up", "Whether the event store took the last batch.", int(self._drain.available)
        )


def exposition(counts: IngestCounts, spool: Spool, drain: Drain) -> bytes:
    """The text that `/metrics` answers."""
    registry = CollectorRegistry()
    registry.register(_ServerMetrics(counts, spool, drain))
    return generate_latest(registry)
