"""Records found by queries and changed field by field, on either relational store."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from goalpost.customers.model.audit import Author
from goalpost.customers.model.filters import All, AnyOf, Condition, FieldType, Operator, Query
from goalpost.customers.model.paging import Order, Page, Slice
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.workspaces import create_workspace
from tests.customers.services.test_statement_counts import statements

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AUTHOR = Author(name="test")
FIELDS: list[dict[str, Any]] = [
    {"size": 5, "tags": ["x", "y"], "live": True},
    {"size": "big", "tags": "x", "live": False},
    {"size": 1e9, "tags": []},
    {},
]
Find = Callable[..., list[str]]


def own(type_: FieldType, by: Operator, *values: Any, field: str = "size") -> Condition:
    return Condition(f"fields.{field}", type_, by, values)


@pytest.fixture
def made(db: Connection) -> list[Record]:
    owner = create_workspace(db, name="Acme", now=NOW).id
    common = {"workspace_id": owner, "kind": RecordKind.COMPANY, "author": AUTHOR}
    return [
        records.create_record(db, **common, name=f"c{number}", fields=fields, now=NOW + timedelta(seconds=number))
        for number, fields in enumerate(FIELDS)
    ]


@pytest.fixture
def find(db: Connection, made: list[Record]) -> Find:
    owner = {"workspace_id": made[0].workspace_id, "kind": RecordKind.COMPANY}

    def found(query: Query, page: Page | Slice = Page(1, 10), order: Order = Order("created_at")) -> list[str]:  # noqa: B008
        rows = records.find_records(db, **owner, query=query, order=order, page=page)
        return [row.name for row in rows]

    return found


TEXT, NUMBER = FieldType.TEXT, FieldType.NUMBER


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (AnyOf((own(NUMBER, Operator.GT, 1), own(TEXT, Operator.EQ, "BIG"))), ["c0", "c1", "c2"]),
        (All((own(NUMBER, Operator.IS_NULL), own(TEXT, Operator.IS_NULL))), ["c3"]),
        (All((own(NUMBER, Operator.NE, 5), own(TEXT, Operator.NE, "big"))), ["c2", "c3"]),
        (own(FieldType.BOOLEAN, Operator.EQ, True, field="live"), ["c0"]),
        (own(FieldType.CHOICES, Operator.INCLUDES, "X", field="tags"), ["c0"]),
        (own(TEXT, Operator.GTE, "b"), ["c1"]),
        (own(NUMBER, Operator.EQ, 2**62), []),
    ],
)
def test_one_field_has_values_of_several_types(query: Query, names: list[str], find: Find) -> None:
    assert find(query) == names


def test_rows_behind_the_first(find: Find) -> None:
    assert find(All(), Slice(0, 2)) == find(All(), Page(1, 2)) == ["c0", "c1"]
    assert find(All(), Slice(1, 2)) == ["c1", "c2"]
    assert find(All(), Slice(3, 2), Order("name", descending=True)) == ["c0"]
    assert find(All(), Slice(4, 2)) == []


def test_more_rows_take_no_more_statements(engine: Engine, find: Find) -> None:
    for size in (1, 4):
        with statements(engine) as seen:
            assert len(find(All(), Slice(0, size))) == size
        assert len(seen) == 1


def test_fields_are_laid_over_each_other(db: Connection, made: list[Record]) -> None:
    for fields in ({"size": 6, "live": None}, {"tags": "z", "new": 1}):  # both have read it as it was before
        changed = records.update_record(db, record=made[0], changes={"fields": fields}, author=AUTHOR, now=NOW)
    assert changed.fields == {"size": 6, "tags": "z", "new": 1}


# Orders and names


SORTED: list[dict[str, Any]] = [
    {"tier": "b", "size": 10, "on": "2026-05-01"},
    {"Tier": "B", "size": "9", "on": 1_790_000_000_000},
    {"tier": "\u00e4", "size": "much"},
    {"tier": "Z", "size": 10.5, "on": "1790000000001"},
    {"tier": "_"},
    {},
]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ((Order("fields.tier"),), "401325"),
        ((Order("fields.TIER", descending=True), Order("name")), "230145"),
        ((Order("fields.size"),), "103245"),
        ((Order("fields.size", descending=True), Order("name", descending=True)), "301254"),
        ((Order("fields.on", type=FieldType.MOMENT), Order("name", descending=True)), "013542"),
        ((Order("fields.tier", type=FieldType.NUMBER), Order("id")), "012345"),
        ((Order("company_name"), Order("email"), Order("created_at", descending=True)), "543210"),
        ((Order("updated_at"), Order("id", descending=True)), "012345"),
    ],
    ids=range(8),
)
def test_the_same_order_in_either_store(db: Connection, order: tuple[Order, ...], found: str) -> None:
    """Texts are in the order of their code points, rows without a value last, ties in the order of the ids."""
    owner = create_workspace(db, name="Acme", now=NOW).id
    common: dict[str, Any] = {"workspace_id": owner, "kind": RecordKind.COMPANY}
    for number, fields in enumerate(SORTED):
        at = NOW + timedelta(seconds=number)
        records.create_record(db, **common, name=str(number), fields=fields, author=AUTHOR, now=at)
    rows = records.find_records(db, **common, query=All(), order=order, page=Page(1, 10))
    assert "".join(row.name for row in rows) == found
    pages = [records.find_records(db, **common, query=All(), order=order, page=Slice(n, 2)) for n in (0, 2, 4)]
    assert [row for page in pages for row in page] == rows


def test_an_exact_name_goes_first_then_the_oldest_in_another_case(db: Connection) -> None:
    owner = create_workspace(db, name="Acme", now=NOW).id
    common: dict[str, Any] = {"workspace_id": owner, "kind": RecordKind.PERSON}
    for number, name in enumerate(("ANN", "Ann", "ann", "Ann")):
        at = NOW + timedelta(seconds=number)
        records.create_record(db, **common, name=name, author=AUTHOR, now=at, fields={"no": number})
    for name, numbers in (("Ann", [1, 3]), ("ANN", [0]), ("ann", [2]), ("aNN", [0, 1])):
        rows = records.find_named(db, **common, name=name)
        assert [row.fields["no"] for row in rows] == numbers
