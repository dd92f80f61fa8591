"""Companies, relationships, opportunities and people as rows."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from goalpost.customers.model.filters import Query
from goalpost.customers.model.paging import Page, Slice, Sorting
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.rows.comparables import names_in, own_fields, read_fields
from goalpost.customers.rows.filters import columns_of, found_by, name_of
from goalpost.customers.rows.paging import in_order, in_portions, paged
from goalpost.customers.rows.tables import records
from goalpost.customers.rows.text_search import contains
from goalpost.kernel.texts import composed, decomposed, folded

_LIVE = records.c.deleted_at.is_(None)
_INSERT = insert(records)
_GET = select(records).where(records.c.id == bindparam("record"), _LIVE)
_LOCK = _GET.with_for_update()
_NAMED = (
    select(records)
    .where(records.c.workspace_id == bindparam("workspace"), records.c.kind == bindparam("kind"), _LIVE)
    .where(records.c.name_folded == bindparam("folded"))
    .order_by(
        records.c.name.not_in([bindparam("sent"), bindparam("nfc"), bindparam("nfd")]),
        records.c.created_at,
        records.c.id,
    )
    .limit(2)
)
_UPDATE = update(records).where(records.c.id == bindparam("record"))
_COMPARED: dict[str, Any] = {
    "name": records.c.name_folded,
    "email": func.lower(records.c.email),
    "company_name": name_of(records, records.c.company_id),
    **columns_of(records, "id", "company_id", "created_at", "updated_at"),
}
"""The columns that a query may compare and records be sorted by."""


def insert_record(db: Connection, record: Record) -> None:
    """Store a new record."""
    identity = {"id": record.id, "workspace_id": record.workspace_id, "kind": record.kind.value}
    db.execute(_INSERT, {**identity, "created_at": record.created_at, **_values(record)})


def get_record(db: Connection, record_id: UUID, *, lock: bool = False) -> Record | None:
    """The live record of that id; locked until the transaction ends, when asked for."""
    row = db.execute(_LOCK if lock else _GET, {"record": record_id}).one_or_none()
    return _record(row) if row else None


def get_records(db: Connection, workspace_id: UUID, record_ids: Collection[UUID]) -> dict[UUID, Record]:
    """Return a workspace's live records of these ids."""
    own = (records.c.workspace_id == workspace_id) & _LIVE
    return {
        row.id: _record(row)
        for ids in in_portions(record_ids)
        for row in db.execute(select(records).where(own, records.c.id.in_(ids)))
    }


def list_records(
    db: Connection, workspace_id: UUID, kind: RecordKind, *, search: str, order: Sorting, page: Page
) -> tuple[list[Record], int]:
    """A page of a workspace's records of a kind whose names contain `search`, and how many there are in all."""
    found = (records.c.workspace_id == workspace_id) & (records.c.kind == kind.value) & _LIVE
    if search:
        found &= contains(records.c.name_folded, search)
    total = db.execute(select(func.count()).select_from(records).where(found)).scalar_one()
    query = paged(in_order(db, select(records).where(found), order, _COMPARED, records.c.id), page)
    return [_record(row) for row in db.execute(query)], total


def find_named(db: Connection, workspace_id: UUID, kind: RecordKind, name: str) -> list[Record]:
    """Find the two oldest records of a kind that have exactly that name; where none has, in another case."""
    exact = composed(name)
    wanted = {"workspace": workspace_id, "kind": kind.value, "folded": folded(name)}
    wanted |= {"sent": name, "nfc": exact, "nfd": decomposed(exact)}
    found = [_record(row) for row in db.execute(_NAMED, wanted)]
    return [record for record in found if composed(record.name) == exact] or found


def find_records(
    db: Connection, workspace_id: UUID, kind: RecordKind, query: Query, *, order: Sorting, page: Page | Slice
) -> list[Record]:
    """A page of a workspace's records of a kind that a query finds."""
    own = (records.c.workspace_id == workspace_id) & (records.c.kind == kind.value) & _LIVE
    comparable = records.c.comparable
    rows = select(records).where(own, found_by(db, query, _COMPARED, comparable, folded))
    ordered = in_order(db, rows, order, _COMPARED, records.c.id, comparable=comparable, named=folded)
    return [_record(row) for row in db.execute(paged(ordered, page))]


def update_record(db: Connection, record: Record) -> None:
    """Store a record's name, e-mail, company and fields anew."""
    db.execute(_UPDATE.values(**_values(record)), {"record": record.id})


def delete_record(db: Connection, record_id: UUID, now: datetime) -> None:
    """Take a record out of every list."""
    db.execute(_UPDATE.values(deleted_at=now), {"record": record_id})


def find_all_named(
    db: Connection, workspace_id: UUID, kind: RecordKind, names: Collection[str]
) -> dict[str, list[Record]]:
    """The records of a kind that have one of the names, in any case, by their folded names, oldest first."""
    own = (records.c.workspace_id == workspace_id) & (records.c.kind == kind.value) & _LIVE
    found: dict[str, list[Record]] = {}
    for portion in in_portions({folded(name) for name in names}):
        wanted = records.c.name_folded.in_(portion)  # there is an index of these
        rows = select(records).where(own, wanted).order_by(records.c.created_at, records.c.id)
        for row in db.execute(rows):
            found.setdefault(row.name_folded, []).append(_record(row))
    return found


def field_names(db: Connection, workspace_id: UUID, kind: RecordKind) -> list[str]:
    """The names of the own fields that live records of a kind have, in the order in which they first came."""
    own = (records.c.workspace_id == workspace_id) & (records.c.kind == kind.value) & _LIVE
    return names_in(db, select(records.c.fields).where(own, records.c.fields.is_not(None)).order_by(records.c.id))


def each_record(db: Connection, workspace_id: UUID, kind: RecordKind, *, portion: int = 1000) -> Iterator[Record]:
    """Every live record of a kind, oldest first, in portions."""
    own = (records.c.workspace_id == workspace_id) & (records.c.kind == kind.value) & _LIVE
    query = select(records).where(own).order_by(records.c.id).limit(portion)
    rows = db.execute(query).all()
    while rows:
        yield from map(_record, rows)
        rows = db.execute(query.where(records.c.id > rows[-1].id)).all()


def _values(record: Record) -> dict[str, Any]:
    return {
        "name": record.name,
        "name_folded": folded(record.name),
        "email": record.email,
        "company_id": record.company_id,
        "updated_at": record.updated_at,
        **own_fields(record.fields, folded),  # their names are asked for in any case
    }


def _record(row: Row[Any]) -> Record:
    return Record(
        *(row.id, row.workspace_id, RecordKind(row.kind), row.name, row.created_at, row.updated_at),
        *(row.email, row.company_id, read_fields(row.fields)),
    )
