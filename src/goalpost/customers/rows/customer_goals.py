"""Customer goals as rows, read with the names of what they point at in one statement."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, type_coerce, update

from goalpost.customers.model.customer_goals import CustomerGoal, Entity, GoalFilter
from goalpost.customers.model.filters import Query
from goalpost.customers.model.paging import Page, Sorting
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.model.records import Ref
from goalpost.customers.rows.comparables import names_in, own_fields, read_fields
from goalpost.customers.rows.filters import columns_of, found_by, name_of
from goalpost.customers.rows.id_lists import read_ids, write_ids
from goalpost.customers.rows.library_tables import goal_templates
from goalpost.customers.rows.paging import in_order, paged
from goalpost.customers.rows.tables import customer_goals, picklist_items, records
from goalpost.customers.rows.text_search import contains
from goalpost.kernel.texts import folded
from goalpost.tenancy.rows.tables import api_keys

_company = records.alias("company")
_ITEMS = {name: picklist_items.alias(name) for name in ("status", "priority", "category", "goal_type")}
_LIVE = customer_goals.c.deleted_at.is_(None)
_NOT_READ = ("title_folded", "deleted_at", "comparable")
_COLUMNS = [column for column in customer_goals.columns if column.name not in _NOT_READ]


def _with_names() -> Select[Any]:
    """Goals with the names of their company and items."""
    source = customer_goals.outerjoin(_company, _company.c.id == customer_goals.c.company_id)
    for name, item in _ITEMS.items():
        source = source.outerjoin(item, item.c.id == customer_goals.c[f"{name}_id"])
    names = [item.c.name.label(f"{name}_name") for name, item in _ITEMS.items()]
    return select(*_COLUMNS, _company.c.name.label("company_name"), *names).select_from(source)


_WITH_NAMES = _with_names()
_GET = _WITH_NAMES.where(customer_goals.c.id == bindparam("goal"), _LIVE)
_OF_IDS = _WITH_NAMES.where(customer_goals.c.id.in_(bindparam("ids", expanding=True)))
_LOCK = _GET.with_for_update(of=customer_goals)
_INSERT = insert(customer_goals)
_UPDATE = update(customer_goals).where(customer_goals.c.id == bindparam("goal"))


def _joined(column: Any) -> Any:
    """A column of a row that may not be there, and then has no value."""
    return type_coerce(column, column.type)


def _name_of_key(column: Any) -> Any:
    return select(func.lower(api_keys.c.name)).where(api_keys.c.id == column).scalar_subquery()


_COMPARED: dict[str, Any] = {
    "title": customer_goals.c.title_folded,
    "company_name": _joined(_company.c.name_folded),
    "status_name": _joined(_ITEMS["status"].c.name_folded),
    "goal_type_name": _joined(_ITEMS["goal_type"].c.name_folded),
    "relationship_name": name_of(records, customer_goals.c.relationship_id),
    "opportunity_name": name_of(records, customer_goals.c.opportunity_id),
    "relationship_type_name": name_of(picklist_items, customer_goals.c.relationship_type_id),
    "template_name": name_of(goal_templates, customer_goals.c.template_id),
    "description": customer_goals.c.description,
    **columns_of(
        customer_goals,
        *("id", "company_id", "relationship_id", "opportunity_id", "relationship_type_id", "template_id"),
        *("status_id", "goal_type_id", "due_at", "created_at", "updated_at", "created_by", "updated_by", "entity"),
    ),
    "currency": func.lower(customer_goals.c.currency),
}
"""The columns that a query may compare and goals be sorted by, by the names of CustomerGoal."""
_SORTED_BY: dict[str, Any] = {
    **_COMPARED,
    **{name: customer_goals.c[name] for name in ("progress", "year", "quarter")},
    **{f"{name}_name": _name_of_key(customer_goals.c[name]) for name in ("created_by", "updated_by")},
}


def insert_goal(db: Connection, goal: CustomerGoal) -> None:
    """Store a new goal."""
    identity = {"id": goal.id, "workspace_id": goal.workspace_id, "created_at": goal.created_at}
    db.execute(_INSERT, {**identity, **_values(goal)})


def get_goal(db: Connection, goal_id: UUID, *, lock: bool = False) -> CustomerGoal | None:
    """The live goal of that id; locked until the transaction ends, when asked for.

    SQLite's transactions that may write hold such a lock from their beginning.
    """
    row = db.execute(_LOCK if lock else _GET, {"goal": goal_id}).one_or_none()
    return _goal(row) if row else None


def list_goals(
    db: Connection, workspace_id: UUID, which: GoalFilter, *, order: Sorting, page: Page
) -> tuple[list[CustomerGoal], int]:
    """A page of a workspace's goals, and how many there are in all."""
    found = [customer_goals.c.workspace_id == workspace_id, _LIVE, *_conditions(which)]
    total = db.execute(select(func.count()).select_from(customer_goals).where(*found)).scalar_one()
    chosen = in_order(db, select(customer_goals.c.id).where(*found), order, _SORTED_BY, customer_goals.c.id)
    return _goals_of(db, paged(chosen, page)), total


def find_goals(db: Connection, workspace_id: UUID, query: Query, *, order: Sorting, page: Page) -> list[CustomerGoal]:
    """A page of a workspace's goals that a query finds."""
    found = found_by(db, query, _COMPARED, customer_goals.c.comparable)
    own = customer_goals.c.workspace_id == workspace_id
    ids = _WITH_NAMES.with_only_columns(customer_goals.c.id).where(own, _LIVE, found)
    comparable = customer_goals.c.comparable
    chosen = in_order(db, ids, order, _SORTED_BY, customer_goals.c.id, comparable=comparable)
    return _goals_of(db, paged(chosen, page))


def _goals_of(db: Connection, chosen: Select[Any]) -> list[CustomerGoal]:
    """The goals of the ids that are chosen, in their order.

    Two statements: in one, PostgreSQL takes the page for one row and reads the whole table to join it.
    """
    ids = list(db.execute(chosen).scalars())
    if not ids:
        return []
    found = {row.id: _goal(row) for row in db.execute(_OF_IDS, {"ids": ids})}
    return [found[identity] for identity in ids if identity in found]


def each_goal(db: Connection, workspace_id: UUID, *, portion: int = 1000) -> Iterator[CustomerGoal]:
    """Every live goal of a workspace, oldest first, in portions."""
    after: UUID | None = None
    while True:
        query = _WITH_NAMES.where(customer_goals.c.workspace_id == workspace_id, _LIVE)
        if after is not None:
            query = query.where(customer_goals.c.id > after)
        rows = db.execute(query.order_by(customer_goals.c.id).limit(portion)).all()
        yield from map(_goal, rows)
        if len(rows) < portion:
            return
        after = rows[-1].id


def field_names(db: Connection, workspace_id: UUID) -> list[str]:
    """The names of the custom fields that live goals of a workspace have, in the order in which they first came."""
    own = (customer_goals.c.workspace_id == workspace_id) & _LIVE & customer_goals.c.fields.is_not(None)
    return names_in(db, select(customer_goals.c.fields).where(own).order_by(customer_goals.c.id))


def update_goal(db: Connection, goal: CustomerGoal) -> None:
    """Store a goal anew."""
    db.execute(_UPDATE, {"goal": goal.id, **_values(goal)})


def delete_goal(db: Connection, goal_id: UUID, now: datetime) -> None:
    """Take a goal out of every list."""
    db.execute(_UPDATE.values(deleted_at=now), {"goal": goal_id})


def count_goals_of(db: Connection, workspace_id: UUID, record_id: UUID) -> int:
    """Count the live goals of a company, relationship or opportunity of the workspace."""
    columns = customer_goals.c
    about = (
        (columns.company_id == record_id)
        | (columns.relationship_id == record_id)
        | (columns.opportunity_id == record_id)
    )
    own = columns.workspace_id == workspace_id
    return int(db.execute(select(func.count()).select_from(customer_goals).where(own, about, _LIVE)).scalar_one())


def _conditions(which: GoalFilter) -> list[Any]:
    """Return the conditions that rows must meet."""
    columns = customer_goals.c
    equal = ("company_id", "status_id", "priority_id", "category_id", "quarter", "year")
    found = [columns[name] == value for name in equal if (value := getattr(which, name)) is not None]
    if which.search:
        found.append(contains(columns.title_folded, which.search))
    if which.due_from is not None:
        found.append(columns.due_at >= which.due_from)
    if which.due_to is not None:
        found.append(columns.due_at <= which.due_to)
    if which.has_company and which.company_id is None:
        found.append(columns.company_id.is_not(None))
    return found


def _values(goal: CustomerGoal) -> dict[str, Any]:
    plain = (
        *("title", "description", "relationship_id", "opportunity_id", "due_at", "quarter", "year"),
        *("relationship_type_id", "template_id", "currency", "progress_reason", "version", "updated_at"),
        *("created_by", "updated_by"),
    )
    refs = ("company", *_ITEMS)
    return {
        **{name: getattr(goal, name) for name in plain},
        **{f"{name}_id": ref.id if (ref := getattr(goal, name)) else None for name in refs},
        "title_folded": folded(goal.title),
        "entity": goal.entity.value,
        "progress": int(goal.progress * 100),
        "progress_mode": goal.progress_mode.value,
        "associated_work": write_ids(goal.associated_work),
        **own_fields(goal.fields),
    }


def _goal(row: Row[Any]) -> CustomerGoal:
    def ref(name: str) -> Ref | None:
        identity = getattr(row, f"{name}_id")
        return Ref(identity, getattr(row, f"{name}_name")) if identity else None

    return CustomerGoal(
        id=row.id,
        workspace_id=row.workspace_id,
        title=row.title,
        created_at=row.created_at,
        updated_at=row.updated_at,
        entity=Entity(row.entity),
        company=ref("company"),
        relationship_id=row.relationship_id,
        opportunity_id=row.opportunity_id,
        description=row.description,
        status=ref("status"),
        priority=ref("priority"),
        category=ref("category"),
        goal_type=ref("goal_type"),
        due_at=row.due_at,
        quarter=row.quarter,
        year=row.year,
        progress=Decimal(row.progress).scaleb(-2),
        progress_mode=ProgressMode(row.progress_mode),
        progress_reason=row.progress_reason,
        fields=read_fields(row.fields),
        version=row.version,
        relationship_type_id=row.relationship_type_id,
        template_id=row.template_id,
        currency=row.currency,
        associated_work=read_ids(row.associated_work),
        created_by=row.created_by,
        updated_by=row.updated_by,
    )
