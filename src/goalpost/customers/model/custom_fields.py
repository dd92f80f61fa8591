"""Custom fields: what a workspace keeps of goals and templates besides what every goal has."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from goalpost.customers.model.field_values import SEPARATOR
from goalpost.customers.model.gsids import is_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import prose_faults, text_faults

MAX_TEXT = 65_536
MAX_NAME = 200
MAX_CHOICES = 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class CustomType(StrEnum):
    """Types of a custom field's values."""

    STRING = "string"
    RICH_TEXT = "rich_text"
    NUMBER = "number"
    CURRENCY = "currency"
    PERCENTAGE = "percentage"
    BOOLEAN = "boolean"
    DATE = "date"  # "2026-03-31"
    DATETIME = "datetime"  # ISO 8601, or milliseconds since 1970
    EMAIL = "email"
    URL = "url"
    PICKLIST = "picklist"  # one of the choices, by its label
    MULTI_PICKLIST = "multi_picklist"
    LOOKUP = "lookup"  # the GSID of a record


NUMBERS = frozenset({CustomType.NUMBER, CustomType.CURRENCY, CustomType.PERCENTAGE})
PICKLISTS = frozenset({CustomType.PICKLIST, CustomType.MULTI_PICKLIST})


class Described(Protocol):
    """A field as far as its values are concerned."""

    @property
    def type(self) -> CustomType:
        """Its type."""

    @property
    def max_length(self) -> int | None:
        """The longest text, in characters; None: MAX_TEXT."""

    @property
    def choices(self) -> tuple[str, ...] | None:
        """A picklist's labels; None: any."""


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that a workspace has added. `choices` are a picklist's; None: any. `refers_to` is a lookup's."""

    id: UUID
    workspace_id: UUID
    name: str
    type: CustomType
    created_at: datetime
    max_length: int | None = None
    choices: tuple[str, ...] | None = None
    refers_to: RecordKind | None = None


def check_field(field: CustomField) -> CustomField:
    """The field as given, when it may be stored; raises Invalid with every fault."""
    faults: dict[str, list[str]] = {}
    if found := name_faults(field.name):
        faults["name"] = found
    if field.max_length is not None and not 1 <= field.max_length <= MAX_TEXT:
        faults["max_length"] = [f"must be from 1 to {MAX_TEXT}"]
    if field.choices is not None and (field.type not in PICKLISTS or not 1 <= len(field.choices) <= MAX_CHOICES):
        faults["choices"] = [f"are a picklist's, from 1 to {MAX_CHOICES}"]
    elif found := [fault for choice in field.choices or () for fault in _choice_faults(choice)]:
        faults["choices"] = found[:1]
    if (field.refers_to is not None) is not (field.type is CustomType.LOOKUP):
        faults["refers_to"] = ["is a lookup's, and a lookup needs it"]
    if faults:
        raise Invalid(faults)
    return field


def name_faults(name: str) -> list[str]:
    """Return what is wrong with a field's name; empty when nothing is."""
    if len(name) <= MAX_NAME and _NAME.fullmatch(name):
        return []
    return [f"must be letters, digits and _, beginning with a letter, at most {MAX_NAME}"]


def guessed_type(value: Any) -> CustomType:
    """The type of a field nobody has described, by its first value."""
    if isinstance(value, bool):
        return CustomType.BOOLEAN
    if isinstance(value, int | float):
        return CustomType.NUMBER
    return CustomType.MULTI_PICKLIST if isinstance(value, list) else CustomType.STRING


def value_faults(field: Described, value: Any) -> list[str]:
    """Return what is wrong with a value of a field; empty when nothing is."""
    if field.type in NUMBERS:
        is_fine = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(_float(value))
        return [] if is_fine else ["must be a finite number"]
    if field.type is CustomType.BOOLEAN:
        return [] if isinstance(value, bool) else ["must be true or false"]
    if field.type is CustomType.MULTI_PICKLIST:
        return _choices_faults(field, value)
    if field.type is CustomType.DATETIME and isinstance(value, int) and not isinstance(value, bool):
        return [] if abs(value) < 2**47 else ["must be milliseconds since 1970"]
    if not isinstance(value, str):
        return ["must be a string"]
    return prose_faults(value, field.max_length or MAX_TEXT) or _text_faults(field, value)


def laid_over(fields: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with changes laid over them, one by one; None takes one away."""
    return {name: value for name, value in {**fields, **changes}.items() if value is not None}


def _text_faults(field: Described, value: str) -> list[str]:
    if field.type is CustomType.PICKLIST:
        return _choices_faults(field, [value])
    is_right, what = _FORMS.get(field.type, (_is_anything, ""))
    return [] if is_right(value) else [f"must be {what}"]


def _choices_faults(field: Described, values: Any) -> list[str]:
    if not isinstance(values, list) or len(values) > MAX_CHOICES or not all(isinstance(one, str) for one in values):
        return ["must be a list of labels"]
    if faults := [fault for one in values for fault in _choice_faults(one)]:
        return faults[:1]
    unknown = [one for one in values if field.choices is not None and one not in field.choices]
    return [f"has no choice {unknown[0]!r}"] if unknown else []


def _choice_faults(choice: str) -> list[str]:
    separates = SEPARATOR in choice  # choices, where they are compared
    return text_faults(choice, MAX_NAME) or (["has invalid characters"] if separates else [])


def _is_anything(value: str) -> bool:
    return True


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value) is not None
    except ValueError:
        return False


def _is_url(value: str) -> bool:
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://\S+\Z", value) is not None


def _is_email(value: str) -> bool:
    return re.match(r"[^@\s]+@[^@\s]+\Z", value) is not None


_FORMS: Mapping[CustomType, tuple[Callable[[str], bool], str]] = {
    CustomType.DATE: (_is_date, "a day such as 2026-03-31"),
    CustomType.DATETIME: (_is_moment, "a date-time such as 2026-03-31T17:00:00Z"),
    CustomType.EMAIL: (_is_email, "an e-mail address"),
    CustomType.URL: (_is_url, "an address such as https://example.com"),
    CustomType.LOOKUP: (is_gsid, "a GSID"),
}


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf
