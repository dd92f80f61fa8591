"""Progress of a customer goal: said by people, or computed from its tasks or its metrics, with the reason in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction

from goalpost.customers.model.metrics import GoalMetric

_CENT, _ALL = Decimal("0.01"), Decimal("100.00")


class ProgressMode(StrEnum):
    """Sources of a goal's progress."""

    MANUAL = "manual"
    METRICS = "metrics"
    TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a goal, in percent with two decimals, and its source."""

    percent: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class ProgressPoint:
    """A goal's progress as of a moment."""

    at: datetime
    percent: Decimal
    reason: str


def to_percent(value: Decimal | float | int | Fraction) -> Decimal:
    """Return a number of percent as it is kept: with two decimals, and 0 and 100 only where it is exactly that.

    What is nearly done is 99.99 and not 100, and what has hardly begun 0.01 and not 0.
    """
    exact = value if isinstance(value, Fraction) else Fraction(Decimal(str(value)))
    rounded = (Decimal(exact.numerator) / exact.denominator).quantize(_CENT, ROUND_HALF_EVEN)
    if rounded == _ALL and exact < _ALL:
        return _ALL - _CENT
    return _CENT if rounded == 0 and exact > 0 else rounded


def of_tasks(completed: int, count: int) -> Progress:
    """The share of tasks that are completed; 0 without tasks."""
    percent = to_percent(Fraction(100 * completed, count)) if count else to_percent(0)
    return Progress(percent, f"{completed} of {count} tasks completed")


def of_metrics(metrics: Sequence[GoalMetric], on: date) -> Progress:
    """The mean of what the metrics have achieved on a day, by their weights.

    Metrics without a target, and those without a value of that day or an earlier one, do not count.
    """
    counted = [(found, metric) for metric in metrics if (found := metric.achieved(on)) is not None]
    if not counted:
        return Progress(to_percent(0), "no metric has a target and a value")
    weights = sum(Fraction(metric.weight) for _, metric in counted)
    mean = sum(found * Fraction(metric.weight) for found, metric in counted) / weights
    parts = [f"{metric.metric.name} {to_percent(100 * found)} % x {metric.weight:g}" for found, metric in counted]
    return Progress(to_percent(100 * mean), "; ".join(parts))
