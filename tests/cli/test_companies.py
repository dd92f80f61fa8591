"""`company` and `user`: made, listed, imported; and what a bad file does, which is nothing."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from subprocess import PIPE
from uuid import UUID

import pytest
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import text

from goalpost.customers.model.gsids import COMPANY, PERSON, to_gsid
from tests.support.desk import fields_of, names, summary
from tests.support.server import eventually


def test_a_company_is_created_and_listed(cli, workspace_name: str) -> None:
    made = cli("company", "create", "--workspace", workspace_name, "--name", "Acme & Söhne", "--json").json
    assert (made["name"], made["workspace"]) == ("Acme & Söhne", workspace_name)
    assert made["gsid"] == to_gsid(COMPANY, UUID(made["id"]))
    assert made["gsid"].startswith("1P02")
    assert made["created_at"]

    assert cli("company", "list", "--workspace", workspace_name, "--json").json == [made]
    assert made in cli("company", "list", "--json").json
    assert made["gsid"] in cli("company", "list").out


def test_a_user_is_created_and_listed(cli, workspace_name: str) -> None:
    arguments = ("--workspace", workspace_name, "--name", "Ann", "--email", "ann@example.com")
    made = cli("user", "create", *arguments, "--json").json
    assert (made["name"], made["email"]) == ("Ann", "ann@example.com")
    assert made["gsid"] == to_gsid(PERSON, UUID(made["id"]))
    assert cli("user", "list", "--workspace", workspace_name, "--json").json == [made]
    assert cli("company", "list", "--workspace", workspace_name, "--json").json == []


def test_a_created_company_has_the_command_line_as_its_author(desk) -> None:
    desk.owned("company", "create", "--name", "Acme")
    with desk.writing() as db:
        assert db.execute(text("SELECT author, subject FROM audit_changes")).all() == [("command line", "company")]


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("company", "create", "--name", " "), "name can't be blank"),
        (("company", "create", "--name", "x" * 256), "name should be at most 255 character(s)"),
        (("user", "create", "--name", "Ann", "--email", "nobody"), "email has invalid format"),
        (("company", "create", "--name", "x", "--workspace", "nobody"), "there is no workspace named 'nobody'"),
    ],
)
def test_an_invalid_company_is_rejected(desk, command: tuple[str, ...], reason: str) -> None:
    command = command if "--workspace" in command else (*command, "--workspace", desk.workspace)
    done = desk.cli(*command)
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {reason}\n")


def test_companies_are_listed_by_name_and_searched_in_any_case(desk, import_) -> None:
    import_("name\nzeta\nÄpfel\nAlpha\n100%\n")
    assert names(desk) == ["100%", "Alpha", "zeta", "Äpfel"]
    for search, found in (("ä", ["Äpfel"]), ("PHA", ["Alpha"]), ("%", ["100%"]), ("nothing", [])):
        rows = desk.owned("company", "list", "--search", search, "--json").json
        assert [row["name"] for row in rows] == found


def test_no_companies_are_an_empty_list(desk) -> None:
    for thing, words in (("company", "No companies yet.\n"), ("user", "No users yet.\n")):
        done = desk.cli(thing, "list")
        assert (done.code, done.out, done.err) == (0, "", words)


def test_companies_are_imported_with_their_other_columns(desk, import_) -> None:
    done = import_('ARR, Name ,City,\r\n"1,5",Acme,,\r\n,"Söhne ""& Co""","Bern\r\nWest",\r\n\r\n,,,\r\n', "--json")
    assert summary(done) == (2, 0, 0, 0)
    assert fields_of(desk) == {"Acme": {"ARR": "1.5"}, 'Söhne "& Co"': {"City": "Bern\r\nWest"}}
    assert done.err == ""


@pytest.mark.parametrize(
    "content",
    [
        b"name\nAcme\n",
        b"\xef\xbb\xbfname\r\nAcme",
        b'\xef\xbb\xbf"NAME"\nAcme\n',
        gzip.compress(b"name\nAcme\n", mtime=0),
        b"Name;City\r\nAcme;Bern\r\n",
        b"City\tName\nBern\tAcme\n",
        b"City|Name\nBern|Acme\n",
        b'sep=;\r\n"Name";"City, ""x"""\r\nAcme;Bern\r\n',
        b'"City;\nState";Name\n"Bern;\nBE";Acme\n',
        "\n\nname\r\nAcme\r\n".encode("utf-16"),
        "\ufeffname;x\nAcme;ü".encode("utf-16-be"),
        "name\nAcme\n".encode("utf-16-le"),
        gzip.compress("name;x\nAcme;ü\n".encode("utf-16"), mtime=0),
    ],
    ids=range(13),
)
def test_files_of_every_origin(desk, import_, content: bytes) -> None:
    """Spreadsheets write semicolons where the comma is in numbers, `sep=;`, tabs, and UTF-16 as "Unicode text"."""
    assert import_(content).out == "Read 1 companies: 1 created, 0 updated, 0 unchanged, 0 skipped.\n"
    assert names(desk) == ["Acme"]


def test_standard_input(desk) -> None:
    assert summary(desk.owned("company", "import", "-", "--json", stdin=b"name\nAcme\n")) == (1, 0, 0, 0)


def test_companies_that_are_there_already_are_skipped(desk, import_) -> None:
    desk.owned("company", "create", "--name", "Acme")
    desk.owned("user", "create", "--name", "Beta", "--email", "b@example.com")
    desk.cli("workspace", "create", "other")
    desk.cli("company", "create", "--workspace", "other", "--name", "Gamma")

    done = import_("name,n\nAcme,1\nBeta,2\nacme,3\nBeta,4\nGamma,5\n", "--json")

    assert summary(done) == (3, 0, 0, 2)
    assert done.json["reasons"] == {"already there": 1, "repeated in the file": 1}
    assert sorted(names(desk)) == ["Acme", "Beta", "Gamma", "acme"]
    assert fields_of(desk)["acme"] == {"n": "3"}
    told = "Read 1 companies: 0 created, 0 updated, 0 unchanged, 1 skipped (1 already there).\n"
    assert import_("name\nBeta\n").out == told


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", " is empty"),
        (b"\n\r\n", " is empty"),
        (b"title,city\nAcme,Bern\n", ": line 1 has no column `name`, but 'title, city'"),
        (b"title;city\nAcme;Bern\n", ": line 1 has no column `name`, but 'title, city'; say which one it is"),
        (b"name;c\nAcme\n", ": line 2 has 1 cells, and the header 2"),
        (b"name,NAME\nAcme,Bern\n", ": line 1 has the column 'name' twice"),
        (b"name,c,c\nAcme,1,2\n", ": line 1 has the column 'c' twice"),
        (b"name,c\nAcme\n", ": line 2 has 1 cells, and the header 2"),
        (b"name\nAcme\nBeta,1\n", ": line 3 has 2 cells, and the header 1"),
        (b"name,\nAcme,1\n", ": line 2 has a cell in a column without a name"),
        (b"name,c\nAcme,1\n  ,2\n", ": line 3 has a name that can't be blank"),
        (b"name\n" + b"x" * 256, ": line 2 has a name that should be at most 255 character(s)"),
        (b"name,c\na," + b"x" * 65_537, ": line 2 has a cell in 'c' that should be at most 65536 character(s)"),
        (b"name,c\na," + b"x" * 140_000, ": line 2 is not CSV: field larger than field limit (131072)"),
        (b"name,c" + b"c" * 300 + b"\n", f": line 1 has the column '{'c' * 40}', which is not a field name"),
        (b"name,CSM Email,csm email\n", ": line 1 has the columns 'CSM Email' and 'csm email', which differ in case"),
        (b"name,CompanyId\nAcme,1\n", ": line 1 has the column 'CompanyId', which is not a field name: it means what"),
        (b"name,createddate\nAcme,1\n", ": line 1 has the column 'createddate', which is not a field name"),
        (b"name,Owner__gr.Name\nAcme,1\n", ": line 1 has the column 'Owner__gr.Name', which is not a field name"),
        (b"name,Gsid\nAcme,0015g00000abcDE\n", ": line 2 has a gsid that is not a company's here, '0015g00000abcDE'"),
        (b"name,email\nAcme,n/a\n", ": line 2 has a email that has invalid format"),
        (b"name," + b",".join(b"c%d" % n for n in range(501)) + b"\n", ": line 1 has more than 500 columns"),
        (b"name,c,d\na," + b"x" * 40_000 + b"," + b"x" * 40_000, ": line 2 has fields that should be at most 65536"),
        (b"name\nAc\0me\n", ": line 2 has a NUL character"),
        ("name\nAcme\n".encode("utf-16")[:-1], " cannot be read to its end, nothing is imported: it is not text in"),
        (b"name\nAcme\nS\xf6hne\n", ": line 3 is not UTF-8 text; what Windows wrote may need --encoding windows-1252"),
        (b"name\n\xed\xa0\x80\n", ": line 2 is not UTF-8 text"),
        (b'name\n"Acme"x\n', ": line 2 is not CSV: ',' expected after '\"'"),
        (b'name\na\nb\n"Acme\nBeta\n', ": line 4 is not CSV: unexpected end of data"),
        (b'name\n"' + b"a\n" * 600_000, ": line 2 is not CSV: field larger than field limit (131072)"),
        (b'name\n"\n' + b'","\n' * 400_000, ": line 2 begins a row of more than"),
        (b"name\n" + b"x" * 1_100_000, ": line 2 begins a row of more than 1,048,576 bytes; is a quote open?"),
        (b"name\rAcme\rBeta\r", ": line 1 is not CSV: it ends with CR alone"),
        (gzip.compress(b"name\nAcme\n" * 1000)[:-12], " cannot be read to its end"),
        (b"\x1f\x8bname", " cannot be read to its end"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_bad_file_imports_nothing(desk, import_, tmp_path: Path, content: bytes, reason: str) -> None:
    done = import_(content)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"goalpost: {tmp_path}/companies.csv{reason}"), done.err
    assert "nothing is imported" in done.err
    assert (names(desk), done.err.count("\n")) == ([], 1)


def test_a_file_that_is_not_there(desk, tmp_path: Path) -> None:
    done = desk.owned("company", "import", str(tmp_path / "none.csv"))
    assert (done.code, done.err) == (1, f"goalpost: {tmp_path}/none.csv: No such file or directory\n")
    assert desk.owned("company", "import", str(tmp_path)).code == 1


def test_control_characters_of_a_file_cannot_move_the_cursor(import_) -> None:
    done = import_("\x1b[2J\x1b[31mtitle\nAcme\n")
    assert "\x1b" not in done.err


def test_nothing_is_imported_when_line_5000_is_bad(desk, import_) -> None:
    lines = ["name,city", *(f"Company {number},Bern" for number in range(2, 8000))]
    lines[4999] = ",Bern"
    done = import_("\n".join(lines))
    assert "line 5000 has a name that can't be blank" in done.err
    assert names(desk) == []
    with desk.writing() as db:
        assert db.execute(text("SELECT count(*) FROM audit_changes")).scalar() == 0


def test_a_large_file_needs_little_memory(desk, tmp_path: Path) -> None:
    small, large = tmp_path / "small.csv", tmp_path / "large.csv"
    small.write_text("name,note\nFirst,x\n")
    with large.open("w") as file:
        file.write("name,note\n")
        file.writelines(f"Company {number},{'x' * 1000}\n" for number in range(20_000))

    more = _memory(desk, large) - _memory(desk, small)

    assert len(names(desk)) == 20_001
    assert more < 16_000_000  # the file alone has 20


def _memory(desk, path: Path) -> int:
    """The most bytes that a process had while it imported the file."""
    with _importing(desk, path) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss * 1024


@contextmanager
def _importing(desk, path: Path) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-m", "goalpost", "company", "import", str(path), "--workspace", desk.workspace]
    environment = {**os.environ, "GOALPOST_DATA": str(desk.data)}
    with subprocess.Popen(command, env=environment, stdout=PIPE, stderr=PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def test_ctrl_c_imports_nothing(desk, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with _importing(desk, pipe) as process, pipe.open("w") as file:
        file.write("name\n" + "".join(f"c {number}\n" for number in range(5000)))
        file.flush()
        eventually(lambda: _is_locked(desk) and time.sleep(0.3) is None and _is_locked(desk), what="the transaction")
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert errors == "goalpost: interrupted; nothing is imported\n"
    assert names(desk) == []


def _is_locked(desk) -> bool:
    """Ask whether somebody is writing to the relational store."""
    with closing(sqlite.connect(desk.data / "goalpost.sqlite", timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite.OperationalError:
            return True
        return False
