"""`audit`: who changed what of a customer goal, in the order it happened."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from rich.cells import cell_len

from goalpost.customers.model.audit import Author
from goalpost.customers.services import customer_goals
from tests.support.desk import KEY, gsid_of


def update(desk, goal: str, *, stale: bool = False, **changes: object) -> None:
    """Change a goal as a caller with a key does; stale: as one who read it before somebody else's change."""
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        if stale:
            more = {"author": Author(name="Bob"), "now": datetime.now(UTC)}
            customer_goals.update_goal(db, goal=found, changes={"description": "other"}, **more)
        author = Author(KEY, request_id="r-2")
        customer_goals.update_goal(db, goal=found, changes=changes, author=author, now=datetime.now(UTC))


def test_every_change_is_a_row(desk) -> None:
    goal = desk.goal("Grow", year=2026)
    update(desk, goal, title="Grow more", year=None)
    desk.cli("customer-goal", "progress-mode", goal, "tasks")

    rows = desk.cli("audit", "--goal", goal, "--json").json

    first, title, year, *rest = rows
    assert (first["who"], first["request_id"], first["version"], first["field"]) == (str(KEY), "r-1", 1, None)
    assert (first["subject"], first["subject_id"], first["before"]) == ("goal", goal, None)
    assert (first["after"]["title"], first["after"]["year"]) == ("Grow", 2026)
    assert (title["field"], title["before"], title["after"]) == ("title", "Grow", "Grow more")
    assert (title["who"], title["request_id"], title["version"]) == (str(KEY), "r-2", 2)
    assert (year["field"], year["before"], year["after"], year["version"]) == ("year", 2026, None, 2)
    assert {(row["who"], row["request_id"], row["version"]) for row in rest} == {("command line", None, 3)}
    assert {row["field"] for row in rest} == {"progress_mode", "progress_reason"}
    assert [row["at"] for row in rows] == sorted(row["at"] for row in rows)
    assert {row["conflict"] for row in rows} == {False}
    assert desk.cli("audit", "--goal", gsid_of(goal), "--json").json == rows


def test_people_read_lines_that_fit_their_terminal(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    goal = desk.goal("Grow\x1b[2J", description="long " * 200)
    update(desk, goal, fields={"Größe": "x"}, description="longer 漢字 " * 200)
    for width in (80, 120, 200):
        monkeypatch.setenv("COLUMNS", str(width))
        table = desk.cli("audit", "--goal", goal).out
        lines = table.splitlines()
        assert len(lines) == 4
        assert all(cell_len(line) <= width for line in lines), lines
        assert lines[0].split() == ["AT", "WHO", "WHAT", "BEFORE", "AFTER"]
        assert "goal created" in lines[1] and '{"title"' in lines[1] and "…" in lines[1]
        assert "\x1b" not in table
    assert '{"title": "Grow\\u001b[2J"' in table
    assert '{"Größe": "x"}' in table


def test_who_is_a_name(desk) -> None:
    """The name in the trail, the name of the key, or the id of a key that is gone."""
    goal = desk.goal("Grow")
    key = desk.owned("key", "create", "--name", "CRM sync", "--scope", "*", "--json").json["id"]
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        for title, author in (("a", Author(UUID(key))), ("b", Author(UUID(key), "Sync of that time"))):
            changes = {"title": title}
            customer_goals.update_goal(db, goal=found, changes=changes, author=author, now=datetime.now(UTC))
    rows = desk.cli("audit", "--goal", goal, "--json").json
    assert [(row["who"], row["key_id"]) for row in rows] == [
        (str(KEY), str(KEY)),
        ("CRM sync", key),
        ("Sync of that time", key),
    ]
    assert "CRM sync" in desk.cli("audit", "--goal", goal).out


def test_a_metrics_changes_are_told_too(desk) -> None:
    goal = desk.goal()
    metric = desk.owned("metric", "create", "--name", "Logins", "--unit", "decimal", "--json").json["id"]
    command = ("customer-goal", "metric", goal, metric)
    desk.cli(*command, "--target", "10", "--value", "2026-01-31=5")
    desk.cli(*command, "--drop-value", "2026-01-31")
    desk.cli(*command, "--remove")
    rows = [row for row in desk.cli("audit", "--goal", goal, "--json").json if row["subject"] == "metric"]
    assert {row["who"] for row in rows} == {"command line"}
    assert [(row["field"], row["before"], row["after"]) for row in rows] == [
        (None, None, {"target": 10.0, "weight": 1.0}),
        ("values.2026-01-31", None, 5.0),
        ("values.2026-01-31", 5.0, None),
        (None, {"target": 10.0, "weight": 1.0}, None),
    ]


def test_a_change_over_somebody_elses_is_marked(desk) -> None:
    goal = desk.goal("Grow")
    update(desk, goal, stale=True, title="Mine")
    rows = desk.cli("audit", "--goal", goal, "--json").json
    assert [(row["who"], row["field"], row["conflict"]) for row in rows[1:]] == [
        ("Bob", "description", False),
        (str(KEY), "title", True),
    ]
    assert "conflict" in desk.cli("audit", "--goal", goal).out.splitlines()[-1]


def test_a_deleted_goal_is_told_of(desk) -> None:
    goal = desk.goal("Grow")
    with desk.writing() as db:
        found = customer_goals.find_goal(db, goal_id=UUID(goal))
        customer_goals.delete_goal(db, goal=found, author=Author(KEY), now=datetime.now(UTC))
    assert desk.cli("customer-goal", "show", goal).code == 1
    last = desk.cli("audit", "--goal", gsid_of(goal), "--json").json[-1]
    assert (last["field"], last["before"]["title"], last["after"], last["version"]) == (None, "Grow", None, 2)


@pytest.mark.parametrize(
    ("goal", "reason"),
    [
        (str(UUID(int=7)), "there is no such goal"),
        ("7", "there is no customer goal '7'; give an id that `goalpost customer-goal list` shows"),
    ],
)
def test_an_unknown_goal(cli, goal: str, reason: str) -> None:
    done = cli("audit", "--goal", goal)
    assert (done.code, done.out, done.err) == (1, "", f"goalpost: {reason}\n")
