"""Queries over some hundred goals: what the store finds is what the query means in Python, in either store."""

from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import CustomerGoal, Entity
from goalpost.customers.model.filters import All, Condition, FieldType, Operator, Query, Span, matches
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, picklists, records
from tests.support.filter_strategies import trees
from tests.support.tenant import AUTHOR, NOW, Tenant

GOALS = 350
ALL = Page(1, GOALS)
TITLES = (
    "Reduce churn",
    "reduce Churn fast",
    "Grow",
    "GROW 10%",
    "Straße",
    "STRASSE",
    "a_b",
    "a%b",
    "é",
    "E\u0301",
    "Ω ω",
)
WORDS = ("EMEA", "emea", "Apac", "100%", "_", "", "ß")
FIELDS = {
    "title": FieldType.TEXT,
    "status_name": FieldType.TEXT,
    "company_name": FieldType.TEXT,
    "entity": FieldType.TEXT,
    "currency": FieldType.TEXT,
    "status_id": FieldType.IDENTITY,
    "company_id": FieldType.IDENTITY,
    "due_at": FieldType.MOMENT,
    "fields.region": FieldType.TEXT,
    "fields.seats": FieldType.NUMBER,
    "fields.renewed": FieldType.MOMENT,
    "fields.live": FieldType.BOOLEAN,
    "fields.tags": FieldType.CHOICES,
}
SETS = (Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN)
ORDER = (Operator.GT, Operator.GTE, Operator.LT, Operator.LTE)
PARTS = (Operator.STARTS_WITH, Operator.ENDS_WITH, Operator.CONTAINS, Operator.DOES_NOT_CONTAIN)


Filled = tuple[Connection, Tenant, list[CustomerGoal]]


@pytest.fixture
def filled(db: Connection) -> Filled:
    """A tenant with some hundred goals."""
    tenant = Tenant.new(db)
    return db, tenant, made_goals(tenant)


def made_goals(tenant: Tenant) -> list[CustomerGoal]:
    random = Random(5)
    made = {"workspace_id": tenant.id, "kind": RecordKind.COMPANY, "author": AUTHOR, "now": NOW}
    companies = [None, *(records.create_record(tenant.db, name=name, **made).id for name in ("IBM", "ibm", "Müller"))]
    statuses = [
        None,
        *(item.id for item in picklists.list_items(tenant.db, workspace_id=tenant.id, picklist=Picklist.STATUS)),
    ]
    return [
        tenant.goal(
            random.choice(TITLES) + random.choice(["", "", f" {number}"]),
            company_id=random.choice(companies),
            status_id=random.choice(statuses),
            entity=random.choice(list(Entity)),
            currency=random.choice(["USD", "EUR"]),
            due_at=random.choice([None, NOW + timedelta(hours=random.randrange(-200, 200))]),
            fields=own_fields(random),
        )
        for number in range(GOALS)
    ]


def own_fields(random: Random) -> dict[str, Any]:
    values = {
        "region": random.choice(WORDS),
        "seats": random.choice([0, 1, 2.5, -3, 10**12]),
        "renewed": f"2026-0{random.randrange(1, 7)}-15",
        "live": random.random() < 0.5,
        "tags": random.sample(WORDS[:3], random.randrange(3)),
    }
    return {name: value for name, value in values.items() if random.random() < 0.7}


def row_of(goal: CustomerGoal) -> dict[str, Any]:
    """A goal's values by the names of a query."""
    return {
        "title": goal.title,
        "status_name": goal.status.name if goal.status else None,
        "company_name": goal.company.name if goal.company else None,
        "entity": goal.entity.value,
        "currency": goal.currency,
        "status_id": goal.status.id if goal.status else None,
        "company_id": goal.company.id if goal.company else None,
        "due_at": goal.due_at,
        **{name: goal.fields.get(name.removeprefix("fields.")) for name in FIELDS if name.startswith("fields.")},
    }


def values_of(name: str, ids: dict[str, list[Any]]) -> st.SearchStrategy[Any]:
    """Values that a field has, and some that it does not have."""
    type_ = FIELDS[name]
    if type_ is FieldType.MOMENT:
        return st.integers(-10, 10).map(lambda n: Span(NOW + timedelta(days=n), NOW + timedelta(days=n + 1)))
    if type_ is FieldType.IDENTITY:
        return st.sampled_from(ids[name])
    if type_ is FieldType.NUMBER:
        return st.sampled_from([0, 1, 2.5, -3, 10**12, 7])
    if type_ is FieldType.BOOLEAN:
        return st.booleans()
    found = {"title": (*TITLES, "red", "ss"), "entity": ("Company", "GLOBAL"), "currency": ("usd", "EUR", "e")}
    return st.sampled_from(found.get(name, (*WORDS, "New", "on track", "ibm", "m")))


@st.composite
def conditions(draw: Any, ids: dict[str, list[Any]]) -> Condition:
    name = draw(st.sampled_from(sorted(FIELDS)))
    type_ = FIELDS[name]
    several: dict[FieldType, tuple[Operator, ...]] = {
        FieldType.TEXT: (*SETS, *PARTS),
        FieldType.BOOLEAN: SETS[:2],
        FieldType.CHOICES: (Operator.INCLUDES, Operator.EXCLUDES),
    }
    single = () if type_ in (FieldType.BOOLEAN, FieldType.CHOICES) else ORDER
    operator = draw(st.sampled_from((*several.get(type_, SETS), *single, Operator.IS_NULL, Operator.IS_NOT_NULL)))
    if operator in (Operator.IS_NULL, Operator.IS_NOT_NULL):
        return Condition(name, type_, operator)
    most = 1 if operator in ORDER else 3
    return Condition(name, type_, operator, tuple(draw(st.lists(values_of(name, ids), min_size=1, max_size=most))))


def found(db: Connection, tenant: Tenant, query: Query, page: Page = ALL) -> list[CustomerGoal]:
    order = Order("created_at")
    return customer_goals.find_goals(db, workspace_id=tenant.id, query=query, order=order, page=page)


def test_the_store_finds_what_the_query_means(filled: Filled) -> None:
    db, tenant, goals = filled
    rows = {goal.id: row_of(goal) for goal in goals}

    ids = {name: [row[name] or UUID(int=1) for row in [*rows.values()][:20]] for name in ("status_id", "company_id")}

    @given(query=trees(conditions(ids)))
    @settings(max_examples=100, deadline=None)
    def holds(query: Query) -> None:
        expected = {identity for identity, row in rows.items() if matches(query, row)}
        assert {goal.id for goal in found(db, tenant, query)} == expected

    holds()


def test_pages_have_each_of_the_tenants_goals_once(filled: Filled) -> None:
    db, tenant, goals = filled
    pages = [found(db, tenant, All(), Page(number, 100)) for number in range(1, 6)]
    assert [len(page) for page in pages] == [100, 100, 100, 50, 0]
    assert {goal.id for page in pages for goal in page} == {goal.id for goal in goals}
    assert found(db, Tenant.new(db), All()) == []
