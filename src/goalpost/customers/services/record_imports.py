"""Records from a file: each row is made a record, changes the one that it is about, or is left out with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author, made
from goalpost.customers.model.field_values import as_number, written
from goalpost.customers.model.filters import OWN, All, AnyOf, Condition, FieldType, Operator, Query
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.paging import Order, Slice
from goalpost.customers.model.records import Record, RecordKind, check_record
from goalpost.customers.rows import audit, records
from goalpost.customers.services.records import AUDITED, update_record
from goalpost.kernel.errors import GoalpostError, Invalid
from goalpost.kernel.ids import new_id
from goalpost.kernel.texts import folded, tidy

NAME, EMAIL = "name", "email"
"""Keys that every record has; another key is one of its own fields."""
_NO_ID = UUID(int=0)  # until all of a portion are known
_PORTION = 1000
_TICK = timedelta(milliseconds=1)  # in which ids are ordered


class BadRow(GoalpostError):
    """A row cannot be imported."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


class Outcome(StrEnum):
    """The outcome of importing one row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    THERE = "already there"
    REPEATED = "repeated in the file"


@dataclass(frozen=True, slots=True)
class Row:
    """A record as a file says it; what is None or not among the fields, the file does not say."""

    line: int
    name: str | None
    email: str | None
    fields: Mapping[str, str]
    record_id: UUID | None = None


@dataclass
class RecordImport:
    """An import of records of a kind, portion by portion; its transaction is the caller's.

    A row is about the record that its id or its `key` names: exactly, else in another case; of several the oldest.
    Without `updates` it is about a record of exactly its name, which stays as it is.
    """

    db: Connection
    workspace_id: UUID
    kind: RecordKind
    author: Author
    now: datetime
    updates: bool = False
    key: str = NAME
    _portions: int = 0
    _keys: set[str] = field(default_factory=set)
    _lines: dict[UUID, int] = field(default_factory=dict)  # of the rows that records were taken by

    def take(self, rows: Sequence[Row]) -> list[Outcome]:
        """Import rows, in their order; raises BadRow for one that cannot be."""
        rows = [
            replace(row, name=row.name and (tidy(row.name) or row.name), email=row.email and row.email.strip())
            for row in rows
        ]
        by_key, by_id = self._by_key(rows), self._by_id(rows)
        new: list[Record] = []
        self._portions += 1
        outcomes = [self._taken(row, by_key, by_id, new) for row in rows]
        new = self._in_the_files_order(new)
        for record in new:
            records.insert_record(self.db, record)
        trail = [made(self.kind.value, record, AUDITED) for record in new]
        audit.insert_changes(self.db, trail, workspace_id=self.workspace_id, author=self.author, now=self.now)
        return outcomes

    def _in_the_files_order(self, new: Sequence[Record]) -> list[Record]:
        """New records with ids that are in their order, and with a moment that is later with every portion."""
        at = self.now + self._portions * _TICK
        ids = sorted(new_id(at) for _ in new)
        made_now = [replace(one, id=id_, created_at=at, updated_at=at) for id_, one in zip(ids, new, strict=True)]
        if self.updates:
            self._lines |= dict.fromkeys(ids, 0)  # no other row is about them
        return made_now

    def _taken(
        self, row: Row, by_key: Mapping[str, list[Record]], by_id: Mapping[UUID, Record], new: list[Record]
    ) -> Outcome:
        if row.record_id is None:
            key = self._key_of(row)
            if key in self._keys:
                return Outcome.REPEATED
            self._keys.add(key)
            record = self._found(key, by_key)
        else:
            record = by_id.get(row.record_id)
            if record is None:
                raise BadRow(row.line, f"has an id that no {self.kind.value} of the workspace has")
        if record is None:
            new.append(self._made(row))
            return Outcome.CREATED
        return self._changed(record, row) if self.updates else Outcome.THERE

    def _key_of(self, row: Row) -> str:
        said = {NAME: row.name, EMAIL: row.email}
        key = said[self.key] if self.key in said else named(row.fields, self.key)
        if not key:
            raise BadRow(row.line, f"has nothing in {self.key[:40]!a}, by which it could be found")
        return key

    def _found(self, key: str, by_key: Mapping[str, list[Record]]) -> Record | None:
        alike = [one for one in by_key.get(folded(key), ()) if self._lines.get(one.id) != 0]
        exact = [one for one in alike if self._value_of(one) == key]
        return next(iter(exact or (alike if self.updates else ())), None)

    def _value_of(self, record: Record) -> str:
        said = {NAME: record.name, EMAIL: record.email}
        return written(said[self.key] if self.key in said else named(record.fields, self.key))

    def _made(self, row: Row) -> Record:
        if row.name is None:
            raise BadRow(row.line, f"is about a new {self.kind.value} and has no name")
        record = Record(
            *(_NO_ID, self.workspace_id, self.kind, row.name, self.now, self.now),
            email=row.email,
            fields=dict(row.fields),
        )
        try:
            return check_record(record)
        except Invalid as error:
            raise _bad(row, error) from None

    def _changed(self, record: Record, row: Row) -> Outcome:
        if before := self._lines.get(record.id):
            raise BadRow(row.line, f"is about the same {self.kind.value} as line {before}")
        self._lines[record.id] = row.line
        changes: dict[str, Any] = {
            "fields": {name: cell for name, cell in row.fields.items() if written(named(record.fields, name)) != cell}
        }
        if row.email is not None:
            changes["email"] = row.email
        if row.name is not None and (self.key != NAME or row.record_id is not None):
            changes["name"] = row.name
        try:
            after = update_record(self.db, record=record, changes=changes, author=self.author, now=self.now)
        except Invalid as error:
            raise _bad(row, error) from None
        return Outcome.UNCHANGED if after == record else Outcome.UPDATED

    def _by_id(self, rows: Sequence[Row]) -> dict[UUID, Record]:
        ids = {row.record_id for row in rows if row.record_id is not None}
        found = records.get_records(self.db, self.workspace_id, ids)
        return {identity: record for identity, record in found.items() if record.kind is self.kind}

    def _by_key(self, rows: Sequence[Row]) -> dict[str, list[Record]]:
        """The records that rows may be about, by the folded key, oldest first."""
        keys = {self._key_of(row) for row in rows if row.record_id is None}
        if self.key == NAME:
            return records.find_all_named(self.db, self.workspace_id, self.kind, keys)
        found: dict[str, list[Record]] = {}
        listed = sorted(keys)
        for start in range(0, len(listed), _PORTION):
            for record in self._all(_has_one_of(self.key, listed[start : start + _PORTION])):
                found.setdefault(folded(self._value_of(record)), []).append(record)
        return found

    def _all(self, query: Query) -> list[Record]:
        found: list[Record] = []
        while len(found) % _PORTION == 0:
            page = Slice(len(found), _PORTION)
            more = records.find_records(
                self.db, self.workspace_id, self.kind, query, order=Order("created_at"), page=page
            )
            if not more:
                break
            found += more
        return found


def _has_one_of(key: str, values: Sequence[str]) -> Query:
    """Return the query for a field that has one of the values, as a text or as a number."""
    if key == EMAIL:
        return Condition(EMAIL, FieldType.TEXT, Operator.IN, tuple(values))
    field_, numbers = OWN + key, tuple(number for value in values if (number := as_number(value)) is not None)
    as_numbers = All(
        (
            Condition(field_, FieldType.TEXT, Operator.IS_NULL),
            Condition(field_, FieldType.NUMBER, Operator.IN, numbers),
        )
    )
    return AnyOf((Condition(field_, FieldType.TEXT, Operator.IN, tuple(values)), as_numbers))


def _bad(row: Row, error: Invalid) -> BadRow:
    name, texts = next(iter(error.faults.items()))
    return BadRow(row.line, f"has a {name} that {texts[0]}" if name in (NAME, EMAIL) else f"has {_told(name, texts)}")


def _told(name: str, texts: Sequence[str]) -> str:
    return (
        f"fields that {texts[0]}" if name == "fields" else f"a cell in {name.removeprefix(OWN)[:40]!a} that {texts[0]}"
    )
