"""`picklist`: what can be chosen, by command."""

from uuid import UUID

import pytest

from goalpost.core.customer_goals import GoalDraft
from goalpost.core.gsids import GOAL, ITEM, to_gsid
from goalpost.core.picklists import DEFAULTS

MISSING = str(UUID(int=7))


def rows(desk, *options: str) -> list[dict]:
    return desk.owned("picklist", "list", "--json", *options).json


def test_a_workspace_begins_with_the_usual_choices(cli, workspace_name: str) -> None:
    found = cli("picklist", "list", "--workspace", workspace_name, "--json").json
    for picklist, names in DEFAULTS.items():
        assert [row["name"] for row in found if row["list"] == picklist.value] == list(names)
    assert {row["name"] for row in found if row["closed"]} == {"Achieved", "Completed", "Not Achieved", "Cancelled"}
    assert {row["name"] for row in found if row["high"]} == {"High"}
    assert all(row["gsid"] == to_gsid(ITEM, UUID(row["id"])) for row in found)
    assert {row["retired_at"] for row in found} == {None}
    assert {row["workspace"] for row in found} == {workspace_name}
    assert [row for row in cli("picklist", "list", "--json").json if row["workspace"] == workspace_name] == found


def test_an_item_is_added_behind_the_others(desk) -> None:
    options = ("--list", "status", "--name", "Verified", "--closed", "--color", "#00ff7F")
    made = desk.owned("picklist", "add", *options, "--json").json
    assert (made["list"], made["name"], made["closed"], made["high"]) == ("status", "Verified", True, False)
    assert made["color"] == "#00ff7F"
    assert rows(desk, "--list", "status")[-1] == made

    assert "Added the priority" in desk.owned("picklist", "add", "--list", "priority", "--name", "Now", "--high").out
    assert rows(desk, "--list", "priority")[-1]["high"] is True
    table = desk.owned("picklist", "list", "--list", "priority").out.splitlines()
    assert [line.split()[3] for line in table[1:]] == ["Low", "Medium", "High", "Now"]


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        (("--list", "status", "--name", "NEW"), 1, "there is a status named 'NEW' already"),
        (("--list", "goal_type", "--name", "default"), 1, "there is a goal type named 'default' already"),
        (("--list", "status", "--name", ""), 1, "name can't be blank"),
        (("--list", "colour", "--name", "x"), 2, "'colour' is not one of"),
        (("--list", "category", "--name", "x", "--closed"), 2, "--closed is for a status"),
        (("--list", "status", "--name", "x", "--high"), 2, "--high is for a priority"),
        (("--list", "status", "--name", "x", "--color", "red"), 2, "a color is #RRGGBB"),
        (("--list", "status", "--name", "x", "--color", "#12345"), 2, "a color is #RRGGBB"),
        (("--list", "status", "--name", "x", "--color", "#123456\n"), 2, "a color is #RRGGBB"),
    ],
)
def test_what_cannot_be_added(desk, options: tuple[str, ...], code: int, reason: str) -> None:
    before = rows(desk)
    done = desk.owned("picklist", "add", *options)
    assert (done.code, done.out) == (code, "")
    assert reason in done.err
    assert rows(desk) == before


@pytest.mark.parametrize("spelling", ["id", "gsid"])
def test_a_retired_item_cannot_be_chosen_and_goals_keep_it(desk, spelling: str) -> None:
    item = next(row for row in rows(desk) if row["name"] == "At Risk")
    goal = desk.goal(status_id=UUID(item["id"]))

    retired = desk.owned("picklist", "retire", item[spelling], "--json").json

    assert retired["retired_at"]
    assert {**retired, "retired_at": None} == item
    assert item["id"] not in [row["id"] for row in rows(desk)]
    kept = next(row for row in rows(desk, "--retired") if row["id"] == item["id"])
    assert kept["retired_at"] == retired["retired_at"]
    assert desk.cli("customer-goal", "show", goal, "--json").json["status"] == "At Risk"
    with pytest.raises(Exception, match="status_id does not exist"):
        desk.goals(GoalDraft("x", status_id=UUID(item["id"])))
    again = desk.owned("picklist", "retire", item["id"])
    assert (again.code, again.err) == (1, "goalpost: there is no such item\n")
    # Its name is free again.
    assert desk.owned("picklist", "add", "--list", "status", "--name", "At Risk").code == 0


def test_only_the_workspaces_own_items_can_be_retired(desk) -> None:
    desk.cli("workspace", "create", "other")
    item = desk.cli("picklist", "list", "--workspace", "other", "--json").json[0]["id"]
    for unknown in (item, MISSING):
        done = desk.owned("picklist", "retire", unknown)
        assert (done.code, done.err) == (1, "goalpost: there is no such item\n")
    for nonsense in ("At Risk", to_gsid(GOAL, UUID(int=7)), ""):
        done = desk.owned("picklist", "retire", nonsense)
        assert done.err == f"goalpost: there is no item {nonsense!r}; give an id that `goalpost picklist list` shows\n"
