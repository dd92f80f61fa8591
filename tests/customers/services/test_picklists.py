"""Picklists: what an item may name, held against the workspace."""

from uuid import uuid4

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import picklists
from goalpost.kernel.errors import Invalid, InvalidReference
from tests.support.tenant import Tenant, refused


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def test_items_are_read_as_they_were_made(tenant: Tenant) -> None:
    product = tenant.added(Picklist.RELATIONSHIP_TYPE, "Product")
    goal_type = tenant.added(Picklist.GOAL_TYPE, "Adoption", entities=("COMPANY", "OPPORTUNITY", str(product.id)))
    work = tenant.added(Picklist.ASSOCIATED_WORK, "Training", parent_id=goal_type.id)
    found = picklists.list_items(tenant.db, workspace_id=tenant.id)
    assert {product, goal_type, work} <= set(found)
    assert (work.parent_id, product.entities) == (goal_type.id, None)


def test_associated_work_is_for_a_live_goal_type_of_the_workspace(tenant: Tenant) -> None:
    retired = tenant.added(Picklist.GOAL_TYPE, "Retired")
    tenant.retire(retired)
    status = tenant.item(Picklist.STATUS, "New")
    for missing in (uuid4(), retired.id, status.id, Tenant.new(tenant.db).goal_type.id):
        with refused(tenant.db, InvalidReference) as error:
            tenant.added(Picklist.ASSOCIATED_WORK, "x", parent_id=missing)
        assert error.value.faults == {"goal_type": ["does not exist"]}


def test_a_goal_types_goals_are_about_kinds_and_live_relationship_types(tenant: Tenant) -> None:
    retired = tenant.added(Picklist.RELATIONSHIP_TYPE, "Retired")
    tenant.retire(retired)
    theirs = Tenant.new(tenant.db).added(Picklist.RELATIONSHIP_TYPE, "Theirs")
    for missing in (str(uuid4()), str(retired.id), str(theirs.id), str(tenant.goal_type.id), "company", ""):
        with refused(tenant.db, Invalid) as error:
            tenant.added(Picklist.GOAL_TYPE, "x", entities=("COMPANY", missing))
        words = f"{missing!r} is neither a kind of entity nor a relationship type"
        assert error.value.faults == {"entities": [words]}


def test_they_are_of_one_list_each(tenant: Tenant) -> None:
    with refused(tenant.db, Invalid) as error:
        tenant.added(Picklist.STATUS, "x", parent_id=tenant.goal_type.id, entities=("COMPANY",))
    assert set(error.value.faults) == {"goal_type", "entities"}
