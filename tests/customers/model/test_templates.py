"""Goals made from templates: what is given counts before what the template says."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goalpost.customers.model.customer_goals import GoalDraft
from goalpost.customers.model.metrics import MetricWish
from goalpost.customers.model.templates import MAX_DUE_DAYS, GoalTemplate, check_template, from_template
from goalpost.kernel.errors import Invalid

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
TYPE, OTHER, STATUS, WORK, NPS, CHURN = (UUID(int=number) for number in range(1, 7))


def template(**more: Any) -> GoalTemplate:
    identity = {"id": UUID(int=9), "workspace_id": UUID(int=8), "created_at": NOW, "updated_at": NOW}
    return GoalTemplate(**{**identity, "name": "Start", "goal_type_id": TYPE, "status_id": STATUS, **more})


FULL = template(
    description="Why",
    due_days=30,
    currency="EUR",
    fields={"Region": "EMEA", "Budget": 1},
    associated_work=(WORK,),
    metric_ids=(NPS, CHURN),
)


def test_a_goal_is_what_its_template_says() -> None:
    draft, wishes = from_template(FULL, {"company_id": OTHER}, [], NOW)
    assert draft == GoalDraft(
        *("Start",),
        company_id=OTHER,
        description="Why",
        goal_type_id=TYPE,
        status_id=STATUS,
        due_at=datetime(2026, 7, 1, tzinfo=UTC),
        currency="EUR",
        fields={"Region": "EMEA", "Budget": 1},
        associated_work=(WORK,),
        template_id=FULL.id,
    )
    assert wishes == [MetricWish(NPS), MetricWish(CHURN)]


def test_given_values_count_before_the_templates() -> None:
    given_ = {"title": "Mine", "due_at": None, "status_id": OTHER, "associated_work": (), "description": None}
    draft, _ = from_template(FULL, {**given_, "fields": {"Region": None, "Budget": 2, "New": 3}}, [], NOW)
    assert {name: getattr(draft, name) for name in given_} == given_
    assert (draft.fields, draft.currency) == ({"Budget": 2, "New": 3}, "EUR")
    assert FULL.fields == {"Region": "EMEA", "Budget": 1}


def test_a_metric_that_is_wished_for_is_not_added_again() -> None:
    mine = [MetricWish(CHURN, target=5), MetricWish(OTHER), MetricWish(CHURN, baseline=1)]
    _, wishes = from_template(FULL, {}, mine, NOW)
    assert wishes == [*mine, MetricWish(NPS)]


def test_of_another_type_metrics_and_work_are_not_taken_over() -> None:
    for goal_type in (OTHER, None):
        draft, wishes = from_template(FULL, {"goal_type_id": goal_type}, [MetricWish(OTHER)], NOW)
        assert (draft.goal_type_id, draft.associated_work, wishes) == (goal_type, (), [MetricWish(OTHER)])
        assert (draft.status_id, draft.fields) == (STATUS, FULL.fields)
    same, wishes = from_template(FULL, {"goal_type_id": TYPE}, [], NOW)
    assert (same.associated_work, len(wishes)) == ((WORK,), 2)


def test_without_days_a_goal_is_not_due() -> None:
    assert from_template(template(), {}, [], NOW)[0].due_at is None


@given(
    st.integers(0, MAX_DUE_DAYS),
    st.integers(0, 100 * 365 * 86_400),
    st.integers(-14 * 60, 14 * 60),
)
def test_it_is_due_at_midnight_of_the_day_in_utc(days: int, seconds: int, minutes: int) -> None:
    now = datetime(2000, 1, 1, tzinfo=timezone(timedelta(minutes=minutes))) + timedelta(seconds=seconds)
    due_at = from_template(template(due_days=days), {}, [], now)[0].due_at
    assert due_at is not None
    assert (due_at.date() - now.astimezone(UTC).date()).days == days
    assert due_at.isoformat().endswith("T00:00:00+00:00")


@pytest.mark.parametrize(
    "faults",
    [
        {"name": ""},
        {"name": "x" * 251},
        {"description": "x" * 65_537},
        {"due_days": -1},
        {"currency": "EURO"},
        {"name": "\0", "description": "\0", "due_days": MAX_DUE_DAYS + 1, "currency": ""},
    ],
)
def test_an_invalid_template_is_rejected(faults: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as error:
        check_template(template(**faults))
    assert set(error.value.faults) == set(faults)


@pytest.mark.parametrize("days", [None, 0, MAX_DUE_DAYS])
def test_a_valid_template_is_taken(days: int | None) -> None:
    assert check_template(template(due_days=days)).due_days == days
