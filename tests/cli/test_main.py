"""Rules of every command: help, settings, errors in one line, exit codes, and a quick start."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from goalpost import __version__
from tests.support.server import RunningServer

GROUPS = {
    "workspace": ["create", "list"],
    "key": ["create", "list", "revoke"],
    "site": ["create", "list", "snippet"],
    "goal": ["list", "backfill"],
    "company": ["create", "list", "import"],
    "relationship": ["create", "list"],
    "opportunity": ["create", "list"],
    "user": ["create", "list"],
    "picklist": ["list", "add", "retire"],
    "field": ["add", "list"],
    "metric": ["create", "list", "link", "unlink"],
    "customer-goal": ["list", "show", "progress-mode", "metric"],
    "export": ["customer-goals"],
    "import": ["access-log", "events"],
    "spool": ["check", "list", "retry", "delete"],
    "secret": ["accept"],
}
SINGLE = ["serve", "demo", "stats", "audit", "doctor", "version"]


def test_the_version(alone) -> None:
    assert alone("version").out == f"goalpost {__version__}\n"
    assert alone("version", "--json").json == {"version": __version__}


def test_help_names_every_command(alone) -> None:
    help_ = alone("--help")
    assert help_.code == 0
    for name in (*GROUPS, *SINGLE):
        assert f"\n  {name} " in help_.out
    # Without anything it says the same, and that it is not a command.
    assert alone().code == 2


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_names_its_commands(alone, group: str) -> None:
    help_ = alone(group, "--help").out
    for name in GROUPS[group]:
        assert f"\n  {name} " in help_


@pytest.mark.parametrize(
    "command", [*[(group, name) for group in GROUPS for name in GROUPS[group]], *[(name,) for name in SINGLE]]
)
def test_every_command_explains_itself_and_has_json(alone, command: tuple[str, ...]) -> None:
    help_ = alone(*command, "--help")
    assert help_.code == 0
    assert help_.out.startswith(f"Usage: goalpost {' '.join(command)}")
    assert "--json" in help_.out


@pytest.mark.parametrize("arguments", [("serv",), ("key", "frobnicate"), ("stats",), ("site", "list", "--nonsense")])
def test_an_unknown_command_exits_with_2(alone, arguments: tuple[str, ...]) -> None:
    done = alone(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Usage: goalpost")


def test_a_typing_error_is_guessed(alone) -> None:
    assert "Did you mean 'serve'" in alone("serv").err


def test_the_data_directory_of_the_command_line_goes_before_the_environments(alone, tmp_path: Path) -> None:
    other = str(tmp_path / "other")
    assert alone("--data", other, "workspace", "create", "there").code == 0
    assert [row["name"] for row in alone("--data", other, "workspace", "list", "--json").json] == ["there"]
    assert alone("workspace", "list", "--json").json == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GOALPOST_PORT": "many"}, "GOALPOST_PORT: "),
        ({"GOALPOST_LOG_LEVEL": "loud"}, "GOALPOST_LOG_LEVEL: "),
        ({"GOALPOST_SECRET": "short"}, "GOALPOST_SECRET: "),
        ({"GOALPOST_DATABASE_URL": "nonsense"}, "Could not parse"),
        ({"GOALPOST_DATABASE_URL": "mysql://localhost/x"}, "SQLite or PostgreSQL, not mysql"),
        ({"GOALPOST_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "onnection refused"),
        ({"GOALPOST_DATA": "/proc/nowhere"}, "/proc/nowhere: No such file or directory"),
    ],
)
def test_a_bad_setting_is_told_in_one_line(run, tmp_path: Path, environment, words: str) -> None:
    done = run({"GOALPOST_DATA": str(tmp_path), **environment}, "workspace", "list")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("goalpost: ")
    assert words in done.err
    assert done.err.count("\n") == 1


def test_a_store_that_is_not_a_database_is_told_in_one_line(run, tmp_path: Path) -> None:
    (tmp_path / "goalpost.sqlite").write_bytes(b"no database, and longer than a page's header would be" * 100)
    done = run({"GOALPOST_DATA": str(tmp_path)}, "workspace", "list")
    assert done.code == 1
    remedy = "`goalpost doctor` names what is wrong and what to do"
    assert done.err == f"goalpost: {tmp_path}/goalpost.sqlite cannot be used: file is not a database. {remedy}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("site", "list"), ("site", "list", "--json")])
def test_a_closed_pipe_ends_quietly(server: RunningServer, site, arguments) -> None:
    command = [sys.executable, "-m", "goalpost", *arguments]
    process = subprocess.Popen(command, env=server.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 1


def test_output_that_cannot_be_written_is_an_error(server: RunningServer) -> None:
    command = [sys.executable, "-m", "goalpost", "version"]
    # With the buffer that Python has by default, whatever the environment of the tests says.
    environment = {name: value for name, value in server.environment.items() if name != "PYTHONUNBUFFERED"}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (1, b"goalpost: [Errno 28] No space left on device\n")


# What a command has imported when it is done. A clock would test the machine; what is imported can be tested.
IMPORTED = """
import sys
from goalpost.cli import main
sys.argv = ["goalpost", *sys.argv[1:]]
try:
    main()
finally:
    print(*sys.modules, sep="\\n", file=sys.stderr)
"""


def imported(*arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True, timeout=60, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("argument", ["version", "--help"])
def test_version_and_help_do_not_wait_for_the_stores(argument: str) -> None:
    assert not {"sqlalchemy", "fastapi", "clickhouse_connect", "rich", "goalpost.relational"} & imported(argument)


def test_commands_about_customers_open_no_spool_and_load_no_goals(tmp_path: Path) -> None:
    imported("--data", str(tmp_path), "workspace", "create", "acme")
    others = {"alembic", "psycopg", "clickhouse_connect", "chdb", "msgspec", "goalpost.stores"}
    assert not others & imported("--data", str(tmp_path), "company", "list", "--workspace", "acme")
    assert not (tmp_path / "spool.sqlite").exists()


def test_json_goes_to_standard_output_alone(cli, workspace_name: str) -> None:
    done = cli("workspace", "list", "--json")
    assert done.err == ""
    assert isinstance(json.loads(done.out), list)
