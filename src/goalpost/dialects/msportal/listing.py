"""MSPortal's lists, and its goals with all that belongs to them, as rows to import.

Source: https://docs.msportal.ai/api-reference/goals/create-goal; lists as its sibling resources have them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.imports.listing import Fields, rows_of
from goalpost.imports.model.foreign_ids import Kind, RowKind
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow, RowFault
from goalpost.kernel.ids import parse_id

_LISTS: Mapping[str, Kind] = {
    "statuses": Picklist.STATUS,
    "priorities": Picklist.PRIORITY,
    "categories": Picklist.CATEGORY,
    "companies": RecordKind.COMPANY,
}
_REFS: Mapping[str, Kind] = {
    "company": RecordKind.COMPANY,
    "status": Picklist.STATUS,
    "priority": Picklist.PRIORITY,
    "category": Picklist.CATEGORY,
}


def read(document: Mapping[str, Any], place: str, what: str) -> Iterator[ForeignRow]:
    """The rows of an answer: companies, goals, and lists whose rows do not say what they are.

    `what` says that: statuses, priorities, categories, companies, or the id of the goal that tasks or updates are of.
    """
    if "error" in document:
        raise RowFault(f"{place}: is an error, not a list: {str(document['error'])[:100]}")
    rows = rows_of(document, place, "data") if "data" in document else iter([(document, place)])
    for row, where in rows:
        yield from _row(Fields(row, where), what)


def _row(fields: Fields, what: str) -> Iterator[ForeignRow]:
    if "title" in fields and ("company" in fields or "progressPercentage" in fields):
        yield from _goal(fields)
    elif "updateText" in fields:
        yield _update(fields, _goal_named(fields, what))
    elif "title" in fields:
        yield _task(fields, _goal_named(fields, what))
    elif kind := _LISTS.get(what) or (RecordKind.COMPANY if "createdAt" in fields else None):
        yield _named(fields, kind)
    else:
        raise fields.fault(f"does not say what it lists: give the file as one of {', '.join(_LISTS)}=FILE")


def _goal_named(fields: Fields, what: str) -> str:
    if parse_id(what) is None:
        raise fields.fault("does not say whose it is: give the file as GOAL_ID=FILE")
    return what


def _goal(fields: Fields) -> Iterator[ForeignRow]:
    text = fields.needed("id")
    values: dict[str, Any] = {
        "title": fields.needed("title"),
        "description": fields.text("description"),
        "due_at": fields.moment("dueDate"),
        "quarter": fields.text("quarter"),
        "year": fields.whole("year"),
    }
    if (progress := fields.percent("progressPercentage")) is not None:
        values["progress"] = progress
    for name, kind in _REFS.items():
        values[f"{name}_id"] = None
        if (found := fields.object(name)) is not None:
            row = _named(Fields(found, f"{fields.place} {name}"), kind, mentioned=True)
            values[f"{name}_id"] = ForeignRef(kind, row.text)
            yield row
    if values["company_id"] is None:
        raise fields.fault("has no company")
    tasks, updates = fields.rows("tasks"), fields.rows("updates")
    created_at, updated_at = fields.moment("createdAt"), fields.moment("updatedAt")
    row = ForeignRow(RowKind.GOAL, text, fields.place, values, unkept=fields.rest())
    yield replace(row, created_at=created_at, updated_at=updated_at)
    for number, task in enumerate(tasks):
        yield _task(Fields(task, f"{fields.place} tasks[{number}]"), text)
    for number, update in enumerate(updates):
        yield _update(Fields(update, f"{fields.place} updates[{number}]"), text)


def _task(fields: Fields, goal: str) -> ForeignRow:
    values = {
        "goal": ForeignRef(RowKind.GOAL, goal),
        "title": fields.needed("title"),
        "description": fields.text("description"),
        "is_completed": fields.flag("isCompleted") or False,
        "due_at": fields.moment("dueDate"),
    }
    text, created_at = fields.needed("id"), fields.moment("createdAt")
    return ForeignRow(RowKind.TASK, text, fields.place, values, unkept=fields.rest(), created_at=created_at)


def _update(fields: Fields, goal: str) -> ForeignRow:
    values = {
        "goal": ForeignRef(RowKind.GOAL, goal),
        "text": fields.needed("updateText"),
        "progress": fields.percent("progressPercentage"),
    }
    text, created_at = fields.needed("id"), fields.moment("createdAt")
    return ForeignRow(RowKind.UPDATE, text, fields.place, values, unkept=fields.rest(), created_at=created_at)


def _named(fields: Fields, kind: Kind, *, mentioned: bool = False) -> ForeignRow:
    """A company, status, priority or category."""
    text, values = fields.needed("id"), {"name": fields.needed("name")}
    created_at, updated_at = fields.moment("createdAt"), fields.moment("updatedAt")
    row = ForeignRow(kind, text, fields.place, values, mentioned, fields.rest())
    return replace(row, created_at=created_at, updated_at=updated_at)
