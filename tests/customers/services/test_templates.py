"""Goal templates: what is made is what is read, what they name is there, and goals are made from them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import GoalParts
from goalpost.customers.model.filters import All, Condition, FieldType, Operator, Query
from goalpost.customers.model.metrics import MetricWish
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.templates import GoalTemplate, from_template
from goalpost.customers.services import customer_goals, goal_metrics, metrics, templates
from goalpost.kernel.errors import Invalid, InvalidReference, NotFound
from tests.support.tenant import AUTHOR, LATER, NOW, Tenant, refused

BY = {"author": AUTHOR, "now": LATER}


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def template(tenant: Tenant, name: str = "Start", **fields: Any) -> GoalTemplate:
    status = tenant.item(Picklist.STATUS, "New").id
    given = {"name": name, "goal_type_id": tenant.goal_type.id, "status_id": status, **fields}
    return templates.create_template(tenant.db, workspace_id=tenant.id, fields=given, author=AUTHOR, now=NOW)


def full(tenant: Tenant) -> GoalTemplate:
    """A template that has everything."""
    work = tenant.added(Picklist.ASSOCIATED_WORK, "Training", parent_id=tenant.goal_type.id)
    return template(
        tenant,
        description="<b>All</b> of it",
        due_days=30,
        currency="EUR",
        fields={"Region": "EMEA", "Budget": 12.5},
        associated_work=(work.id,),
        metric_ids=(tenant.metric("NPS", tenant.goal_type).id,),
    )


def read(tenant: Tenant, one: GoalTemplate) -> GoalTemplate:
    return templates.get_template(tenant.db, workspace_id=tenant.id, template_id=one.id)


def change(tenant: Tenant, one: GoalTemplate, changes: dict[str, Any], **more: Any) -> GoalTemplate:
    return templates.update_template(tenant.db, template=one, changes=changes, **{**BY, **more})


def found_by(tenant: Tenant, query: Query) -> list[str]:
    page, order = Page(1, 100), Order("name")
    found = templates.find_templates(tenant.db, workspace_id=tenant.id, query=query, order=order, page=page)
    return [one.name for one in found]


def test_a_new_template_is_read_as_it_was_made(tenant: Tenant) -> None:
    for made in (template(tenant), full(tenant)):
        assert read(tenant, made) == made
        assert (made.created_at, made.updated_at, made.created_by) == (NOW, NOW, AUTHOR.key_id)
    assert template(tenant).currency == "USD"


def test_a_metric_that_is_given_twice_is_there_once(tenant: Tenant) -> None:
    one, two = tenant.metric("one", tenant.goal_type).id, tenant.metric("two", tenant.goal_type).id
    made = template(tenant, metric_ids=(two, one, two))
    assert made.metric_ids == tuple(sorted([one, two]))
    assert read(tenant, made) == made
    changed = change(tenant, made, {}, dropped_metrics=[one, one, two], added_metrics=[two, two])
    assert changed.metric_ids == (two,)
    assert read(tenant, changed) == changed


def test_only_what_is_sent_changes(tenant: Tenant) -> None:
    made = full(tenant)
    changed = change(tenant, made, {"name": "Other", "fields": {"Region": None, "Sponsor": "Ann"}})
    assert changed == replace(
        made, name="Other", fields={"Budget": 12.5, "Sponsor": "Ann"}, updated_at=LATER, updated_by=AUTHOR.key_id
    )
    assert read(tenant, made) == changed
    assert change(tenant, made, {"name": "Other"}, now=NOW) == changed


@pytest.mark.parametrize(
    "fault",
    [
        *({"name": name} for name in (" ", "x" * 251)),
        *({"due_days": days} for days in (-1, 36_501)),
        *({"currency": code} for code in ("XXXX", "", "usd")),
        {"description": "\0"},
    ],
)
def test_an_invalid_template_is_rejected(tenant: Tenant, fault: dict[str, Any]) -> None:
    made = template(tenant)
    with refused(tenant.db, Invalid) as error:
        template(tenant, **fault)
    assert set(error.value.faults) == set(fault)
    with refused(tenant.db, Invalid) as error:
        change(tenant, made, fault)
    assert set(error.value.faults) == set(fault)


@pytest.mark.parametrize("field", ["status_id", "goal_type_id", "associated_work", "metric_ids"])
def test_other_workspaces_ids_are_refused_as_missing_ones_are(tenant: Tenant, field: str) -> None:
    other = Tenant.new(tenant.db)
    theirs = {
        "status_id": other.item(Picklist.STATUS, "New"),
        "goal_type_id": other.goal_type,
        "associated_work": other.added(Picklist.ASSOCIATED_WORK, "x"),
        "metric_ids": other.metric("x", other.goal_type),
    }[field].id
    made, faults = template(tenant), []
    for missing in (theirs, uuid4()):
        value = missing if field.endswith("_id") else (missing,)
        with refused(tenant.db, InvalidReference) as error:
            template(tenant, **{field: value})
        faults.append(error.value.faults)
        sent = {"added_metrics": value} if field == "metric_ids" else {}
        with refused(tenant.db, InvalidReference) as error:
            change(tenant, made, {"name": "Other", **({} if sent else {field: value})}, **sent)
        faults.append(error.value.faults)
    assert faults == [faults[0]] * 4


def test_metrics_and_work_are_of_the_goal_type(tenant: Tenant) -> None:
    adoption = tenant.added(Picklist.GOAL_TYPE, "Adoption")
    work = tenant.added(Picklist.ASSOCIATED_WORK, "Training", parent_id=adoption.id)
    metric = tenant.metric("NPS", adoption)
    made = template(tenant)
    with refused(tenant.db, InvalidReference, "metrics must be metrics of the goal type"):
        change(tenant, made, {}, added_metrics=[metric.id])
    with refused(tenant.db, InvalidReference, "associated_work does not exist"):
        change(tenant, made, {"associated_work": (work.id,)})
    fitting = {"goal_type_id": adoption.id, "associated_work": (work.id,)}
    changed = change(tenant, made, fitting, added_metrics=[metric.id])
    back = {"goal_type_id": tenant.goal_type.id}
    with refused(tenant.db, InvalidReference):
        change(tenant, changed, back, dropped_metrics=[metric.id])
    with refused(tenant.db, InvalidReference):
        change(tenant, changed, {**back, "associated_work": ()})
    emptied = change(tenant, changed, {**back, "associated_work": ()}, dropped_metrics=[metric.id])
    assert emptied == replace(made, updated_at=LATER, updated_by=AUTHOR.key_id)


def test_a_retired_item_of_a_template_may_stay(tenant: Tenant) -> None:
    made = full(tenant)
    new = tenant.added(Picklist.ASSOCIATED_WORK, "New")
    for item in (
        *(tenant.item(Picklist.STATUS, "New"), tenant.goal_type),
        tenant.item(Picklist.ASSOCIATED_WORK, "Training"),
    ):
        tenant.retire(item)
    changed = change(tenant, made, {"name": "Other", "associated_work": (*made.associated_work, new.id)})
    assert (changed.name, changed.associated_work) == ("Other", (*made.associated_work, new.id))
    with refused(tenant.db, InvalidReference):
        template(tenant, associated_work=made.associated_work)


def test_a_metric_that_the_type_has_no_more_the_template_has_no_more(tenant: Tenant) -> None:
    made = full(tenant)
    metric = metrics.get_metric(tenant.db, workspace_id=tenant.id, metric_id=made.metric_ids[0])
    linked = {"metric": metric, "changes": {}, **BY}
    metrics.update_metric(tenant.db, removed_types=[tenant.goal_type.id], **linked)
    assert read(tenant, made).metric_ids == ()
    metrics.update_metric(tenant.db, added_types=[tenant.goal_type.id], **linked)
    assert read(tenant, made).metric_ids == made.metric_ids


def test_a_deleted_template_is_gone(tenant: Tenant) -> None:
    made, kept = full(tenant), template(tenant, "Kept")
    gone = templates.delete_template(tenant.db, workspace_id=tenant.id, template_id=made.id, **BY)
    assert gone == replace(made, updated_at=LATER, updated_by=AUTHOR.key_id)
    with refused(tenant.db, NotFound):
        read(tenant, made)
    with refused(tenant.db, NotFound):
        change(tenant, made, {"name": "Back"})
    assert found_by(tenant, All()) == [kept.name]


def test_another_workspaces_template_is_not_there(tenant: Tenant) -> None:
    made, other = full(tenant), Tenant.new(tenant.db)
    for missing in (made.id, uuid4()):
        named = {"workspace_id": other.id, "template_id": missing}
        with refused(tenant.db, NotFound, "there is no such template"):
            templates.get_template(tenant.db, **named)
        with refused(tenant.db, NotFound, "there is no such template"):
            templates.delete_template(tenant.db, **named, **BY)
    assert found_by(other, All()) == []


def test_templates_are_found(tenant: Tenant) -> None:
    full(tenant)
    template(tenant, "Äpfel", status_id=tenant.item(Picklist.STATUS, "On Track").id, due_days=7)

    def found(field: str, type_: FieldType, operator: Operator, *values: Any) -> list[str]:
        return found_by(tenant, Condition(field, type_, operator, values))

    assert found("title", FieldType.TEXT, Operator.CONTAINS, "ÄPF") == ["Äpfel"]
    assert found("status_name", FieldType.TEXT, Operator.EQ, "on track") == ["Äpfel"]
    assert found("due_days", FieldType.NUMBER, Operator.GTE, 7) == ["Start", "Äpfel"]
    assert found("due_days", FieldType.NUMBER, Operator.GT, 7) == ["Start"]
    assert found("currency", FieldType.TEXT, Operator.NE, "EUR") == ["Äpfel"]


def test_a_goal_is_made_from_a_template(tenant: Tenant) -> None:
    made, own = full(tenant), tenant.metric("own", tenant.goal_type)
    wishes = [MetricWish(made.metric_ids[0], target=5), MetricWish(own.id)]
    draft, wanted = from_template(made, {"title": "Mine", "company_id": tenant.company.id}, wishes, LATER)
    owned = {"workspace_id": tenant.id, **BY}
    goal = customer_goals.create_goal(tenant.db, draft=draft, parts=GoalParts(metrics=wanted), **owned)
    assert tenant.read(goal) == goal
    assert (goal.title, goal.template_id, goal.associated_work) == ("Mine", made.id, made.associated_work)
    assert (goal.description, goal.currency, goal.fields) == (made.description, "EUR", made.fields)
    assert goal.due_at == datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=30)
    found = goal_metrics.list_goal_metrics(tenant.db, goal=goal)
    assert [(one.metric.id, one.target) for one in found] == [(made.metric_ids[0], 5), (own.id, None)]
    templates.delete_template(tenant.db, workspace_id=tenant.id, template_id=made.id, **BY)
    assert tenant.read(goal) == goal
