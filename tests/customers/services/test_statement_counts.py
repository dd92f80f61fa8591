"""Lists of customer goals take as many statements for a long page as for a short one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Engine, event

from goalpost.customers.model.audit import Author
from goalpost.customers.model.customer_goals import CustomerGoal, GoalDraft, GoalFilter
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, goal_tasks, goal_updates, picklists, records
from goalpost.workspaces import create_workspace

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
AUTHOR = Author(name="test")
Read = Callable[[Connection, UUID, Page], Any]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    seen: list[str] = []

    def note(_db: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def workspace_id(db: Connection) -> UUID:
    return create_workspace(db, name="Acme", now=NOW).id


def make_goals(db: Connection, workspace_id: UUID, count: int = 30) -> list[CustomerGoal]:
    """Goals that each point at a company of their own and at choices."""
    status, *_ = picklists.list_items(db, workspace_id=workspace_id, picklist=Picklist.STATUS)
    goals = []
    for number in range(count):
        now, owner = NOW + timedelta(seconds=number), {"workspace_id": workspace_id, "author": AUTHOR}
        company = records.create_record(db, kind=RecordKind.COMPANY, name=f"company {number}", now=now, **owner)
        draft = GoalDraft(f"goal {number}", company_id=company.id, status_id=status.id, due_at=now, year=2026)
        goals.append(customer_goals.create_goal(db, draft=draft, now=now, **owner))
    return goals


def read_goals(db: Connection, workspace_id: UUID, page: Page) -> Any:
    which = GoalFilter(search="goal", year=2026, due_from=NOW, has_company=True)
    order = Order("due_at", descending=True)
    return customer_goals.list_goals(db, workspace_id=workspace_id, which=which, order=order, page=page)


def read_companies(db: Connection, workspace_id: UUID, page: Page) -> Any:
    order = Order("name")
    return records.list_records(db, workspace_id=workspace_id, kind=RecordKind.COMPANY, order=order, page=page)


@pytest.mark.parametrize("read", [read_goals, read_companies])
def test_a_long_page_takes_no_more_statements(read: Read, engine: Engine, db: Connection, workspace_id: UUID) -> None:
    make_goals(db, workspace_id)
    counts = []
    for size in (1, 5, 30):
        with statements(engine) as seen:
            rows, total = read(db, workspace_id, Page(1, size))
            assert (len(rows), total) == (size, 30)
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert counts[0] <= 3, "the total, the page's ids, and its rows"


def test_a_goal_with_much_takes_no_more_statements(engine: Engine, db: Connection, workspace_id: UUID) -> None:
    (goal,) = make_goals(db, workspace_id, 1)
    counts = []
    for _ in range(2):
        with statements(engine) as seen:
            found = customer_goals.get_goal(db, workspace_id=workspace_id, goal_id=goal.id)
            customer_goals.get_detail(db, goal=found)
        counts.append(len(seen))
        for number in range(10):
            now = NOW + timedelta(seconds=number)
            goal_tasks.create_task(db, goal=goal, fields={"title": "Enrol"}, author=AUTHOR, now=now)
            goal_updates.create_update(db, goal=goal, text="Half.", progress=None, author=AUTHOR, now=now)
    assert counts == [3, 3], "the goal, its tasks, its updates"


@pytest.mark.parametrize("read", [goal_tasks.list_tasks, goal_updates.list_updates])
def test_parts_of_a_goal_take_as_many_statements_for_many_as_for_few(
    read: Callable[..., Any], engine: Engine, db: Connection, workspace_id: UUID
) -> None:
    (goal,) = make_goals(db, workspace_id, 1)
    for number in range(10):
        now = NOW + timedelta(seconds=number)
        goal_tasks.create_task(db, goal=goal, fields={"title": "Enrol"}, author=AUTHOR, now=now)
        goal_updates.create_update(db, goal=goal, text="Half.", progress=None, author=AUTHOR, now=now)
    for size in (1, 10):
        with statements(engine) as seen:
            rows, total = read(db, goal=goal, page=Page(1, size))
            assert (len(rows), total) == (size, 10)
        assert len(seen) == 2


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("by", ["due_at", "year", "quarter"])
def test_nulls_come_last_and_pages_meet(by: str, descending: bool, db: Connection, workspace_id: UUID) -> None:
    make_goals(db, workspace_id, 3)
    for number in range(3):
        draft = GoalDraft(f"bare {number}", quarter="Q1" if by == "quarter" else None)
        customer_goals.create_goal(db, workspace_id=workspace_id, draft=draft, author=AUTHOR, now=NOW)
    order = Order(by, descending)
    whole, _ = customer_goals.list_goals(
        db, workspace_id=workspace_id, which=GoalFilter(), order=order, page=Page(1, 10)
    )
    assert [getattr(goal, by) is None for goal in whole] == [False] * 3 + [True] * 3
    pages = []
    for number in (1, 2, 3):
        page = Page(number, 2)
        pages += customer_goals.list_goals(db, workspace_id=workspace_id, which=GoalFilter(), order=order, page=page)[0]
    assert pages == whole
