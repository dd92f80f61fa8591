"""`picklist`: what can be chosen, by command."""

import json
from uuid import UUID

import pytest
from sqlalchemy import text

from goalpost.customers.model.customer_goals import GoalDraft
from goalpost.customers.model.gsids import GOAL, ITEM, RELATIONSHIP_TYPE, to_gsid
from goalpost.customers.model.picklists import DEFAULTS

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
        (("--list", "goal_type", "--name", "x", "--goal-type", "Default"), 2, "--goal-type is for associated work"),
        (("--list", "status", "--name", "x", "--entity", "global"), 2, "--entity is for a goal type"),
        (("--list", "associated_work", "--name", "x", "--goal-type", "none"), 1, "there is no goal type 'none'"),
        (("--list", "associated_work", "--name", "x", "--goal-type", MISSING), 1, "goal_type does not exist"),
        (("--list", "goal_type", "--name", "x", "--entity", "person"), 1, "there is no relationship type 'person'"),
        (("--list", "goal_type", "--name", "x", "--entity", MISSING), 1, "nor a relationship type"),
        (("--list", "status", "--name", "x", "--color", "red"), 2, "a color is #RRGGBB"),
        (("--list", "status", "--name", "x", "--color", "#12345"), 2, "a color is #RRGGBB"),
        (("--list", "status", "--name", "x", "--color", "#123456\n"), 2, "a color is #RRGGBB"),
    ],
)
def test_an_invalid_item_is_rejected(desk, options: tuple[str, ...], code: int, reason: str) -> None:
    before = rows(desk)
    done = desk.owned("picklist", "add", *options)
    assert (done.code, done.out) == (code, "")
    assert reason in done.err
    assert rows(desk) == before


def test_associated_work_is_for_a_goal_type_or_for_any(desk) -> None:
    goal_type = desk.added("goal_type", "Adoption")
    for spelling in ("ADOPTION", goal_type["id"], goal_type["gsid"]):
        made = desk.added("associated_work", f"Training {spelling}", "--goal-type", spelling)
        assert (made["list"], made["goal_type"]) == ("associated_work", "Adoption")
        assert rows(desk, "--list", "associated_work")[-1] == made
    assert desk.added("associated_work", "Anything")["goal_type"] is None
    table = desk.owned("picklist", "list", "--list", "associated_work").out.splitlines()
    assert ("GOAL TYPE" in table[0], "ENTITIES" in table[0]) == (True, False)
    # A goal type that is retired is still named, and cannot be chosen.
    desk.owned("picklist", "retire", goal_type["id"])
    assert rows(desk, "--list", "associated_work")[0]["goal_type"] == "Adoption"
    for spelling in ("Adoption", goal_type["id"]):
        done = desk.owned("picklist", "add", "--list", "associated_work", "--name", "x", "--goal-type", spelling)
        assert done.code == 1


def test_a_goal_type_says_what_its_goals_may_be_about(desk) -> None:
    product = desk.added("relationship_type", "Product")
    told = ("--entity", "company", "--entity", "GLOBAL", "--entity", "product", "--entity", product["gsid"])
    made = desk.added("goal_type", "Adoption", *told)
    assert made["entities"] == ["COMPANY", "GLOBAL", "Product"]
    assert rows(desk, "--list", "goal_type") == [rows(desk, "--list", "goal_type")[0], made]
    assert rows(desk, "--list", "goal_type")[0]["entities"] is None
    assert "COMPANY GLOBAL Product" in desk.owned("picklist", "list", "--list", "goal_type").out
    with desk.writing() as db:
        stored = db.execute(text("SELECT entities FROM picklist_items WHERE name = 'Adoption'")).scalar_one()
        told_as = db.execute(text("SELECT after FROM audit_changes WHERE subject = 'goal_type'")).scalar_one()
    assert json.loads(stored) == ["COMPANY", "GLOBAL", product["id"]] == json.loads(told_as)["entities"]


def test_a_relationship_types_gsid_has_a_prefix_of_its_own(desk) -> None:
    made = desk.added("relationship_type", "Product")
    assert made["gsid"] == to_gsid(RELATIONSHIP_TYPE, UUID(made["id"]))
    assert made["gsid"].startswith("1P06")
    assert desk.owned("picklist", "retire", made["gsid"], "--json").json["gsid"] == made["gsid"]


def test_another_workspaces_items_are_not_there(desk) -> None:
    desk.cli("workspace", "create", "other")
    add = ("picklist", "add", "--workspace", "other", "--json")
    theirs = desk.cli(*add, "--list", "goal_type", "--name", "Theirs").json["id"]
    product = desk.cli(*add, "--list", "relationship_type", "--name", "Product").json["id"]
    for theirs_or_none in (theirs, MISSING):
        done = desk.owned("picklist", "add", "--list", "associated_work", "--name", "x", "--goal-type", theirs_or_none)
        assert (done.code, done.err) == (1, "goalpost: goal_type does not exist\n")
    for theirs_or_none in (product, MISSING):
        done = desk.owned("picklist", "add", "--list", "goal_type", "--name", "x", "--entity", theirs_or_none)
        words = f"entities {theirs_or_none!r} is neither a kind of entity nor a relationship type"
        assert (done.code, done.err) == (1, f"goalpost: {words}\n")


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
