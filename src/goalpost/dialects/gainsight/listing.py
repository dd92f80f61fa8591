"""Gainsight's answers as rows to import: objects, picklists, metrics, templates, goals.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs and the pages
of the object APIs. Of associated work the vendor lists no names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from goalpost.customers.model import gsids
from goalpost.customers.model.records import RecordKind
from goalpost.dialects.gainsight.listed_goals import goal_rows, template_rows
from goalpost.dialects.gainsight.listed_library import item_rows, metric_rows
from goalpost.dialects.gainsight.protocol.lookups import KINDS
from goalpost.imports.listing import Fields, rows_of
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow, RowFault

_KIND_OF_PREFIX: Mapping[str, RecordKind] = {
    gsids.PERSON: RecordKind.PERSON,
    gsids.COMPANY: RecordKind.COMPANY,
    gsids.RELATIONSHIP: RecordKind.RELATIONSHIP,
    gsids.OPPORTUNITY: RecordKind.OPPORTUNITY,
    gsids.CTA: RecordKind.CTA,
    gsids.SUCCESS_PLAN: RecordKind.SUCCESS_PLAN,
}
_LISTS = ("records", "recordList", "picklists", "childPicklists", "metrics", "successList", "goal")


def read(document: Mapping[str, Any], place: str, what: str) -> Iterator[ForeignRow]:
    """The rows of an answer. `what` is the object whose rows they are, where their GSIDs do not say it."""
    if document.get("result") is False or "exception" in document:
        raise RowFault(f"{place}: is an error, not a list: {str(document.get('message'))[:100]}")
    data = document.get("data", document)
    if isinstance(data, list):
        rows: Iterator[tuple[Any, str]] = rows_of({"data": data}, place, "data")
    elif isinstance(data, dict) and not data.keys().isdisjoint(_LISTS):
        rows = rows_of(data, f"{place} data" if "data" in document else place, *_LISTS)
    else:
        rows = iter([(data, place)])
    for row, where in rows:
        yield from _reader(row, where, what)


def _reader(row: Any, place: str, what: str) -> Iterator[ForeignRow]:
    fields = Fields(row, place)
    if "picklistCategory" in fields:
        yield from item_rows(fields)
    elif "unitOfMeasure" in fields:
        yield from metric_rows(fields)
    elif "dataList" in fields:
        inner = Fields(fields.object("dataList"), f"{place} dataList")
        yield from goal_rows(inner, fields.rows("associatedCTAs"), fields.rows("associatedSPs"))
    elif str(row.get("Gsid", "")).startswith(gsids.GOAL):
        is_template = row.get("GoalCategory") == "TEMPLATE" or not isinstance(row.get("DueDate", ""), str)
        yield from template_rows(fields) if is_template else goal_rows(fields, (), ())
    else:
        yield _record(fields, _kind(fields, row, what))


def _kind(fields: Fields, row: Mapping[str, Any], what: str) -> RecordKind:
    prefix = str(row.get("Gsid", ""))[:4]
    kind = KINDS.get(what.lower()) if what else _KIND_OF_PREFIX.get(prefix)
    if kind is None:
        names = ", ".join(sorted(KINDS))
        raise fields.fault(f"does not say what it lists: give the file as OBJECT=FILE, with one of {names}")
    return kind


def _record(fields: Fields, kind: RecordKind) -> ForeignRow:
    text, name = fields.needed("Gsid"), fields.text("Name")
    values: dict[str, Any] = {}
    if kind is RecordKind.PERSON:
        values["email"] = fields.text("Email")
    if kind is not RecordKind.COMPANY and (company := fields.text("CompanyId")):
        values["company_id"] = ForeignRef(RecordKind.COMPANY, company)
    values["name"] = name or values.get("email")
    if not values["name"]:
        raise fields.fault("has no Name")
    row = ForeignRow(kind, text, fields.place, values)
    row = replace(row, created_at=fields.milliseconds("CreatedDate"), updated_at=fields.milliseconds("ModifiedDate"))
    values["fields"], unkept = _own(fields)
    return replace(row, unkept=unkept)


def _own(fields: Fields) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The fields of a record that are its own, and the names of those that cannot be kept: objects and their lists."""
    others = {name: value for name, value in fields.others().items() if "__gr" not in name and value is not None}
    scalar = {name: value for name, value in others.items() if _is_plain(value)}
    return scalar, tuple(name for name in others if name not in scalar)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) or (isinstance(value, list) and all(isinstance(p, str) for p in value))
