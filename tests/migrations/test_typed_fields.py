"""Rows of the version before queries: their own fields are found as those of new rows are."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from goalpost.customers.model.filters import Condition, FieldType, Operator, Span
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, records
from goalpost.migrations import migrate
from goalpost.storage.engine import open_engine

AT = "2026-01-01 00:00:00.000000"
FIELDS = {"segment": "SMB", "seats": 5, "since": "2026-01-01"}
ASKED = [
    Condition("fields.segment", FieldType.TEXT, Operator.EQ, ("smb",)),
    Condition("fields.seats", FieldType.NUMBER, Operator.GTE, (5,)),
]
MANY = 2500


@pytest.mark.parametrize("condition", ASKED, ids=["text", "number"])
def test_own_fields_of_rows_that_were_there(condition: Condition, empty_url: str) -> None:
    engine = open_engine(empty_url)
    migrate(engine, to="0003")
    owner, goal = uuid4(), uuid4()
    companies = [uuid4() for _ in range(MANY)]
    fields = json.dumps(FIELDS)

    def row(identity: UUID, **more: Any) -> dict[str, Any]:
        return {"id": identity.hex, "owner": owner.hex, "at": AT, "fields": fields, **more}

    with engine.begin() as db:
        insert = "INSERT INTO workspaces (id, name, created_at) VALUES (:id, 'w', :at)"
        db.execute(text(insert), row(owner))
        insert = (
            "INSERT INTO records (id, workspace_id, kind, name, name_folded, fields, created_at, updated_at)"
            " VALUES (:id, :owner, 'company', 'IBM', 'ibm', :fields, :at, :at)"
        )
        db.execute(text(insert), [row(one) for one in companies])
        db.execute(text(insert), row(uuid4(), fields=None))
        insert = (
            "INSERT INTO customer_goals (id, workspace_id, title, title_folded, entity, progress, progress_mode,"
            " progress_reason, version, fields, created_at, updated_at)"
            " VALUES (:id, :owner, 'Grow', 'grow', 'company', 0, 'manual', '', 1, :fields, :at, :at)"
        )
        db.execute(text(insert), row(goal))
    migrate(engine)
    asked: dict[str, Any] = {"workspace_id": owner, "query": condition, "order": Order("created_at")}
    with engine.begin() as db:
        found = records.find_records(db, kind=RecordKind.COMPANY, page=Page(1, MANY + 1), **asked)
        assert {one.id for one in found} == set(companies)
        assert found[0].fields == FIELDS
        assert [one.id for one in customer_goals.find_goals(db, page=Page(1, 10), **asked)] == [goal]
    engine.dispose()


def test_own_fields_of_the_version_before_are_compared_as_they_are_today(empty_url: str) -> None:
    """Version 0004 kept texts as texts only, and names in one case."""
    engine = open_engine(empty_url)
    migrate(engine, to="0004")
    owner, ids = uuid4(), [uuid4() for _ in range(1001)]
    fields = json.dumps({"ARR": "130000", "CSM Email": "x@example.com", "Since": "1767225600000"})
    older = json.dumps({"t": {"ARR": "130000", "CSM Email": "x@example.com"}, "n": {}, "m": {}})
    with engine.begin() as db:
        at = {"owner": owner.hex, "at": AT}
        db.execute(text("INSERT INTO workspaces (id, name, created_at) VALUES (:owner, 'w', :at)"), at)
        insert = (
            "INSERT INTO records"
            " (id, workspace_id, kind, name, name_folded, fields, comparable, created_at, updated_at)"
            " VALUES (:id, :owner, 'company', 'IBM', 'ibm', :fields, :older, :at, :at)"
        )
        if db.dialect.name == "postgresql":
            insert = insert.replace(":older", "CAST(:older AS JSONB)")
        db.execute(text(insert), [{"id": one.hex, "fields": fields, "older": older, **at} for one in ids])
    migrate(engine)
    day = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    with engine.begin() as db:
        for condition in (
            Condition("fields.ARR", FieldType.NUMBER, Operator.GT, (100_000,)),
            Condition("fields.csm email", FieldType.TEXT, Operator.EQ, ("X@example.com",)),
            Condition("fields.Since", FieldType.MOMENT, Operator.EQ, (day,)),
        ):
            asked: dict[str, Any] = {"workspace_id": owner, "query": condition, "order": Order("created_at")}
            found = records.find_records(db, kind=RecordKind.COMPANY, page=Page(1, 2000), **asked)
            assert len(found) == len(ids)
    engine.dispose()
