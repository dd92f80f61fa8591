"""Live answers against the vendor's own schemas, as the seed quotes them, and our document against the vendor's."""

from typing import Any

import httpx
import pytest
from jsonschema_rs import validator_for

from tests.dialects.msportal.support import PREFIX, READ, UNUSED_UUID, Portal, data_of, seed_document
from tests.support.server import RunningServer

SEEDED = seed_document()
SCHEMAS: dict[str, Any] = SEEDED["components"]["schemas"]


def as_json_schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema in today's words: `nullable` is a type, references go to `$defs`."""
    if isinstance(schema, list):
        return [as_json_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: as_json_schema(part) for name, part in schema.items() if name != "nullable"}
    if schema.get("nullable") is True and "type" in schema:
        found["type"] = [schema["type"], "null"]
    if "$ref" in schema:
        found["$ref"] = schema["$ref"].replace("#/components/schemas/", "#/$defs/")
    return found


def faults(name: str, value: Any) -> list[str]:
    """List the faults that the vendor's schema of that name finds in a value."""
    whole = {"$ref": f"#/$defs/{name}", "$defs": as_json_schema(SCHEMAS)}
    return [str(error) for error in validator_for(whole, validate_formats=True).iter_errors(value)]


def full_goal(portal: Portal) -> dict[str, Any]:
    return portal.goal(
        description="Every account.",
        statusId=portal.choice("statuses"),
        priorityId=portal.choice("priorities"),
        categoryId=portal.choice("categories"),
        dueDate="2026-03-31T19:00:00+02:00",
        progressPercentage=33.3,
        quarter="Q1",
        year=2026,
    )


def properties_of(schema: dict[str, Any], schemas: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The names of an object's properties and those that it requires, with what `allOf` and references add."""
    if "$ref" in schema:
        return properties_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    names, required = set(schema.get("properties", {})), set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        more = properties_of(part, schemas)
        names, required = names | more[0], required | more[1]
    return names, required


def test_the_check_can_fail(portal: Portal) -> None:
    good = portal.goal()
    assert faults("GoalDetail", good) == []
    for field, value in [
        ("id", "1"),
        ("title", None),
        ("dueDate", "tomorrow"),
        ("progressPercentage", 101),
        ("company", None),
        ("status", {"id": good["id"]}),
        ("tasks", [{}]),
    ]:
        assert faults("GoalDetail", {**good, field: value}), field
    assert all(faults("Goal", {name: good[name] for name in good if name != field}) for field in good.keys() - DETAILS)


DETAILS = {"tasks", "updates"}


def test_a_created_goal(portal: Portal) -> None:
    for body in (portal.body(), portal.body(description="", quarter="", progressPercentage=100)):
        answer = portal.api.post("/goals", json=body)
        assert (answer.status_code, faults("GoalSingleResponse", answer.json())) == (201, [])
    assert faults("GoalDetail", full_goal(portal)) == []


def test_failures_fit_the_vendors_schemas(portal: Portal) -> None:
    unknown = portal.server.client("gp_unknown", PREFIX)
    answers = [
        (400, portal.api.post("/goals", json={})),
        (400, portal.api.post("/goals", content=b"{")),
        (400, portal.api.post("/goals", json=portal.body(companyId=UNUSED_UUID))),
        (401, unknown.post("/goals", json=portal.body())),
        (403, portal.client(READ).post("/goals", json=portal.body())),
    ]
    for status, answer in answers:
        assert (answer.status_code, faults("ErrorResponse", answer.json())) == (status, [])


def test_answers_of_other_endpoints_fit_the_vendors_schemas(portal: Portal) -> None:
    goal = full_goal(portal)["id"]
    portal.goal()
    changed = portal.task(goal, dueDate="2026-01-01T00:00:00Z", description="All.")
    task, update = portal.task(goal), portal.update(goal, progressPercentage=99.5)
    patched = data_of(portal.api.patch(f"/goals/{goal}/tasks/{changed['id']}", json={"isCompleted": True}))

    assert [faults("GoalTask", found) for found in (changed, task, patched)] == [[], [], []]
    assert [faults("GoalUpdate", found) for found in (update, portal.update(goal))] == [[], []]
    assert faults("GoalDetail", portal.get(goal)) == []
    assert faults("GoalDetail", portal.patch(goal, year=None)) == []
    assert [faults("Goal", found) for found in portal.list()] == [[], []]
    assert all(faults("GoalTask", found) == [] for found in data_of(portal.api.get(f"/goals/{goal}/tasks")))
    assert all(faults("GoalUpdate", found) == [] for found in data_of(portal.api.get(f"/goals/{goal}/updates")))


@pytest.mark.parametrize(
    ("picklist", "name"),
    [("statuses", "GoalStatusRef"), ("priorities", "GoalPriorityRef"), ("categories", "GoalCategoryRef")],
)
def test_choices_fit_the_vendors_schemas(picklist: str, name: str, portal: Portal) -> None:
    found = data_of(portal.api.get(f"/goals/{picklist}"))
    assert found and all(faults(name, item) == [] for item in found)


@pytest.mark.parametrize("name", ["Goal", "GoalDetail", "GoalTask", "GoalUpdate", "GoalCompanyRef"])
def test_nothing_is_shown_that_the_vendor_does_not_name(name: str, portal: Portal) -> None:
    goal = full_goal(portal)["id"]
    portal.task(goal)
    portal.update(goal)
    detail = portal.get(goal)
    shown = {
        "Goal": portal.list()[0],
        "GoalDetail": detail,
        "GoalTask": detail["tasks"][0],
        "GoalUpdate": detail["updates"][0],
        "GoalCompanyRef": detail["company"],
    }
    names, required = properties_of(SCHEMAS[name], SCHEMAS)
    assert set(shown[name]) == names == required


@pytest.fixture(scope="module")
def published(server: RunningServer) -> dict[str, Any]:
    answer = httpx.get(f"{server.url}{PREFIX}/openapi.json", trust_env=False)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_our_document_has_the_vendors_operation(published: dict[str, Any]) -> None:
    (path,) = SEEDED["paths"]
    ours, theirs = published["paths"][path]["post"], SEEDED["paths"][path]["post"]
    assert ours["responses"].keys() >= theirs["responses"].keys()
    assert content_of(ours["requestBody"]) == content_of(theirs["requestBody"])
    assert ours["requestBody"]["required"] is True
    for status, response in theirs["responses"].items():
        assert content_of(ours["responses"][status]) == content_of(response), status


def content_of(part: dict[str, Any]) -> Any:
    return part["content"]["application/json"]["schema"]


@pytest.mark.parametrize("name", SCHEMAS)
def test_our_document_has_the_vendors_schema(name: str, published: dict[str, Any]) -> None:
    ours = published["components"]["schemas"]
    assert properties_of(ours[name], ours) == properties_of(SCHEMAS[name], SCHEMAS)
