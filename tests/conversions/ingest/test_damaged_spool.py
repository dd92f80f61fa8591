"""A batch that cannot be read is set aside, counted and told, and the others are sent; dead letters leave room."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.spool import Spool
from goalpost.kernel.errors import Unavailable
from tests.support.spools import drained

MB = 1024 * 1024


def keep(spool: Spool, *names: str) -> None:
    """Keep events, each in a batch of its own."""
    for name in names:
        spool.keep([Accepted(name.encode(), [f"{name}:goal".encode()], None)])


def run(file: Path, statement: str, *values: object) -> list[tuple]:
    db = sqlite.connect(file)
    with db:
        found = db.execute(statement, values).fetchall()
    db.close()
    return found


# A batch with bytes that are not MessagePack stopped the drain for ever. So would everything else that a batch can hold
# by a fault of the disk, of the memory or of a program.
DAMAGE = {
    "no MessagePack": ("UPDATE batches SET events = x'c1', checksum = NULL WHERE id = 2", "cannot be decoded"),
    "cut short": (
        "UPDATE batches SET events = substr(events, 1, 2), checksum = NULL WHERE id = 2",
        "cannot be decoded",
    ),
    "empty": ("UPDATE batches SET conversions = x'', checksum = NULL WHERE id = 2", "cannot be decoded"),
    "a map": ("UPDATE batches SET events = x'80', checksum = NULL WHERE id = 2", "cannot be decoded"),
    "texts, not bytes": ("UPDATE batches SET events = x'91a161', checksum = NULL WHERE id = 2", "cannot be decoded"),
    "deeply nested": (
        "UPDATE batches SET events = CAST(replace(hex(zeroblob(50000)), '00', x'91') AS BLOB), checksum = NULL"
        " WHERE id = 2",
        "cannot be decoded",
    ),
    "one bit": ("UPDATE batches SET events = x'91c40163' WHERE id = 2", "do not match their checksum"),
    "another checksum": ("UPDATE batches SET checksum = 'x' WHERE id = 2", "do not match their checksum"),
    "a text": ("UPDATE batches SET events = 'text', checksum = NULL WHERE id = 2", "something other than bytes"),
    "a number": ("UPDATE batches SET conversions = 7, checksum = NULL WHERE id = 2", "something other than bytes"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_batch_that_cannot_be_read_is_set_aside_and_the_rest_is_sent(
    open_spool: Callable[..., Spool], spool_file: Path, damage: str
) -> None:
    statement, reason = DAMAGE[damage]
    spool = open_spool()
    keep(spool, "a", "b", "c")
    run(spool_file, statement)

    batch = spool.next_batch(50_000)
    assert batch is not None
    assert (batch.events, list(batch.unreadable)) == ([b"a", b"c"], [2])
    assert reason in batch.unreadable[2]
    spool.sent(batch, [])

    assert spool.next_batch(50_000) is None
    assert (spool.waiting(), spool.has_sent(3)) == (0, True)
    spool.count_what_others_kept()
    assert (spool.counts.waiting, spool.counts.set_aside) == (0, 1)
    assert run(spool_file, "SELECT batch, sent_before FROM set_aside") == [(2, 0)]
    assert run(spool_file, "SELECT id FROM batches") == [(2,)]  # it stays for a person to look at
    keep(spool, "d")
    assert drained(spool) == [b"d"]


@pytest.mark.parametrize("size", ["-5", "'many'", "x'00'", "1e300", "9223372036854775807"])
def test_a_wrong_number_of_rows_stops_nothing(open_spool: Callable[..., Spool], spool_file: Path, size: str) -> None:
    spool = open_spool()
    keep(spool, "a", "b", "c")
    run(spool_file, f"UPDATE batches SET size = {size} WHERE id = 2")

    assert drained(spool) == [b"a", b"b", b"c"]


def test_a_note_of_what_is_on_its_way_that_cannot_be_read(open_spool: Callable[..., Spool], spool_file: Path) -> None:
    spool = open_spool()
    keep(spool, "a", "b")
    spool.next_batch(50_000)
    run(spool_file, "UPDATE sending SET first = 'first', token = x'00'")
    assert drained(spool) == [b"a", b"b"]


def test_a_damaged_batch_amid_what_was_on_its_way(open_spool: Callable[..., Spool], spool_file: Path) -> None:
    """It may be stored already, which whoever sends it again has to know."""
    keep(open_spool(), "a", "b", "c")
    open_spool().next_batch(50_000)
    run(spool_file, "UPDATE batches SET events = x'c1' WHERE id = 2")

    batch = open_spool().next_batch(50_000)

    assert batch is not None
    assert (batch.again, batch.events, list(batch.unreadable)) == (True, [b"a", b"c"], [2])
    assert run(spool_file, "SELECT batch, sent_before FROM set_aside") == [(2, 1)]


@pytest.mark.parametrize("sent_before", [False, True])
def test_a_damaged_place_in_the_file(open_spool: Callable[..., Spool], spool_file: Path, sent_before: bool) -> None:
    """The pages on which a large batch goes on are overwritten, so that SQLite itself cannot follow them."""
    spool = open_spool()
    keep(spool, "a")
    spool.keep([Accepted(b"\xee" * 40_000, [], None)])
    keep(spool, "c")
    if sent_before:
        spool.next_batch(50_000)
    spool.close()
    content = spool_file.read_bytes()
    pages = [start for start in range(0, len(content), 4096) if content[start + 8 : start + 4000] == b"\xee" * 3992]
    assert pages
    with spool_file.open("r+b") as file:
        for start in pages:
            file.seek(start)
            file.write(b"\xff" * 4096)

    spool = open_spool()
    assert drained(spool) == [b"a", b"c"]
    assert run(spool_file, "SELECT batch FROM set_aside") == [(2,)]
    keep(spool, "d")
    assert drained(spool) == [b"d"]


def test_a_file_of_an_older_version_is_read_as_before(open_spool: Callable[..., Spool], spool_file: Path) -> None:
    """Its batches have no checksum, and its table no column for one."""
    run(
        spool_file,
        "CREATE TABLE batches (id INTEGER PRIMARY KEY AUTOINCREMENT, events BLOB NOT NULL,"
        " conversions BLOB NOT NULL, size INTEGER NOT NULL)",
    )
    run(spool_file, "INSERT INTO batches (events, conversions, size) VALUES (x'91c40161', x'90', 1)")

    spool = open_spool()
    keep(spool, "b")

    assert drained(spool) == [b"a", b"b"]


def test_dead_letters_leave_the_spool_its_room(open_spool: Callable[..., Spool], spool_file: Path) -> None:
    """They may take a sixteenth of it; the oldest go, and their number is kept."""
    spool = open_spool(max_bytes=MB)
    for number in range(40):
        keep(spool, f"{number}")
        batch = spool.next_batch(50_000)
        assert batch is not None
        dropped = spool.sent(batch, [("events", b"%04d" % number * 1000, "no good" * 1000)])
    assert dropped == 1

    letters = spool.dead_letters()
    assert 10 < len(letters) < 20
    assert letters[0].row == b"0039" * 1000
    assert len(letters[0].reason) == 500
    assert (spool.counts.dead_letters, spool.counts.dropped_letters) == (len(letters), 40 - len(letters))
    again = open_spool(max_bytes=MB)
    again.count_dead_letters()
    assert (again.counts.dead_letters, again.counts.dropped_letters) == (len(letters), 40 - len(letters))


def test_a_spool_that_is_full_of_refused_rows_empties_all_the_same(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool(max_bytes=MB)
    rows = [b"%05d" % number * 100 for number in range(1_500)]
    spool.keep([Accepted(row, [], None) for row in rows])
    batch = spool.next_batch(50_000)
    assert batch is not None

    dropped = spool.sent(batch, [("events", row, "x" * 2000) for row in rows])

    assert dropped + spool.dead_letter_count() == 1_500
    assert spool.waiting() == 0
    keep(spool, "a")
    assert drained(spool) == [b"a"]


def test_dead_letters_of_an_older_version_that_fill_the_file_are_trimmed(
    open_spool: Callable[..., Spool], spool_file: Path
) -> None:
    open_spool(max_bytes=MB)
    run(
        spool_file,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO dead_letters (at, kind, row, reason) SELECT i, 'events', zeroblob(1000), 'no' FROM n",
    )
    spool = open_spool(max_bytes=MB)

    spool.count_dead_letters()

    assert 40 < spool.counts.dead_letters < 60
    assert spool.dead_letter_count() == spool.counts.dead_letters
    keep(spool, "a")
    assert drained(spool) == [b"a"]


def test_a_full_spool_says_so_until_there_is_room(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool(max_bytes=MB)
    assert spool.takes_events()
    with pytest.raises(Unavailable):
        while True:
            spool.keep([Accepted(b"x" * 10_000, [], None)])
    assert not spool.takes_events()
    drained(spool)
    assert spool.takes_events()


def test_counts_are_right_without_asking_the_file(open_spool: Callable[..., Spool]) -> None:
    """Also of what another process, such as an import, has put in between."""
    server, other = open_spool(), open_spool()
    keep(server, "a", "b")
    assert server.counts.waiting == 4
    keep(other, "c")
    keep(server, "d")
    server.count_what_others_kept()
    assert server.counts.waiting == server.waiting() == 8
    keep(server, "e")
    assert server.counts.waiting == 10
    keep(other, "f")
    drained(server)
    server.count_what_others_kept()
    assert server.counts.waiting == server.waiting() == 0
    keep(server, "g")
    server.count_what_others_kept()
    assert server.counts.waiting == server.waiting() == 2
