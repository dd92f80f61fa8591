"""`goalpost spool`: what is in it, what does not leave by itself, and how it is sent again."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.spool import Spool
from tests.support.commands import Done


@pytest.fixture
def path(tmp_path: Path, alone: Callable[..., Done]) -> Path:
    assert alone("workspace", "create", "acme").code == 0
    return tmp_path / "data" / "spool.sqlite"


@pytest.fixture
def spool(path: Path) -> Iterator[Spool]:
    spool = Spool(path, 64 * 1024 * 1024)
    yield spool
    spool.close()


def keep(spool: Spool, *names: str) -> None:
    for name in names:
        spool.keep([Accepted(name.encode(), [], None)])


def change(path: Path, statement: str, *values: Any) -> None:
    db = sqlite.connect(path, isolation_level=None)
    db.execute(statement, values)
    db.close()


def drain(spool: Spool, refused: bytes | None = None) -> list[bytes]:
    events = []
    while (batch := spool.next_batch(1)) is not None:
        events += batch.events
        spool.sent(batch, [("events", row, "no good") for row in batch.events if row == refused])
    return events


def test_a_spool_that_will_empty_itself_is_well(alone: Callable[..., Done], spool: Spool) -> None:
    keep(spool, "a", "b")
    checked = alone("spool", "check", "--json").json
    assert (checked["ok"], checked["batches"], checked["rows"]) == (True, 2, 2)
    assert alone("spool", "check").out == "2 batches with 2 rows wait for the event store.\n"
    assert alone("spool", "list").code == 0


def test_what_is_kept_back_is_told_and_sent_again(alone: Callable[..., Done], spool: Spool, path: Path) -> None:
    keep(spool, "a", "b", "c")
    good = spool._db.execute("SELECT events FROM batches WHERE id = 2").fetchone()[0]
    change(path, "UPDATE batches SET events = x'c1' WHERE id = 2")
    before = alone("spool", "check")
    assert (before.code, "Batch 2 cannot be read" in before.out) == (1, True)
    assert drain(spool, refused=b"c") == [b"a", b"c"]

    after = alone("spool", "check")
    assert after.code == 1
    assert "1 batches are set aside" in after.out
    assert "1 rows were refused" in after.out
    batch, row = alone("spool", "list", "--json").json
    assert (batch["kind"], batch["id"], batch["may_be_stored"]) == ("batch", 2, False)
    assert base64.b64decode(batch["events"]) == b"\xc1"
    assert batch["checksum"] != batch["found_checksum"]
    assert (row["kind"], row["table"], row["reason"]) == ("row", "events", "no good")
    assert base64.b64decode(row["row"]) == b"c"

    change(path, "UPDATE batches SET events = ? WHERE id = 2", good)  # as if a new version could read it
    assert alone("spool", "retry").out == "Sending again: 1 batches and 1 rows.\n"
    keep(spool, "d")
    assert sorted(drain(spool)) == [b"b", b"c", b"d"]
    assert alone("spool", "check").code == 0


def test_a_batch_that_is_sent_again_is_not_among_those_on_their_way(
    alone: Callable[..., Done], spool: Spool, path: Path
) -> None:
    """It has a new number: what is on its way is let go of by numbers, and would take it along."""
    keep(spool, "a", "b", "c")
    change(path, "UPDATE batches SET checksum = 1 WHERE id = 2")
    sending = spool.next_batch(50_000)
    assert sending is not None
    change(path, "UPDATE batches SET checksum = NULL WHERE id = 2")
    assert alone("spool", "retry").code == 0
    spool.sent(sending, [])
    assert drain(spool) == [b"b"]


def test_what_is_given_up_is_deleted_when_somebody_says_so(
    alone: Callable[..., Done], spool: Spool, path: Path
) -> None:
    keep(spool, "a", "b")
    change(path, "UPDATE batches SET events = x'' WHERE id = 1")
    drain(spool, refused=b"b")
    assert alone("spool", "delete").code == 2
    assert alone("spool", "delete", "--yes").out == "Deleted 1 batches and 1 rows.\n"
    assert alone("spool", "check", "--json").json["ok"]


def test_a_spool_that_is_not_a_database_is_told(alone: Callable[..., Done], path: Path) -> None:
    for name in ("", "-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
    path.write_bytes(b"no database at all, for sure" * 1000)
    done = alone("spool", "check")
    assert (done.code, "The file is damaged: file is not a database" in done.out) == (1, True)
    path.unlink()
    done = alone("spool", "check")
    assert (done.code, done.err) == (1, f"goalpost: there is no spool at {path}\n")
