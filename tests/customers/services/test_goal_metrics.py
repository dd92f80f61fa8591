"""Metrics and associations of goals as requests put them: together with the goal, or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from goalpost.customers.model.customer_goals import CustomerGoal, GoalDraft, GoalParts
from goalpost.customers.model.gsids import CTA, SUCCESS_PLAN, to_gsid
from goalpost.customers.model.metrics import Metric, MetricValue, MetricWish
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.progress import ProgressMode
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import customer_goals, goal_associations, goal_metrics, metrics
from goalpost.kernel.errors import Invalid, InvalidReference
from tests.support.tenant import AUTHOR, LATER, Tenant, refused

BY = {"author": AUTHOR, "now": LATER}
THEIRS = "1S01" + "Z" * 32  # kept by another system
OURS = to_gsid(CTA, UUID(int=3))
PLAN = to_gsid(SUCCESS_PLAN, UUID(int=4))
Wanted = dict[UUID, tuple[float | None, float | None, dict[date, float]]]


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def put(tenant: Tenant, goal: CustomerGoal, changes: dict[str, Any] | None = None, **parts: Any) -> CustomerGoal:
    return customer_goals.update_goal(tenant.db, goal=goal, changes=changes or {}, parts=GoalParts(**parts), **BY)


def create(tenant: Tenant, parts: GoalParts, **fields: Any) -> CustomerGoal:
    about = {"title": "Grow", "company_id": tenant.company.id, "goal_type_id": tenant.goal_type.id}
    draft = GoalDraft(**{**about, **fields})
    return customer_goals.create_goal(tenant.db, workspace_id=tenant.id, draft=draft, parts=parts, **BY)


def wanted(tenant: Tenant, goal: CustomerGoal) -> Wanted:
    found = goal_metrics.list_goal_metrics(tenant.db, goal=goal)
    return {one.metric.id: (one.baseline, one.target, {day.day: day.value for day in one.values}) for one in found}


def associated(tenant: Tenant, goal: CustomerGoal) -> Sequence[str]:
    by_goal, _ = goal_associations.list_associations(tenant.db, workspace_id=tenant.id, goals=[goal])
    return by_goal.get(goal.id, [])


def day(number: int, value: float) -> MetricValue:
    return MetricValue(date(2026, 1, number), value)


def dated(**values: float) -> dict[date, float]:
    return {date(2026, 1, int(name[1:])): value for name, value in values.items()}


def test_a_goal_is_made_with_its_parts(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    wish = MetricWish(nps.id, 1, 5, [day(2, 3), day(1, 2)])
    goal = create(tenant, GoalParts(metrics=[wish], associations=[THEIRS, OURS, THEIRS]))
    assert wanted(tenant, goal) == {nps.id: (1, 5, dated(d1=2, d2=3))}
    assert associated(tenant, goal) == sorted([THEIRS, OURS])
    assert {entry.change.subject for entry in tenant.trail(goal)} == {"goal", "metric", "association"}
    assert {entry.version for entry in tenant.trail(goal)} == {1}


def test_only_metrics_of_the_goals_type_can_be_put(tenant: Tenant) -> None:
    other, untyped = Tenant.new(tenant.db), tenant.metric("untyped")
    theirs = other.metric("theirs", other.goal_type)
    elsewhere = tenant.metric("elsewhere", tenant.added(Picklist.GOAL_TYPE, "Adoption"))
    goal, faults = create(tenant, GoalParts()), []
    for missing in (uuid4(), theirs.id, untyped.id, elsewhere.id):
        with refused(tenant.db, InvalidReference) as error:
            put(tenant, goal, {"title": "Other"}, metrics=[MetricWish(missing)], associations=[OURS])
        faults.append(error.value.faults)
        with refused(tenant.db, InvalidReference) as error:
            create(tenant, GoalParts(metrics=[MetricWish(missing)], associations=[OURS]))
        faults.append(error.value.faults)
    assert faults == [{"metrics": ["must be metrics of the goal's type"]}] * 8
    nps = tenant.metric("NPS", tenant.goal_type)
    with refused(tenant.db, InvalidReference):
        create(tenant, GoalParts(metrics=[MetricWish(nps.id)]), goal_type_id=None)
    # The type that the goal gets in the same request counts.
    changed = put(tenant, goal, {"goal_type_id": elsewhere_type(tenant)}, metrics=[MetricWish(elsewhere.id)])
    assert list(wanted(tenant, changed)) == [elsewhere.id]


def elsewhere_type(tenant: Tenant) -> UUID:
    return tenant.item(Picklist.GOAL_TYPE, "Adoption").id


def test_a_metric_that_the_goal_has_need_not_be_its_types_any_more(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    goal = create(tenant, GoalParts(metrics=[MetricWish(nps.id, target=1)]))
    metrics.update_metric(tenant.db, metric=nps, changes={}, removed_types=[tenant.goal_type.id], **BY)
    put(tenant, goal, metrics=[MetricWish(nps.id, target=2)])
    assert wanted(tenant, goal) == {nps.id: (None, 2, {})}
    put(tenant, goal, dropped_metrics=[nps.id])
    with refused(tenant.db, InvalidReference):
        put(tenant, goal, metrics=[MetricWish(nps.id)])


def test_metrics_are_dropped_before_others_are_put(tenant: Tenant) -> None:
    nps, churn = tenant.metric("NPS", tenant.goal_type), tenant.metric("Churn", tenant.goal_type)
    wishes = [MetricWish(nps.id, 1, 5, [day(1, 2)]), MetricWish(churn.id)]
    goal = create(tenant, GoalParts(metrics=wishes, associations=[OURS, PLAN]))
    dropped = {"dropped_metrics": [nps.id, churn.id, nps.id, uuid4()], "dropped_associations": [OURS, PLAN, THEIRS]}
    put(tenant, goal, metrics=[MetricWish(nps.id, target=9)], associations=[PLAN], **dropped)
    assert wanted(tenant, goal) == {nps.id: (None, 9, {})}
    assert associated(tenant, goal) == [PLAN]


def test_the_same_metric_twice_in_one_request(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    twice = [MetricWish(nps.id, 1, 5, [day(1, 1), day(2, 2)]), MetricWish(nps.id, target=6, values=[day(2, 3)])]
    expected: Wanted = {nps.id: (1, 6, dated(d1=1, d2=3))}
    made = create(tenant, GoalParts(metrics=twice))
    assert wanted(tenant, made) == expected
    goal = create(tenant, GoalParts())
    put(tenant, goal, metrics=twice)
    assert wanted(tenant, goal) == expected
    version = tenant.read(goal).version
    put(tenant, goal, metrics=[MetricWish(nps.id), MetricWish(nps.id)])
    assert (wanted(tenant, goal), tenant.read(goal).version) == (expected, version)


def test_values_are_merged_by_day(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    goal = create(tenant, GoalParts(metrics=[MetricWish(nps.id, 0, 10, [day(1, 1), day(3, 3)])]))
    put(tenant, goal, metrics=[MetricWish(nps.id, values=[day(2, 9), day(3, 4), day(2, 2)])])
    assert wanted(tenant, goal) == {nps.id: (0, 10, dated(d1=1, d2=2, d3=4))}


def test_progress_follows_the_metrics(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    goal = create(tenant, GoalParts(metrics=[MetricWish(nps.id, 0, 10, [day(1, 5)])]))
    moving = customer_goals.set_progress_mode(tenant.db, goal=goal, mode=ProgressMode.METRICS, **BY)
    assert moving.progress == 50
    assert put(tenant, moving, metrics=[MetricWish(nps.id, values=[day(2, 8)])]).progress == 80
    assert put(tenant, tenant.read(goal), dropped_metrics=[nps.id]).progress == 0


def test_a_fault_in_any_part_leaves_nothing_behind(tenant: Tenant) -> None:
    nps = tenant.metric("NPS", tenant.goal_type)
    goal = create(tenant, GoalParts(metrics=[MetricWish(nps.id, 1, 5, [day(1, 1)])], associations=[OURS]))
    fine = {"dropped_associations": [OURS], "associations": [PLAN], "dropped_metrics": [nps.id]}
    faulty: list[tuple[dict[str, Any], list[MetricWish], type[Invalid]]] = [
        ({}, [MetricWish(nps.id), MetricWish(uuid4())], InvalidReference),
        ({}, [MetricWish(nps.id), MetricWish(nps.id, target=float("nan"))], Invalid),
        ({}, [MetricWish(nps.id, values=[day(1, 1), day(2, float("inf"))])], Invalid),
        ({"title": " "}, [MetricWish(nps.id)], Invalid),
        ({"status_id": uuid4()}, [MetricWish(nps.id)], InvalidReference),
        ({"associated_work": (uuid4(),)}, [MetricWish(nps.id)], InvalidReference),
    ]
    for changes, wishes, error in faulty:
        with refused(tenant.db, error):
            put(tenant, goal, {"description": "new", **changes}, metrics=wishes, **fine)
        with refused(tenant.db, error):
            create(tenant, GoalParts(metrics=wishes, associations=[PLAN]), **changes)
    assert wanted(tenant, goal) == {nps.id: (1, 5, dated(d1=1))}


def test_only_the_workspaces_own_records_are_shown_of_associations(tenant: Tenant) -> None:
    mine = tenant.record(RecordKind.CTA, "Call")
    theirs = Tenant.new(tenant.db).record(RecordKind.CTA, "Secret")
    gsids = [to_gsid(CTA, mine.id), to_gsid(CTA, theirs.id), to_gsid(CTA, uuid4()), THEIRS]
    goal = create(tenant, GoalParts(associations=gsids))
    by_goal, kept = goal_associations.list_associations(tenant.db, workspace_id=tenant.id, goals=[goal])
    assert set(by_goal[goal.id]) == set(gsids)
    assert kept == {gsids[0]: mine}


@dataclass
class Model:
    """The goal's metrics, said in plain Python."""

    allowed: set[int]
    metrics: dict[int, tuple[float | None, float | None, dict[date, float]]] = field(default_factory=dict)
    gsids: set[str] = field(default_factory=set)

    def takes(self, request: "Request") -> bool:
        return {number for number, *_ in request.wishes} <= self.allowed | self.metrics.keys()

    def put(self, request: "Request") -> None:
        for number in request.dropped:
            self.metrics.pop(number, None)
        for number, baseline, target, values in request.wishes:
            had = self.metrics.get(number, (None, None, {}))
            merged = {**had[2], **{one.day: one.value for one in values}}
            self.metrics[number] = (
                had[0] if baseline is None else baseline,
                had[1] if target is None else target,
                merged,
            )
        self.gsids = (self.gsids - set(request.ended)) | set(request.begun)


@dataclass(frozen=True)
class Request:
    """Parts of a goal with metrics by number: 0 and 1 are the type's, 2 another type's, 3 another workspace's."""

    dropped: list[int]
    wishes: list[tuple[int, float | None, float | None, list[MetricValue]]]
    ended: list[str]
    begun: list[str]

    def parts(self, ids: Sequence[UUID]) -> GoalParts:
        wishes = [MetricWish(ids[number], *wish) for number, *wish in self.wishes]
        return GoalParts(wishes, [ids[number] for number in self.dropped], self.begun, self.ended)


NUMBERS = st.sampled_from([0.0, -1.5, 7.0, 1e308])
VALUES = st.lists(st.builds(day, st.integers(1, 4), NUMBERS), max_size=4)
ALLOWED = st.sampled_from([0, 0, 0, 1, 1, 1, 2, 3])
GSIDS = st.lists(st.sampled_from([OURS, PLAN, THEIRS]), max_size=3)
REQUESTS = st.builds(
    Request,
    st.lists(st.integers(0, 3), max_size=2),
    st.lists(st.tuples(ALLOWED, st.none() | NUMBERS, st.none() | NUMBERS, VALUES), max_size=3),
    GSIDS,
    GSIDS,
)


def test_any_sequence_of_requests_leaves_what_the_model_says(tenant: Tenant) -> None:
    other = Tenant.new(tenant.db)
    adoption = tenant.added(Picklist.GOAL_TYPE, "Adoption")
    known = [tenant.metric("a", tenant.goal_type), tenant.metric("b", tenant.goal_type)]
    known += [tenant.metric("c", adoption), other.metric("d", other.goal_type)]
    ids = [metric.id for metric in known]

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.lists(REQUESTS, min_size=1, max_size=6))
    def check(requests: list[Request]) -> None:
        model, goal = Model({0, 1}), None
        for request in requests:
            goal = step(tenant, model, goal, request, ids)
            if goal is not None:
                expected = {ids[number]: state for number, state in model.metrics.items()}
                assert wanted(tenant, goal) == expected
                assert associated(tenant, goal) == sorted(model.gsids)

    check()


def step(
    tenant: Tenant, model: Model, goal: CustomerGoal | None, request: Request, ids: Sequence[UUID]
) -> CustomerGoal | None:
    """Create or change the goal, as the model does; what is refused changes nothing."""
    parts = request.parts(ids)

    def act() -> CustomerGoal:
        if goal is None:
            return create(tenant, parts)
        return customer_goals.update_goal(tenant.db, goal=goal, changes={}, parts=parts, **BY)

    if not model.takes(request):
        with refused(tenant.db, InvalidReference):
            act()
        return goal
    before = (dict(model.metrics), model.gsids)
    model.put(request)
    changed = act()
    is_same = before == (model.metrics, model.gsids)
    assert goal is None or changed.version - goal.version in ({0, 1} if is_same else {1})
    return changed


def test_a_goal_that_is_new_has_nothing_to_drop(tenant: Tenant) -> None:
    nps: Metric = tenant.metric("NPS", tenant.goal_type)
    goal = create(tenant, GoalParts(dropped_metrics=[nps.id], dropped_associations=[OURS]))
    assert (wanted(tenant, goal), associated(tenant, goal)) == ({}, [])
    assert len(tenant.trail(goal)) == 1
