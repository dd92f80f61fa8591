"""Deadlines of the relational store: whatever a transaction waits for or computes, it ends, and others go on."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from goalpost.kernel.errors import Unavailable
from goalpost.storage import deadlines, transactions
from goalpost.storage.engine import open_engine
from goalpost.storage.transactions import Transactions
from tests.support.databases import Postgres
from tests.support.wire import Wire, wire_to

ENDLESS = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
    "postgresql": "SELECT count(*) FROM generate_series(1, 10000000000)",
}


@pytest.fixture
def hurried(empty_url: str) -> Iterator[Engine]:
    engine = open_engine(empty_url, hurried=True)
    yield engine
    engine.dispose()


def seconds_of(work: Callable[[], object], match: str) -> float:
    started = time.monotonic()
    with pytest.raises(Unavailable, match=match):
        work()
    return time.monotonic() - started


def ask(store: Transactions, statement: str = "SELECT 1", *, reads: bool = True) -> object:
    with store.begin(reads=reads) as db:
        return db.execute(text(statement)).scalar_one()


@pytest.mark.parametrize("reads", [True, False], ids=["reads", "writes"])
def test_a_statement_that_computes_for_ever_is_ended(
    hurried: Engine, reads: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "SECONDS", 0.5)
    store = Transactions(hurried)
    for _ in range(4):  # more than the breaker would take for silence
        endless = ENDLESS[hurried.dialect.name]
        if hurried.dialect.name == "postgresql":
            endless = f"SET LOCAL statement_timeout = 300; {endless}"
        assert seconds_of(lambda: ask(store, endless, reads=reads), "took too long") < 5  # noqa: B023
    assert ask(store, reads=reads) == 1


def test_a_block_within_a_block_has_the_earlier_end(hurried: Engine) -> None:
    if hurried.dialect.name == "postgresql":
        pytest.skip("its own limits are tested by name")
    started = time.monotonic()
    with deadlines.within(0.3), deadlines.within(60), hurried.connect() as db:  # noqa: SIM117
        with pytest.raises(OperationalError, match="interrupted"):
            db.execute(text(ENDLESS["sqlite"]))
    assert time.monotonic() - started < 5
    with hurried.connect() as db:
        assert db.execute(text("SELECT 1")).scalar_one() == 1


def test_a_lock_that_stays_is_waited_for_a_few_seconds_and_then_not_at_all(hurried: Engine) -> None:
    """Reads of SQLite go on beside a writer; a table of PostgreSQL that is locked keeps everybody out."""
    with hurried.begin() as db:
        db.execute(text("CREATE TABLE things (a INTEGER)"))
    is_sqlite, store = hurried.dialect.name == "sqlite", Transactions(hurried)
    holder = hurried.connect()
    holder.execute(text("SELECT 1" if is_sqlite else "LOCK TABLE things IN ACCESS EXCLUSIVE MODE"))

    def take() -> None:
        ask(store, "SELECT count(*) FROM things", reads=not is_sqlite)

    waits = [seconds_of(take, "does not answer") for _ in range(5)]
    assert max(waits[:3]) < 6
    assert sum(waits[3:]) < 0.5, "the breaker is open"
    if is_sqlite:
        assert ask(store, "SELECT count(*) FROM things") == 0
    holder.rollback()
    holder.close()
    time.sleep(3.1)
    take()


@pytest.fixture
def wire(postgres: Postgres) -> Iterator[Wire]:
    folder = postgres.empty_database().partition("host=")[2]
    with wire_to(f"{folder.partition('&')[0].replace('%2F', '/')}/.s.PGSQL.5432") as wire:
        yield wire


def test_a_server_that_says_nothing_is_cut_off(postgres: Postgres, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "SECONDS", 0.5)
    url = postgres.empty_database().split("?")[0].replace("@/", f"@127.0.0.1:{wire.port}/")
    engine = open_engine(url, hurried=True)
    store = Transactions(engine)
    assert ask(store) == 1
    wire.hold()
    waits = [seconds_of(lambda: ask(store), "does not answer") for _ in range(4)]
    assert waits[0] < 2, "the connection that was there is cut off"
    assert max(waits) < 7, "and no new one is waited for"
    assert waits[3] < 0.5, "the breaker is open"
    wire.release()
    time.sleep(3.1)
    assert ask(store) == 1
    engine.dispose()


def test_a_store_that_takes_no_changes_does_not_answer(empty_url: str, hurried: Engine) -> None:
    """`/readyz` was 200 as long as reads were answered."""
    store = Transactions(hurried)
    store.ping()
    if hurried.dialect.name == "postgresql":
        options = "options=-c%20default_transaction_read_only%3Don"
        copy = open_engine(f"{empty_url}{'&' if '?' in empty_url else '?'}{options}")
        with pytest.raises(Unavailable, match="takes no changes"):
            Transactions(copy).ping()
        copy.dispose()
        return
    other = open_engine(empty_url)
    with other.begin():  # the lock of a writer
        store.ping()  # a write has just shown it
        store._wrote_at -= 60
        assert seconds_of(store.ping, "does not answer") < 8
        assert ask(store) == 1
    store.ping()
    other.dispose()


def test_looking_at_a_store_changes_nothing_and_a_write_spares_it(hurried: Engine) -> None:
    store = Transactions(hurried)
    begun: list[bool] = []
    begin = store.begin

    def noted(*, reads: bool) -> object:
        begun.append(reads)
        return begin(reads=reads)

    store.begin = noted  # type: ignore[method-assign, assignment]
    store.ping()
    store.ping()
    assert begun == [True, False, True]
    ask(store, reads=False)
    store.ping()
    assert begun == [True, False, True, False, True]
