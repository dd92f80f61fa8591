"""Metrics: what is measured, and what a goal wants of it: a baseline, a target, a weight and values by day."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from goalpost.kernel.errors import Invalid
from goalpost.kernel.texts import prose_faults, text_faults

MAX_NAME = 255
MAX_DESCRIPTION = 65_536


class Unit(StrEnum):
    """Units of a metric's values."""

    DECIMAL = "decimal"
    PERCENTAGE = "percentage"
    CURRENCY = "currency"


class Direction(StrEnum):
    """Directions in which a metric gets better."""

    UP = "up"  # from the baseline up to the target
    DOWN = "down"  # from the baseline down to the target
    AT_LEAST = "at_least"  # never below the target
    AT_MOST = "at_most"  # never above the target


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that a workspace measures."""

    id: UUID
    workspace_id: UUID
    name: str
    unit: Unit
    direction: Direction
    position: int
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    created_by: UUID | None = None
    updated_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class MetricValue:
    """A goal's metric as it was on a day."""

    day: date
    value: float


@dataclass(frozen=True, slots=True)
class GoalMetric:
    """A metric as one goal uses it. `values` are in the order of their days, one a day; those of later days are plans.

    Without a target the metric is only watched; without a baseline its first value is the baseline.
    """

    id: UUID
    metric: Metric
    baseline: float | None
    target: float | None
    weight: float
    values: Sequence[MetricValue] = ()

    def known_on(self, day: date) -> Sequence[MetricValue]:
        """The values of a day and of those before it."""
        return [value for value in self.values if value.day <= day]

    def achieved(self, on: date) -> Fraction | None:
        """Return how much of what is wanted is there on a day, from 0 to 1; None when nothing is wanted or known."""
        known = self.known_on(on)
        if self.target is None or not known:
            return None
        target, values = Fraction(self.target), [Fraction(one.value) for one in known]
        if self.metric.direction is Direction.AT_LEAST:
            return Fraction(sum(value >= target for value in values), len(values))
        if self.metric.direction is Direction.AT_MOST:
            return Fraction(sum(value <= target for value in values), len(values))
        baseline = values[0] if self.baseline is None else Fraction(self.baseline)
        if baseline == target:
            reached = values[-1] >= target if self.metric.direction is Direction.UP else values[-1] <= target
            return Fraction(int(reached))
        # A falling target has both differences negative: the share comes out right.
        return min(max((values[-1] - baseline) / (target - baseline), Fraction(0)), Fraction(1))


@dataclass(frozen=True, slots=True)
class MetricWish:
    """Fields of a goal metric to set; None keeps the stored value, or sets none where the goal has no such metric."""

    metric_id: UUID
    baseline: float | None = None
    target: float | None = None
    values: Sequence[MetricValue] = ()


def check_metric(metric: Metric) -> Metric:
    """The metric as given, when it may be stored; raises Invalid with every fault."""
    faults = {
        "name": text_faults(metric.name, MAX_NAME),
        "description": prose_faults(metric.description, MAX_DESCRIPTION),
    }
    if found := {name: texts for name, texts in faults.items() if texts}:
        raise Invalid(found)
    return metric


def check_wanted(baseline: float | None, target: float | None, weight: float) -> None:
    """Raise Invalid with every fault of what a goal wants of a metric."""
    faults = {
        name: ["must be a finite number"]
        for name, value in (("baseline", baseline), ("target", target), ("weight", weight))
        if value is not None and not math.isfinite(value)
    }
    if not faults and weight <= 0:
        faults["weight"] = ["must be greater than 0"]
    if faults:
        raise Invalid(faults)
