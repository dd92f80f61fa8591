"""What pydantic finds wrong with a request, by field and in words for the caller."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

Words = Mapping[str, str]
"""Kinds of pydantic's findings → how they are said to a caller."""

WRONG = "wrong"
"""The type of a PydanticCustomError whose message is meant for the caller."""

GENERAL: Words = {}
"""Every fault that has no words of its own is "is invalid"."""

PRECISE: Words = {
    "string_type": "must be a string",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
}
"""Faults said as what must be."""


def faults_of(found: Iterable[Any], words: Words = GENERAL) -> Mapping[str, list[str]]:
    """Pydantic's findings by field (`outer.inner`), the first of each, in the words of a form's error list."""
    faults: dict[str, list[str]] = {}
    for one in found:
        place = [part for number, part in enumerate(one["loc"]) if number or part not in ("query", "path")]
        faults.setdefault(".".join(map(str, place)) or "body", [_fault(one, words)])
    return faults


def _fault(found: ErrorDetails, words: Words) -> str:
    if found["type"] == "missing" or found["input"] in (None, ""):
        return "can't be blank"
    if found["type"] == "string_too_long":
        return f"should be at most {found['ctx']['max_length']} character(s)"
    if found["type"] == WRONG:
        return found["msg"]
    return words.get(found["type"], "is invalid").format(**found.get("ctx", {}))
