"""The engine of either store: which URLs it takes, whole transactions, and moments that stay what they were."""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import Column, Engine, MetaData, Table, insert, select, text

from goalpost.kernel.errors import GoalpostError
from goalpost.storage.engine import SAFE_SQLITE, UnsafeSqlite, check_sqlite, open_engine, sqlite_url
from goalpost.storage.tables import UtcDateTime
from goalpost.tenancy.model.workspaces import Workspace
from goalpost.tenancy.rows.tables import workspaces
from goalpost.tenancy.rows.workspaces import insert_workspace, list_workspaces
from tests.support.databases import Postgres
from tests.support.together import run_together

NOW = datetime(2026, 6, 1, 12, 30, 15, 123456, tzinfo=UTC)


@pytest.mark.parametrize("url", ["mysql://localhost/x", "mssql://localhost/x", "oracle://localhost/x"])
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(GoalpostError, match="SQLite or PostgreSQL, not"):
        open_engine(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2", "postgresql+psycopg"])
def test_every_usual_spelling_of_postgresql_is_taken(scheme: str) -> None:
    engine = open_engine(f"{scheme}://user:word@db.example.com:5432/goalpost?sslmode=require")
    assert engine.dialect.driver == "psycopg"
    assert engine.url.query["sslmode"] == "require"
    assert engine.url.password == "word"


def test_sqlite_is_one_that_does_not_corrupt_its_wal(monkeypatch: pytest.MonkeyPatch) -> None:
    check_sqlite()
    assert sqlite.sqlite_version_info >= SAFE_SQLITE
    monkeypatch.setattr("goalpost.storage.engine.SAFE_SQLITE", (999, 0, 0))
    with pytest.raises(UnsafeSqlite, match=r"goalpost needs 999\.0\.0 or newer"):
        open_engine("sqlite:///unused")


def test_sqlite_is_durable_checks_references_and_overwrites_what_it_deletes(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "a b.sqlite"))
    with engine.begin() as db:
        found = {name: db.exec_driver_sql(f"PRAGMA {name}").scalar() for name in PRAGMAS}
    engine.dispose()
    assert found == PRAGMAS
    assert (tmp_path / "a b.sqlite").exists()


PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError), engine.begin() as db:
        insert_workspace(db, Workspace(uuid4(), "gone", NOW))
        assert len(list_workspaces(db)) == 1
        raise RuntimeError
    with engine.begin() as db:
        assert list_workspaces(db) == []


def test_uncommitted_rows_are_seen_by_nobody_else(engine: Engine) -> None:
    reading = engine.execution_options(read_only=True)
    with engine.begin() as db:
        insert_workspace(db, Workspace(uuid4(), "w", NOW))
        with reading.begin() as other:
            assert list_workspaces(other) == []
    with reading.begin() as other:
        assert len(list_workspaces(other)) == 1


def test_a_reader_does_not_wait_for_a_writer_nor_a_writer_for_a_reader(engine: Engine) -> None:
    reading = engine.execution_options(read_only=True)
    with reading.begin() as reader:
        list_workspaces(reader)
        with engine.begin() as writer:
            insert_workspace(writer, Workspace(uuid4(), "w", NOW))
            with reading.begin() as another:
                assert list_workspaces(another) == []


def test_two_who_read_and_then_write_do_not_deadlock(engine: Engine) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            with engine.begin() as db:
                list_workspaces(db)
                insert_workspace(db, Workspace(uuid4(), f"{number}-{turn}", NOW))

    run_together(partial(work, 0), partial(work, 1))
    with engine.begin() as db:
        assert len(list_workspaces(db)) == 20


def test_a_transaction_of_sqlite_takes_the_write_lock_at_once_unless_it_only_reads(tmp_path: Path) -> None:
    engine = open_engine(sqlite_url(tmp_path / "db.sqlite"))
    impatient = sqlite.connect(tmp_path / "db.sqlite", timeout=0, isolation_level=None)
    with engine.execution_options(read_only=True).begin() as db:
        db.execute(text("SELECT * FROM sqlite_master"))
        impatient.execute("BEGIN IMMEDIATE")
        impatient.execute("ROLLBACK")
    with engine.begin(), pytest.raises(sqlite.OperationalError, match="locked"):
        impatient.execute("BEGIN IMMEDIATE")
    impatient.close()
    engine.dispose()


ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SECONDS = timedelta(days=300 * 365).total_seconds()
MOMENTS = st.builds(
    lambda seconds, zone: (datetime(1900, 1, 2, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone),
    st.floats(0, SECONDS),
    ZONES,
)


def test_moments_come_back_equal_and_in_utc(engine: Engine) -> None:
    table = Table("moments", MetaData(), Column("at", UtcDateTime))

    @settings(max_examples=50)
    @given(st.lists(st.one_of(st.none(), MOMENTS), min_size=1))
    def check(moments: list[datetime | None]) -> None:
        with engine.begin() as db:
            table.create(db)
            db.execute(insert(table), [{"at": moment} for moment in moments])
            found = [row.at for row in db.execute(select(table))]
            table.drop(db)
        assert found == moments
        assert all(moment is None or moment.utcoffset() == timedelta(0) for moment in found)

    check()


def test_moments_come_back_in_utc_whatever_the_sessions_zone(engine: Engine) -> None:
    with engine.begin() as db:
        insert_workspace(db, Workspace(uuid4(), "w", NOW))
        if engine.dialect.name == "postgresql":
            db.execute(text("SET LOCAL TimeZone = 'Asia/Kathmandu'"))
        (found,) = list_workspaces(db)
    assert found.created_at == NOW
    assert found.created_at.tzinfo == UTC


def test_moments_are_compared_as_moments(engine: Engine) -> None:
    later = (NOW + timedelta(microseconds=1)).astimezone(timezone(timedelta(hours=-9)))
    with engine.begin() as db:
        insert_workspace(db, Workspace(uuid4(), "w", NOW))
        before = select(workspaces).where(workspaces.c.created_at < later)
        assert len(db.execute(before).all()) == 1
        assert db.execute(select(workspaces).where(workspaces.c.created_at >= later)).all() == []


def test_a_connection_that_died_while_it_was_idle_is_replaced(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goalpost.storage.postgresql._IDLE", 0.0)
    url = postgres.migrated_database()
    engine, killer = open_engine(url), open_engine(url)
    with engine.begin() as db:
        mine = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with killer.begin() as db:
        db.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    killer.dispose()
    with engine.begin() as db:
        assert db.execute(text("SELECT pg_backend_pid()")).scalar_one() != mine
    engine.dispose()
