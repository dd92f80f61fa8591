"""A page of goals with more associations and metrics than one statement takes ids."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from goalpost.customers.model.metrics import GoalMetric, MetricValue
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.rows import goal_metrics, paging, records
from tests.support.tenant import NOW, Tenant

MANY = 70_000


def test_more_ids_than_parameters(engine: Engine) -> None:
    with engine.begin() as db:
        owner = Tenant.new(db).id
        made = Record(uuid4(), owner, RecordKind.CTA, "Call", NOW, NOW)
        records.insert_record(db, made)
        ids = [*(uuid4() for _ in range(MANY)), made.id]
        assert list(records.get_records(db, owner, ids)) == [made.id]
        assert records.get_records(db, owner, []) == {}


def test_values_of_several_portions(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "_PORTION", 2)
    with engine.begin() as db:
        tenant = Tenant.new(db)
        goal = tenant.goal()
        wanted = [GoalMetric(uuid4(), tenant.metric(f"M{number}"), None, None, 1.0) for number in range(5)]
        goal_metrics.insert_goal_metrics(db, goal.id, wanted)
        day = date(2026, 1, 1)
        values = {one.id: {day: MetricValue(day, float(number))} for number, one in enumerate(wanted)}
        goal_metrics.insert_values(db, values, NOW)
        found = goal_metrics.list_goal_metrics(db, [goal.id])[goal.id]
        assert sorted(one.values[0].value for one in found) == [0.0, 1.0, 2.0, 3.0, 4.0]
