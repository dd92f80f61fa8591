"""Two who change one goal at the same moment: neither change is lost unseen."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine

from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, goal_tasks, records
from goalpost.kernel.errors import Conflict, NotFound
from goalpost.tenancy import idempotency
from tests.support.tenant import LATER, NOW, Tenant
from tests.support.together import run_together

WRITERS = 6


@pytest.fixture
def goal(engine: Engine) -> Iterator[CustomerGoal]:
    with engine.begin() as db:
        made = Tenant.new(db).goal()
    yield made


def author(name: str) -> Author:
    return Author(name=name, request_id=f"r-{name}")


def change(db: Connection, goal: CustomerGoal, name: str, **changes: Any) -> CustomerGoal:
    return customer_goals.update_goal(db, goal=goal, changes=changes, author=author(name), now=LATER)


def trail(engine: Engine, goal: CustomerGoal) -> list[tuple[str, str, Any, Any, bool]]:
    with engine.begin() as db:
        entries = list(customer_goals.list_changes(db, goal_id=goal.id))
    return [
        (entry.author.name, entry.change.field, entry.change.before, entry.change.after, entry.change.is_conflict)
        for entry in entries[1:]
    ]


def test_who_read_before_anothers_change_keeps_it_and_is_marked(engine: Engine, goal: CustomerGoal) -> None:
    with engine.begin() as db:
        change(db, goal, "first", title="First", quarter="Q1")
    with engine.begin() as db:  # has read the goal as it was before
        changed = change(db, goal, "second", title="Second", year=2026)
    assert (changed.title, changed.quarter, changed.year, changed.version) == ("Second", "Q1", 2026, 3)
    assert trail(engine, goal) == [
        ("first", "title", "Grow", "First", False),
        ("first", "quarter", None, "Q1", False),
        ("second", "title", "First", "Second", True),
        ("second", "year", None, 2026, True),
    ]


def test_all_at_once(engine: Engine, goal: CustomerGoal) -> None:
    def writer(number: int) -> Any:
        def write() -> None:
            with engine.begin() as db:
                found = customer_goals.get_goal(db, workspace_id=goal.workspace_id, goal_id=goal.id)
                change(db, found, str(number), progress=Decimal(number + 1))

        return write

    run_together(*map(writer, range(WRITERS)))
    told = trail(engine, goal)
    assert {name for name, *_ in told} == set(map(str, range(WRITERS)))
    # Each began where the one before it ended: nobody overwrote what they could not see.
    assert [before for _, _, before, _, _ in told[1:]] == [after for _, _, _, after, _ in told[:-1]]


def test_tasks_of_many_are_all_counted(engine: Engine, goal: CustomerGoal) -> None:
    with engine.begin() as db:
        customer_goals.set_progress_mode(db, goal=goal, mode=ProgressMode.TASKS, author=author("x"), now=NOW)

    def add() -> None:
        fields = {"title": "Step", "is_completed": True}
        with engine.begin() as db:
            goal_tasks.create_task(db, goal=goal, fields=fields, author=author("y"), now=LATER)

    run_together(*[add] * WRITERS)
    with engine.begin() as db:
        found = customer_goals.get_goal(db, workspace_id=goal.workspace_id, goal_id=goal.id)
    assert found.progress_reason == f"{WRITERS} of {WRITERS} tasks completed"


def test_who_changes_what_another_deletes(engine: Engine, goal: CustomerGoal) -> None:
    with engine.begin() as db:
        customer_goals.delete_goal(db, goal=goal, author=author("a"), now=LATER)
    with engine.begin() as db, pytest.raises(NotFound):
        change(db, goal, "b", title="Too late")


def test_two_changes_of_one_company_both_stay(engine: Engine, goal: CustomerGoal) -> None:
    of = {"workspace_id": goal.workspace_id, "kind": RecordKind.COMPANY, "record_id": goal.company.id}
    with engine.begin() as db:
        company = records.get_record(db, **of)
    for changes in ({"name": "Renamed"}, {"fields": {"seats": 5}}):
        with engine.begin() as db:  # both have read it as it was before
            records.update_record(db, record=company, changes=changes, author=author("a"), now=LATER)
    with engine.begin() as db:
        found = records.get_record(db, **of)
    assert (found.name, found.fields) == ("Renamed", {"seats": 5})


def test_a_named_request_is_done_once_however_many_send_it(engine: Engine, goal: CustomerGoal) -> None:
    key, owner = str(uuid4()), goal.workspace_id

    def send() -> bool:
        with engine.begin() as db:
            answer = idempotency.claim_key(db, workspace_id=owner, key=key, digest="d", now=NOW)
            if answer is None:
                idempotency.keep_answer(db, workspace_id=owner, key=key, answer="done")
            return answer is None

    assert sum(map(bool, run_together(*[send] * WRITERS))) == 1
    with engine.begin() as db:
        assert idempotency.claim_key(db, workspace_id=owner, key=key, digest="d", now=NOW) == "done"
        with pytest.raises(Conflict):
            idempotency.claim_key(db, workspace_id=owner, key=key, digest="other", now=NOW)


def test_a_requests_name_is_forgotten_after_a_day(engine: Engine, goal: CustomerGoal) -> None:
    find = {"workspace_id": goal.workspace_id, "key": "k", "digest": "d"}
    with engine.begin() as db:
        idempotency.claim_key(db, now=NOW, **find)
        idempotency.forget_old(db, now=NOW + idempotency.KEPT)
        assert idempotency.claim_key(db, now=NOW, **find) == ""
        idempotency.forget_old(db, now=LATER + idempotency.KEPT)
        assert idempotency.claim_key(db, now=LATER, **find) is None
