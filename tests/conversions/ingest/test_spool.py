"""The durable hand-over: all or nothing in, the same again out, and nothing lost in between."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from pysqlite3 import dbapi2 as sqlite

from goalpost.conversions.ingest import pipeline
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.outgoing import Sending
from goalpost.conversions.ingest.spool import IDEMPOTENT_SECONDS, Spool
from goalpost.conversions.model.conversion_goals import Trigger
from goalpost.conversions.model.events import Hit
from goalpost.kernel.errors import Unavailable
from tests.support.ready import start_ready
from tests.support.server import BROWSER, RunningServer, Site, eventually
from tests.support.spools import drained

MB = 1024 * 1024
NO_ROW = b"\x93\x01\x02\xc1"
"""An array header and a byte that MessagePack never uses: no row of any table."""


def _events(*names: str, key: str | None = None) -> list[Accepted]:
    return [
        Accepted(name.encode(), [f"{name}:goal".encode()], f"{key}{name}".encode() if key else None) for name in names
    ]


def _next(spool: Spool, max_rows: int = 50_000) -> Sending:
    found = spool.next_batch(max_rows)
    assert found is not None
    return found


def test_kept_events_come_out_in_order(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()
    assert (spool.next_batch(10), spool.waiting()) == (None, 0)

    spool.keep(_events("a", "b"))
    spool.keep([Accepted(b"c", [], None)])

    assert spool.waiting() == 5
    batch = _next(spool)
    assert (batch.events, batch.conversions) == ([b"a", b"b", b"c"], [b"a:goal", b"b:goal"])
    spool.sent(batch, [])
    assert (spool.next_batch(10), spool.waiting()) == (None, 0)


def test_batches_are_not_larger_than_asked_for_but_whole(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()
    for name in "abcde":
        spool.keep(_events(name, name))
    spool.keep(_events(*"fghij"))

    sizes = []
    while (batch := spool.next_batch(10)) is not None:
        sizes.append((len(batch.events), len(batch.conversions)))
        spool.sent(batch, [])

    assert sizes == [(4, 4), (4, 4), (2, 2), (5, 5)]


def test_a_batch_on_its_way_is_sent_again_unchanged(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()
    spool.keep(_events("a", "b"))
    first = _next(spool)
    spool.keep(_events("c"))
    assert not first.again

    for again in (_next(spool), _next(open_spool())):
        assert again.again
        assert (again.token, again.events, again.conversions) == (first.token, first.events, first.conversions)

    open_spool().sent(first, [])
    second = _next(spool)
    assert (second.events, second.again) == ([b"c"], False)
    assert second.token != first.token


def test_tokens_differ_though_a_file_is_deleted_and_numbers_begin_anew(
    open_spool: Callable[..., Spool], tmp_path: Path
) -> None:
    tokens = set()
    for _ in range(3):
        spool = open_spool()
        spool.keep(_events("a"))
        tokens.add(_next(spool).token)
        spool.close()
        for path in tmp_path.glob("spool.sqlite*"):
            path.unlink()

    assert len(tokens) == 3


def test_a_key_counts_once(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()

    assert spool.keep(_events("a", "b", key="k")) == set()
    assert spool.keep(_events("c", "b", "c", "d", key="k")) == {1, 2}
    assert open_spool().keep(_events("d", key="k")) == {0}
    assert spool.keep(_events("d", "d")) == set()  # no key, no limit

    assert drained(spool) == [b"a", b"b", b"c", b"d", b"d", b"d"]
    assert spool.keep(_events("a", key="k")) == {0}  # sent long since, known all the same


def test_a_key_counts_again_after_seven_days(open_spool: Callable[..., Spool], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_773_144_000.0
    spool = open_spool()
    monkeypatch.setattr("goalpost.conversions.ingest.spool.time.time", lambda: now)
    spool.keep(_events("a", "b", key="k"))

    assert IDEMPOTENT_SECONDS > 3 * 24 * 3600  # for so long payment providers repeat a message
    now += IDEMPOTENT_SECONDS - 1
    spool.forget_old_ids()
    assert spool.keep(_events("a", key="k")) == {0}
    now += 1
    assert spool.keep(_events("a", key="k")) == set()
    assert spool.keep(_events("a", key="k")) == {0}
    spool.forget_old_ids()
    assert spool.keep(_events("b", "a", key="k")) == {1}


def test_the_oldest_keys_are_forgotten_where_there_are_too_many(
    open_spool: Callable[..., Spool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A spool of 6.4 MB keeps 25,000 of them: a quarter of it."""
    now = 1_773_144_000.0
    spool = open_spool(max_bytes=6_400_000)
    monkeypatch.setattr("goalpost.conversions.ingest.spool.time.time", lambda: now)
    for day in range(4):
        now += 24 * 3600
        spool.keep([Accepted(b"row", [], f"{day}-{number}".encode()) for number in range(10_000)])
        drained(spool)
    assert spool.keep([Accepted(b"row", [], b"0-0")]) == {0}

    spool.forget_old_ids()

    assert spool.keep([Accepted(b"row", [], f"{day}-0".encode()) for day in range(4)]) == {2, 3}


def test_dead_letters_are_kept_with_their_reason(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()
    spool.keep(_events("a", "b"))

    spool.sent(_next(spool), [("events", b"a", "no good"), ("conversions", b"b:goal", "no better")])

    assert (spool.waiting(), spool.dead_letter_count()) == (0, 2)
    letters = [(letter.kind, letter.row, letter.reason) for letter in open_spool().dead_letters()]
    assert letters == [("conversions", b"b:goal", "no better"), ("events", b"a", "no good")]
    assert len(spool.dead_letters(limit=1)) == 1


def test_a_full_spool_keeps_nothing_by_halves(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool(max_bytes=MB)
    row, kept, number = b"x" * 1000, 0, 0
    with pytest.raises(Unavailable) as refused:
        for number in range(100_000):
            spool.keep([Accepted(row, [row], f"{number}-{index}".encode()) for index in range(10)])
            kept += 10

    assert refused.value.retry_after > 0
    assert spool.waiting() == 2 * kept > 0
    with pytest.raises(Unavailable):
        spool.keep([Accepted(row * 1000, [], None)])
    assert len(drained(spool)) == kept

    # The keys of what was refused were not taken, and there is room again.
    assert spool.keep([Accepted(row, [], f"{number}-{index}".encode()) for index in range(10)]) == set()
    assert len(drained(spool)) == 10


def test_a_full_spool_can_be_filled_and_drained_again_and_again(open_spool: Callable[..., Spool]) -> None:
    spool, kept = open_spool(max_bytes=MB), []
    for _ in range(5):
        count = 0
        with pytest.raises(Unavailable):
            while True:
                spool.keep([Accepted(b"x" * 5000, [], None)])
                count += 1
        kept.append(count)
        assert len(drained(spool)) == count

    assert min(kept) > 100
    assert max(kept) - min(kept) <= 5


def test_a_reader_with_a_smaller_limit_does_not_shrink_the_spool(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool(max_bytes=8 * MB)
    spool.keep([Accepted(b"x" * MB, [], None) for _ in range(4)])

    small = open_spool(max_bytes=MB)

    with pytest.raises(Unavailable):
        small.keep([Accepted(b"x" * MB, [], None)])
    assert len(drained(small)) == 4


def test_a_locked_file_is_waited_for(open_spool: Callable[..., Spool], tmp_path: Path) -> None:
    spool = open_spool()
    other = sqlite.connect(tmp_path / "spool.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("INSERT INTO recent_ids VALUES (x'00', 0)")
    with subprocess.Popen([sys.executable, "-c", _KEEP, str(tmp_path / "spool.sqlite"), "1"]) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(1)
        other.execute("COMMIT")
        assert child.wait(30) == 0
    other.close()

    assert spool.waiting() == 2


_KEEP = """
import sys
from pathlib import Path
from goalpost.conversions.ingest.accepted import Accepted
from goalpost.conversions.ingest.spool import Spool

spool = Spool(Path(sys.argv[1]), 2**26)
fresh = 0
for number in range(int(sys.argv[2])):
    fresh += not spool.keep([Accepted(b"row", [b"conversion"], b"shared-%d" % number)])
spool.close()
print(fresh)
"""


def test_processes_share_a_spool(open_spool: Callable[..., Spool], tmp_path: Path) -> None:
    """All of them keep the same hundred ids, while another one takes out what they keep."""
    spool = open_spool()
    command = [sys.executable, "-c", _KEEP, str(tmp_path / "spool.sqlite"), "100"]
    children = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    taken: list[bytes] = []
    while any(child.poll() is None for child in children):
        taken += drained(spool)
    taken += drained(spool)

    fresh = [int(child.communicate()[0]) for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert sum(fresh) == len(taken) == 100


def test_rows_that_the_event_store_rejects_become_dead_letters(own_server: Callable[..., RunningServer]) -> None:
    """Amid good rows of the same batch, which are counted."""
    server = start_ready(own_server())
    refused = 0
    for where, pageviews, letters in [("event", 4, 1), ("conversion", 5, 1), ("both", 4, 2)]:
        site = server.make_site()
        goal = site.goal()
        good = _stored_as(server, site)
        bad = {
            "event": Accepted(NO_ROW, [], None),
            "conversion": Accepted(good.event, [NO_ROW], None),
            "both": Accepted(NO_ROW, [NO_ROW], None),
        }[where]

        server.stores.spool.keep([good, bad, *[good] * 3])
        eventually(lambda: server.stores.spool.waiting() == 0, what="an empty spool")

        refused += letters
        assert site.counted(goal, 4)["conversions"] == 4, where
        assert site.api.get(f"/sites/{site.key}/stats").json()["data"]["totals"]["pageviews"] == pageviews, where
        _check_dead_letters(server, refused)
        site.send({})  # and the way is free
        assert site.counted(goal, 5)["conversions"] == 5


def _check_dead_letters(server: RunningServer, count: int) -> None:
    assert f"goalpost_dead_letters {count}.0" in httpx.get(server.url + "/metrics", trust_env=False).text
    letters = server.stores.spool.dead_letters()
    assert [letter.row for letter in letters] == [NO_ROW] * count
    assert all(letter.reason and letter.at > 0 for letter in letters)
    assert "refused rows for good" in server.log()


def _stored_as(server: RunningServer, site: Site) -> Accepted:
    """A page view of the site as it is kept."""
    server.stores.catalog.refresh()
    now_ms = int(time.time() * 1000)
    url = f"https://{site.domain}/"
    hit = Hit(site.key, "pageview", Trigger.PAGEVIEW, url, "", now_ms, "203.0.113.1", BROWSER)
    accepted = pipeline.run(hit, server.stores.context, now_ms)
    assert isinstance(accepted, Accepted)
    return accepted


def test_batches_are_bounded_in_bytes_too(open_spool: Callable[..., Spool]) -> None:
    """Fifty thousand of the largest rows went to the store at once: 200 MB, several times over on their way."""
    spool = open_spool()
    for number in range(40):
        spool.keep([Accepted(bytes([number]) * MB, [b"goal" * 10], None)])

    batches = []
    while (batch := spool.next_batch(50_000)) is not None:
        assert batch.is_large(50_000) == (len(batch.events) > 8)
        batches.append([row[0] for row in batch.events])
        spool.sent(batch, [])

    assert [number for batch in batches for number in batch] == list(range(40))
    assert [len(batch) for batch in batches] == [15, 15, 10]


def test_a_batch_that_is_larger_than_all_bounds_leaves_alone(open_spool: Callable[..., Spool]) -> None:
    spool = open_spool()
    for row in (b"a", b"b" * 20 * MB, b"c"):
        spool.keep([Accepted(row, [], None)])

    sizes = []
    while (batch := spool.next_batch(50_000)) is not None:
        sizes.append([len(row) for row in batch.events])
        spool.sent(batch, [])

    assert sizes == [[1], [20 * MB], [1]]
