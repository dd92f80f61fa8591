"""Known differences of the coverage page: a test for each, of the same name."""

from uuid import UUID

import pytest

from goalpost.customers.model.customer_goals import Entity, GoalDraft
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.services import customer_goals
from goalpost.dialects.msportal import contract
from tests.dialects.msportal.support import Portal, data_of, failure, faulty_fields
from tests.support.tenant import AUTHOR, NOW


def test_every_difference_has_a_test() -> None:
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert tests - {"every_difference_has_a_test"} == contract.DIFFERENCES.keys()


def test_keys_have_their_own_prefix(portal: Portal) -> None:
    assert portal.workspace.key.startswith("gp_")


@pytest.mark.parametrize("title", [" ", "\t\n", "\u2003"])
def test_a_blank_title_is_refused(portal: Portal, title: str) -> None:
    assert faulty_fields(portal.api.post("/goals", json=portal.body(title=title))) == ["title"]


def test_a_year_is_whole(portal: Portal) -> None:
    assert faulty_fields(portal.api.post("/goals", json=portal.body(year=2026.5))) == ["year"]
    assert portal.goal(year=2026.0)["year"] == 2026


def test_nul_cannot_be_stored(portal: Portal) -> None:
    body = portal.body(title="a\0", description="b\0", quarter="\0")
    assert faulty_fields(portal.api.post("/goals", json=body)) == ["title", "description", "quarter"]


@pytest.mark.parametrize(("sent", "kept"), [(33.337, 33.34), (0.001, 0.01), (99.999, 99.99), (12.5, 12.5)])
def test_progress_has_two_decimals(portal: Portal, sent: float, kept: float) -> None:
    assert portal.goal(progressPercentage=sent)["progressPercentage"] == kept


def test_statuses_serve_two_vendors(portal: Portal) -> None:
    statuses = portal.choices("statuses")
    assert {"New", "On Track", "Achieved"} | {"Not Started", "In Progress", "Completed"} <= statuses.keys()
    retire = ("picklist", "retire", statuses["New"], "--workspace", portal.workspace.name)
    assert portal.server.command(*retire).code == 0
    assert portal.choices("statuses").keys() == statuses.keys() - {"New"}


def test_goals_without_a_company_are_not_shown(portal: Portal) -> None:
    draft = GoalDraft("About nobody", entity=Entity.GLOBAL)
    with portal.server.stores.writing() as db:
        goal = customer_goals.create_goal(db, workspace_id=portal.workspace.id, draft=draft, author=AUTHOR, now=NOW)
    assert portal.list() == []
    for method in ("GET", "PATCH", "DELETE"):
        assert failure(portal.api.request(method, f"/goals/{goal.id}"))[0] == 404


def test_computed_progress_cannot_be_written(portal: Portal) -> None:
    made = portal.goal(progressPercentage=20)
    portal.task(made["id"], isCompleted=True)
    with portal.server.stores.writing() as db:
        goal = customer_goals.get_goal(db, workspace_id=portal.workspace.id, goal_id=UUID(made["id"]))
        customer_goals.set_progress_mode(db, goal=goal, mode=ProgressMode.TASKS, author=AUTHOR, now=NOW)
    assert portal.get(made["id"])["progressPercentage"] == 100
    refused = portal.api.patch(f"/goals/{made['id']}", json={"progressPercentage": 30})
    assert faulty_fields(refused) == ["progressPercentage"]
    assert portal.patch(made["id"], progressPercentage=100, title="As it is")["title"] == "As it is"


def test_a_post_can_be_sent_again(portal: Portal) -> None:
    again = {"idempotency-key": "import-17"}
    first, second = (portal.api.post("/goals", json=portal.body(), headers=again) for _ in range(2))
    assert data_of(first, 201) == data_of(second, 201)
    assert len(portal.list()) == 1


def test_a_company_has_no_users_here(portal: Portal) -> None:
    assert failure(portal.api.get("/companies/users"))[0] == 404


def test_trailing_slashes_are_forgiven(portal: Portal) -> None:
    goal = portal.goal()
    assert data_of(portal.api.get(f"/goals//{goal['id']}/")) == goal


def test_parameters_are_sent_once(portal: Portal) -> None:
    assert faulty_fields(portal.api.get("/goals?year=2026&year=2027")) == ["year"]
    answer = portal.api.get("/goals?overdue=true")
    assert answer.json()["warnings"] == ["unknown query parameter 'overdue' was ignored"]
