"""Visitor numbers: the same for the same visitor for a day, and not linked to the day after."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.ingest.visitors import VISIT_MS, VisitorNumbers, Visits
from goalpost.conversions.model.events import LASTING_VISITOR
from goalpost.kernel.errors import Unavailable
from goalpost.settings import Settings
from goalpost.stores import Stores
from tests.support.ready import start_ready
from tests.support.server import RunningServer, Site, eventually

NOON = int(datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000
DAY = 24 * HOUR
SITE, OTHER_SITE = b"a" * 16, b"b" * 16
AGENT = "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"


class Salts:
    """The store's side of the salts: one for a day, destroyed when the day on which it was made is over."""

    def __init__(self) -> None:
        self.kept: dict[date, dict[date, bytes]] = {}
        self.asked: list[date] = []

    def load(self, made_on: date, fresh: bytes) -> Mapping[date, bytes]:
        self.asked.append(made_on)
        return self.kept.setdefault(made_on, {made_on: fresh})

    def destroy_old(self, today: date) -> None:
        self.kept = {made_on: salts for made_on, salts in self.kept.items() if made_on >= today}


def _number(numbers: VisitorNumbers, now: int = NOON, **other: object) -> int:
    numbers.prepare(now)
    return _unprepared(numbers, now, **other)


def _unprepared(numbers: VisitorNumbers, now: int = NOON, **other: object) -> int:
    fields = {"site": SITE, "ip": "203.0.113.1", "user_agent": AGENT, "timestamp_ms": now, **other}
    return numbers.daily(now_ms=now, **fields)  # type: ignore[arg-type]


def test_a_visitor_is_the_same_all_day() -> None:
    salts = Salts()
    numbers = VisitorNumbers(salts.load, b"pepper")
    midnight = NOON - 12 * HOUR

    assert len({_number(numbers, moment) for moment in (midnight, NOON, midnight + DAY - 1)}) == 1
    assert _number(VisitorNumbers(salts.load, b"other"), NOON) == _number(numbers, NOON)  # another process, same salts


@pytest.mark.parametrize(
    "other", [{"site": OTHER_SITE}, {"ip": "203.0.113.2"}, {"user_agent": AGENT + "1"}, {"ip": "", "user_agent": ""}]
)
def test_another_visitor_has_another_number(other: dict[str, object]) -> None:
    numbers = VisitorNumbers(Salts().load, b"pepper")

    assert _number(numbers, **other) != _number(numbers)


def test_on_another_day_the_visitor_is_another() -> None:
    numbers = VisitorNumbers(Salts().load, b"pepper")

    assert _number(numbers, NOON + DAY) != _number(numbers, NOON)
    assert _number(numbers, NOON + DAY, timestamp_ms=NOON) != _number(numbers, NOON + DAY)


def test_a_day_s_number_cannot_be_made_again_when_its_salt_is_gone() -> None:
    salts = Salts()
    numbers = VisitorNumbers(salts.load, b"pepper")
    before = _number(numbers, NOON)

    salts.destroy_old(date(2026, 3, 11))

    assert _number(numbers, NOON + DAY, timestamp_ms=NOON) != before
    assert _number(VisitorNumbers(salts.load, b"pepper"), NOON + DAY, timestamp_ms=NOON) != before


def test_events_of_the_past_have_one_visitor_a_day() -> None:
    """Imports send old events: yesterday's number stays the same as long as its salt does."""
    numbers = VisitorNumbers(Salts().load, b"pepper")

    assert _number(numbers, timestamp_ms=NOON - DAY) == _number(numbers, timestamp_ms=NOON - DAY + HOUR)
    assert _number(numbers, timestamp_ms=NOON - DAY) != _number(numbers, timestamp_ms=NOON - 2 * DAY)


@given(ip=st.text(), agent=st.text(alphabet=st.characters()), visitor=st.text(min_size=1))
def test_the_two_kinds_of_numbers_never_meet(ip: str, agent: str, visitor: str) -> None:
    numbers = VisitorNumbers(Salts().load, b"pepper")

    assert 0 <= _number(numbers, ip=ip, user_agent=agent) < LASTING_VISITOR
    assert LASTING_VISITOR <= numbers.lasting(site=SITE, visitor=visitor) < 2 * LASTING_VISITOR


def test_a_lasting_number_hangs_on_the_secret_the_site_and_the_visitor() -> None:
    numbers = VisitorNumbers(Salts().load, b"pepper")
    one = numbers.lasting(site=SITE, visitor="u-1")

    assert VisitorNumbers(Salts().load, b"pepper").lasting(site=SITE, visitor="u-1") == one
    others = [
        numbers.lasting(site=SITE, visitor="u-2"),
        numbers.lasting(site=OTHER_SITE, visitor="u-1"),
        VisitorNumbers(Salts().load, b"salt").lasting(site=SITE, visitor="u-1"),
    ]
    assert len({one, *others}) == 4


def test_thousands_of_past_days_ask_the_store_once_and_are_the_same_after_a_restart() -> None:
    """An import of thousands of days made a salt for each in the store, one transaction each."""
    salts = Salts()
    numbers, again = VisitorNumbers(salts.load, b"pepper"), VisitorNumbers(salts.load, b"pepper")
    days = [NOON - ago * DAY for ago in range(5000)]

    found = [_number(numbers, timestamp_ms=day) for day in days]

    assert len(set(found)) == len(days)
    assert [_number(again, timestamp_ms=day) for day in days] == found
    assert salts.asked == [date(2026, 3, 10)] * 2


def test_a_past_day_s_number_cannot_be_made_again_on_another_day() -> None:
    numbers = VisitorNumbers(Salts().load, b"pepper")

    assert _number(numbers, NOON, timestamp_ms=NOON - 9 * DAY) != _number(
        numbers, NOON + DAY, timestamp_ms=NOON - 9 * DAY
    )


def test_what_older_versions_made_today_goes_on_counting() -> None:
    """Visitors of an upgrade's day are the same before and after, those of imported days too."""
    salts = Salts()
    salts.kept[date(2026, 3, 10)] = {date(2026, 3, 10): b"t" * 32, date(2026, 3, 1): b"p" * 32}
    numbers = VisitorNumbers(salts.load, b"pepper")

    def as_before(salt: bytes) -> int:
        text = f"203.0.113.1\n{AGENT}".encode()
        return int.from_bytes(blake2b(text, digest_size=8, key=salt, person=SITE).digest()) & ~LASTING_VISITOR

    assert _number(numbers) == as_before(b"t" * 32)
    assert _number(numbers, timestamp_ms=NOON - 9 * DAY) == as_before(b"p" * 32)


def test_midnight_needs_no_store() -> None:
    salts = Salts()
    numbers = VisitorNumbers(salts.load, b"pepper")
    numbers.prepare(NOON, ahead=True)
    asked = len(salts.asked)
    first = _unprepared(numbers, NOON + DAY)

    assert len(salts.asked) == asked
    numbers.prepare(NOON + DAY, ahead=True)
    assert _unprepared(numbers, NOON + DAY + HOUR) == first
    assert salts.asked == [date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12)]


def test_a_day_that_nobody_prepared_has_a_salt_that_is_stored_later() -> None:
    """The store was locked, or the clock has jumped: no event waits and none is lost."""
    salts = Salts()
    numbers = VisitorNumbers(salts.load, b"pepper")
    first = _unprepared(numbers)
    assert salts.asked == []

    assert _number(numbers) == first
    assert _number(VisitorNumbers(salts.load, b"pepper")) == first


def test_yesterday_s_salt_leaves_the_memory_whether_the_store_answers_or_not() -> None:
    def locked(made_on: date, fresh: bytes) -> Mapping[date, bytes]:
        raise Unavailable("locked")

    numbers = VisitorNumbers(locked, b"pepper")
    before = _unprepared(numbers)
    with pytest.raises(Unavailable):
        numbers.prepare(NOON + DAY)

    assert not numbers._salts
    assert _unprepared(numbers) != before


def test_the_salts_of_earlier_days_are_destroyed(tmp_path: Path) -> None:
    stores = Stores(Settings(data=tmp_path / "data"))
    try:
        today = datetime.now(UTC).date()
        made = {today - timedelta(days=ago): bytes([ago]) * 32 for ago in (1, 2)}
        for day, salt in made.items():
            assert stores._salts(day, salt) == {day: salt}
        assert stores._salts(today, b"\xaa" * 32) == {today: b"\xaa" * 32}

        stores.keep_salts()

        assert stores._salts(today, b"\xcc" * 32) == {today: b"\xaa" * 32}
        for day in made:
            assert stores._salts(day, b"\xdd" * 32) == {day: b"\xdd" * 32}
        files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
        left = [path.name for path in files for salt in made.values() if salt.hex().encode() in path.read_bytes()]
        assert left == [], "destroyed salts can still be read"
    finally:
        stores.close()


@pytest.mark.parametrize(
    ("pauses", "visits"),
    [
        ([0, 1, 60_000], 1),
        ([VISIT_MS], 1),
        ([VISIT_MS + 1], 2),
        ([VISIT_MS] * 20, 1),
        ([VISIT_MS - 1, VISIT_MS + 1, VISIT_MS], 2),
        ([3 * VISIT_MS, 10 * VISIT_MS, 1], 3),
    ],
)
def test_a_visit_ends_with_half_an_hour_without_an_event(pauses: list[int], visits: int) -> None:
    found, now = Visits(), NOON
    began = [found.touch(1, now, now)]
    for pause in pauses:
        now += pause
        began.append(found.touch(1, now, now))

    assert began[0] == NOON // 1000
    assert len(set(began)) == visits


def test_visitors_have_visits_of_their_own() -> None:
    found = Visits()

    assert found.touch(1, NOON, NOON) != found.touch(2, NOON + 5000, NOON + 5000)
    assert found.touch(1, NOON + 9000, NOON + 9000) == NOON // 1000


def test_other_visitors_between_do_not_end_a_visit() -> None:
    found = Visits()
    began = found.touch(0, NOON, NOON)
    for minute in range(29):
        found.touch(100 + minute, NOON + minute * 60_000, NOON + minute * 60_000)

    assert found.touch(0, NOON + 29 * 60_000, NOON + 29 * 60_000) == began


def test_the_visits_of_an_import_follow_its_own_clock() -> None:
    """Lines of years ago, read within a second of today."""
    found, then = Visits(), NOON - 900 * DAY

    began = [found.touch(1, then + minutes * 60_000, NOON) for minutes in (0, 10, 20, 60, 70, 65)]

    assert [start - then // 1000 for start in began] == [0, 0, 0, 3600, 3600, 3600]


def test_an_event_that_comes_late_does_not_shorten_the_visit() -> None:
    found = Visits()
    began = found.touch(1, NOON + 20 * 60_000, NOON)
    found.touch(1, NOON, NOON)

    assert found.touch(1, NOON + 45 * 60_000, NOON) == began


def test_memory_is_bounded_and_the_newest_visitors_are_kept() -> None:
    found = Visits(size=100)
    for visitor in range(1000):
        found.touch(visitor, NOON + visitor, NOON + visitor)

    later = NOON + 60_000
    assert [found.touch(visitor, later, later) for visitor in range(950, 1000)] == [
        (NOON + visitor) // 1000 for visitor in range(950, 1000)
    ]
    assert len(found._recent) + len(found._older) <= 200


def test_visits_go_on_from_what_the_store_says() -> None:
    found = Visits()
    began = NOON // 1000 - 600
    found.restore([(1, began, NOON - 60_000), (2, began, NOON - VISIT_MS - 1)], NOON)

    assert found.touch(1, NOON, NOON) == began
    assert found.touch(2, NOON, NOON) == NOON // 1000


def test_a_visit_goes_on_over_a_restart(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server())
    site = server.make_site()
    goal = site.goal()
    site.send({})
    site.counted(goal, 1)

    for conversions, stop in ((2, server.stop), (3, server.kill)):
        stop()
        start_ready(server)
        site.send({})
        site.counted(goal, conversions)

    # Events are stored after their conversions.
    totals = eventually(lambda: (found := _totals(site))["pageviews"] >= 3 and found, what="three page views")
    assert totals == {"pageviews": 3, "visitors": 1, "visits": 1}


def _totals(site: Site) -> dict[str, int]:
    return site.api.get(f"/sites/{site.key}/stats").json()["data"]["totals"]
