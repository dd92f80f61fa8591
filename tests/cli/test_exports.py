"""`export customer-goals`: complete, as RFC 4180 and JSON lines have it, and nothing for a spreadsheet to run."""

import csv
import io
import json
import os
import stat
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.cli.cells import defused, undefused
from goalpost.cli.goal_files import COLUMNS, to_csv, to_jsonl
from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import CustomerGoal, GoalDraft
from goalpost.customers.model.field_values import written
from goalpost.customers.model.records import Ref
from goalpost.customers.services import customer_goals
from tests.support.desk import gsid_of

NOW = datetime(2026, 11, 21, 9, 30, 0, 123456, tzinfo=UTC)
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\n=1",
    "\u00a0-1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    "\ufeff=1",
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40) | st.sampled_from(
    HOSTILE
)


def read_csv(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff"), "by this mark spreadsheets know UTF-8"
    return list(csv.DictReader(io.StringIO(text[1:], newline=""), strict=True))


def goal_of(title: str, description: str | None, company: str | None, fields: dict) -> CustomerGoal:
    ref = None if company is None else Ref(uuid4(), company)
    more = {"company": ref, "fields": fields, "year": 2026, "progress": Decimal("33.33")}
    return CustomerGoal(uuid4(), uuid4(), title, NOW, NOW, description=description, **more)


VALUES = TEXTS | st.integers() | st.booleans() | st.lists(TEXTS, max_size=3)


@given(TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.dictionaries(TEXTS, VALUES, max_size=3))
def test_csv_is_read_back_as_it_was(title: str, description: str | None, company: str | None, fields: dict) -> None:
    goal = goal_of(title, description, company, fields)
    pieces = list(to_csv([goal, goal], fields))
    rows = list(csv.reader(io.StringIO("".join(pieces)[1:], newline=""), strict=True))
    assert [undefused(cell) for cell in rows[1][len(COLUMNS) :]] == [written(value) for value in fields.values()]
    assert len({column.casefold() for column in rows[0]}) == len(rows[0])
    first, second = read_csv("".join(pieces))
    assert first == second
    assert all(piece.endswith("\r\n") for piece in pieces)
    assert (first["title"], first["description"]) == (defused(title), defused(description or ""))
    assert first["company"] == defused(company or "")
    assert (first["id"], first["year"], first["progress"]) == (str(goal.id), "2026", "33.33")
    assert datetime.fromisoformat(first["created_at"]) == NOW
    for name in ("title", "description", "company"):
        assert not first[name].lstrip().startswith(("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
        assert not first[name].startswith(("\t", "\r"))


@given(TEXTS, st.none() | TEXTS, st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=3))
def test_json_lines_are_exact(title: str, description: str | None, fields: dict) -> None:
    (line,) = to_jsonl([goal_of(title, description, title, fields)])
    found = json.loads(line)
    assert (found["title"], found["description"], found["company"]) == (title, description, title)
    assert (found["fields"], found["progress"], list(found)) == (fields, 33.33, [*COLUMNS, "fields"])
    assert line.count("\n") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_defused(text: str) -> None:
    for written_ in (text, f"'{text}", f"''{text}"):
        assert (defused(written_), undefused(defused(written_))) == (f"'{written_}", written_)


@pytest.mark.parametrize("text", ["", "a=1", "1-1", "'", "'a", "'s-Hertogenbosch", "100 %", "(=1)", "Ünder", "x\n=1"])
def test_a_text_that_is_not_a_formula_stays(text: str) -> None:
    assert (defused(text), undefused(text)) == (text, text)


FIELDS = {"=x": "\ud83d ü", "Größe": "=1", "many": ["a", "ü"], "Title": True}


@pytest.fixture
def goals(desk) -> list[str]:
    """The ids of goals, one with everything."""
    company = desk.owned("company", "create", "--name", "@Acme", "--json").json["id"]
    full = GoalDraft(
        '=HYPERLINK("http://x","y")',
        company_id=UUID(company),
        description='He said "no",\r\nthen left',
        status_id=desk.item("status", "New"),
        priority_id=desk.item("priority", "High"),
        category_id=desk.item("category", "Growth"),
        goal_type_id=desk.item("goal_type", "Default"),
        due_at=datetime(2026, 12, 31, tzinfo=UTC),
        quarter="Q4",
        year=2026,
        progress=Decimal("33.33"),
        fields=FIELDS,
    )
    return [str(goal.id) for draft in (full, GoalDraft("Second"), GoalDraft("ü")) for goal in desk.goals(draft)]


def test_goals_as_csv(desk, goals: list[str]) -> None:
    done = desk.owned("export", "customer-goals", "--format", "csv")
    assert (done.code, done.err) == (0, "")
    assert done.out.partition("\r\n")[0] == "\ufeff" + ",".join([*COLUMNS, "'=x", "Größe", "many", "fields.Title"])
    rows = read_csv(done.out)
    assert [row["id"] for row in rows] == goals
    first = rows[0]
    assert (first["title"], first["company"]) == ('\'=HYPERLINK("http://x","y")', "'@Acme")
    assert first["gsid"] == gsid_of(goals[0])
    assert (first["status"], first["priority"], first["category"], first["goal_type"]) == (
        *("New", "High", "Growth", "Default"),
    )
    assert (first["due_at"], first["quarter"], first["year"]) == ("2026-12-31T00:00:00+00:00", "Q4", "2026")
    assert (first["entity"], first["progress_mode"], first["version"]) == ("company", "manual", "1")
    assert (first["'=x"], first["Größe"], first["many"], first["fields.Title"]) == ("? ü", "'=1", "a; ü", "true")
    assert (rows[1]["company"], rows[1]["Größe"], rows[1]["many"]) == ("", "", "")


def test_goals_as_json_lines(desk, goals: list[str]) -> None:
    rows = [json.loads(line) for line in desk.owned("export", "customer-goals", "--format", "jsonl").out.splitlines()]
    assert [row["id"] for row in rows] == goals
    assert [row["title"] for row in rows] == ['=HYPERLINK("http://x","y")', "Second", "ü"]
    assert (rows[0]["description"], rows[0]["company"]) == ('He said "no",\r\nthen left', "@Acme")
    assert (rows[0]["year"], rows[0]["progress"], rows[0]["fields"]) == (2026, 33.33, FIELDS)
    assert (rows[1]["company"], rows[1]["due_at"], rows[1]["fields"]) == (None, None, {})


def test_only_the_workspaces_live_goals(desk, goals: list[str]) -> None:
    desk.cli("workspace", "create", "other")
    done = desk.cli("export", "customer-goals", "--workspace", "other", "--format", "csv")
    assert done.out.splitlines() == ["\ufeff" + ",".join(COLUMNS)]
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goals[0]))
        customer_goals.delete_goal(db, goal=found, author=Author(), now=datetime.now(UTC))
    exported = desk.owned("export", "customer-goals", "--format", "jsonl").out.splitlines()
    assert [json.loads(line)["id"] for line in exported] == goals[1:]


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
def test_a_file_is_what_standard_output_would_be(desk, goals: list[str], tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"goals.{format_}"
    arguments = ("export", "customer-goals", "--format", format_)
    done = desk.owned(*arguments, "--output", str(path))
    assert done.out == f"Exported 3 customer goals to {path}.\n"
    assert path.read_bytes() == desk.owned(*arguments).out.encode()

    path.write_text("older")
    path.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(path)
    assert desk.owned(*arguments, "--output", str(link), "--json").json == {"exported": 3, "file": str(link)}
    assert path.read_bytes() == desk.owned(*arguments).out.encode()
    assert (link.is_symlink(), stat.S_IMODE(path.stat().st_mode)) == (True, 0o640)
    assert sorted(os.listdir(tmp_path)) == sorted(["data", path.name, "link"])


def test_no_half_file_is_left(desk, goals: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = customer_goals.each_goal

    def broken(db, *, workspace_id):
        yield next(iter(whole(db, workspace_id=workspace_id)))
        raise OSError(28, "No space left on device")

    path = tmp_path / "goals.csv"
    path.write_text("older")
    monkeypatch.setattr(customer_goals, "each_goal", broken)
    done = desk.owned("export", "customer-goals", "--format", "csv", "--output", str(path))
    assert (done.code, done.err) == (1, "goalpost: [Errno 28] No space left on device\n")
    assert path.read_text() == "older"
    assert sorted(os.listdir(tmp_path)) == ["data", "goals.csv"]


def test_where_a_file_cannot_be(desk, tmp_path: Path) -> None:
    arguments = ("export", "customer-goals", "--format", "csv", "--output")
    done = desk.owned(*arguments, str(tmp_path / "none" / "x.csv"))
    assert (done.code, done.out) == (1, "")
    assert "No such file or directory" in done.err
    assert desk.owned(*arguments, str(tmp_path)).err == f"goalpost: {tmp_path}: Is a directory\n"


def test_a_device_is_written_to_and_not_replaced(desk, goals: list[str]) -> None:
    done = desk.owned("export", "customer-goals", "--format", "csv", "--output", "/dev/null")
    assert done.code == 0
    assert not Path("/dev/null").is_file()


def test_unclear_options_are_rejected(desk) -> None:
    assert desk.owned("export", "customer-goals", "--format", "xlsx").code == 2
    assert desk.owned("export", "customer-goals").code == 2
    done = desk.owned("export", "customer-goals", "--format", "csv", "--json")
    assert (done.code, done.out) == (2, "")
    assert "--output brings" in done.err
    assert "apostrophe" in desk.cli("export", "customer-goals", "--help").out


def test_every_goal_of_many_is_exported(desk, tmp_path: Path) -> None:
    desk.goals(*(GoalDraft(f"Goal {number}") for number in range(2500)))
    path = tmp_path / "goals.jsonl"
    desk.owned("export", "customer-goals", "--format", "jsonl", "--output", str(path))
    rows = [json.loads(line)["id"] for line in path.read_text().splitlines()]
    assert len(set(rows)) == 2500
    assert rows == sorted(rows)
