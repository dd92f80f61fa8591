"""Days of each period, seen by real events sent for chosen moments around both of its ends."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.dialects.krafter.support import goal_call, record, settle, track, view
from tests.support.server import Site, eventually

FIRST, LAST = "T00:00:00.000Z", "T23:59:59.999Z"
DAY = timedelta(days=1)


@pytest.fixture
def today() -> date:
    """The UTC day, with enough of it left for a test."""
    while datetime.now(UTC).strftime("%H:%M") == "23:59":
        time.sleep(1)
    return datetime.now(UTC).date()


@pytest.fixture
def goal(site: Site) -> str:
    return site.goal("custom", "exact", "done")


def done_at(site: Site, *moments: str) -> None:
    record(site, *(goal_call("done", timestamp=moment) for moment in moments))
    settle(site)


def a_year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@pytest.mark.parametrize("period", ["7d", "30d", "12mo"])
def test_a_period_reaches_from_its_first_day_to_today(period: str, site: Site, goal: str, today: date) -> None:
    first = {"7d": today - 7 * DAY, "30d": today - 30 * DAY, "12mo": a_year_before(today)}[period]

    done_at(site, f"{first - DAY}{LAST}")
    assert site.stats(goal, period=period)["conversions"] == 0
    done_at(site, f"{first}{FIRST}", f"{first}{LAST}")
    assert site.stats(goal, period=period)["conversions"] == 2
    done_at(site, f"{today}{FIRST}", datetime.now(UTC).isoformat())
    assert site.stats(goal, period=period) == {"conversions": 4, "unique_conversions": 4, "revenue": None}


def test_the_period_is_30d_by_default(site: Site, goal: str, today: date) -> None:
    done_at(site, f"{today - 31 * DAY}{LAST}", f"{today - 30 * DAY}{FIRST}", f"{today - 8 * DAY}{LAST}")
    assert site.stats(goal) == site.stats(goal, period="30d")
    assert site.stats(goal)["conversions"] == 2
    assert site.stats(goal, period="7d")["conversions"] == 0


def test_a_custom_period_has_both_its_ends(site: Site, goal: str) -> None:
    """A datetime stands for its UTC day."""
    done_at(
        site,
        *(f"2025-02-10{LAST}", f"2025-02-11{FIRST}", f"2025-02-11{LAST}"),
        *(f"2025-02-18{FIRST}", f"2025-02-18{LAST}", f"2025-02-19{FIRST}"),
    )
    for from_, to, expected in [
        ("2025-02-11", "2025-02-18", 4),
        ("2025-02-11", "2025-02-11", 2),
        ("2025-02-18", "2025-02-18", 2),
        ("2025-02-12", "2025-02-17", 0),
        ("2025-02-10", "2025-02-19", 6),
        ("2000-01-01", "2099-12-31", 6),
        ("2026-01-01", "2026-01-31", 0),
    ]:
        stats = site.stats(goal, period="custom", **{"from": from_, "to": to})
        assert stats["conversions"] == expected, (from_, to)


NO_PERIOD = "period must be one of: 7d, 30d, 12mo, custom"
NO_FROM, NO_TO = (f"{name} must be a date such as 2025-01-31, without a time of day" for name in ("from", "to"))
MISSING = "from and to are required when period is custom"


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"period": "1d"}, NO_PERIOD),
        ({"period": ""}, NO_PERIOD),
        ({"period": "7D"}, NO_PERIOD),
        ({"period": "7d "}, NO_PERIOD),
        ({"period": "custom"}, MISSING),
        ({"period": "custom", "from": "2025-01-01"}, MISSING),
        ({"period": "custom", "to": "2025-01-01"}, MISSING),
        ({"period": "custom", "from": "", "to": ""}, MISSING),
        ({"period": "custom", "from": "2025-01-02", "to": "2025-01-01"}, "from must not be after to"),
        ({"period": "custom", "from": "2025-02-29", "to": "2025-03-01"}, NO_FROM),
        ({"period": "custom", "from": "01.02.2025", "to": "2025-03-01"}, NO_FROM),
        ({"period": "custom", "from": "2025-01-01", "to": "tomorrow"}, NO_TO),
        ({"period": "custom", "from": "2025-01-01", "to": "1735689600"}, NO_TO),
        ({"period": "custom", "from": "2025-01-01\0", "to": "2025-01-02"}, NO_FROM),
        # Hours are not counted apart, so they are refused and not widened to the day.
        ({"period": "custom", "from": "2025-02-11T18:00:00Z", "to": "2025-02-18"}, NO_FROM),
        ({"period": "custom", "from": "2025-02-11T00:30:00+01:00", "to": "2025-02-17"}, NO_FROM),
        ({"period": "custom", "from": "2025-02-11", "to": "2025-02-18 12:00"}, NO_TO),
        ({"period": "custom", "from": " 2025-02-11", "to": "2025-02-18"}, NO_FROM),
        (
            {"period": "custom", "from": "1999-12-31", "to": "2025-01-01"},
            "from must lie between 2000-01-01 and 2100-01-01",
        ),
        (
            {"period": "custom", "from": "2025-01-01", "to": "9999-12-31"},
            "to must lie between 2000-01-01 and 2100-01-01",
        ),
    ],
)
def test_a_period_that_cannot_be_read(query: dict[str, str], error: str, site: Site, goal: str) -> None:
    for path in (f"goals/{goal}/stats", "stats", "events"):
        answer = site.api.get(f"/sites/{site.key}/{path}", params=query)
        assert (answer.status_code, answer.json()) == (400, {"error": error})


def test_from_and_to_mean_nothing_without_custom(site: Site, goal: str) -> None:
    assert site.stats(goal, period="7d", **{"from": "nonsense", "to": "2020-01-01"})["conversions"] == 0


def test_every_statistic_has_the_same_days(site: Site) -> None:
    inside, outside = f"2025-02-11{FIRST}", f"2025-02-12{FIRST}"
    record(site, *(view(site, "/x", timestamp=moment) for moment in (inside, outside)))
    record(site, *(track("x", timestamp=moment) for moment in (inside, outside)))
    query = {"period": "custom", "from": "2025-02-11", "to": "2025-02-11", "dimensions": "path"}

    def stats() -> dict:
        return site.api.get(f"/sites/{site.key}/stats", params=query).json()["data"]

    eventually(lambda: stats()["totals"]["pageviews"], what="the page view")
    settle(site)
    assert stats()["totals"]["pageviews"] == 1
    assert stats()["timeseries"] == [{"date": "2025-02-11", "pageviews": 1, "visitors": 1, "visits": 1}]
    assert stats()["breakdowns"]["path"] == [{"value": "/x", "pageviews": 1, "visitors": 1}]
    events = site.api.get(f"/sites/{site.key}/events", params=query).json()["data"]
    assert events == [{"name": "x", "count": 1, "visitors": 1}]
