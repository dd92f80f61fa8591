"""Events that waited in the spool leave at the start: the store is there as soon as it takes something."""

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from goalpost.conversions.ingest import drain as drain_module
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.drain import Drain
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import Unavailable
from tests.support.server import eventually


class Store:
    """A store that takes a batch each time it is let, and may be away."""

    def __init__(self) -> None:
        self.may_take = threading.Semaphore(0)
        self.rows: list[bytes] = []
        self.away = False

    def prepare(self) -> None:
        """Connect."""

    def write(self, *, events: Sequence[bytes], conversions: Sequence[bytes], token: str) -> list[Any]:
        assert self.may_take.acquire(timeout=10)
        if self.away:
            raise Unavailable("the event store does not answer")
        self.rows += events
        return []

    write_again = write


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "spool.sqlite", 64 << 20)
    try:
        yield spool
    finally:
        spool.close()


def test_a_store_that_catches_up_is_available(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was not until all was sent: for twenty seconds after a crash the server was not ready, and silent."""
    monkeypatch.setattr(drain_module, "MAX_ROWS", 2)
    for name in (b"a", b"b", b"c", b"d", b"e", b"f"):
        spool.keep([Accepted(name, [], None)])
    store, visits = Store(), threading.Event()
    drain = Drain(spool, store, on_ready=visits.set)  # type: ignore[arg-type]
    assert (drain.available, drain.caught_up, drain.doing) == (False, False, "it is being opened")
    with capture_logs() as told:
        drain.start()
        try:
            eventually(lambda: drain.doing == "6 rows that waited in the spool go to it first", what="the backlog")
            assert not drain.available
            store.may_take.release()
            eventually(lambda: drain.available, what="the first batch")
            assert not drain.caught_up and not visits.is_set()
            store.may_take.release(2)
            eventually(lambda: drain.caught_up, what="the last batch")
            assert visits.is_set() and store.rows == [b"a", b"b", b"c", b"d", b"e", b"f"]
            # It goes away amid a later batch, and has to catch up again.
            store.away = True
            spool.keep([Accepted(b"g", [], None)])
            store.may_take.release()
            eventually(lambda: not drain.available, what="the outage")
            assert not drain.caught_up
            assert drain.doing == "the event store does not answer"
            store.away = False
            store.may_take.release(5)
            eventually(lambda: drain.caught_up, what="the end of the outage")
        finally:
            store.may_take.release(100)
            drain.close()

    assert [(line["event"], line["rows"]) for line in told if line["log_level"] == "info"] == [
        ("what waited in the spool goes to the event store", 6),
        ("the event store has what waited in the spool", 6),
    ]
