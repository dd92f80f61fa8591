"""Days as people and spreadsheets write them: read where there is one way to read them, never guessed."""

import re
from datetime import datetime

from goalpost.customers.model.field_values import as_moment

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = r"(?:[ T,]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?\s*(?P<half>[AaPp][Mm])?)?"
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})[/.](?P<month>[0-9]{1,2})[/.](?P<day>[0-9]{1,2})" + _TIME)
_DOTTED = re.compile(r"(?P<day>[0-9]{1,2})\.\s?(?P<month>[0-9]{1,2})\.\s?(?P<year>[0-9]{4})" + _TIME)
_SLASHED = re.compile(r"(?P<a>[0-9]{1,2})(?P<mark>[/-])(?P<b>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})" + _TIME)
_NAME = r"(?P<name>[A-Za-z]{3,9})\.?"
_DAY_AND_NAME = re.compile(r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?[ -]" + _NAME + r",?[ -](?P<year>[0-9]{4})" + _TIME)
_NAME_AND_DAY = re.compile(_NAME + r" (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})" + _TIME)
_LONGEST = 40  # characters
_NOON = 12

DAY_FIRST, MONTH_FIRST = "day first", "month first"
"""Orders of `3/4/2026`."""


def is_day(text: str) -> bool:
    """Say whether a text is an ISO day or date-time, which needs no reading."""
    return not text.isdigit() and as_moment(text) is not None


def days_of(text: str) -> dict[str, str]:
    """Return the ISO day or date-time that a text says, by the order in which it is read; empty where it says none.

    Both orders have the same where there is one reading: `31.12.2026` (dots have the day first), `2026/12/31`,
    `31-Dec-2026`, `December 31, 2026`.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return {}
    if found := _SLASHED.fullmatch(text):
        orders = {DAY_FIRST: (found["b"], found["a"]), MONTH_FIRST: (found["a"], found["b"])}
        days = {order: _iso(found, int(month), int(day)) for order, (month, day) in orders.items()}
        return {order: day for order, day in days.items() if day}
    for pattern in (_YEAR_FIRST, _DOTTED, _DAY_AND_NAME, _NAME_AND_DAY):
        if (found := pattern.fullmatch(text)) and (day := _iso(found, _month(found), int(found["day"]))):
            return dict.fromkeys((DAY_FIRST, MONTH_FIRST), day)
    return {}


def _month(found: re.Match[str]) -> int:
    if "month" in found.re.groupindex:
        return int(found["month"])
    name = found["name"].lower()
    months = [number for number, month in enumerate(_MONTHS, 1) if name.startswith(month)]
    return months[0] if months else 0


def _iso(found: re.Match[str], month: int, day: int) -> str:
    """Return the day, with its time unless that is midnight; '' for a day that does not exist."""
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found["half"]:
        hour = hour % _NOON + (_NOON if found["half"].lower() == "pm" else 0)
    try:
        moment = datetime(int(found["year"]), month, day, hour, minute, second)  # noqa: DTZ001 - as it is written
    except ValueError:
        return ""
    return moment.isoformat() if hour or minute or second else moment.date().isoformat()
