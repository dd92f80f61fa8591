"""Many records at once, on either relational store: made, updated, left as they are, or refused by their line."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from goalpost.customers.model.audit import Author
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, records
from goalpost.customers.services.record_imports import BadRow, Outcome, RecordImport, Row
from goalpost.kernel.errors import NotFound
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CREATED, UPDATED, UNCHANGED, THERE, REPEATED = Outcome


@pytest.fixture
def owner(db: Connection) -> UUID:
    return create_workspace(db, name="acme", now=NOW).id


def importing(db: Connection, owner: UUID, **more: Any) -> RecordImport:
    return RecordImport(db, owner, RecordKind.COMPANY, Author(), NOW, **more)


def row(name: str | None, line: int = 2, **fields: str) -> Row:
    return Row(line, name, None, fields)


def all_of(db: Connection, owner: UUID) -> list[tuple[str, dict[str, Any]]]:
    found = records.each_record(db, workspace_id=owner, kind=RecordKind.COMPANY)
    return [(record.name, dict(record.fields)) for record in found]


def test_only_names_that_are_not_there_are_added(db: Connection, owner: UUID) -> None:
    first = importing(db, owner)
    names = [f"c {number}" for number in range(3000)]
    assert first.take([row(name, n="1") for name in names[:2000]]) == [CREATED] * 2000
    assert first.take([row(name) for name in [*names[2000:], "c 0"]]) == [CREATED] * 1000 + [REPEATED]
    assert [name for name, _ in all_of(db, owner)] == names, "in the order of the file"
    assert importing(db, owner).take([row("c 1"), row("C 1"), row("c 9999"), row("C 1")]) == [
        *(THERE, CREATED, CREATED, REPEATED),
    ]
    assert importing(db, owner).take([]) == []


def test_a_field_of_the_users_own_is_a_key(db: Connection, owner: UUID) -> None:
    values: list[Any] = ["a1", "A1", 17, "17", "017", True, None, ["a1"]]
    for number, value in enumerate(values):
        fields = {"External ID": value} if value is not None else {}
        common: dict[str, Any] = {"workspace_id": owner, "kind": RecordKind.COMPANY, "author": Author(), "now": NOW}
        records.create_record(db, **common, name=str(number), fields=fields)
    keyed = importing(db, owner, updates=True, key="external id")
    rows = [
        row(None, line, **{"external id": key, "n": key}) for line, key in enumerate(("A1", "a1", "017", "17", "TRUE"))
    ]
    assert keyed.take(rows) == [UPDATED] * 5
    found = {name: fields.get("n") for name, fields in all_of(db, owner)}
    assert (found["0"], found["1"], found["4"], found["5"], found["6"], found["7"]) == (
        *("a1", "A1", "017", "TRUE", None, None),
    )
    assert sorted([found["2"] or "", found["3"] or ""]) == ["", "17"], "the oldest of those that are written alike"
    with pytest.raises(BadRow, match="has nothing in 'external id'"):
        keyed.take([row("x")])
    with pytest.raises(BadRow, match="is about a new company and has no name"):
        keyed.take([row(None, **{"external id": "new"})])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"name": " "}, "has a name that can't be blank"),
        ({"email": "nobody"}, "has a email that has invalid format"),
        ({"fields": {"CompanyId": "1"}}, "has a cell in 'CompanyId' that is not a field name"),
        ({"fields": {"a": "x" * 40_000, "b": "x" * 40_000}}, "has fields that should be at most 65536"),
    ],
)
@pytest.mark.parametrize("updates", [False, True])
def test_a_row_that_cannot_be(db: Connection, owner: UUID, fields: Any, reason: str, updates: bool) -> None:
    sent = {"name": "A", "email": None, "fields": {}, **fields}
    if updates and sent["name"] == "A":
        importing(db, owner).take([row("A")])
    with pytest.raises(BadRow, match=reason) as refused:
        importing(db, owner, updates=updates).take([row("B"), Row(9, sent["name"], sent["email"], sent["fields"])])
    assert refused.value.line == 9


def test_ids_are_of_the_workspace_and_the_kind(db: Connection, owner: UUID) -> None:
    common: dict[str, Any] = {"author": Author(), "now": NOW}
    elsewhere = create_workspace(db, name="other", now=NOW).id
    theirs = records.create_record(db, workspace_id=elsewhere, kind=RecordKind.COMPANY, name="A", **common)
    person = records.create_record(db, workspace_id=owner, kind=RecordKind.PERSON, name="A", **common)
    mine = records.create_record(db, workspace_id=owner, kind=RecordKind.COMPANY, name="A", **common)
    for record in (theirs, person):
        with pytest.raises(BadRow, match="has an id that no company of the workspace has"):
            importing(db, owner, updates=True).take([Row(2, "B", None, {}, record.id)])
    assert importing(db, owner).take([Row(2, "B", None, {}, mine.id)]) == [THERE]
    assert importing(db, owner, updates=True).take([Row(2, "B", "b@example.com", {}, mine.id)]) == [UPDATED]
    with pytest.raises(BadRow, match="is about the same company as line 2"):
        importing(db, owner, updates=True).take([Row(2, "B", None, {}, mine.id), Row(3, "B", None, {})])


def test_records_with_equal_values_are_unchanged(db: Connection, owner: UUID) -> None:
    fields = {"n": 5.0, "flag": True, "many": ["a", "b"], "text": "x"}
    common: dict[str, Any] = {"workspace_id": owner, "kind": RecordKind.COMPANY, "author": Author(), "now": NOW}
    records.create_record(db, **common, name="A", fields=fields)
    sent = row("A", N="5", flag="true", many="a; b", text="x")
    assert importing(db, owner, updates=True).take([sent]) == [UNCHANGED]
    assert all_of(db, owner) == [("A", fields)]


def test_a_goal_that_nobody_has_is_not_found(db: Connection) -> None:
    with pytest.raises(NotFound):
        customer_goals.find_goal(db, goal_id=UUID(int=7))
