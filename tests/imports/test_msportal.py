"""A client that stored MSPortal's ids sends the requests of the document to a workspace that imported them.

Source: https://docs.msportal.ai/api-reference/goals/create-goal.
"""

from typing import Any
from uuid import uuid4

import pytest

from goalpost.dialects.msportal.routes import PREFIX
from tests.imports.support import Importing, data

_AT = "2026-01-05T09:00:00.000Z"


def goal_of(company: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A goal as the vendor shows it, with one task and one update."""
    return {
        "id": str(uuid4()),
        "title": "Move to MFA",
        "description": None,
        "dueDate": "2026-03-31T17:00:00.000Z",
        "progressPercentage": 42.5,
        "quarter": "Q1",
        "year": 2026,
        "company": {"id": company["id"], "name": company["name"]},
        "status": {"id": str(uuid4()), "name": "In Progress"},
        "priority": {"id": str(uuid4()), "name": "Urgent"},
        "category": None,
        "createdAt": _AT,
        "updatedAt": "2026-02-01T00:00:00.000Z",
        "tasks": [
            {
                "id": str(uuid4()),
                "title": "Enrol",
                "description": None,
                "isCompleted": True,
                "dueDate": None,
                "createdAt": _AT,
            }
        ],
        "updates": [{"id": str(uuid4()), "updateText": "Half.", "progressPercentage": 50, "createdAt": _AT}],
        **more,
    }


@pytest.fixture
def company() -> dict[str, Any]:
    return {"id": str(uuid4()), "name": "Acme", "createdAt": _AT, "updatedAt": _AT}


def import_all(importing: Importing, company: dict[str, Any], *goals: dict[str, Any]) -> dict[str, dict[str, int]]:
    files = [importing.file("goal.ndjson", "".join(f"{importing.as_json({'data': goal})}\n" for goal in goals))]
    files.append(importing.file("companies.json", {"data": [company], "pagination": {"page": 1}}))
    return importing.rows("msportal", *files)


def test_stored_ids_are_answered_as_they_were(importing: Importing, company: dict[str, Any]) -> None:
    goal = goal_of(company)
    assert import_all(importing, company, goal) == {
        "company": {"read": 1, "created": 1},
        "status": {"read": 1, "unchanged": 1},
        "priority": {"read": 1, "created": 1},
        "goal": {"read": 1, "created": 1},
        "task": {"read": 1, "created": 1},
        "update": {"read": 1, "created": 1},
    }
    api = importing.client(PREFIX)
    assert data(api.get(f"/goals/{goal['id']}")) == goal
    assert data(api.get(f"/companies/{company['id']}")) == company
    named = {"companyId": company["id"], "statusId": goal["status"]["id"], "priorityId": goal["priority"]["id"]}
    for name, identity in named.items():
        assert [found["id"] for found in data(api.get("/goals", params={name: identity}))] == [goal["id"]]
    assert goal["status"] in data(api.get("/goals/statuses"))
    created = data(api.post("/goals", json={"title": "Next", **named}), 201)
    assert (created["company"], created["status"]) == (goal["company"], goal["status"])
    changed = data(api.patch(f"/goals/{goal['id']}", json={"title": "New", "statusId": goal["status"]["id"]}))
    assert {**changed, "updatedAt": goal["updatedAt"]} == {**goal, "title": "New"}
    task = f"/goals/{goal['id']}/tasks/{goal['tasks'][0]['id']}"
    assert data(api.patch(task, json={"isCompleted": False})) == {**goal["tasks"][0], "isCompleted": False}
    assert api.delete(task).status_code == 204
    assert api.delete(f"/goals/{goal['id']}").status_code == 204


def test_a_second_import_changes_what_has_changed(importing: Importing, company: dict[str, Any]) -> None:
    goal = goal_of(company)
    import_all(importing, company, goal)
    assert {name for counts in import_all(importing, company, goal).values() for name in counts} == {
        "read",
        "unchanged",
    }
    later = {**goal, "title": "Move to passkeys", "dueDate": None, "updatedAt": "2026-02-02T00:00:00.000Z"}
    rows = import_all(importing, company, later)
    assert rows["goal"] == {"read": 1, "updated": 1}
    assert data(importing.client(PREFIX).get(f"/goals/{goal['id']}")) == later


def test_the_same_ids_work_in_two_workspaces(
    importing: Importing, elsewhere: Importing, company: dict[str, Any]
) -> None:
    """The second workspace's rows cannot take the ids for their own; nothing of its answers says so."""
    goal = goal_of(company)
    theirs = {**goal, "title": "Theirs", "status": {**goal["status"], "name": "Paused"}}
    import_all(importing, company, goal)
    assert import_all(elsewhere, company, theirs)["goal"] == {"read": 1, "created": 1}
    for owner, expected in ((importing, goal), (elsewhere, theirs)):
        api = owner.client(PREFIX)
        assert data(api.get(f"/goals/{goal['id']}")) == expected
        assert data(api.get("/goals", params={"companyId": company["id"]}))[0]["id"] == goal["id"]
    api = elsewhere.client(PREFIX)
    answer = api.post("/goals", json={"title": "More", "companyId": company["id"]})
    assert data(answer, 201)["company"] == goal["company"]
    assert answer.headers["location"].endswith(data(answer, 201)["id"])
    update = data(api.post(f"/goals/{goal['id']}/updates", json={"updateText": goal["id"]}), 201)
    assert update["updateText"] == goal["id"]
    assert api.get(f"/goals/{goal['id'].upper()}").status_code == 200
    assert api.delete(f"/goals/{goal['id']}").status_code == 204
    assert api.get(f"/goals/{goal['id']}").status_code == 404
    assert import_all(elsewhere, company, theirs)["goal"] == {"read": 1, "left_out": 1}
    assert data(importing.client(PREFIX).get(f"/goals/{goal['id']}")) == goal


def test_lists_that_do_not_say_what_they_are(importing: Importing, company: dict[str, Any]) -> None:
    goal = goal_of(company)
    tasks, updates = goal.pop("tasks"), goal.pop("updates")
    files = {
        "statuses": {"data": [goal["status"], {"id": str(uuid4()), "name": "Parked"}]},
        goal["id"]: {"data": tasks},
    }
    paths = [f"{what}={importing.file(f'{what}.json', content)}" for what, content in files.items()]
    said = importing.refused("msportal", importing.file("list.json", files["statuses"]))
    assert "give the file as one of statuses, priorities, categories, companies=FILE" in said
    rows = importing.rows(
        "msportal",
        *paths,
        f"{goal['id']}={importing.file('updates.json', {'data': updates})}",
        importing.file("goals.json", {"data": [goal], "pagination": {}}),
    )
    assert rows["status"] == {"read": 2, "created": 1, "unchanged": 1}
    found = data(importing.client(PREFIX).get(f"/goals/{goal['id']}"))
    assert (found["tasks"], found["updates"]) == (tasks, updates)


def test_missing_and_wrong_values_are_told_by_place(importing: Importing, company: dict[str, Any]) -> None:
    goal = goal_of(company)
    wrong = importing.file("wrong.json", {"data": [goal, {**goal, "id": "not-an-id"}]})
    assert f"{wrong} data[1] (Move to MFA): id must be a UUID or a GSID" in importing.refused("msportal", wrong)
    late = importing.file("late.json", {"data": [{**goal, "dueDate": "tomorrow"}]})
    assert f"{late} data[0]: dueDate must be a date-time" in importing.refused("msportal", late)
    task = importing.file("task.json", {"data": goal["tasks"]})
    missing = importing.refused("msportal", f"{goal['id']}={task}")
    assert f"the goal {goal['id']} is neither in the files nor in the workspace" in missing
    assert data(importing.client(PREFIX).get("/companies")) == []
