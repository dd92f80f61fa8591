"""Daily salts: one a day whoever asks first, and gone when the day they were made on is over."""

import threading
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, insert

from goalpost.conversions.rows.salts import destroy_old_salts, salts_made_on
from goalpost.conversions.rows.tables import visitor_salts
from goalpost.migrations import migrate
from goalpost.storage.engine import open_engine, sqlite_url
from tests.support.together import run_together

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)


def salt(engine: Engine, made_on: date, fresh: bytes) -> bytes:
    with engine.begin() as db:
        return salts_made_on(db, made_on, fresh=fresh)[made_on]


def store(engine: Engine, day: date, made_on: date, salt: bytes) -> None:
    """Store a salt as older versions did, for any day."""
    with engine.begin() as db:
        db.execute(insert(visitor_salts).values(day=day.isoformat(), salt=salt.hex(), made_on=made_on.isoformat()))


def test_the_first_salt_of_a_day_is_its_salt(engine: Engine) -> None:
    assert salt(engine, TODAY, b"1" * 32) == b"1" * 32
    assert salt(engine, TODAY, b"2" * 32) == b"1" * 32
    assert salt(engine, TODAY + DAY, b"3" * 32) == b"3" * 32


def test_a_salt_may_be_any_bytes(engine: Engine) -> None:
    assert salt(engine, TODAY, bytes(range(32))) == salt(engine, TODAY, b"x") == bytes(range(32))


def test_salts_go_with_the_day_they_were_made_on_not_the_day_they_hide(engine: Engine) -> None:
    store(engine, TODAY - 300 * DAY, TODAY - DAY, b"made yesterday for an import")
    store(engine, TODAY - 400 * DAY, TODAY, b"made today for an import")
    with engine.begin() as db:
        assert destroy_old_salts(db, TODAY) == 1
    with engine.begin() as db:
        assert destroy_old_salts(db, TODAY) == 0
        assert salts_made_on(db, TODAY, fresh=b"new") == {
            TODAY: b"new",
            TODAY - 400 * DAY: b"made today for an import",
        }


def test_a_salt_that_was_made_before_its_day_is_not_the_days(engine: Engine) -> None:
    """Older versions made one for events that were ahead of the clock; it is gone when its own day is over."""
    store(engine, TODAY, TODAY - DAY, b"made yesterday for today")

    assert salt(engine, TODAY, b"new") == salt(engine, TODAY, b"newer") == b"new"


def test_a_destroyed_salt_is_not_left_in_the_file(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "db.sqlite"))
    migrate(engine)
    secret = bytes(range(100, 132))
    salt(engine, TODAY - DAY, secret)
    with engine.begin() as db:
        destroy_old_salts(db, TODAY)
    # The last connection to close brings the write-ahead log into the file and removes it.
    engine.dispose()
    assert [file.name for file in tmp_path.iterdir()] == ["db.sqlite"]
    assert secret.hex().encode() not in (tmp_path / "db.sqlite").read_bytes()


def test_processes_that_ask_at_once_get_one_salt(engine: Engine) -> None:
    # An engine each, as processes have.
    engines = [open_engine(engine.url.render_as_string(hide_password=False)) for _ in range(6)]

    def ask(number: int) -> list[bytes]:
        return [salt(engines[number], TODAY - day * DAY, bytes([number, day])) for day in range(10)]

    found = run_together(*(partial(ask, number) for number in range(len(engines))))
    for each in engines:
        each.dispose()
    assert all(salts == found[0] for salts in found), found


def test_who_comes_second_waits_and_takes_the_first_ones(engine: Engine) -> None:
    """The same race step by step: the second asks while the first has not committed yet."""
    other = open_engine(engine.url.render_as_string(hide_password=False))
    got: list[bytes] = []
    with engine.begin() as db:
        assert salts_made_on(db, TODAY, fresh=b"first") == {TODAY: b"first"}
        second = threading.Thread(target=lambda: got.append(salt(other, TODAY, b"second")))
        second.start()
        second.join(0.3)
        assert got == []
    second.join(30)
    other.dispose()
    assert got == [b"first"]
