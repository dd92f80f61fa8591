"""Metrics: made, changed, linked to goal types, used by goals and templates, deleted."""

from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from tests.dialects.gainsight.paths import CREATE, METRIC, METRICS, PICKLIST, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import FOREIGN, Org, failure, requested


def values_of(org: Org, goal: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = org.one(goal, "MetricValues")["dataList"].get("MetricValues", [])
    return found


def test_both_lists_of_goal_types_count(org: Org) -> None:
    first, second = (org.item(Picklist.GOAL_TYPE, name) for name in ("One", "Two"))
    record = {"name": "Seats", "unitOfMeasure": "DECIMAL"}
    body = requested(record, associateGoalTypes=[first], associateGoalTypeNames=["two", "One"])
    metric = org.data("POST", METRIC, body)["successList"][0]["gsid"]
    wish = {"metricsAssociation": [{"metricId": metric}]}
    for kind in (first, second):
        assert org.create(GoalTypeId=kind, **wish)["MetricValues"][0]["metricId"] == metric
    goal = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL", **wish}
    assert failure(org.api.post(CREATE, json=requested(goal)))[0] == "VC_8016"
    org.data("PUT", METRIC, requested({"gsid": metric}, dissociateGoalTypes=[first], dissociateGoalTypeNames=["Two"]))
    assert failure(org.api.post(CREATE, json=requested({**goal, "GoalTypeId": first})))[0] == "VC_8016"
    for wrong in ({"associateGoalTypes": [FOREIGN]}, {"associateGoalTypeNames": ["Three"]}):
        assert failure(org.api.post(METRIC, json=requested(record, **wrong)))[0] == "VC_8015"


def test_an_update_keeps_when_it_was_made_and_its_place(org: Org) -> None:
    made = org.data("POST", METRIC, requested({"name": "A", "unitOfMeasure": "CURRENCY"}))["successList"][0]
    later = org.data("POST", METRIC, requested({"name": "B", "unitOfMeasure": "DECIMAL"}))["successList"][0]
    assert later["displayOrder"] > made["displayOrder"]
    for key in ("gsid", "Gsid", "GSID"):
        changed = org.data("PUT", METRIC, requested({key: made["gsid"], "name": key}))["successList"][0]
        assert {**changed, "modifiedAt": 0} == {**made, "name": key, "modifiedAt": 0}
    assert failure(org.api.put(METRIC, json=requested({"gsid": FOREIGN})))[0] == "VC_8011"


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": None}, {"name": 5}, {"name": "x" * 256}, {"unitOfMeasure": "KG"}, {"unitOfMeasure": None}],
    ids=lambda wrong: repr(wrong)[:30],
)
def test_a_metric_that_is_wrong(wrong: dict[str, Any], org: Org) -> None:
    body = requested({"name": "A", "unitOfMeasure": "DECIMAL", **wrong})
    assert failure(org.api.post(METRIC, json=body))[0] in ("VC_8012", "VC_8019")


def test_several_requests_are_done_each_by_itself(org: Org) -> None:
    body = requested(
        {"name": "A", "unitOfMeasure": "DECIMAL"}, {"name": "B"}, {"name": "C", "unitOfMeasure": "CURRENCY"}
    )
    data = org.data("POST", METRIC, body)
    assert [one["name"] for one in data["successList"]] == ["A", "C"]
    assert [one["name"] for one in data["failureList"]] == ["B"]
    assert set(data["failureList"][0]) == {"name", "errorCode", "errorDesc", "message"}


def test_values_are_merged_by_day(org: Org) -> None:
    metric = org.metric()
    first = {"metricId": metric, "baseValue": 10, "targetValue": 8, "actualValue": [value(5, 4), value(6, 5)]}
    goal = org.create(metricsAssociation=[first])["Gsid"]
    org.update(goal, metricsAssociation=[{"metricId": metric, "actualValue": [value(7, 5), value(8, 3)]}])
    (shown,) = values_of(org, goal)
    assert (shown["baseValue"], shown["targetValue"]) == (10.0, 8.0)
    days = [(one["timestamp"], one["value"]) for one in shown["actualValue"]]
    assert days == [("2025-01-03", 8.0), ("2025-01-04", 5.0), ("2025-01-05", 7.0)]


def value(number: float, day: int) -> dict[str, Any]:
    return {"value": number, "timestamp": f"2025-01-{day:02}"}


@pytest.mark.parametrize("shape", ["text", "object", "both"])
def test_metrics_are_taken_away_in_either_shape(shape: str, org: Org) -> None:
    one, two, three = (org.metric(name) for name in ("A", "B", "C"))
    wanted = [{"metricId": metric} for metric in (one, two, three)]
    gone: list[Any] = {"text": [one, two], "object": [{"metricId": one}, {"metricId": two}]}.get(
        shape, [one, {"metricId": two}]
    )
    goal = org.create(metricsAssociation=wanted)["Gsid"]
    org.update(goal, metricsDissociation=gone)
    assert [found["metricId"] for found in values_of(org, goal)] == [three]
    org.update(goal, metricsDissociation=gone)
    template = org.template(metricsAssociation=wanted)["Gsid"]
    org.data("PUT", TEMPLATE, requested({"Gsid": template, "metricsDissociation": gone}))
    (row,) = org.fetch("metricsAssociation", path=f"{TEMPLATE}/fetch")
    assert row["metricsAssociation"] == [{"metricId": three}]


def test_a_metric_in_both_lists_begins_again(org: Org) -> None:
    metric = org.metric()
    goal = org.create(metricsAssociation=[{"metricId": metric, "baseValue": 1, "actualValue": [value(5, 4)]}])["Gsid"]
    wish = {"metricId": metric, "targetValue": 3, "actualValue": [value(9, 9)]}
    org.update(goal, metricsAssociation=[wish], metricsDissociation=[metric])
    (shown,) = values_of(org, goal)
    assert (shown["baseValue"], shown["targetValue"]) == (None, 3.0)
    assert [one["value"] for one in shown["actualValue"]] == [9.0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"metricId": "x"},
        {"metricId": None},
        {"baseValue": "5"},
        {"targetValue": True},
        {"actualValue": [{"value": 5, "timestamp": "2025-02-30"}]},
        {"actualValue": [{"value": 5, "timestamp": "2025-02-01T00:00:00Z"}]},
        {"actualValue": [{"value": None, "timestamp": "2025-02-01"}]},
        {"actualValue": [{"value": 5}]},
        {"actualValue": 5},
    ],
    ids=str,
)
def test_a_wish_that_is_wrong(wrong: dict[str, Any], org: Org) -> None:
    goal = org.create()["Gsid"]
    body = requested({"Gsid": goal, "Name": "New", "metricsAssociation": [{"metricId": org.metric(), **wrong}]})
    assert failure(org.api.put(UPDATE, json=body))[0] in ("VC_8011", "VC_8012", "VC_8016", "VC_8019")
    assert org.one(goal)["dataList"]["Name"] == "Grow"


def test_a_metric_that_only_a_goal_type_may_have_is_deleted(org: Org) -> None:
    """It was VC_8026 with no usage; the vendor's message speaks of goals and templates."""
    metric = org.metric("Linked")
    gone = org.data("DELETE", METRICS, {"recordIds": [metric]})["deletedMetrics"]
    assert [one["gsid"] for one in gone] == [metric]
    assert org.data("POST", PICKLIST, {"includeMetrics": True})["metrics"] == []
    in_template = org.metric("In a template")
    org.template(Name="Play", metricsAssociation=[{"metricId": in_template}])
    answer = org.api.request("DELETE", METRICS, json={"recordIds": [in_template]})
    assert failure(answer)[0] == "VC_8026"
    assert answer.json()["errorInfo"]["usageInLayouts"] == ["Default"]


def test_constants_in_any_case_and_names_as_sent(org: Org) -> None:
    made = org.data("POST", METRIC, requested({"name": "Rate", "unitOfMeasure": "percentage"}))["successList"][0]
    assert made["unitOfMeasure"] == "PERCENTAGE"
    changed = org.data("PUT", METRIC, requested({"gsid": made["gsid"], "unitOfMeasure": "Decimal"}))["successList"][0]
    assert changed["unitOfMeasure"] == "DECIMAL"
    for record, message in (
        ({"name": "", "unitOfMeasure": "DECIMAL"}, "name can't be blank"),
        ({"name": "x" * 2000, "unitOfMeasure": "DECIMAL"}, "name should be at most "),
        ({"name": "x", "unitOfMeasure": "MILES"}, "record.unitOfMeasure must be one of "),
        ({"name": "x", "unitOfMeasure": 5}, "record.unitOfMeasure must be one of "),
    ):
        assert failure(org.api.post(METRIC, json=requested(record)))[1].startswith(message)


def test_metrics_are_deleted_all_or_none(org: Org) -> None:
    free, used = (
        org.data("POST", METRIC, requested({"name": name, "unitOfMeasure": "DECIMAL"}))["successList"][0]["gsid"]
        for name in ("Free", "Used")
    )
    org.data("PUT", METRIC, requested({"gsid": used}, associateGoalTypeNames=["Default"]))
    goal = org.create(Name="Grow", metricsAssociation=[{"metricId": used}])["Gsid"]
    org.template(Name="Play", metricsAssociation=[{"metricId": used}])
    org.data("PUT", METRIC, requested({"gsid": used}, dissociateGoalTypeNames=["Default"]))

    answer = org.api.request("DELETE", METRICS, json={"recordIds": [free, used]})
    assert failure(answer)[0] == "VC_8026"
    info = answer.json()["errorInfo"]
    assert (info["usageInLayouts"], info["hasUsage"]) == ([], True)
    assert info["usageInGoals"] == [{"gsid": goal, "name": "Grow"}], "the template shows it no more"
    assert failure(org.api.request("DELETE", METRICS, json={"recordIds": [free, FOREIGN]}))[0] == "VC_8011"

    org.update(goal, metricsDissociation=[used])
    gone = org.data("DELETE", METRICS, {"recordIds": [free, used]})["deletedMetrics"]
    assert [(one["gsid"], one["deleted"], one["active"]) for one in gone] == [(free, True, True), (used, True, True)]
    assert failure(org.api.put(METRIC, json=requested({"gsid": free})))[0] == "VC_8011"
