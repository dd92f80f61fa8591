"""`lookups`: keys of a record that say how something else is found, replaced by what is found."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from goalpost.customers.model.filters import OWN, All, Condition, FieldType, Operator, Query
from goalpost.customers.model.free_fields import name_faults, named, spelling_of
from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.fields import RECORD, value_of
from goalpost.dialects.gainsight.protocol.free_fields import own_equals
from goalpost.dialects.gainsight.protocol.requests import Lookup
from goalpost.kernel.texts import composed, prose_faults, tidy
from goalpost.web.base import Call

KINDS: Mapping[str, RecordKind] = {
    "company": RecordKind.COMPANY,
    "relationship": RecordKind.RELATIONSHIP,
    **dict.fromkeys(("opportunity", "gs_opportunity"), RecordKind.OPPORTUNITY),
    **dict.fromkeys(("gsuser", "user", "person"), RecordKind.PERSON),
    **dict.fromkeys(("call_to_action", "cta"), RecordKind.CTA),
    **dict.fromkeys(("cs_success_plan", "success_plan", "successplan"), RecordKind.SUCCESS_PLAN),
}
"""An object's name, in lower case → what its rows are."""

_LONGEST = 1000
_ALIKE = 100
"""Rows among which the one that is wanted exactly is looked for."""


def looked_up(call: Call, record: dict[str, Any], lookups: Mapping[str, Lookup] | None) -> dict[str, Any]:
    """The record with its lookups done; one of whose keys the record has none is left alone.

    Raises Refused with INVALID_LOOKUP_CONFIG.
    """
    found = dict(record)
    for target, lookup in (lookups or {}).items():
        if lookup.fields.keys().isdisjoint(record):
            continue
        for key in lookup.fields:
            found.pop(key, None)
        found[target] = _find(call, target, lookup, {field: record.get(key) for key, field in lookup.fields.items()})
    return found


def kind_of(name: str) -> RecordKind | None:
    """Return the kind of an object's rows."""
    return KINDS.get(name.lower())


def _find(call: Call, target: str, lookup: Lookup, wanted: Mapping[str, Any]) -> Any:
    if all(value is None for value in wanted.values()):
        return None  # nothing is to be found: the target is emptied
    kind = kind_of(lookup.objectName)
    if kind is None:
        raise _error(f"{target}: there is no object {lookup.objectName[:60]!r}")
    rows = _rows(call, kind, wanted, [_condition(target, field, value) for field, value in wanted.items()])
    if len(rows) > 1 and lookup.multiMatchOption != "FIRSTMATCH":
        raise _error(f"{target}: more than one {kind.value} matches")
    if rows:
        return _value(target, rows[0], lookup.lookupField)
    if lookup.onNoMatch == "ERROR":
        raise _error(f"{target}: no {kind.value} matches")
    return lookup.defaultValue if lookup.onNoMatch == "DEFAULTVALUE" else None


def _rows(call: Call, kind: RecordKind, wanted: Mapping[str, Any], conditions: list[Query]) -> list[Record]:
    """The first rows that meet the conditions: those that are exactly what is wanted, where there are any."""
    owner = call.caller.workspace_id
    if len(wanted) == 1 and (name := wanted.get("Name")) is not None:  # nearly every lookup is by a name
        return records.find_named(call.db, workspace_id=owner, kind=kind, name=name)
    query, order, page = All(tuple(conditions)), Order("created_at"), Page(1, _ALIKE)
    rows = records.find_records(call.db, workspace_id=owner, kind=kind, query=query, order=order, page=page)
    return exactly(rows, wanted)


def exactly(rows: Sequence[Record], wanted: Mapping[str, Any]) -> list[Record]:
    """Return the rows that have most of the wanted texts in just this case; all have them in some case."""
    texts = {name: value for name, value in wanted.items() if isinstance(value, str)}
    counts = [sum(_spelling(row, name) == _tidied(text) for name, text in texts.items()) for row in rows]
    return [row for row, count in zip(rows, counts, strict=True) if count == max(counts)]


def spelled_alike(rows: Sequence[Record], wanted: Mapping[str, Any]) -> list[Record]:
    """Return those of rows, oldest first, whose wanted fields are spelled as the oldest one's.

    Who updates `case INC` means one company and not `CASE inc` and `Case Inc`; who updates a tier means all of it.
    """
    spellings = [tuple(_spelling(row, name) for name in wanted) for row in rows]
    return [row for row, spelling in zip(rows, spellings, strict=True) if spelling == spellings[0]]


def _spelling(row: Record, name: str) -> Any:
    value = value_of(row, name)
    return _tidied(value) if isinstance(value, str) else value


def _tidied(text: str) -> str:
    return composed(tidy(text))


def equals(name: str, value: Any) -> Query | None:
    """Return the condition that a field has this value, a text, a number or a boolean; None when it cannot have it."""
    field = named(RECORD, name)
    if field is None:
        return _own_equals(OWN + name, value) if not name_faults(name) else None
    if field.type is FieldType.MOMENT or not isinstance(value, str) or not value or prose_faults(value, _LONGEST):
        return None
    if field.type is FieldType.TEXT:
        return Condition(field.core, FieldType.TEXT, Operator.IN, tuple({value, tidy(value)}))
    spelled = parse_gsid(value)
    return Condition(field.core, FieldType.IDENTITY, Operator.EQ, (spelled[1],) if spelled else ())


def _own_equals(core: str, value: Any) -> Query | None:
    if isinstance(value, bool | int | float):
        is_asked = abs(value) <= sys.float_info.max  # JSON has numbers beyond
    else:
        is_asked = isinstance(value, str) and value != "" and not prose_faults(value, _LONGEST)
    return own_equals(core, value) if is_asked else None


def _condition(target: str, field: str, value: Any) -> Query:
    found = equals(field, value)
    if found is None:
        raise _error(f"{target}: {field[:60]} cannot be looked up by this value")
    return found


def _value(target: str, row: Record, name: str) -> Any:
    if named(RECORD, name) is None and spelling_of(row.fields, name) is None:
        raise _error(f"{target}: the {row.kind.value} has no {name[:60]!r}")
    return value_of(row, name)


def _error(text: str) -> Refused:
    return Refused(Code.INVALID_LOOKUP_CONFIG, f"Lookup Error - {text}")
