"""Faults that pydantic finds in a request, by field and in words for the caller."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from goalpost.kernel.errors import BLANK, Fault, FaultKind, too_long

Words = Mapping[str, str]
"""Kinds of pydantic's findings → how they are said to a caller."""

WRONG = "wrong"
"""The type of a PydanticCustomError whose message is meant for the caller."""
NOT_AN_ID = "not_an_id"
"""The same of one that says that a text is not an id."""

NULL = "null"
"""The type of a PydanticCustomError about null in a field that may be left out; its message is meant for the caller."""

GENERAL: Words = {}
"""Every fault that has no words of its own is "is invalid"."""

PRECISE: Words = {
    "string_type": "must be a string",
    **dict.fromkeys(("bool_type", "bool_parsing"), "must be true or false"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "must be a whole number"),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), "must be a number"),
    "list_type": "must be a list",
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), "must be an object"),
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be one of {expected}",
    "string_too_short": "should be at least {min_length} character(s)",
    "string_unicode": "must be Unicode text",
    "too_long": "should have at most {max_length} item(s)",
    "too_short": "should have at least {min_length} item(s)",
}
"""Faults said as what must be: the shape, the limit, or the values that there are."""


def faults_of(found: Iterable[Any], words: Words = GENERAL) -> Mapping[str, list[str]]:
    """Pydantic's findings by field (`outer.inner`), the first of each, in the words of a form's error list."""
    faults: dict[str, list[str]] = {}
    for one in found:
        faults.setdefault(".".join(_place(one["loc"])) or "body", [_fault(one, words)])
    return faults


def _place(parts: Sequence[int | str]) -> Iterator[str]:
    """The path of a field as it was sent; pydantic names the choices of a union within it."""
    for number, part in enumerate(parts):
        if "[" not in str(part) and (number or part not in ("query", "path")):
            yield str(part)


def _fault(found: ErrorDetails, words: Words) -> str:
    if found["type"] == NULL:
        return found["msg"]
    if found["type"] == "missing" or found["input"] in (None, ""):
        return BLANK
    if found["type"] == "string_too_long" or (found["type"] == "too_long" and isinstance(found["input"], str)):
        # Of a text that is validated before, pydantic tells the length as that of any value.
        return too_long(found["ctx"]["max_length"])
    if found["type"] in (WRONG, NOT_AN_ID):
        return Fault(found["msg"], FaultKind.NOT_AN_ID) if found["type"] == NOT_AN_ID else found["msg"]
    return words.get(found["type"], "is invalid").format(**found.get("ctx", {}))
