"""`goalpost doctor`: every fault that a data directory or the settings can have is named, with what to do."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from goalpost.settings import Settings
from goalpost.stores import Stores
from tests.support.commands import Done
from tests.support.server import RunningServer

Run = Callable[..., Done]


@pytest.fixture
def data(tmp_path: Path, run: Run) -> Path:
    """A data directory that was used."""
    path = tmp_path / "data"
    Stores(Settings(data=path)).close()
    assert run({"GOALPOST_DATA": str(path)}, "workspace", "create", "acme").code == 0
    return path


def examined(run: Run, data: Path, **environment: str) -> tuple[int, dict[str, tuple[str, str, str]]]:
    done = run({"GOALPOST_DATA": str(data), **environment}, "doctor", "--json")

    worst = {"ok": 0, "warning": 1, "problem": 2}
    found: dict[str, tuple[str, str, str]] = {}
    findings = json.loads(done.out)["findings"]
    faulty = {item["about"] for item in findings if item["state"] != "ok"}
    assert not faulty & {item["about"] for item in findings if item["state"] == "ok"}, findings
    for item in findings:
        if worst[item["state"]] >= worst[found.get(item["about"], ("ok",))[0]]:
            found[item["about"]] = (item["state"], item["text"], item["remedy"])
    return done.code, found


def test_a_healthy_directory(run: Run, data: Path) -> None:
    code, found = examined(run, data)
    assert code == 0, found
    assert {state for state, *_ in found.values()} <= {"ok", "warning"}
    assert found["secret"][0] == found["relational store"][0] == found["spool"][0] == found["permissions"][0] == "ok"
    assert "ok       secret: " in run({"GOALPOST_DATA": str(data)}, "doctor").out


def test_a_directory_that_is_not_there_is_not_created(run: Run, tmp_path: Path) -> None:
    code, found = examined(run, tmp_path / "new")
    assert (code, found["data directory"][0]) == (0, "warning")
    assert not (tmp_path / "new").exists()


def test_a_running_server_is_left_alone(run: Run, server: RunningServer) -> None:
    code, found = examined(run, server.data)
    assert code == 0, found
    assert f"process {server.process.pid}" in found["data directory"][1]
    assert "the running server has it" in found["event store"][1]


def lose_secret(data: Path) -> None:
    (data / "secret").unlink()


def open_to_others(data: Path) -> None:
    (data / "goalpost.sqlite").chmod(0o644)


def damage_database(data: Path) -> None:
    _damage(data / "goalpost.sqlite")


def damage_spool(data: Path) -> None:
    _damage(data / "spool.sqlite")


def replace_secret(data: Path) -> None:
    (data / "secret").unlink()
    (data / "secret").mkdir(mode=0o700)


def downgrade(data: Path) -> None:
    _run(data / "goalpost.sqlite", "UPDATE alembic_version SET version_num = '0005'")


def damage_batch(data: Path) -> None:
    _run(data / "spool.sqlite", "INSERT INTO batches (events, conversions, size) VALUES (x'c1', x'90', 1)")


def set_aside(data: Path) -> None:
    damage_batch(data)
    _run(data / "spool.sqlite", "INSERT INTO set_aside VALUES (1, 1, 'reason', 0)")


def wait_for_ever(data: Path) -> None:
    _run(data / "spool.sqlite", "INSERT INTO batches (events, conversions, size) VALUES (x'91c40161', x'90', 1)")


def go_back_in_time(data: Path) -> None:
    os.utime(data / "spool.sqlite", (4_000_000_000, 4_000_000_000))


def copy_without_links(data: Path) -> None:
    (data / "events/store/45b/x").mkdir(parents=True)
    (data / "events/store/45b/x/events.sql").touch()
    (data / "events").chmod(0o700)


FAULTS = [
    (lose_secret, "secret", "problem", "does not exist", "from a backup"),
    (replace_secret, "secret", "problem", "Is a directory", "from a backup"),
    (open_to_others, "permissions", "problem", "goalpost.sqlite", "chmod"),
    (damage_database, "relational store", "problem", "", "from a backup"),
    (damage_spool, "spool", "problem", "damaged", "spool check"),
    (downgrade, "relational store", "warning", "another version", "next start"),
    (damage_batch, "spool", "problem", "batch 1 cannot be read", "spool check"),
    (set_aside, "spool", "problem", "1 batches are set aside", "spool list"),
    (wait_for_ever, "spool", "warning", "1 rows wait; the last ones were stored never", "start the server"),
    (go_back_in_time, "clock", "problem", "2096", "time server"),
    (copy_without_links, "event store", "warning", "1 links are missing", "next start"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault[0].__name__)
def test_a_fault_is_named_with_what_to_do(
    run: Run, data: Path, fault: tuple[Callable[[Path], None], str, str, str, str]
) -> None:
    damage, about, state, text, remedy = fault
    damage(data)
    before = {path: path.read_bytes() for path in data.rglob("*") if path.is_file() and path.suffix == ".sqlite"}

    code, found = examined(run, data)

    assert found[about][0] == state, found
    assert text in found[about][1]
    assert remedy in found[about][2]
    assert code == int(state == "problem")
    assert all(path.read_bytes() == content for path, content in before.items())


SETTINGS = [
    ({"GOALPOST_GEOIP": "/nowhere.mmdb"}, "countries", "cannot be read"),
    ({"GOALPOST_TRUSTED_PROXIES": "0.0.0.0/0"}, "proxies", "is everybody"),
    ({"GOALPOST_TRUSTED_PROXIES": "proxy.example.com"}, "proxies", "is not an address"),
    ({"GOALPOST_SECRET": "x" * 32}, "secret", "is not the one"),
    ({"GOALPOST_PORT": "http"}, "settings", "GOALPOST_PORT"),
    ({"GOALPOST_DATABASE_URL": "postgresql://u:pass-word@127.0.0.1:9/d"}, "relational store", "cannot be read"),
    ({"GOALPOST_EVENTS_URL": "clickhouse://u:pass-word@127.0.0.1:9/d"}, "event store", "does not open"),
]


@pytest.mark.parametrize(("environment", "about", "text"), SETTINGS)
def test_a_setting_that_is_wrong(run: Run, data: Path, environment: dict[str, str], about: str, text: str) -> None:
    code, found = examined(run, data, **environment)
    problems = [finding for finding in found.items() if finding[1][0] == "problem"]
    assert code == 1
    assert [(name, text in found[1]) for name, found in problems] == [(about, True)]
    assert "pass-word" not in str(found)


def _run(path: Path, statement: str) -> None:
    db = sqlite.connect(path, isolation_level=None)
    db.execute(statement)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def _damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 3 * 4096)
    for name in ("-wal", "-shm"):
        path.with_name(path.name + name).unlink(missing_ok=True)
