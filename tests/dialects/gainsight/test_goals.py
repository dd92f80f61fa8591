"""Goals: what they are about, their statuses and types, templates, metrics, associations, and what changes of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from goalpost.customers.model import gsids
from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import CREATE, DELETE, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import FOREIGN, NAME_TO_COMPANY, Org, failure, requested

CTA, CTA2 = "1S010R2NEBJLG2RT8IP6XWLYWZDDAVCXEK5J", "1S010R2NEBJLG2RT8I19P44KW9MBT5QG6NBC"
SP = "1S02J57N1K69N1VBJKLIBNH5YIJBBWEUOK4B"


def id_of(gsid: str) -> UUID:
    spelled = parse_gsid(gsid)
    assert spelled is not None
    return spelled[1]


def refused(org: Org, **record: Any) -> str:
    """The code with which a new goal is refused."""
    full = {"Name": "x", "StatusName": "New", "EntityType": "COMPANY", "CompanyId": org.gsids["IBM"], **record}
    answer = org.api.post(CREATE, json=requested({name: one for name, one in full.items() if one is not None}))
    return failure(answer, answer.status_code)[0]


def test_a_goal_about_a_relationship_is_about_its_company_too(org: Org) -> None:
    about = org.record(RecordKind.RELATIONSHIP, "IBM EMEA", company_id=id_of(org.gsids["IBM"]))
    kind = org.item(Picklist.RELATIONSHIP_TYPE, "Region")
    more = {"RelationshipId": about, "RelationshipTypeId": kind}
    made = org.create(EntityType="relationship", CompanyId=None, **more)
    assert made["EntityType"] == "RELATIONSHIP"
    assert (made["CompanyId"], made["RelationshipId"], made["RelationshipTypeId"]) == (org.gsids["IBM"], about, kind)
    assert refused(org, EntityType="RELATIONSHIP") == "VC_8012"
    assert refused(org, EntityType="RELATIONSHIP", RelationshipId=org.gsids["IBM"]) == "VC_8011"


def test_a_goal_about_an_opportunity_is_about_its_company_too(org: Org) -> None:
    about = org.record(RecordKind.OPPORTUNITY, "Renewal", company_id=id_of(org.gsids["Meta"]))
    made = org.create(EntityType="Opportunity", CompanyId=None, OpportunityId=about)
    assert (made["CompanyId"], made["OpportunityId"]) == (org.gsids["Meta"], about)
    assert refused(org, EntityType="OPPORTUNITY") == "VC_8012"


def test_a_global_goal_needs_no_company_and_keeps_one(org: Org) -> None:
    assert "CompanyId" not in org.create(EntityType="GLOBAL", CompanyId=None)
    assert org.create(EntityType="GLOBAL")["CompanyId"] == org.gsids["IBM"]


def test_a_goals_entity_cannot_be_changed(org: Org) -> None:
    """An update that named another company said true and did nothing."""
    relationship = org.record(RecordKind.RELATIONSHIP, "EMEA")
    opportunity, template = org.record(RecordKind.OPPORTUNITY, "Renewal"), org.template()["Gsid"]
    goal = org.create()["Gsid"]
    others = {"CompanyId": org.gsids["Meta"], "RelationshipId": relationship, "OpportunityId": opportunity}
    others |= {"RelationshipTypeId": FOREIGN, "TemplateId": template}
    for name, gsid in others.items():
        answer = org.api.put(UPDATE, json=requested({"Gsid": goal, "Name": "New", name: gsid}))
        assert failure(answer) == ("VC_8019", f"{name} cannot be changed: a goal stays with what it is about")
    answer = org.api.put(UPDATE, json=requested({"Gsid": goal, "CompanyId": None}))
    assert failure(answer)[0] == "VC_8019"
    moved = requested({"Gsid": goal, "CompanyName": "Meta"}, lookups=NAME_TO_COMPANY)
    assert failure(org.api.put(UPDATE, json=moved))[0] == "VC_8019"
    for entity, code in (("GLOBAL", "VC_8013"), ("relationship", "VC_8013"), ("x", "VC_8013")):
        answer = org.api.put(UPDATE, json=requested({"Gsid": goal, "EntityType": entity}))
        assert failure(answer)[0] == code
    assert org.one(goal)["dataList"]["Name"] == "Grow"
    same = {"CompanyId": org.gsids["IBM"], "EntityType": "Company", "OpportunityId": None, "Name": "New"}
    assert org.update(goal, **same)["Name"] == "New"


@pytest.mark.parametrize("kind", [RecordKind.RELATIONSHIP, RecordKind.OPPORTUNITY])
def test_a_relationship_has_its_own_company(kind: RecordKind, org: Org) -> None:
    """A relationship's goal with another company's name was stored under the latter."""
    spelled = parse_gsid(org.gsids["IBM"])
    assert spelled is not None
    entity = kind.value.upper()
    about = {"EntityType": entity, f"{entity.title()}Id": org.record(kind, "EMEA", company_id=spelled[1])}
    if kind is RecordKind.RELATIONSHIP:
        about["RelationshipTypeId"] = org.item(Picklist.RELATIONSHIP_TYPE, "Region")
    full = {"Name": "x", "StatusName": "New", **about}
    answer = org.api.post(CREATE, json=requested({**full, "CompanyId": org.gsids["Meta"]}))
    assert failure(answer) == ("VC_8011", f"CompanyId is not the company of the goal's {kind.value}")
    named = requested({**full, "CompanyName": "Meta"}, lookups=NAME_TO_COMPANY)
    assert failure(org.api.post(CREATE, json=named))[0] == "VC_8011"
    assert org.create(**{**about, "CompanyId": org.gsids["IBM"]})["CompanyId"] == org.gsids["IBM"]
    assert org.create(**{**about, "CompanyId": None})["CompanyId"] == org.gsids["IBM"]


def test_a_status_by_name_and_id_must_be_the_same(org: Org) -> None:
    choices = org.choices()
    both = org.create(StatusName="on track", StatusId=choices["On Track"])
    assert both["StatusId__gr"] == {"Name": "On Track"}
    assert org.create(StatusName=None, StatusId=choices["Achieved"])["StatusId"] == choices["Achieved"]
    assert refused(org, StatusName="New", StatusId=choices["On Track"]) == "VC_8010"
    assert refused(org, StatusName=None, StatusId=org.choices("GOAL_TYPE")["Default"]) == "VC_8010"
    goal = both["Gsid"]
    for empty in ({"StatusName": None}, {"StatusId": None}, {"StatusName": ""}):
        assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal, **empty})), 500)[0] == "VC_8010"
    assert org.update(goal, StatusName="At Risk")["StatusId"] == choices["At Risk"]


def test_a_goal_type_by_name_or_id(org: Org) -> None:
    kind = org.item(Picklist.GOAL_TYPE, "Adoption")
    assert org.create(GoalTypeName="ADOPTION")["GoalTypeId"] == kind
    assert org.create(GoalTypeId=kind)["GoalTypeId"] == kind
    assert org.create()["GoalTypeId"] == org.choices("GOAL_TYPE")["Default"]
    assert refused(org, GoalTypeName="Default", GoalTypeId=kind) == "VC_8015"


@pytest.mark.parametrize("key", ["Gsid", "GSID", "gsid"])
def test_the_key_of_the_goal_in_each_spelling(key: str, org: Org) -> None:
    goal = org.create()["Gsid"]
    data = org.data("PUT", UPDATE, requested({key: goal, "Name": "New"}))
    assert data["record"]["Gsid"] == goal
    assert org.one(goal)["dataList"]["Name"] == "New"


def test_an_update_changes_and_shows_what_is_sent_alone(org: Org) -> None:
    goal = org.create(DueDate="2026-01-31", Description="<p>a</p>", text__gc="b")["Gsid"]
    before = org.one(goal, "Description", "text__gc", "CurrencyIsoCode")["dataList"]
    changed = org.update(goal, Name="New")
    assert sorted(changed) == ["GoalCategory", "Gsid", "ModifiedById", "ModifiedDate", "Name"]
    assert org.one(goal, "Description", "text__gc", "CurrencyIsoCode")["dataList"] == {**before, "Name": "New"}


def test_null_empties_what_may_be_empty(org: Org) -> None:
    work = org.item(Picklist.ASSOCIATED_WORK, "Training")
    goal = org.create(DueDate="2026-01-31", Description="x", text__gc="b", AssociatedWork=[work])["Gsid"]
    org.update(goal, DueDate=None, Description=None, text__gc=None, AssociatedWork=None)
    row = org.one(goal, "Description", "text__gc", "AssociatedWork", "CompanyId")["dataList"]
    assert row.keys().isdisjoint(("DueDate", "Description", "text__gc", "AssociatedWork"))
    for name in ("Name", "CurrencyIsoCode"):
        for empty in (None, ""):
            answer = org.api.put(UPDATE, json=requested({"Gsid": goal, name: empty}))
            assert failure(answer)[0] == "VC_8012"


def test_a_due_date_keeps_its_time_of_day_within_its_day(org: Org) -> None:
    portal = org.server.client(org.workspace.key, "/api/public/v1")
    goal = org.create()["Gsid"]
    path = f"/goals/{id_of(goal)}"
    assert portal.patch(path, json={"dueDate": "2026-03-31T17:00:00Z"}).status_code == 200
    assert org.update(goal, DueDate="2026-03-31")["DueDate"] == "2026-03-31"
    assert portal.get(path).json()["data"]["dueDate"] == "2026-03-31T17:00:00.000Z"
    org.update(goal, DueDate="2026-04-01")
    assert portal.get(path).json()["data"]["dueDate"] == "2026-04-01T00:00:00.000Z"


@pytest.mark.parametrize(
    "wrong", ["2026-02-30", "2026-1-1", "31.03.2026", "2026-03-31T00:00:00Z", "20260331", "2026-W01-1", "x", 5, True]
)
def test_a_due_date_that_is_none(wrong: Any, org: Org) -> None:
    assert refused(org, DueDate=wrong) == "VC_8019"


def test_a_template_gives_what_the_request_does_not_say(org: Org) -> None:
    work = org.item(Picklist.ASSOCIATED_WORK, "Training")
    metric = org.metric()
    template = org.template(
        **{"Description": "<p>Play</p>", "DueDate": 10, "StatusName": "On Track", "text__gc": "a", "more__gc": "b"},
        **{"AssociatedWork": [work], "metricsAssociation": [{"metricId": metric}], "CurrencyIsoCode": "EUR"},
    )["Gsid"]
    made = org.create(Name=None, StatusName=None, TemplateId=template)
    today = datetime.now(UTC).date()
    assert made["DueDate"] in {(today + timedelta(days=days)).isoformat() for days in (9, 10)}
    expected = {"Name": "Playbook", "Description": "<p>Play</p>", "text__gc": "a", "more__gc": "b"}
    assert {name: made[name] for name in expected} == expected
    assert (made["TemplateId"], made["CurrencyIsoCode"]) == (template, "EUR")
    assert made["StatusId__gr"] == {"Name": "On Track"}
    row = org.one(made["Gsid"], "AssociatedWork", "MetricValues", "TemplateId")["dataList"]
    assert row["AssociatedWork"] == [work]
    assert [one["metricId"] for one in row["MetricValues"]] == [metric]

    own = {"Name": "Mine", "DueDate": "2030-01-01", "StatusName": "New", "text__gc": "c", "CurrencyIsoCode": "GBP"}
    other = org.create(TemplateId=template, Description="d", **own)
    assert (other["Name"], other["DueDate"], other["Description"]) == ("Mine", "2030-01-01", "d")
    assert (other["text__gc"], other["more__gc"], other["CurrencyIsoCode"]) == ("c", "b", "GBP")


def test_a_template_without_days_gives_no_due_date_and_zero_days_are_today(org: Org) -> None:
    without, today = org.template()["Gsid"], org.template(DueDate=0)["Gsid"]
    assert "DueDate" not in org.create(TemplateId=without)
    days = {datetime.now(UTC).date().isoformat()}
    made = org.create(TemplateId=today)["DueDate"]
    assert made in days | {datetime.now(UTC).date().isoformat()}


def test_an_unknown_template_is_rejected(org: Org) -> None:
    gone = org.template()["Gsid"]
    org.data("DELETE", f"{TEMPLATE}/delete", {"recordIds": [gone]})
    for wrong in (gone, FOREIGN, org.create()["Gsid"]):
        assert refused(org, TemplateId=wrong) == "VC_8014"


def test_associations_come_and_go_once(org: Org) -> None:
    goal = org.create(association={"CTA": [CTA, CTA], "SP": [SP]})["Gsid"]

    def shown() -> tuple[list[str], list[str]]:
        row = org.one(goal)
        return [one["gsid"] for one in row["associatedCTAs"]], [one["gsid"] for one in row["associatedSPs"]]

    assert shown() == ([CTA], [SP])
    org.update(goal, parts={"association": {"CTA": [CTA, CTA2]}, "dissociation": {"SP": [SP]}})
    assert shown() == (sorted([CTA, CTA2]), [])
    org.update(goal, parts={"association": {"CTA": [CTA]}, "dissociation": {"CTA": [CTA, CTA2], "SP": [SP]}})
    assert shown() == ([CTA], [])
    org.update(goal, parts={"association": None, "dissociation": {"CTA": None}})
    assert shown() == ([CTA], [])
    for wrong in ({"CTA": [SP]}, {"SP": [CTA]}, {"CTA": [goal]}):
        answer = org.api.put(UPDATE, json=requested({"Gsid": goal}, association=wrong))
        assert failure(answer)[0] == "VC_8011"
    for code, wrong in (("VC_8001", {"CTA": []}), ("VC_8002", {"SP": []})):
        answer = org.api.put(UPDATE, json=requested({"Gsid": goal}, dissociation=wrong))
        assert failure(answer)[0] == code
    assert shown() == ([CTA], [])


def test_associations_that_are_kept_here_have_their_names(org: Org) -> None:
    cta = org.record(RecordKind.CTA, "Call", fields={"DueDate": "2026-01-31", "TypeId": FOREIGN, "IsClosed": False})
    goal = org.create(association={"CTA": [cta], "SP": [SP]})["Gsid"]
    row = org.one(goal)
    (shown,) = row["associatedCTAs"]
    assert (shown["name"], shown["dueDate"], shown["isClosed"]) == ("Call", "2026-01-31 00:00:00", False)
    (unknown,) = row["associatedSPs"]
    assert {value for name, value in unknown.items() if name != "gsid"} == {None}


def test_associated_work_takes_the_place_of_the_former(org: Org) -> None:
    first, second = (org.item(Picklist.ASSOCIATED_WORK, name) for name in ("Training", "Review"))
    goal = org.create(AssociatedWork=[first])["Gsid"]
    org.update(goal, AssociatedWork=[second, second])
    assert org.one(goal, "AssociatedWork")["dataList"]["AssociatedWork"] == [second]
    org.update(goal, Name="New")
    assert org.one(goal, "AssociatedWork")["dataList"]["AssociatedWork"] == [second]


def test_goals_are_deleted_each_by_itself(org: Org) -> None:
    goal, template = org.create()["Gsid"], org.template()["Gsid"]
    data = org.data("DELETE", DELETE, {"recordIds": [goal, template, goal, FOREIGN]})
    assert [one["Gsid"] for one in data["successList"]] == [goal]
    assert data["successList"][0]["GoalCategory"] == "GOAL"
    assert [(one["Gsid"], one["errorCode"]) for one in data["failureList"]] == [
        (template, "VC_8011"),
        (FOREIGN, "VC_8011"),
    ]
    assert (data["success"], data["failCount"]) == (False, 2)
    assert org.fetch("Name") == []
    assert failure(org.api.put(UPDATE, json=requested({"Gsid": goal})), 500)[0] == "VC_8011"


def test_gsids_have_the_documented_prefixes(org: Org) -> None:
    made = org.create()
    prefixes = {
        "Gsid": gsids.GOAL,
        "StatusId": "1I00",
        "GoalTypeId": "1I00",
        "CompanyId": "1P02",
        "CreatedById": "1P01",
    }
    assert {name: made[name][:4] for name in prefixes} == prefixes
    assert org.template()["Gsid"].startswith("1CG0")
