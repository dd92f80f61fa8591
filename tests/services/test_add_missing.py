"""Many records at once, on either relational store."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from goalpost.core.audit import Author
from goalpost.core.errors import Invalid, NotFound
from goalpost.core.pages import Order, Page
from goalpost.core.records import RecordKind
from goalpost.services import customer_goals, owners, records

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_only_names_that_are_not_there_are_added(db) -> None:
    owner = owners.create_workspace(db, name="acme", now=NOW).id
    common = {"workspace_id": owner, "kind": RecordKind.COMPANY, "author": Author(), "now": NOW}
    assert records.add_missing(db, named={f"c {number}": {"n": "1"} for number in range(2000)}, **common) == 2000
    assert records.add_missing(db, named={"c 1": {}, "C 1": {}, "c 2000": {}}, **common) == 2
    assert records.add_missing(db, named={}, **common) == 0
    page = {"order": Order("name"), "page": Page(1, 10)}
    found, count = records.list_records(db, workspace_id=owner, kind=RecordKind.COMPANY, search="c 1000", **page)
    assert (count, found[0].fields) == (1, {"n": "1"})
    with pytest.raises(Invalid):
        records.add_missing(db, named={"": {}}, **common)


def test_a_goal_that_nobody_has_is_not_found(db) -> None:
    with pytest.raises(NotFound):
        customer_goals.find_goal(db, goal_id=UUID(int=7))
