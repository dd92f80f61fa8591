"""Another workspace's rows look like rows that never were, but for the request's id and time."""

from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import CREATE, DELETE, METRIC, METRICS, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import NAME_TO_COMPANY, Org, plain, requested, where

GOAL = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL"}
KINDS = ("goal", "template", "company", "relationship", "opportunity", "status", "type", "work", "metric", "kind")


def thing(org: Org, kind: str) -> str:
    """The GSID of something of that kind, made now."""
    records = {"company": RecordKind.COMPANY, "relationship": RecordKind.RELATIONSHIP}
    records["opportunity"] = RecordKind.OPPORTUNITY
    items = {"status": Picklist.STATUS, "type": Picklist.GOAL_TYPE, "work": Picklist.ASSOCIATED_WORK}
    items["kind"] = Picklist.RELATIONSHIP_TYPE
    if kind in records:
        return org.record(records[kind], "Secret")
    if kind in items:
        return org.item(items[kind], "Secret")
    if kind == "metric":
        return org.metric("Secret")
    made = org.create(Name="Secret") if kind == "goal" else org.template(Name="Secret")
    return str(made["Gsid"])


def missing(gsid: str) -> str:
    """A GSID of the same kind that nobody has."""
    return gsid[:-8] + "".join("1" if one != "1" else "2" for one in gsid[-8:])


# (what is asked with the GSID, of which kind it is, method, path, body)
ASKED: list[tuple[str, str, str, str, Any]] = [
    ("update", "goal", "PUT", UPDATE, requested({"Gsid": "?", "Name": "y"})),
    ("delete", "goal", "DELETE", DELETE, {"recordIds": ["?"]}),
    ("template update", "template", "PUT", TEMPLATE, requested({"Gsid": "?", "Name": "y"})),
    ("template delete", "template", "DELETE", f"{TEMPLATE}/delete", {"recordIds": ["?"]}),
    ("metric update", "metric", "PUT", METRIC, requested({"gsid": "?", "name": "y"})),
    ("metric delete", "metric", "DELETE", METRICS, {"recordIds": ["?"]}),
    *(
        (f"create {name}", kind, "POST", CREATE, requested({**GOAL, **more, name: "?"}))
        for name, kind, more in (
            ("CompanyId", "company", {}),
            ("RelationshipId", "relationship", {"EntityType": "RELATIONSHIP"}),
            ("RelationshipTypeId", "kind", {}),
            ("OpportunityId", "opportunity", {"EntityType": "OPPORTUNITY"}),
            ("StatusId", "status", {"StatusName": None}),
            ("GoalTypeId", "type", {}),
            ("TemplateId", "template", {}),
        )
    ),
    ("create work", "work", "POST", CREATE, requested({**GOAL, "AssociatedWork": ["?"]})),
    ("create metric", "metric", "POST", CREATE, requested({**GOAL, "metricsAssociation": [{"metricId": "?"}]})),
    ("template status", "status", "POST", TEMPLATE, requested({"Name": "x", "StatusId": "?"})),
    ("template type", "type", "POST", TEMPLATE, requested({"Name": "x", "StatusName": "New", "GoalTypeId": "?"})),
    (
        *("template metric", "metric", "POST", TEMPLATE),
        requested({"Name": "x", "StatusName": "New", "metricsAssociation": [{"metricId": "?"}]}),
    ),
    (
        *("metric type", "type", "POST", METRIC),
        requested({"name": "x", "unitOfMeasure": "DECIMAL"}, associateGoalTypes=["?"]),
    ),
]


def asked(org: Org, method: str, path: str, body: Any, gsid: str) -> tuple[int, Any]:
    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: filled(one) for name, one in value.items()}
        return [filled(one) for one in value] if isinstance(value, list) else (gsid if value == "?" else value)

    answer = org.api.request(method, path, json=filled(body))
    return answer.status_code, str(plain(answer.json())).replace(gsid, "?")


@pytest.mark.parametrize("case", ASKED, ids=[case[0] for case in ASKED])
def test_anothers_looks_as_what_never_was(case: tuple[str, str, str, str, Any], org: Org, other: Org) -> None:
    _, kind, method, path, body = case
    theirs = thing(other, kind)
    never = asked(org, method, path, body, missing(theirs))
    assert asked(org, method, path, body, theirs) == never
    assert "Secret" not in never[1]
    assert never[0] != 200 or "failureList" in never[1]
    own = asked(org, method, path, body, thing(org, kind))
    assert own != never, "one's own is another thing"


def test_a_custom_lookup_of_anothers_record(org: Org, other: Org) -> None:
    wanted = {"own__gc": {"fields": {"Key": "Name"}, "objectName": "company"}}
    org.create(Key="IBM", lookups=wanted)
    theirs = other.record(RecordKind.COMPANY, "Secret")
    body = requested({**GOAL, "own__gc": "?"})
    assert asked(org, "POST", CREATE, body, theirs) == asked(org, "POST", CREATE, body, missing(theirs))


def test_lookups_and_where_end_at_the_workspace(org: Org, other: Org) -> None:
    theirs = other.record(RecordKind.COMPANY, "Secret")
    record = {**GOAL, "CompanyName": "Secret"}
    answer = org.api.post(CREATE, json=requested(record, lookups=NAME_TO_COMPANY))
    never = org.api.post(CREATE, json=requested({**record, "CompanyName": "Never"}, lookups=NAME_TO_COMPANY))
    assert (answer.status_code, plain(answer.json())) == (never.status_code, plain(never.json()))
    mine, secret = org.create()["Gsid"], other.create(CompanyId=theirs)["Gsid"]
    for field, gsid in (("Gsid", secret), ("CompanyId", theirs), ("StatusId", other.choices()["New"])):
        assert org.fetch("Name", where=where(field, "EQ", gsid)) == []
        assert [row["dataList"]["Gsid"] for row in org.fetch(where=where(field, "NE", gsid))] == [mine]
    assert [row["dataList"]["Gsid"] for row in org.fetch()] == [mine]
    assert [row["dataList"]["Gsid"] for row in other.fetch()] == [secret]


def test_an_association_with_anothers_plan_tells_nothing_of_it(org: Org, other: Org) -> None:
    theirs = other.record(RecordKind.SUCCESS_PLAN, "Secret", fields={"EntityType": "COMPANY"})
    goals = [org.create(association={"SP": [gsid]})["Gsid"] for gsid in (theirs, missing(theirs))]
    shown = [org.one(goal)["associatedSPs"][0] for goal in goals]
    assert {**shown[0], "gsid": ""} == {**shown[1], "gsid": ""}
    assert shown[0]["name"] is None


def test_a_metrics_uses_are_those_of_the_workspace(org: Org, other: Org) -> None:
    other.create(Name="Secret", metricsAssociation=[{"metricId": other.metric()}])
    metric = org.metric()
    goal = org.create(Name="Mine", metricsAssociation=[{"metricId": metric}])
    answer = org.api.request("DELETE", METRICS, json={"recordIds": [metric]})
    assert answer.json()["errorInfo"]["usageInGoals"] == [{"gsid": goal["Gsid"], "name": "Mine"}]
