"""Periods: every way to name one, and every way to name none."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.conversions.model.periods import Period, parse_period
from goalpost.kernel.errors import Malformed

TODAY = date(2025, 2, 18)


@pytest.mark.parametrize(
    ("name", "first_on"),
    [
        (None, date(2025, 1, 19)),
        ("30d", date(2025, 1, 19)),
        ("7d", date(2025, 2, 11)),
        ("12mo", date(2024, 2, 18)),
    ],
)
def test_named_periods_end_today(name: str | None, first_on: date) -> None:
    assert parse_period(name, None, None, today=TODAY) == Period(first_on, TODAY)


def test_a_named_period_takes_no_notice_of_from_and_to() -> None:
    assert parse_period("7d", "rubbish", "2000-01-01", today=TODAY) == Period(date(2025, 2, 11), TODAY)


@pytest.mark.parametrize(
    ("today", "first_on"),
    [
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
        (date(2025, 3, 1), date(2024, 3, 1)),
        (date(2025, 1, 1), date(2024, 1, 1)),
    ],
)
def test_a_year_before_a_leap_day_is_the_last_of_february(today: date, first_on: date) -> None:
    assert parse_period("12mo", None, None, today=today) == Period(first_on, today)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.sampled_from([None, "7d", "30d", "12mo"]))
def test_a_named_period_can_be_read_on_any_day(today: date, name: str | None) -> None:
    period = parse_period(name, None, None, today=today)
    assert period.last_on == today
    assert len(period.days()) in {None: {31}, "30d": {31}, "7d": {8}, "12mo": {366, 367}}[name]


@pytest.mark.parametrize(
    ("from_", "to", "expected"),
    [
        ("2025-01-01", "2025-01-31", (date(2025, 1, 1), date(2025, 1, 31))),
        ("2025-01-01", "2025-01-01", (date(2025, 1, 1), date(2025, 1, 1))),
        ("2024-02-29", "2024-03-01", (date(2024, 2, 29), date(2024, 3, 1))),
        ("2000-01-01", "2099-12-31", (date(2000, 1, 1), date(2099, 12, 31))),
    ],
)
def test_a_custom_period_includes_both_its_days(from_: str, to: str, expected: tuple[date, date]) -> None:
    assert parse_period("custom", from_, to, today=TODAY) == Period(*expected)


@pytest.mark.parametrize(
    ("period", "from_", "to", "message"),
    [
        ("custom", None, None, "from and to are required"),
        ("custom", "2025-01-01", None, "from and to are required"),
        ("custom", None, "2025-01-01", "from and to are required"),
        ("custom", "", "", "from and to are required"),
        ("custom", "2025-01-02", "2025-01-01", "from must not be after to"),
        ("custom", "2025-02-30", "2025-03-01", "from must be a date"),
        ("custom", "2025-02-29", "2025-03-01", "from must be a date"),
        ("custom", "2025-01-01", "tomorrow", "to must be a date"),
        ("custom", "2025-1-1", "2025-01-02", "from must be a date"),
        ("custom", "1735689600", "2025-01-02", "from must be a date"),
        ("custom", "2025-01-01' OR 1=1", "2025-01-02", "from must be a date"),
        ("custom", "2025-01-01\0", "2025-01-02", "from must be a date"),
        ("custom", "1999-12-31", "2025-01-02", "from must lie between 2000-01-01 and 2100-01-01"),
        ("custom", "2025-01-01", "2100-01-01", "to must lie between"),
        ("custom", "0001-01-01T00:00:00+23:59", "2025-01-02", "from must be a date"),
        ("custom", "2025-01-01", "9999-12-31T23:59:59-23:59", "to must be a date"),
        ("custom", "\ud800", "2025-01-02", "from must be a date"),
        # A time of day would count hours that nobody asked for.
        ("custom", "2025-01-01T00:00:00", "2025-01-02", "from must be a date such as 2025-01-31, without a time"),
        ("custom", "2025-01-01T15:00:00", "2025-01-01T16:00:00", "from must be a date"),
        ("custom", "2025-01-01", "2025-01-02T23:59:59.999Z", "to must be a date"),
        ("custom", "2025-01-01T00:30:00+01:00", "2025-01-31", "from must be a date"),
        ("custom", "2025-01-01 10:00", "2025-01-31", "from must be a date"),
        ("custom", "20250101", "2025-01-31", "from must be a date"),
        ("custom", "2025-W01-1", "2025-01-31", "from must be a date"),
        ("custom", " 2025-01-01", "2025-01-31", "from must be a date"),
        ("custom", "2025-01-01", "2025-01-31\n", "to must be a date"),
        ("custom", "2025-01-01", "\u0662\u0660\u0662\u0665-01-31", "to must be a date"),  # digits of another script
        ("custom", "+2025-01-01", "2025-01-31", "from must be a date"),
        ("custom", "0000-00-00", "2025-01-31", "from must be a date"),
        ("custom", "2025-13-01", "2025-01-31", "from must be a date"),
        ("", None, None, "period must be one of: 7d, 30d, 12mo, custom"),
        ("7D", None, None, "period must be one of"),
        ("6mo", None, None, "period must be one of"),
        ("all", "2025-01-01", "2025-01-02", "period must be one of"),
    ],
)
def test_an_unreadable_period_is_malformed(period: str, from_: str | None, to: str | None, message: str) -> None:
    with pytest.raises(Malformed, match=message):
        parse_period(period, from_, to, today=TODAY)


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_it(from_: str, to: str) -> None:
    try:
        period = parse_period("custom", from_, to, today=TODAY)
    except Malformed:
        return
    assert period.first_on <= period.last_on


@given(st.dates(date(2000, 1, 1), date(2005, 1, 1)), st.integers(0, 400))
def test_days_are_every_day_in_order(first_on: date, more: int) -> None:
    days = Period(first_on, first_on + timedelta(days=more)).days()
    assert len(days) == more + 1
    assert days[0] == first_on
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
