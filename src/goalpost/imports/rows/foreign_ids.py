"""Ids that rows have brought along, as rows; and whose a row's own id is."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Table, bindparam, insert, select, update

from goalpost.conversions.rows.tables import conversion_goals, declared_events, sites
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows.library_tables import goal_templates
from goalpost.customers.rows.paging import in_portions
from goalpost.customers.rows.tables import (
    customer_goals,
    goal_metrics,
    goal_tasks,
    goal_updates,
    metrics,
    picklist_items,
    records,
)
from goalpost.imports.model.foreign_ids import Kind, RowKind, Spelling
from goalpost.imports.rows.tables import foreign_ids

_C = foreign_ids.c
_OWN = (_C.workspace_id == bindparam("workspace")) & (_C.spelling == bindparam("spelling"))
_ANY = select(_C.row_id).where(_OWN).limit(1)
_OF_TEXTS = select(_C.text, _C.kind, _C.row_id).where(_OWN, _C.text.in_(bindparam("texts", expanding=True)))
_OF_ROWS = select(_C.text, _C.row_id).where(_OWN, _C.row_id.in_(bindparam("ids", expanding=True)))
_TABLES: Mapping[Kind, Table] = {
    **dict.fromkeys(RecordKind, records),
    **dict.fromkeys(Picklist, picklist_items),
    RowKind.METRIC: metrics,
    RowKind.TEMPLATE: goal_templates,
    RowKind.GOAL: customer_goals,
    RowKind.GOAL_METRIC: goal_metrics,
    RowKind.TASK: goal_tasks,
    RowKind.UPDATE: goal_updates,
    RowKind.SITE: sites,
    RowKind.CONVERSION_GOAL: conversion_goals,
    RowKind.EVENT: declared_events,
}
_PARENTS: Mapping[RowKind, tuple[Column[Any], Table]] = {
    **dict.fromkeys((RowKind.TASK, RowKind.UPDATE, RowKind.GOAL_METRIC), (Column("goal_id"), customer_goals)),
    **dict.fromkeys((RowKind.CONVERSION_GOAL, RowKind.EVENT), (Column("site_id"), sites)),
}


def insert_id(db: Connection, workspace_id: UUID, spelling: Spelling, text: str, *, kind: Kind, row_id: UUID) -> None:
    """Keep that a row of the workspace has this id in this spelling."""
    names = {"workspace_id": workspace_id, "spelling": spelling.value, "text": text}
    db.execute(insert(foreign_ids), {**names, "kind": kind.value, "row_id": row_id})


def has_any(db: Connection, workspace_id: UUID, spelling: Spelling) -> bool:
    """Return whether rows of the workspace have brought ids of this spelling."""
    return db.execute(_ANY, {"workspace": workspace_id, "spelling": spelling.value}).first() is not None


def find_texts(
    db: Connection, workspace_id: UUID, spelling: Spelling, texts: Collection[str]
) -> dict[str, tuple[str, UUID]]:
    """Kind and id of the rows that have brought these ids, by the ids."""
    asked = {"workspace": workspace_id, "spelling": spelling.value}
    return {
        row.text: (row.kind, row.row_id)
        for portion in in_portions(texts)
        for row in db.execute(_OF_TEXTS, {**asked, "texts": portion})
    }


def find_rows(db: Connection, workspace_id: UUID, spelling: Spelling, ids: Collection[UUID]) -> dict[UUID, str]:
    """The ids of this spelling that these rows have brought, by the rows' own."""
    asked = {"workspace": workspace_id, "spelling": spelling.value}
    return {
        row.row_id: row.text for portion in in_portions(ids) for row in db.execute(_OF_ROWS, {**asked, "ids": portion})
    }


def rows_of_text(db: Connection, text: str, kinds: Collection[str]) -> list[UUID]:
    """The rows of any workspace and of these kinds that have brought this id."""
    return list(db.execute(select(_C.row_id).where(_C.text == text, _C.kind.in_(kinds))).scalars())


def workspace_of(db: Connection, kind: Kind, row_id: UUID) -> tuple[UUID, bool] | None:
    """The workspace of the row that has this id, and whether the row is of the kind; None when the id is free."""
    table = _TABLES[kind]
    query = select(*_columns(kind, table)).where(table.c.id == row_id)
    row = db.execute(query).first()
    if row is None:
        return None
    return row.workspace_id, getattr(row, "kind", kind.value) == kind.value


def set_columns(db: Connection, kind: Kind, row_id: UUID, **values: datetime | int | str | None) -> None:
    """Store what a row has from where it came: when it was created, its position; what is None stays."""
    table = _TABLES[kind]
    given = {name: value for name, value in values.items() if value is not None and name in table.c}
    if given:
        db.execute(update(table).where(table.c.id == row_id).values(**given))


def _columns(kind: Kind, table: Table) -> list[Any]:
    if isinstance(kind, RecordKind):
        return [table.c.workspace_id, table.c.kind]
    if isinstance(kind, Picklist):
        return [table.c.workspace_id, table.c.picklist.label("kind")]
    if kind in _PARENTS:
        column, parent = _PARENTS[kind]
        owner = select(parent.c.workspace_id).where(parent.c.id == table.c[column.name]).scalar_subquery()
        return [owner.label("workspace_id")]
    return [table.c.workspace_id]
