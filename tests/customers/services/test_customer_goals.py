"""Customer goals: what is made is what is read, changes are told field by field, and nothing crosses workspaces."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.picklists import DEFAULTS, Picklist
from goalpost.customers.model.records import RecordKind, Ref
from goalpost.customers.services import customer_goals, picklists, records
from goalpost.kernel.errors import Conflict, Invalid, InvalidReference, NotFound
from tests.support.tenant import AUTHOR, LATER, NOW, Tenant, refused


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def everything(tenant: Tenant) -> dict[str, Any]:
    return {
        "description": "<b>All</b> of it",
        "status_id": tenant.item(Picklist.STATUS, "New").id,
        "priority_id": tenant.item(Picklist.PRIORITY, "High").id,
        "category_id": tenant.item(Picklist.CATEGORY, "Growth").id,
        "goal_type_id": tenant.item(Picklist.GOAL_TYPE, "Default").id,
        "due_at": datetime(2026, 12, 31, 23, 59, 59, 123000, UTC),
        "quarter": "Q4",
        "year": 2026,
        "progress": Decimal("33.33"),
        "fields": {"budget": 12.5, "nested": {"a": [1, None]}},
    }


def test_a_new_goal_is_read_as_it_was_made(tenant: Tenant) -> None:
    made = tenant.goal("Größer werden 🚀", **everything(tenant))
    assert tenant.read(made) == made
    assert made.company == Ref(tenant.company.id, "Acme")
    assert (made.status.name, made.goal_type.name, made.version) == ("New", "Default", 1)
    assert (made.created_at, made.updated_at) == (NOW, NOW)


def test_the_smallest_goal(tenant: Tenant) -> None:
    made = tenant.goal(company_id=None, entity=Entity.GLOBAL)
    assert tenant.read(made) == made
    assert (made.company, made.status, made.progress) == (None, None, 0)


def test_every_fault_at_once(tenant: Tenant) -> None:
    with pytest.raises(Invalid) as error:
        tenant.goal(" ", description="\0", quarter="Q10", year=1999, progress=Decimal("100.01"))
    assert set(error.value.faults) == {"title", "description", "quarter", "year", "progress"}


def test_every_id_that_names_nothing_at_once(tenant: Tenant) -> None:
    other = Tenant.new(tenant.db)
    retired = tenant.item(Picklist.CATEGORY, "Growth")
    picklists.retire_item(tenant.db, workspace_id=tenant.id, item_id=retired.id, author=AUTHOR, now=NOW)
    with pytest.raises(InvalidReference) as error:
        tenant.goal(
            company_id=other.company.id,
            status_id=tenant.item(Picklist.PRIORITY, "High").id,  # of another list
            priority_id=uuid4(),
            category_id=retired.id,
        )
    assert set(error.value.faults) == {"company_id", "status_id", "priority_id", "category_id"}


def test_a_relationship_is_not_taken_for_a_company(tenant: Tenant) -> None:
    made = {"workspace_id": tenant.id, "company_id": tenant.company.id, "author": AUTHOR, "now": NOW}
    relationship = records.create_record(tenant.db, kind=RecordKind.RELATIONSHIP, name="Product", **made)
    with pytest.raises(InvalidReference):
        tenant.goal(company_id=relationship.id)
    goal = tenant.goal(relationship_id=relationship.id, entity=Entity.RELATIONSHIP)
    assert tenant.read(goal).relationship_id == relationship.id


@pytest.mark.parametrize("field", ["relationship_id", "opportunity_id", "relationship_type_id"])
def test_a_goal_that_changes_points_at_what_is_there(tenant: Tenant, field: str) -> None:
    def made(owner: Tenant) -> UUID:
        if field == "relationship_type_id":
            return owner.added(Picklist.RELATIONSHIP_TYPE, "Product").id
        return owner.record(RecordKind(field.removesuffix("_id"))).id

    mine, theirs = made(tenant), made(Tenant.new(tenant.db))
    goal = tenant.change(tenant.goal(), **{field: mine})
    assert getattr(tenant.read(goal), field) == mine
    for missing in (theirs, uuid4(), tenant.company.id):
        with refused(tenant.db, InvalidReference) as error:
            tenant.change(goal, **{field: missing})
        assert error.value.faults == {field: ["does not exist"]}
    assert getattr(tenant.change(goal, **{field: None}), field) is None


def test_only_what_is_sent_changes(tenant: Tenant) -> None:
    made = tenant.goal(**everything(tenant))
    changed = tenant.change(made, due_at=None, status_id=tenant.item(Picklist.STATUS, "On Track").id)
    assert tenant.read(made) == changed
    assert changed == replace(made, due_at=None, status=changed.status, version=2, updated_at=LATER)
    assert changed.status.name == "On Track"


def test_no_change_is_nothing(tenant: Tenant) -> None:
    made = tenant.goal(**everything(tenant))
    assert tenant.change(made, title=made.title, status_id=made.status.id, progress=Decimal("33.33")) == made
    assert len(tenant.trail(made)) == 1


def test_a_retired_item_of_a_goal_may_stay(tenant: Tenant) -> None:
    status = tenant.item(Picklist.STATUS, "New")
    made = tenant.goal(status_id=status.id)
    picklists.retire_item(tenant.db, workspace_id=tenant.id, item_id=status.id, author=AUTHOR, now=NOW)
    assert tenant.change(made, status_id=status.id, title="Other").status == Ref(status.id, "New")
    emptied = tenant.change(made, status_id=None)
    with pytest.raises(InvalidReference):
        tenant.change(emptied, status_id=status.id)


def test_another_workspaces_goal_is_not_there(tenant: Tenant) -> None:
    made = tenant.goal()
    other = Tenant.new(tenant.db)
    for goal_id in (made.id, uuid4()):
        with pytest.raises(NotFound) as error:
            customer_goals.get_goal(tenant.db, workspace_id=other.id, goal_id=goal_id)
        assert str(error.value) == "there is no such goal"


def test_a_deleted_goal_is_gone_and_told_of(tenant: Tenant) -> None:
    made = tenant.goal("Short-lived")
    customer_goals.delete_goal(tenant.db, goal=made, author=AUTHOR, now=LATER)
    with pytest.raises(NotFound):
        tenant.read(made)
    with pytest.raises(NotFound):
        customer_goals.delete_goal(tenant.db, goal=made, author=AUTHOR, now=LATER)
    last = tenant.trail(made)[-1]
    assert (last.change.field, last.change.before["title"], last.change.after) == ("", "Short-lived", None)


def test_the_trail_tells_who_what_and_from_what_to_what(tenant: Tenant) -> None:
    made = tenant.goal()
    high = tenant.item(Picklist.PRIORITY, "High")
    tenant.change(made, title="Grow more", priority_id=high.id)
    first, *rest = tenant.trail(made)
    assert first.change.after["company"] == {"id": str(tenant.company.id), "name": "Acme"}
    told = {entry.change.field: (entry.change.before, entry.change.after) for entry in rest}
    assert told == {"title": ("Grow", "Grow more"), "priority": (None, {"id": str(high.id), "name": "High"})}
    assert {(entry.at, entry.author, entry.version) for entry in rest} == {(LATER, AUTHOR, 2)}


def test_progress_has_a_history(tenant: Tenant) -> None:
    made = tenant.goal(progress=Decimal(10))
    tenant.change(made, progress=Decimal("55.5"))
    tenant.change(made, title="No progress")
    history = customer_goals.list_progress(tenant.db, goal=made)
    assert [(point.at, point.percent) for point in history] == [(NOW, 10), (LATER, Decimal("55.5"))]


def test_a_company_with_goals_stays(tenant: Tenant) -> None:
    goal = tenant.goal()
    with pytest.raises(Conflict):
        records.delete_record(tenant.db, record=tenant.company, author=AUTHOR, now=NOW)
    customer_goals.delete_goal(tenant.db, goal=goal, author=AUTHOR, now=NOW)
    records.delete_record(tenant.db, record=tenant.company, author=AUTHOR, now=NOW)
    with pytest.raises(InvalidReference):
        tenant.goal()


def test_every_workspace_begins_with_picklists_of_its_own(tenant: Tenant) -> None:
    other = Tenant.new(tenant.db)
    mine, theirs = (picklists.list_items(tenant.db, workspace_id=one.id) for one in (tenant, other))
    for picklist, names in DEFAULTS.items():
        assert tuple(item.name for item in mine if item.picklist is picklist) == names
    assert not {item.id for item in mine} & {item.id for item in theirs}
    assert {item.name for item in mine if item.is_closed} == {"Achieved", "Completed", "Not Achieved", "Cancelled"}


def test_an_item_of_another_workspace_cannot_be_retired(tenant: Tenant) -> None:
    other = Tenant.new(tenant.db)
    for item_id in (other.item(Picklist.STATUS, "New").id, UUID(int=1)):
        with pytest.raises(NotFound):
            picklists.retire_item(tenant.db, workspace_id=tenant.id, item_id=item_id, author=AUTHOR, now=NOW)


def test_two_items_of_one_list_cannot_have_one_name(tenant: Tenant) -> None:
    add = {"workspace_id": tenant.id, "author": AUTHOR, "now": NOW}
    with pytest.raises(Conflict):
        picklists.add_item(tenant.db, picklist=Picklist.STATUS, name="new", **add)
    assert picklists.add_item(tenant.db, picklist=Picklist.PRIORITY, name="New", **add).position == 3
