"""Values of MSPortal, read strictly: nothing is converted, so that what is not meant is not taken for something else.

The schemas are those of the vendor's OpenAPI document: https://docs.msportal.ai/api-reference/goals/create-goal.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from goalpost.customers.model.progress import to_percent
from goalpost.kernel.ids import parse_id
from goalpost.kernel.texts import prose_faults, text_faults
from goalpost.web.faults import WRONG

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)  # RFC 3339, section 5.6
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment_text(moment: datetime) -> str:
    """A moment in UTC with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number(value: Decimal) -> int | float:
    """A number as JSON writes it shortest: whole ones without a fraction."""
    return int(value) if value == value.to_integral_value() else float(value)


def _wrong(text: str) -> PydanticCustomError:
    return PydanticCustomError(WRONG, text)


def _read_id(value: Any) -> UUID:
    found = parse_id(value) if isinstance(value, str) else None
    if found is None:
        raise _wrong("must be a UUID")
    return found


def _read_moment(value: Any) -> datetime:
    parts = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if parts is None:
        raise _wrong("must be a date-time with a zone, such as 2026-03-31T17:00:00Z")
    day, minute, second, fraction, zone = parts.groups()
    # RFC 3339 knows leap seconds, Python does not: the 60th second is the next minute's first.
    leap = timedelta(seconds=second == "60")
    # Finer than milliseconds is not shown, so it is not kept: what is shown must find its goal.
    text = f"{day}T{minute}:{'59' if leap else second}{(fraction or '.0')[:4]}{zone.upper()}"
    try:
        return (datetime.fromisoformat(text) + leap).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _wrong("is not a date-time that exists") from None


def _read_bound(at_end: bool) -> Any:
    """A moment, or a day: its first moment, or its last."""

    def read(value: Any) -> datetime:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            return _read_moment(value)
        try:
            return datetime.combine(date.fromisoformat(value), time.max if at_end else time.min, UTC)
        except ValueError:
            raise _wrong("is not a day that exists") from None

    return read


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read_percent(value: Any) -> Decimal:
    if not _is_number(value) or not 0 <= value <= 100:
        raise _wrong("must be a number from 0 to 100")
    return to_percent(value)


def _read_year(value: Any) -> int:
    if not _is_number(value) or not 2000 <= value <= 2100 or value != int(value):
        raise _wrong("must be a whole number from 2000 to 2100")
    return int(value)


def _read_flag(value: Any) -> bool:
    if value not in ("true", "false", "1", "0"):
        raise _wrong("must be true or false")
    return value in ("true", "1")


def _said(text: str) -> str:
    if faults := text_faults(text, len(text)):
        raise _wrong(faults[0])
    return text


def _storable(text: str) -> str:
    if faults := prose_faults(text, len(text)):
        raise _wrong(faults[0])
    return text


def _string(format_: str, example: str, description: str = "") -> WithJsonSchema:
    schema: dict[str, Any] = {"type": "string", "format": format_, "examples": [example]}
    return WithJsonSchema(schema | ({"description": description} if description else {}))


def _number(least: int, most: int, example: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "number", "minimum": least, "maximum": most, "examples": [example]})


_AN_ID, _A_MOMENT = "01a1fd47-9ba8-7d25-b82d-f5749bbf6d93", "2026-03-31T17:00:00.000Z"
Id = Annotated[UUID, PlainValidator(_read_id), PlainSerializer(str), _string("uuid", _AN_ID)]
Moment = Annotated[
    datetime, PlainValidator(_read_moment), PlainSerializer(moment_text), _string("date-time", _A_MOMENT)
]
From = Annotated[datetime, PlainValidator(_read_bound(at_end=False)), _string("date-time", _A_MOMENT)]
To = Annotated[datetime, PlainValidator(_read_bound(at_end=True)), _string("date-time", _A_MOMENT)]
Percent = Annotated[Decimal, PlainValidator(_read_percent), PlainSerializer(number), _number(0, 100, 25)]
Year = Annotated[int, PlainValidator(_read_year), _number(2000, 2100, 2026)]
Flag = Annotated[bool, PlainValidator(_read_flag), WithJsonSchema({"type": "boolean"})]
# The services refuse such texts too; said here, their faults are told together with those of the other fields.
Storable = Annotated[str, AfterValidator(_storable)]
_Said = Annotated[str, AfterValidator(_said)]
Title = Annotated[_Said, Field(min_length=1, max_length=200, examples=["Move to MFA"])]
UpdateText = Annotated[_Said, Field(min_length=1, max_length=5000, examples=["Half."])]
Description = Annotated[Storable, Field(max_length=5000, examples=["Every account, by the end of the quarter."])]
Quarter = Annotated[Storable, Field(max_length=2, examples=["Q1"])]
CompanyName = Annotated[_Said, Field(min_length=1, max_length=255, examples=["Example Ltd"])]
