"""Periods of statistics: whole UTC days, both ends included."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from goalpost.kernel.errors import Malformed

PERIODS = ("7d", "30d", "12mo", "custom")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # ISO 8601 has more spellings, and a time of day would widen silently
_EARLIEST = date(2000, 1, 1)
_LATEST = date(2100, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first_on` to `last_on`, both included, in UTC."""

    first_on: date
    last_on: date

    def days(self) -> list[date]:
        """Every day of the period, in order."""
        return list(map(date.fromordinal, range(self.first_on.toordinal(), self.last_on.toordinal() + 1)))

    def __len__(self) -> int:
        """Return how many days it has."""
        return (self.last_on - self.first_on).days + 1


def parse_period(period: str | None, from_: str | None, to: str | None, *, today: date) -> Period:
    """The period that the three query parameters mean; 30d when none is given.

    `7d` and `30d` reach from that many days before today to today, `12mo` from the same day of last year, as the
    vendor's sample does; `from_` and `to`, which the vendor lists as optional, are ignored then. Raises Malformed for
    anything that cannot be read.
    """
    name = period if period is not None else "30d"
    if name == "custom":
        return _custom(from_, to)
    if name == "7d":
        return Period(today - timedelta(days=7), today)
    if name == "30d":
        return Period(today - timedelta(days=30), today)
    if name == "12mo":
        return Period(_a_year_before(today), today)
    raise Malformed(f"period must be one of: {', '.join(PERIODS)}")


def _custom(from_: str | None, to: str | None) -> Period:
    if not from_ or not to:
        raise Malformed("from and to are required when period is custom")
    first_on, last_on = _parse_day("from", from_), _parse_day("to", to)
    if first_on > last_on:
        raise Malformed("from must not be after to")
    return Period(first_on, last_on)


def _parse_day(field: str, text: str) -> date:
    """Return the day that `text` names as YYYY-MM-DD; a time of day is refused, since periods are of whole days."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise Malformed(f"{field} must be a date such as 2025-01-31, without a time of day")
    if not _EARLIEST <= day < _LATEST:
        raise Malformed(f"{field} must lie between {_EARLIEST} and {_LATEST}")
    return day


def _a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
