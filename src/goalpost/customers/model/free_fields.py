"""Fields of the user's own on records: which names and values there may be, and how their names are told apart.

These are the rules of every door: what one takes, the others take, and what one refuses, the others refuse.
"""

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from goalpost.customers.model.field_values import SEPARATOR
from goalpost.customers.model.filters import OWN
from goalpost.kernel.bounded_cache import BoundedCache
from goalpost.kernel.errors import Fault, FaultKind, Faults
from goalpost.kernel.texts import folded, prose_faults, text_faults

T = TypeVar("T")
MOST_FIELDS = 500
MOST_CHARACTERS = 65_536
"""Limit of all own fields of a record together, as JSON."""
LONGEST_NAME = 200
RESERVED = frozenset({"gsid", "name", "email", "companyid", "createddate", "modifieddate"})
"""Folded names of what every record has besides its own fields; no field may have one of them, in any case."""
RELATED = "__gr."
"""The mark of a related record's field, as in CompanyId__gr.Name; the names of fields may not contain it."""
_MOST_CHOICES = 500
_VALUE_FAULT = "must be a text, a number, true or false, or a list of these"


def name_faults(name: str) -> list[str]:
    """Return the faults of a field's name; empty when there are none."""
    if faults := text_faults(name, LONGEST_NAME):
        return [f"is not a field name: it {faults[0]}"]
    if name != name.strip():
        return ["is not a field name: it begins or ends with a space"]
    if folded(name) in RESERVED:
        return ["is not a field name: it means what every record has"]
    return ["is not a field name: it means a related record's"] if RELATED in folded(name) else []


def field_faults(fields: Mapping[str, Any]) -> Faults:
    """Return the faults of fields that were sent, by `fields.` and their names; empty when there are none."""
    if len(fields) > MOST_FIELDS:
        return {"fields": [f"are more than {MOST_FIELDS}"]}
    found = {OWN + name: texts for name, value in fields.items() if (texts := name_faults(name) or _faults(value))}
    seen: dict[str, str] = {}
    for name in fields:
        if (first := seen.setdefault(folded(name), name)) != name:
            found.setdefault(OWN + name, [f"differs from {first!r} in case only"])
    return found


def size_faults(fields: Mapping[str, Any], before: Mapping[str, Any]) -> Faults:
    """Return the faults of the size of a record's own fields; a record that is too large may become smaller."""
    if len(fields) > max(MOST_FIELDS, len(before)):
        return {"fields": [f"are more than {MOST_FIELDS}"]}
    size = _characters(fields)
    if size > MOST_CHARACTERS and size > _characters(before):
        text = f"should be at most {MOST_CHARACTERS} character(s) of JSON together"
        return {"fields": [Fault(text, FaultKind.TOO_LONG)]}
    return {}


def named(things: Mapping[str, T], name: str) -> T | None:
    """Return the value of exactly this name, else the first whose name differs in case alone."""
    spelled = spelling_of(things, name)
    return None if spelled is None else things[spelled]


def spelling_of(names: Iterable[str], name: str) -> str | None:
    """The name as it is spelled: exactly so, else the first that differs in case only; None where there is none."""
    if isinstance(names, Mapping) and name in names:
        return name
    wanted, alike = _fold(name), None
    for one in names:
        if one == name:
            return one
        if alike is None and _fold(one) == wanted:
            alike = one
    return alike


_folded_names = BoundedCache(folded, entries=10_000, size=4 << 20)


def _fold(name: str) -> str:
    """A name as it is told apart; the same few are asked for of every row."""
    return _folded_names[name] if len(name) <= LONGEST_NAME else folded(name)


def respelled(fields: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes under the names that the fields have already, where they differ in case only."""
    folds = {folded(name): name for name in reversed(list(fields))}
    return {name if name in fields else folds.get(folded(name), name): value for name, value in changes.items()}


def _characters(fields: Mapping[str, Any]) -> int:
    return len(json.dumps(dict(fields), ensure_ascii=False))


def _faults(value: Any) -> list[str]:
    if not isinstance(value, list):
        return [] if value is None else _scalar_faults(value)
    if len(value) > _MOST_CHOICES:
        return [f"has more than {_MOST_CHOICES} values"]
    faults = [fault for choice in value for fault in _scalar_faults(choice)]
    if any(isinstance(choice, str) and SEPARATOR in choice for choice in value):
        faults.append("has invalid characters")
    return faults[:1]


def _scalar_faults(value: Any) -> list[str]:
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return [] if abs(value) < 2**63 else ["is too large a number"]
    if isinstance(value, float):
        return [] if math.isfinite(value) else ["is too large a number"]
    return prose_faults(value, MOST_CHARACTERS) if isinstance(value, str) else [_VALUE_FAULT]
