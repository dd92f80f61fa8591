"""Rows of another workspace, deleted rows and rows that never were look the same but for the request's id."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from goalpost.customers.model.audit import Author
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import picklists, records
from tests.dialects.msportal.support import (
    COMPANY_ROUTES,
    GOAL_ROUTES,
    REFERENCES,
    TASK_ROUTES,
    Portal,
    Route,
    data_of,
    failure,
    faulty_fields,
)

NOT_FOUND = (404, {"error": "Not found", "details": None, "code": "NOT_FOUND"})
CHANGING = {"date", "x-request-id", "x-ratelimit-reset", "x-ratelimit-remaining", "content-length"}


def all_of(answer: httpx.Response) -> tuple[Any, dict[str, str]]:
    """All of a failure that could tell two of them apart."""
    return failure(answer), {name: value for name, value in answer.headers.items() if name not in CHANGING}


@pytest.mark.parametrize("route", GOAL_ROUTES, ids=str)
def test_a_goal_in_a_path(route: Route, portal: Portal, other: Portal) -> None:
    others, deleted = other.ids(), portal.ids()
    assert portal.api.delete(f"/goals/{deleted['goal']}").status_code == 204
    before = other.get(others["goal"])

    missing = all_of(route.call(portal.api, {**deleted, "goal": str(uuid4())}))
    assert missing[0] == NOT_FOUND
    for ids in (others, deleted, {**deleted, "goal": portal.company}):
        assert all_of(route.call(portal.api, ids)) == missing
    assert other.get(others["goal"]) == before, "untouched"
    assert route.call(portal.api, portal.ids()).status_code == route.success


@pytest.mark.parametrize("route", TASK_ROUTES, ids=str)
def test_a_task_in_a_path(route: Route, portal: Portal, other: Portal) -> None:
    ids, others = portal.ids(), other.ids()
    deleted = portal.task(ids["goal"])["id"]
    assert portal.api.delete(f"/goals/{ids['goal']}/tasks/{deleted}").status_code == 204

    missing = all_of(route.call(portal.api, {**ids, "task": str(uuid4())}))
    assert missing[0] == NOT_FOUND
    for task in (others["task"], portal.ids()["task"], deleted, ids["goal"]):
        assert all_of(route.call(portal.api, {**ids, "task": task})) == missing
    assert [task["id"] for task in other.get(others["goal"])["tasks"]] == [others["task"]], "untouched"
    assert [task["id"] for task in portal.get(ids["goal"])["tasks"]] == [ids["task"]], "untouched"


@pytest.mark.parametrize("route", COMPANY_ROUTES, ids=str)
def test_a_company_in_a_path(route: Route, portal: Portal, other: Portal) -> None:
    missing = all_of(route.call(portal.api, {"company": str(uuid4())}))
    assert missing[0] == NOT_FOUND
    for company in (other.company, deleted_company(portal), portal.goal()["id"]):
        assert all_of(route.call(portal.api, {"company": company})) == missing
    assert data_of(other.api.get(f"/companies/{other.company}"))["name"] == "Acme", "untouched"


@pytest.mark.parametrize("route", [*GOAL_ROUTES, *COMPANY_ROUTES], ids=str)
def test_a_malformed_id_in_a_path_is_not_found(route: Route, portal: Portal) -> None:
    ids = portal.ids()
    plain = ids["goal"].replace("-", "")
    for spelled in ("1", "null", "abc", plain, f"{{{plain}}}", f"urn:uuid:{plain}", "%20", f"{ids['goal']}%00", "%FF"):
        answer = route.call(portal.api, {**ids, "goal": spelled, "company": spelled})
        assert faulty_fields(answer) == ["id"], spelled


@pytest.mark.parametrize("route", TASK_ROUTES, ids=str)
def test_a_malformed_task_id_in_a_path_is_not_found(route: Route, portal: Portal) -> None:
    assert faulty_fields(route.call(portal.api, {**portal.ids(), "task": "first"})) == ["taskId"]


@pytest.mark.parametrize("route", [*GOAL_ROUTES, *COMPANY_ROUTES], ids=str)
def test_ids_are_taken_in_capitals_too(route: Route, portal: Portal) -> None:
    ids = {name: id.upper() for name, id in portal.ids().items()}
    assert route.call(portal.api, ids).status_code == route.success


def deleted_company(portal: Portal) -> str:
    """A company that is there no more; the dialect has no way to delete one."""
    id = portal.new_company("Gone")
    with portal.server.stores.writing() as db:
        owner = portal.workspace.id
        found = records.get_record(db, workspace_id=owner, kind=RecordKind.COMPANY, record_id=UUID(id))
        records.delete_record(db, record=found, author=Author(name="test"), now=datetime.now(UTC))
    return id


def retired_item(portal: Portal, field: str) -> str:
    id = portal.choice(REFERENCES[field])
    with portal.server.stores.writing() as db:
        picklists.retire_item(
            db, workspace_id=portal.workspace.id, item_id=UUID(id), author=Author(), now=datetime.now(UTC)
        )
    return id


def unusable(portal: Portal, other: Portal, field: str) -> list[str]:
    """Another workspace's id, a deleted thing's, and those of other kinds of things."""
    own = {"companyId": portal.company} | {name: portal.choice(kind) for name, kind in REFERENCES.items()}
    kinds = [id for name, id in own.items() if name != field]
    if field == "companyId":
        return [other.company, deleted_company(portal), portal.goal()["id"], *kinds]
    return [other.choice(REFERENCES[field]), retired_item(portal, field), *kinds]


def posted(portal: Portal, _goal: str, **fields: Any) -> httpx.Response:
    return portal.api.post("/goals", json=portal.body(**fields))


def patched(portal: Portal, goal: str, **fields: Any) -> httpx.Response:
    return portal.api.patch(f"/goals/{goal}", json=fields)


@pytest.mark.parametrize("field", ["companyId", *REFERENCES])
@pytest.mark.parametrize("send", [posted, patched])
def test_an_id_in_a_body(send: Callable[..., httpx.Response], field: str, portal: Portal, other: Portal) -> None:
    goal = portal.goal()
    missing = all_of(send(portal, goal["id"], **{field: str(uuid4())}))
    details = [{"field": field, "message": "does not exist"}]
    assert missing[0] == (400, {"error": f"Invalid {field}", "details": details, "code": "INVALID_REFERENCE"})
    refused = unusable(portal, other, field)
    count = len(portal.list())

    for id in refused:
        assert all_of(send(portal, goal["id"], **{field: id})) == missing, id
    assert portal.get(goal["id"]) == goal
    assert len(portal.list()) == count


def test_every_wrong_id_is_told_at_once(portal: Portal, other: Portal) -> None:
    fields = {name: other.choice(picklist) for name, picklist in REFERENCES.items()} | {"companyId": other.company}
    for answer in (posted(portal, "", **fields), patched(portal, portal.goal()["id"], **fields)):
        assert sorted(faulty_fields(answer, "INVALID_REFERENCE")) == sorted(fields)


def test_a_goal_keeps_a_choice_that_is_retired(portal: Portal) -> None:
    status = portal.choice("statuses")
    goal = portal.goal(statusId=status)
    assert retired_item(portal, "statusId") == status
    assert status not in portal.choices("statuses").values()
    assert portal.patch(goal["id"], statusId=status, title="New")["status"] == goal["status"]


def test_an_id_in_a_query_that_is_another_workspaces(portal: Portal, other: Portal) -> None:
    other.goal(**{name: other.choice(picklist) for name, picklist in REFERENCES.items()})
    portal.goal()
    assert portal.list(companyId=other.company) == portal.list(companyId=str(uuid4())) == []
    for field, picklist in REFERENCES.items():
        assert portal.list(**{field: other.choice(picklist)}) == []


def test_lists_end_at_the_workspace(portal: Portal, other: Portal) -> None:
    mine, others = portal.goal()["id"], other.goal()["id"]
    assert [[goal["id"] for goal in found.list()] for found in (portal, other)] == [[mine], [others]]
    assert [company["id"] for company in data_of(portal.api.get("/companies"))] == [portal.company]
    for picklist in REFERENCES.values():
        assert not portal.choices(picklist).items() & other.choices(picklist).items()
