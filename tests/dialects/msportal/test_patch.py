"""PATCH changes the fields that are sent and leaves the others as they are."""

from typing import Any

import pytest

from tests.dialects.msportal.support import REFERENCES, Portal, data_of

NULLABLE = ["description", "statusId", "priorityId", "categoryId", "dueDate", "quarter", "year"]


def shown(field: str) -> str:
    """Field of a request → its place in the answer."""
    return field.removesuffix("Id")


def full_goal(portal: Portal) -> dict[str, Any]:
    references = {field: portal.choice(picklist) for field, picklist in REFERENCES.items()}
    plain = {"description": "All.", "dueDate": "2026-03-31T17:00:00.250Z", "quarter": "Q1", "year": 2026}
    return portal.goal(**references, **plain, progressPercentage=12.5)


def without_moment(goal: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in goal.items() if name != "updatedAt"}


@pytest.mark.parametrize("field", NULLABLE)
def test_null_empties_that_field_alone(field: str, portal: Portal) -> None:
    goal = full_goal(portal)
    changed = portal.patch(goal["id"], **{field: None})
    assert without_moment(changed) == without_moment({**goal, shown(field): None})
    assert changed["updatedAt"] > goal["updatedAt"]
    assert portal.get(goal["id"]) == changed
    assert portal.patch(goal["id"], **{field: None}) == changed, "nothing more changes"


def test_null_empties_all_that_may_be_empty_at_once(portal: Portal) -> None:
    goal = full_goal(portal)
    changed = portal.patch(goal["id"], **dict.fromkeys(NULLABLE))
    assert without_moment(changed) == without_moment({**goal, **{shown(field): None for field in NULLABLE}})


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "New"},
        {"description": ""},
        {"dueDate": "2027-01-01T00:00:00.000Z"},
        {"progressPercentage": 99.99},
        {"progressPercentage": 0},
        {"quarter": ""},
        {"year": 2100},
        {"title": "New", "year": 2030, "quarter": "Q4"},
    ],
    ids=str,
)
def test_only_what_is_sent_changes(fields: dict[str, Any], portal: Portal) -> None:
    goal = full_goal(portal)
    changed = portal.patch(goal["id"], **fields)
    assert without_moment(changed) == without_moment({**goal, **fields})
    assert changed["updatedAt"] > goal["updatedAt"]
    assert portal.get(goal["id"]) == changed


@pytest.mark.parametrize("field", REFERENCES)
def test_a_choice_can_change(field: str, portal: Portal) -> None:
    goal = full_goal(portal)
    name, id = list(portal.choices(REFERENCES[field]).items())[-1]
    changed = portal.patch(goal["id"], **{field: id})
    assert without_moment(changed) == without_moment({**goal, shown(field): {"id": id, "name": name}})


def test_the_company_can_change(portal: Portal) -> None:
    goal, second = full_goal(portal), portal.new_company("Second")
    changed = portal.patch(goal["id"], companyId=second)
    assert without_moment(changed) == without_moment({**goal, "company": {"id": second, "name": "Second"}})
    assert [found["id"] for found in portal.list(companyId=second)] == [goal["id"]]
    assert portal.list(companyId=portal.company) == []


def test_a_patch_that_changes_nothing_leaves_the_moment(portal: Portal) -> None:
    goal = full_goal(portal)
    same = {name: goal[name] for name in ("title", "description", "dueDate", "progressPercentage", "quarter", "year")}
    same |= {f"{name}Id": goal[name]["id"] for name in ("company", "status", "priority", "category")}
    ignored = {"id": "x", "company": None, "status": {}, "tasks": [{}], "updatedAt": "x", "isArchived": True}
    for body in ({}, same, {"title": goal["title"]}, ignored, {"dueDate": "2026-03-31T19:00:00.250+02:00"}):
        assert portal.patch(goal["id"], **body) == goal, body
    assert portal.get(goal["id"]) == goal


def test_unknown_keys_beside_known_ones(portal: Portal) -> None:
    goal = portal.goal()
    changed = portal.patch(goal["id"], title="New", createdAt="2020-01-01T00:00:00Z", colour="red")
    assert without_moment(changed) == without_moment({**goal, "title": "New"})


def test_a_refused_change_changes_nothing(portal: Portal) -> None:
    goal = full_goal(portal)
    for body in ({"title": "New", "year": 1}, {"title": "New", "companyId": goal["id"]}, {"title": None, "year": 2030}):
        assert portal.api.patch(f"/goals/{goal['id']}", json=body).status_code == 400
    assert portal.get(goal["id"]) == goal


def moved(portal: Portal, before: dict[str, Any]) -> dict[str, Any]:
    """The goal as it is now, changed in its moment and in no field of its own."""
    now = portal.get(before["id"])
    own = without_moment({**now, "tasks": [], "updates": []})
    assert own == without_moment({**before, "tasks": [], "updates": []})
    assert now["updatedAt"] > before["updatedAt"]
    return now


def test_each_change_of_a_task_moves_the_goals_moment(portal: Portal) -> None:
    goal = full_goal(portal)
    task = portal.task(goal["id"])
    goal = moved(portal, goal)
    path = f"/goals/{goal['id']}/tasks/{task['id']}"
    changes = {"title": "New", "isCompleted": True, "description": "All.", "dueDate": "2026-01-01T00:00:00.000Z"}
    for field, value in changes.items():
        task |= {field: value}
        assert data_of(portal.api.patch(path, json={field: value})) == task
        goal = moved(portal, goal)
        assert goal["tasks"] == [task]
    for body in ({}, changes, {"id": "x", "createdAt": None}):
        assert data_of(portal.api.patch(path, json=body)) == task
        assert portal.get(goal["id"]) == goal, "unmoved"
    for field in ("description", "dueDate"):
        task |= {field: None}
        assert data_of(portal.api.patch(path, json={field: None})) == task
        goal = moved(portal, goal)
    assert portal.api.delete(path).status_code == 204
    assert moved(portal, goal)["tasks"] == []
    assert portal.api.delete(path).status_code == 404


def test_tasks_do_not_move_the_progress(portal: Portal) -> None:
    goal = portal.goal(progressPercentage=7.25)["id"]
    for number in range(3):
        portal.task(goal, isCompleted=number < 2)
    assert portal.get(goal)["progressPercentage"] == 7.25
    last = portal.get(goal)["tasks"][-1]["id"]
    portal.api.patch(f"/goals/{goal}/tasks/{last}", json={"isCompleted": True})
    assert portal.get(goal)["progressPercentage"] == 7.25


def test_the_progress_of_an_update_becomes_the_goals(portal: Portal) -> None:
    goal = portal.goal(progressPercentage=10)
    without = portal.update(goal["id"], updateText="Slow.")
    assert without["progressPercentage"] is None
    goal = moved(portal, goal)
    for progress in (42.5, 0, 100):
        assert portal.update(goal["id"], progressPercentage=progress)["progressPercentage"] == progress
        now = portal.get(goal["id"])
        assert now["progressPercentage"] == progress
        assert now["updatedAt"] > goal["updatedAt"]
        goal = now
    portal.update(goal["id"])
    assert portal.get(goal["id"])["progressPercentage"] == 100
    assert [found["progressPercentage"] for found in portal.get(goal["id"])["updates"]] == [None, 100, 0, 42.5, None]


def test_a_set_progress_writes_no_update_and_no_status(portal: Portal) -> None:
    goal = portal.goal()
    changed = portal.patch(goal["id"], progressPercentage=100)
    assert (changed["updates"], changed["status"]) == ([], None)
    completed = portal.patch(goal["id"], progressPercentage=5, statusId=portal.choices("statuses")["Completed"])
    assert completed["progressPercentage"] == 5


def test_a_deleted_goal_is_gone_with_all_that_it_had(portal: Portal) -> None:
    ids = portal.ids()
    goal = f"/goals/{ids['goal']}"
    assert portal.api.delete(goal).status_code == 204
    assert portal.api.delete(goal).status_code == 404
    for path in (goal, f"{goal}/tasks", f"{goal}/updates"):
        assert portal.api.get(path).status_code == 404
    assert portal.list() == []
