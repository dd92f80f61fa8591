"""Metrics: which goal types may have them, and that what is used cannot be taken away."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import GoalParts
from goalpost.customers.model.metrics import Direction, Metric, MetricWish, Unit
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import customer_goals, metrics, templates
from goalpost.kernel.errors import InUse, Invalid, InvalidReference, NotFound
from tests.support.tenant import AUTHOR, LATER, NOW, Tenant, refused

BY = {"author": AUTHOR, "now": LATER}


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def change(tenant: Tenant, metric: Metric, **more: Any) -> Metric:
    return metrics.update_metric(tenant.db, metric=metric, **{"changes": {}, **BY, **more})


def delete(tenant: Tenant, *metric_ids: UUID) -> list[Metric]:
    return metrics.delete_metrics(tenant.db, workspace_id=tenant.id, metric_ids=metric_ids, **BY)


def types_of(tenant: Tenant, metric: Metric) -> list[str]:
    return metrics.goal_types_of(tenant.db, metric=metric)


def listed(tenant: Tenant) -> list[Metric]:
    return metrics.list_metrics(tenant.db, workspace_id=tenant.id)


def test_metrics_are_read_as_they_were_made_in_their_order(tenant: Tenant) -> None:
    made = [
        tenant.metric("b", tenant.goal_type, direction=Direction.DOWN, description="<i>why</i>"),
        tenant.metric("a"),
    ]
    assert listed(tenant) == made
    assert [one.position for one in made] == [1, 2]
    found = metrics.get_metric(tenant.db, workspace_id=tenant.id, metric_id=made[0].id)
    assert (found, found.created_by, found.updated_at) == (made[0], AUTHOR.key_id, NOW)
    assert [types_of(tenant, one) for one in made] == [["Default"], []]


def test_types_are_removed_then_added(tenant: Tenant) -> None:
    one, two = tenant.goal_type, tenant.added(Picklist.GOAL_TYPE, "Adoption")
    metric = tenant.metric("NPS", one)
    changed = change(tenant, metric, added_types=[two.id, two.id, one.id], removed_types=[one.id])
    assert types_of(tenant, metric) == ["Adoption", "Default"]
    assert changed.updated_at == LATER
    change(tenant, metric, removed_types=[one.id, two.id])
    assert types_of(tenant, metric) == []
    assert change(tenant, metric, removed_types=[one.id], now=NOW).updated_at == LATER  # nothing was left to remove


def test_an_update_changes_the_fields_that_are_sent(tenant: Tenant) -> None:
    metric = tenant.metric("NPS")
    changed = change(tenant, metric, changes={"name": "Churn", "direction": Direction.DOWN, "unit": Unit.PERCENTAGE})
    assert listed(tenant) == [changed]
    assert (changed.name, changed.direction, changed.unit, changed.updated_at) == (
        *("Churn", Direction.DOWN, Unit.PERCENTAGE, LATER),
    )
    assert change(tenant, metric, changes={"name": "Churn"}, now=NOW) == changed


@pytest.mark.parametrize("fault", [{"name": " "}, {"name": "x" * 256}, {"description": "a\0b"}])
def test_an_invalid_metric_is_rejected(tenant: Tenant, fault: dict[str, str]) -> None:
    metric = tenant.metric("NPS")
    with refused(tenant.db, Invalid) as error:
        change(tenant, metric, changes=fault, added_types=[tenant.goal_type.id])
    assert set(error.value.faults) == set(fault)
    with refused(tenant.db, Invalid):
        tenant.metric(**{"name": "x", **fault})


def test_goal_types_of_other_workspaces_and_other_lists_are_not_there(tenant: Tenant) -> None:
    metric = tenant.metric("NPS", tenant.goal_type)
    for missing in (uuid4(), Tenant.new(tenant.db).goal_type.id, tenant.item(Picklist.STATUS, "New").id):
        for sent in ({"added_types": [missing]}, {"removed_types": [missing]}):
            with refused(tenant.db, InvalidReference) as error:
                change(tenant, metric, changes={"name": "Other"}, **sent)
            assert error.value.faults == {"goal_types": [f"{missing} does not exist"]}
        with refused(tenant.db, InvalidReference):
            metrics.create_metric(
                tenant.db, workspace_id=tenant.id, name="x", unit=Unit.DECIMAL, goal_types=[missing], **BY
            )


def test_another_workspaces_metric_is_not_there(tenant: Tenant) -> None:
    theirs = Tenant.new(tenant.db).metric("Theirs")
    mine = tenant.metric("Mine")
    for missing in (theirs.id, uuid4()):
        with refused(tenant.db, NotFound, "there is no such metric"):
            metrics.get_metric(tenant.db, workspace_id=tenant.id, metric_id=missing)
        with refused(tenant.db, NotFound, "there is no such metric"):
            delete(tenant, mine.id, missing)
    assert listed(tenant) == [mine]


def test_all_are_deleted_or_none(tenant: Tenant) -> None:
    one, two, kept = tenant.metric("one"), tenant.metric("two"), tenant.metric("kept", tenant.goal_type)
    parts = GoalParts(metrics=[MetricWish(kept.id)])
    goal = tenant.goal("Grow", goal_type_id=tenant.goal_type.id)
    customer_goals.update_goal(tenant.db, goal=goal, changes={}, parts=parts, **BY)
    with refused(tenant.db, InUse) as error:
        delete(tenant, one.id, kept.id)
    assert (error.value.goal_types, error.value.goals) == (["Default"], [(goal.id, "Grow")])
    assert [(found.id, found.updated_at) for found in delete(tenant, two.id, one.id, two.id)] == [
        *((two.id, LATER), (one.id, LATER)),
    ]
    assert listed(tenant) == [kept]
    with refused(tenant.db, NotFound):
        delete(tenant, one.id)
    with refused(tenant.db, NotFound):
        change(tenant, one, changes={"name": "back"})


def test_users_of_a_metric_are_named(tenant: Tenant) -> None:
    goal_type = tenant.goal_type
    metric = tenant.metric("NPS", goal_type)
    parts = GoalParts(metrics=[MetricWish(metric.id)])
    goal = tenant.goal("Grow", goal_type_id=goal_type.id)
    customer_goals.update_goal(tenant.db, goal=goal, changes={}, parts=parts, **BY)
    fields = {"name": "Start", "goal_type_id": goal_type.id, "status_id": tenant.item(Picklist.STATUS, "New").id}
    fields["metric_ids"] = (metric.id,)
    template = templates.create_template(tenant.db, workspace_id=tenant.id, fields=fields, **BY)
    with refused(tenant.db, InUse) as error:
        delete(tenant, metric.id)
    assert error.value.goal_types == ["Default"]
    assert set(error.value.goals) == {(goal.id, "Grow"), (template.id, "Start")}

    # What the type may not have any more the template has no more; the goal keeps it until it is deleted.
    change(tenant, metric, removed_types=[goal_type.id])
    with refused(tenant.db, InUse) as error:
        delete(tenant, metric.id)
    assert (error.value.goal_types, error.value.goals) == ([], [(goal.id, "Grow")])
    customer_goals.delete_goal(tenant.db, goal=goal, **BY)
    assert [found.id for found in delete(tenant, metric.id)] == [metric.id]
    found = templates.get_template(tenant.db, workspace_id=tenant.id, template_id=template.id)
    assert found.metric_ids == ()
