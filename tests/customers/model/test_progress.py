"""Progress: rising and falling targets, bounds that are kept, weights, tasks; exact, and defined everywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.metrics import Direction, GoalMetric, Metric, MetricValue, Unit, check_wanted
from goalpost.customers.model.progress import of_metrics, of_tasks, to_percent
from goalpost.kernel.errors import Invalid

DAY = date(2026, 1, 1)
LATER = date(2026, 12, 31)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ID = UUID(int=1)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


def wanted(
    direction: Direction, baseline: float | None, target: float | None, *values: float, weight: float = 1.0
) -> GoalMetric:
    metric = Metric(ID, ID, "NPS", Unit.DECIMAL, direction, 1, NOW, NOW)
    dated = [MetricValue(DAY + timedelta(days=number), value) for number, value in enumerate(values)]
    return GoalMetric(ID, metric, baseline, target, weight, dated)


@pytest.mark.parametrize(
    ("found", "share"),
    [
        (wanted(Direction.UP, 0, 100, 25), Fraction(1, 4)),
        (wanted(Direction.UP, 50, 100, 25), 0),
        (wanted(Direction.UP, 0, 100, 250), 1),
        (wanted(Direction.UP, 0, 100, 90, 30), Fraction(3, 10)),  # the latest value counts
        (wanted(Direction.UP, 10, 8, 9), Fraction(1, 2)),  # a target below the baseline is legal
        (wanted(Direction.DOWN, 100, 20, 60), Fraction(1, 2)),
        (wanted(Direction.DOWN, 100, 20, 120), 0),
        (wanted(Direction.DOWN, 100, 20, 10), 1),
        (wanted(Direction.UP, None, 30, 10, 20), Fraction(1, 2)),  # the first value is the baseline
        (wanted(Direction.UP, 5, 5, 5), 1),
        (wanted(Direction.UP, 5, 5, 4.9), 0),
        (wanted(Direction.DOWN, 5, 5, 4.9), 1),
        (wanted(Direction.DOWN, 5, 5, 5.1), 0),
        (wanted(Direction.AT_LEAST, None, 99, 99, 98, 100, 97), Fraction(1, 2)),
        (wanted(Direction.AT_MOST, None, 3, 1, 2, 3, 4), Fraction(3, 4)),
        (wanted(Direction.UP, -1e308, 1e308, 0), Fraction(1, 2)),  # a difference that no float can hold
        (wanted(Direction.UP, 0, None, 5), None),
        (wanted(Direction.UP, 0, 10), None),
        (wanted(Direction.AT_LEAST, 0, 10), None),
    ],
)
def test_how_much_of_a_metric_is_achieved(found: GoalMetric, share: Fraction | int | None) -> None:
    assert found.achieved(LATER) == share


@given(st.sampled_from(Direction), NUMBERS, NUMBERS, st.lists(NUMBERS, min_size=1, max_size=5))
def test_it_is_from_nothing_to_all(direction: Direction, baseline: float, target: float, values: list[float]) -> None:
    share = wanted(direction, baseline, target, *values).achieved(LATER)
    assert share is not None
    assert 0 <= share <= 1


@given(NUMBERS, NUMBERS, NUMBERS)
def test_falling_is_rising_mirrored(baseline: float, target: float, value: float) -> None:
    falling = wanted(Direction.DOWN, baseline, target, value)
    rising = wanted(Direction.UP, -baseline, -target, -value)
    assert falling.achieved(LATER) == rising.achieved(LATER)


def test_metrics_count_by_their_weights() -> None:
    half, full = wanted(Direction.UP, 0, 100, 50, weight=3), wanted(Direction.UP, 0, 100, 100, weight=1)
    found = of_metrics([half, full, wanted(Direction.UP, 0, None, 1)], DAY)
    assert found.percent == Decimal("62.50")
    assert found.reason == "NPS 50.00 % x 3; NPS 100.00 % x 1"


def test_without_a_metric_that_counts_there_is_no_progress() -> None:
    assert of_metrics([], DAY).percent == 0
    assert of_metrics([wanted(Direction.UP, 0, 10)], DAY).reason == "no metric has a target and a value"


def test_tasks() -> None:
    assert (of_tasks(0, 0).percent, of_tasks(1, 3).percent, of_tasks(3, 3).percent) == (0, Decimal("33.33"), 100)
    assert of_tasks(1, 3).reason == "1 of 3 tasks completed"


@pytest.mark.parametrize(
    ("value", "kept"),
    [(33.3, "33.3"), (1, "1"), (0.125, "0.12"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (100, "100"), (100.0, "100")],
)
def test_percents_are_kept_with_two_decimals(value: float, kept: str) -> None:
    assert to_percent(value) == Decimal(kept)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (99.999, "99.99"),
        (99.995, "99.99"),
        (Decimal("99.99999999999999999999999999999999999999"), "99.99"),
        (Fraction(100 * (10**40 - 1), 10**40), "99.99"),
        (0.001, "0.01"),
        (Fraction(1, 10**40), "0.01"),
        (5e-324, "0.01"),
    ],
)
def test_only_all_is_100_and_only_nothing_is_0(value: Fraction | Decimal | float, kept: str) -> None:
    assert to_percent(value) == Decimal(kept)


@given(st.fractions(0, 100))
def test_a_percent_is_within_a_hundredth_and_never_done_too_early(value: Fraction) -> None:
    kept = to_percent(value)
    assert abs(Fraction(kept) - value) <= Fraction(1, 100)
    assert ((kept == 100) == (value == 100)) and ((kept == 0) == (value == 0))


def test_nearly_all_tasks_and_metrics_are_not_all() -> None:
    assert of_tasks(99_999, 100_000).percent == Decimal("99.99")
    assert of_tasks(1, 100_000).percent == Decimal("0.01")
    found = of_metrics([wanted(Direction.UP, 0, 1, 0.99999)], DAY)
    assert (found.percent, found.reason) == (Decimal("99.99"), "NPS 99.99 % x 1")


@pytest.mark.parametrize(
    ("direction", "baseline", "achieved"),
    [
        (Direction.UP, 0, [Fraction(1, 2), Fraction(1, 4), 1]),
        (Direction.UP, None, [0, 0, 1]),  # the first value is the baseline
        (Direction.AT_MOST, None, [1, 1, Fraction(2, 3)]),
    ],
)
def test_values_of_later_days_are_plans(
    direction: Direction, baseline: float | None, achieved: list[Fraction | int]
) -> None:
    """A value dated 2031 beside one of today must not make today's progress 2031's."""
    found = wanted(direction, baseline, 100, 50, 25, 900)
    days = [DAY + timedelta(days=number) for number in range(3)]
    assert [found.achieved(day) for day in days] == achieved
    assert found.achieved(DAY - timedelta(days=1)) is None
    assert of_metrics([found], DAY - timedelta(days=1)).percent == 0


@pytest.mark.parametrize(
    ("given_", "fields"),
    [
        ((float("nan"), 1.0, 1.0), {"baseline"}),
        ((1.0, float("inf"), float("nan")), {"target", "weight"}),
        ((None, None, 0.0), {"weight"}),
        ((None, None, -1.0), {"weight"}),
    ],
)
def test_an_invalid_target_is_rejected(given_: tuple[float | None, float | None, float], fields: set[str]) -> None:
    with pytest.raises(Invalid) as error:
        check_wanted(*given_)
    assert set(error.value.faults) == fields
