"""Counts of the spool, told from memory: the same as in the file, whoever put events there, and when."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from goalpost.conversions.ingest import spool as spool_module
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import Unavailable

MOST = 64 * 1024 * 1024


@pytest.fixture
def spools(tmp_path: Path) -> Iterator[tuple[Spool, Spool]]:
    """The spool of a server, and the same one as another process has it."""
    here, there = Spool(tmp_path / "spool", MOST), Spool(tmp_path / "spool", MOST)
    yield here, there
    here.close()
    there.close()


def keep(spool: Spool, events: int) -> None:
    spool.keep([Accepted(b"event", [b"conversion"], None) for _ in range(events)])


def send(spool: Spool) -> None:
    sending = spool.next_batch(1)
    assert sending is not None
    spool.sent(sending, [])


def test_a_spool_that_is_opened_again_knows_what_waits(tmp_path: Path) -> None:
    """Its numbers go on from those of batches that are gone."""
    first = Spool(tmp_path / "spool", MOST)
    for events in (1, 2, 3):
        keep(first, events)
    send(first)
    first.close()
    again = Spool(tmp_path / "spool", MOST)
    assert again.counts.waiting == again.waiting() == 10
    keep(again, 4)
    assert again.counts.waiting == again.waiting() == 18
    for _ in range(3):
        send(again)
    again.close()
    empty = Spool(tmp_path / "spool", MOST)
    keep(empty, 1)
    assert empty.counts.waiting == empty.waiting() == 2
    empty.close()


def test_what_is_kept_beside_another_process_counts_at_once(spools: tuple[Spool, Spool]) -> None:
    here, there = spools
    keep(there, 1)
    keep(here, 2)
    assert here.counts.waiting == 4
    keep(there, 3)
    keep(here, 4)
    assert here.counts.waiting == 12
    here.count_what_others_kept()
    assert here.counts.waiting == here.waiting() == 20
    here.count_what_others_kept()
    assert here.counts.waiting == 20


def test_what_others_kept_and_is_sent_meanwhile_is_not_counted(spools: tuple[Spool, Spool]) -> None:
    here, there = spools
    keep(there, 1)
    keep(here, 2)
    send(here)  # the other's
    assert here.counts.waiting == here.waiting() == 4
    here.count_what_others_kept()
    assert here.counts.waiting == 4
    send(here)
    assert here.counts.waiting == here.waiting() == 0
    keep(there, 5)
    here.count_what_others_kept()
    assert here.counts.waiting == here.waiting() == 10


def test_events_rolled_back_are_not_counted(spools: tuple[Spool, Spool]) -> None:
    here, there = spools
    keep(there, 1)
    with pytest.raises(RuntimeError), here._transaction():
        here._insert_rows([b"event"], [])
        raise RuntimeError
    assert here.counts.waiting == 0
    here.count_what_others_kept()
    assert here.counts.waiting == here.waiting() == 2


def test_a_spool_that_another_process_has_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A backup or a shell: who asks is told at once, and who keeps events after some seconds."""
    monkeypatch.setattr(spool_module, "_PATIENCE", 1.0)
    here, there = Spool(tmp_path / "spool", MOST), Spool(tmp_path / "spool", MOST)
    assert here.takes_events()
    here._kept_at = -1e9  # long ago
    there._db.execute("BEGIN IMMEDIATE")
    started = time.monotonic()
    assert not here.takes_events()
    with pytest.raises(Unavailable):
        keep(here, 1)
    assert time.monotonic() - started < 5
    there._db.execute("ROLLBACK")
    assert here.takes_events()
    keep(here, 1)
    here.close()
    there.close()
