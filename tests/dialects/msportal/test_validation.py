"""Every rule for what may be written, field by field, with the answer to who breaks it."""

from typing import Any

import pytest

from tests.dialects.msportal.support import Portal, data_of, failure, faulty_fields

TOO_LONG_ID = "550e8400-e29b-41d4-a716-4466554400000"
NO_STRINGS: list[Any] = [5, 1.5, True, ["Q1"], {"en": "Q1"}]
NO_NUMBERS: list[Any] = ["50", "2026", "", True, False, [50], {"value": 50}]
UNSTORABLE = ["\0", "a\0b"]
EMOJI = "\N{GRINNING FACE}"

# (field, values that are wrong): the same for POST and PATCH.
GOAL_FAULTS: dict[str, list[Any]] = {
    "title": [*NO_STRINGS, *UNSTORABLE, None, "", " ", " \t\n", "\u00a0\u2003", "x" * 201, EMOJI * 201],
    "companyId": [*NO_STRINGS, None, "", "abc", TOO_LONG_ID, "550e8400e29b41d4a716446655440000"],
    "description": [*NO_STRINGS, *UNSTORABLE, "x" * 5001, EMOJI * 5001],
    "statusId": [*NO_STRINGS, "", "abc", TOO_LONG_ID],
    "priorityId": [*NO_STRINGS, "", "abc", "{550e8400-e29b-41d4-a716-446655440000}"],
    "categoryId": [*NO_STRINGS, "", "abc", "urn:uuid:550e8400-e29b-41d4-a716-446655440000"],
    "dueDate": [
        *NO_STRINGS,
        *("", "tomorrow", "2026-03-31", "2026-03-31T17:00:00", "2026-03-31 17:00:00Z", "20260331T170000Z"),
        *("2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z"),
        *("2026-03-31T24:00:00Z", "2026-03-31T17:60:00Z", "2026-03-31T17:00:61Z", "2026-03-31T17:00Z"),
        *("2026-03-31T17:00:00+2:00", "2026-03-31T17:00:00+0200", "2026-03-31T17:00:00+24:00", "2026-03-31T17:00:00.Z"),
        *("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00", "12026-03-31T17:00:00Z", "2026-W14-2T17:00:00Z"),
        *("\u0662\u0660\u0662\u0666-03-31T17:00:00Z", " 2026-03-31T17:00:00Z", "2026-03-31T17:00:00Z\n"),
        "1774976400",
    ],
    "progressPercentage": [*NO_NUMBERS, None, -0.1, -1, 100.1, 101, 1e300, 10**400],
    "quarter": [*NO_STRINGS, "Q10", "abc", EMOJI * 3, "\0"],
    "year": [*NO_NUMBERS, 1999, 2101, 1999.99, 2025.5, 2100.5, -2026, 0, 1e300, 10**400],
}
OPTIONAL = [field for field in GOAL_FAULTS if field not in ("title", "companyId", "progressPercentage")]


@pytest.mark.parametrize("field", GOAL_FAULTS)
def test_a_goals_field_that_is_wrong(field: str, portal: Portal) -> None:
    goal = portal.goal()
    for value in GOAL_FAULTS[field]:
        assert faulty_fields(portal.api.post("/goals", json=portal.body(**{field: value}))) == [field], value
        assert faulty_fields(portal.api.patch(f"/goals/{goal['id']}", json={field: value})) == [field], value
    assert portal.list() == [{name: goal[name] for name in goal if name not in ("tasks", "updates")}]


@pytest.mark.parametrize("field", OPTIONAL)
def test_null_is_rejected_for_a_new_goal(field: str, portal: Portal) -> None:
    """The vendor's CreateGoalRequest marks no field `nullable`, which in OpenAPI 3.0 forbids null."""
    answer = portal.api.post("/goals", json=portal.body(**{field: None}))
    assert (answer.status_code, answer.json()["details"]) == (
        400,
        [{"field": field, "message": "must not be null; leave it out instead"}],
    )
    assert portal.list() == []


@pytest.mark.parametrize("field", ["title", "companyId"])
def test_required_fields_of_a_goal(field: str, portal: Portal) -> None:
    body = portal.body()
    del body[field]
    assert faulty_fields(portal.api.post("/goals", json=body)) == [field]


# (field, what is sent, what is shown)
TAKEN = [
    ("title", "x", "x"),
    ("title", "x" * 200, "x" * 200),
    ("title", EMOJI * 200, EMOJI * 200),
    ("title", " x ", " x "),
    ("title", "\t\u200b\n", "\t\u200b\n"),
    ("description", "", ""),
    ("description", " ", " "),
    ("description", "x" * 5000, "x" * 5000),
    ("description", EMOJI * 5000, EMOJI * 5000),
    ("quarter", "", ""),
    ("quarter", "Q1", "Q1"),
    ("quarter", "q4", "q4"),
    ("quarter", "7", "7"),
    ("quarter", EMOJI * 2, EMOJI * 2),
    ("year", 2000, 2000),
    ("year", 2100, 2100),
    ("year", 2026.0, 2026),
    ("progressPercentage", 0, 0),
    ("progressPercentage", 0.0, 0),
    ("progressPercentage", -0.0, 0),
    ("progressPercentage", 0.01, 0.01),
    ("progressPercentage", 33.3, 33.3),
    ("progressPercentage", 33.33, 33.33),
    ("progressPercentage", 99.99, 99.99),
    ("progressPercentage", 100, 100),
    ("progressPercentage", 100.0, 100),
    ("dueDate", "2026-03-31T17:00:00Z", "2026-03-31T17:00:00.000Z"),
    ("dueDate", "2026-03-31t17:00:00z", "2026-03-31T17:00:00.000Z"),
    ("dueDate", "2026-03-31T17:00:00.5Z", "2026-03-31T17:00:00.500Z"),
    ("dueDate", "2026-03-31T17:00:00.123Z", "2026-03-31T17:00:00.123Z"),
    ("dueDate", "2026-03-31T17:00:00.123456789Z", "2026-03-31T17:00:00.123Z"),
    ("dueDate", "2026-03-31T23:30:00+05:30", "2026-03-31T18:00:00.000Z"),
    ("dueDate", "2026-12-31T23:00:00-02:00", "2027-01-01T01:00:00.000Z"),
    ("dueDate", "2026-03-31T17:00:00-00:00", "2026-03-31T17:00:00.000Z"),
    ("dueDate", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"),
    ("dueDate", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000Z"),
    ("dueDate", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"),
    ("dueDate", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
    ("dueDate", "9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
]


@pytest.mark.parametrize(("field", "sent", "shown"), TAKEN, ids=lambda value: repr(value)[:30])
def test_a_value_that_is_taken(field: str, sent: Any, shown: Any, portal: Portal) -> None:
    made = portal.goal(**{field: sent})
    assert repr(made[field]) == repr(shown), "a whole number has no fraction"
    assert portal.get(made["id"]) == made
    changed = portal.patch(portal.goal()["id"], **{field: sent})
    assert repr(changed[field]) == repr(shown)
    assert portal.get(changed["id"]) == changed


def test_every_fault_is_told_at_once(portal: Portal) -> None:
    wrong = {field: values[0] for field, values in GOAL_FAULTS.items()}
    goal = portal.goal()["id"]
    for answer in (portal.api.post("/goals", json=wrong), portal.api.patch(f"/goals/{goal}", json=wrong)):
        assert sorted(faulty_fields(answer)) == sorted(GOAL_FAULTS)
    assert sorted(faulty_fields(portal.api.post("/goals", json={}))) == ["companyId", "title"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " ", "year": 1},
        {"title": "x\0", "quarter": "long"},
        {"description": "x\0", "progressPercentage": 101},
        {"title": "\t", "description": "\0", "quarter": "\0"},
    ],
    ids=str,
)
def test_faults_of_the_text_are_told_with_the_others(wrong: dict[str, Any], portal: Portal) -> None:
    goal = portal.goal()["id"]
    assert sorted(faulty_fields(portal.api.post("/goals", json=portal.body(**wrong)))) == sorted(wrong)
    assert sorted(faulty_fields(portal.api.patch(f"/goals/{goal}", json=wrong))) == sorted(wrong)


TASK_FAULTS: dict[str, list[Any]] = {
    "title": [*NO_STRINGS, *UNSTORABLE, None, "", "  ", "x" * 201],
    "description": [*NO_STRINGS, *UNSTORABLE, "x" * 5001],
    "dueDate": [*NO_STRINGS, "2026-03-31", "2026-02-30T00:00:00Z"],
    "isCompleted": ["true", "1", 0, 1, None, [], {}],
}


@pytest.mark.parametrize("field", TASK_FAULTS)
def test_a_tasks_field_that_is_wrong(field: str, portal: Portal) -> None:
    tasks = f"/goals/{portal.goal()['id']}/tasks"
    task = data_of(portal.api.post(tasks, json={"title": "Enrol"}), 201)
    for value in TASK_FAULTS[field]:
        assert faulty_fields(portal.api.post(tasks, json={"title": "Enrol", field: value})) == [field], value
        assert faulty_fields(portal.api.patch(f"{tasks}/{task['id']}", json={field: value})) == [field], value
    if field in ("description", "dueDate"):
        assert faulty_fields(portal.api.post(tasks, json={"title": "Enrol", field: None})) == [field]
    assert faulty_fields(portal.api.post(tasks, json={})) == ["title"]
    assert data_of(portal.api.get(tasks)) == [task]


UPDATE_FAULTS: dict[str, list[Any]] = {
    "updateText": [*NO_STRINGS, *UNSTORABLE, None, "", "  ", "x" * 5001],
    "progressPercentage": [*NO_NUMBERS, None, -0.1, 100.1],
}


@pytest.mark.parametrize("field", UPDATE_FAULTS)
def test_an_updates_field_that_is_wrong(field: str, portal: Portal) -> None:
    goal = portal.goal()
    updates = f"/goals/{goal['id']}/updates"
    for value in UPDATE_FAULTS[field]:
        assert faulty_fields(portal.api.post(updates, json={"updateText": "Half.", field: value})) == [field], value
    assert faulty_fields(portal.api.post(updates, json={})) == ["updateText"]
    assert portal.get(goal["id"]) == goal


def test_the_longest_texts_of_tasks_and_updates(portal: Portal) -> None:
    goal = portal.goal()["id"]
    task = portal.task(goal, title=EMOJI * 200, description=EMOJI * 5000)
    assert (task["title"], task["description"]) == (EMOJI * 200, EMOJI * 5000)
    assert portal.update(goal, updateText=EMOJI * 5000)["updateText"] == EMOJI * 5000


@pytest.mark.parametrize("name", [*NO_STRINGS, *UNSTORABLE, None, "", " ", "x" * 256], ids=lambda name: repr(name)[:9])
def test_a_companys_name_that_is_wrong(name: Any, portal: Portal) -> None:
    assert faulty_fields(portal.api.post("/companies", json={"name": name})) == ["name"]
    assert faulty_fields(portal.api.patch(f"/companies/{portal.company}", json={"name": name})) == ["name"]
    assert [found["name"] for found in data_of(portal.api.get("/companies"))] == ["Acme"]


def test_a_companys_longest_name_and_no_name(portal: Portal) -> None:
    assert portal.post("/companies", {"name": EMOJI * 255})["name"] == EMOJI * 255
    assert faulty_fields(portal.api.post("/companies", json={})) == ["name"]
    same = portal.api.get(f"/companies/{portal.company}").json()
    assert portal.api.patch(f"/companies/{portal.company}", json={}).json() == same


def test_fields_that_cannot_be_written_are_ignored(portal: Portal) -> None:
    more = {"id": "x", "company": {}, "status": 5, "tasks": [1], "updates": None, "createdAt": "never", "": None}
    made = portal.goal(**more)
    assert (made["status"], made["tasks"], made["updates"], made["company"]["name"]) == (None, [], [], "Acme")
    assert portal.patch(made["id"], **more) == made
    assert failure(portal.api.get("/goals/x"))[0] == 400
