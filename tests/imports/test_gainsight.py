"""A client that stored Gainsight's GSIDs sends the requests of the document to a workspace that imported them.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs, whose
GSIDs these are.
"""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from goalpost.cli.things import AUTHOR
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import picklists
from goalpost.imports.services import foreign_ids
from tests.imports.support import Importing, checked, data

IBM, META = "1P02GZA9BI8FRI07JF95E331G0FA4RHW6LUB", "1P0275DAZIB1U41FWU0FBY7UJL61TUQZY6UV"
USER = "1P01J0CQPQSRP90S3XREZGN79WR84S54PAPT"
RELATIONSHIP, RELATIONSHIP_TYPE = "1P05K3LLPNNVG56OM8VLWE6CVV66QUHSESXX", "1P06K3LLPNNVG56OM8VLWE6CVV66QUHSESXX"
OPPORTUNITY = "1Q99K3LLPNNVG56OM8VLWE6CVV66QUHSESXX"
DEFAULT, TYPE = "1I00GO4Q83RGDEM94Y417YFL8IB9L9R5WO99", "1I00GO4Q83RGDEM94YUKVBH3OA6UU7RGBRII"
ACHIEVED, LIVELY = "1I005IUOFEZ24SJ62ZSP4PI1BZX88VUL4V1Z", "1I005IUOFEZ24SJ62ZSUKB6C3WN620DSIBYT"
METRIC, OTHER_METRIC = "1I0056K976K5AXWOB1XICUZ6DNSP6MZDCWNQ", "1I0056K976K5AXWOB1P7YWFJNZOIUXW8YMEQ"
WANTED = "1I0044QAWFWL9VNNWEEFLCSIUTFZ48SJAZEY"
WORK = "1I005G22HP9QX1NRFC58NVMRDRVLJE52KR1J"
GOAL, OTHER_GOAL = "1CG0LXVS2HO4Y5ZF1F6YYCF1TN6O5RCW2ZTO", "1CG0LXVS2HO4Y5ZF1FJINHVV1BOPDPEGV3J4"
TEMPLATE = "1CG01SX5TCMHZ0OXX0XMV01B68HZR4B6W7AX"
PLAN, CTA = "1S02JJSBDT2ZT78W7NL2NR8BXMXALV76JBSC", "1S015065Y1L4AP5SUXV96R83SMQ523UNWRXP"

EXTERNAL = "/v1/csgoal/external"


def envelope(content: Any) -> dict[str, Any]:
    return {"result": True, "errorCode": None, "errorDesc": None, "requestId": "r", "data": content, "message": None}


def item(gsid: str, name: str, category: str, order: int, **more: Any) -> dict[str, Any]:
    return {
        "gsid": gsid,
        "name": name,
        "color": "#98E7B1",
        "picklistCategory": category,
        "displayOrder": order,
        "active": True,
        "openStatusType": False,
        "recurring": False,
        "systemDefined": False,
        "associationDetails": {
            "autoAssignFutureAssociationIds": True,
            "associationCategory": "ENTITY",
            "associationIds": ["ALL_ENTITY"],
        },
        "childPicklistIds": {},
        **more,
    }


def metric(gsid: str, name: str) -> dict[str, Any]:
    return {
        "createdAt": 1738572893155,
        "deleted": False,
        "modifiedAt": 1738572893155,
        "createdBy": USER,
        "modifiedBy": USER,
        "name": name,
        "description": None,
        "unitOfMeasure": "DECIMAL",
        "displayOrder": 4,
        "externalId": None,
        "active": True,
        "systemDefined": False,
        "gsid": gsid,
    }


COMPANIES = {"records": [{"Gsid": IBM, "Name": "IBM", "ParentCompany": META}, {"Gsid": META, "Name": "Meta"}]}
USERS = {"records": [{"Gsid": USER, "Name": "Someone", "Email": "someone@example.com"}]}
RELATIONSHIPS = {"records": [{"Gsid": RELATIONSHIP, "Name": "IBM product", "CompanyId": IBM}]}
OPPORTUNITIES = {"records": [{"Gsid": OPPORTUNITY, "Name": "Renewal", "CompanyId": IBM}]}
PICKLISTS = {
    "picklists": [
        item(DEFAULT, "Default", "GOAL_TYPE", 1, systemName="DEFAULT_GOAL_TYPE", systemDefined=True),
        item(TYPE, "Adoption", "GOAL_TYPE", 2),
    ],
    "childPicklists": [
        item(ACHIEVED, "Achieved", "GOAL_STATUS", 3),
        item(LIVELY, "Lively", "GOAL_STATUS", 2, openStatusType=True),
    ],
    "metrics": [metric(METRIC, "Seats"), metric(OTHER_METRIC, "Logins")],
}
VALUES = [
    {
        "metricId": METRIC,
        "goalId": GOAL,
        "baseValue": 10.0,
        "actualValue": [{"gsid": None, "value": 5.0, "timestamp": "2025-01-04"}],
        "targetValue": 8.0,
        "gsid": WANTED,
    }
]
PLANS = [
    {
        "gsid": PLAN,
        "name": f"barca_sp {TYPE}",
        "entityType": "COMPANY",
        "ownerId": USER,
        "statusId": "1I004Y368TQW84KNMBVMAMEBL1IOFF9APWGI",
        "dueDate": "2025-01-31 11:30:00",
        "closedCtaCount": None,
    }
]
FIELDS = {
    "CurrencyIsoCode": "USD",
    "DueDate": "2025-01-30",
    "GoalTypeId": TYPE,
    "Gsid": GOAL,
    "Name": "barca_template",
    "StatusId": ACHIEVED,
    "cust_string_value__gc": "hello",
    "comp_lookup_gsid__gc": META,
    "CompanyId": IBM,
    "EntityType": "COMPANY",
    "AssociatedWork": [WORK],
    "CreatedDate": 1738572893155,
    "ModifiedDate": 1738573668994,
    "MetricValues": VALUES,
}
GOALS = {
    "recordList": [
        {"dataList": FIELDS, "associatedCTAs": [], "associatedSPs": PLANS},
        {
            "dataList": {"Gsid": OTHER_GOAL, "Name": "Barca custom goal ", "GoalTypeId": TYPE, "StatusId": LIVELY},
            "associatedCTAs": [],
            "associatedSPs": PLANS,
        },
    ]
}
TEMPLATES = {
    "recordList": [
        {
            "Gsid": TEMPLATE,
            "Name": "Playbook",
            "DueDate": 25,
            "StatusId": LIVELY,
            "GoalTypeId": TYPE,
            "GoalCategory": "TEMPLATE",
            "CreatedDate": 1738572893155,
            "metricsAssociation": [{"metricId": METRIC}],
        }
    ]
}
ANSWERS = {
    "templates": TEMPLATES,
    "goals": GOALS,
    "companies": COMPANIES,
    "users": USERS,
    "relationships": RELATIONSHIPS,
    "picklists": PICKLISTS,
}


def import_all(importing: Importing, **changed: Any) -> dict[str, dict[str, int]]:
    files = [importing.file(f"{name}.json", envelope(found)) for name, found in {**ANSWERS, **changed}.items()]
    opportunities = importing.file("opportunities.json", envelope(OPPORTUNITIES))
    return importing.rows("gainsight", *files, f"opportunity={opportunities}")


def add_work(importing: Importing) -> None:
    """The vendor lists no names of associated work: they are said once."""
    with importing.workspace.server.stores.writing() as db:
        more: dict[str, Any] = {"workspace_id": importing.id, "now": datetime.now(UTC)}
        row_id = foreign_ids.claim(db, kind=Picklist.ASSOCIATED_WORK, text=WORK, **more)
        named = {"name": "Quarterly review", "picklist": Picklist.ASSOCIATED_WORK}
        picklists.add_item(db, row_id=row_id, author=AUTHOR, **named, **more)


class Client:
    """Sends what an integration sends, and gives the answers' data."""

    def __init__(self, importing: Importing) -> None:
        self.api = importing.client("")
        self.api.headers["accesskey"] = importing.workspace.key
        del self.api.headers["authorization"]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        return data(self.api.request(method, path, json=body))

    def raw(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return self.api.request(method, path, json=body)

    def fetch(self, *select: str, where: Any = None) -> list[dict[str, Any]]:
        body = {"select": list(select), **({"where": where} if where else {})}
        found: list[dict[str, Any]] = self.send("POST", f"{EXTERNAL}/fetch", body)["recordList"]
        return found

    def found_by(self, field: str, *values: Any, operator: str = "EQ") -> list[str]:
        """The GSIDs of the goals that a condition finds."""
        condition = {"fieldName": field, "value": list(values), "alias": "A", "operator": operator}
        rows = self.fetch("Gsid", where={"conditions": [condition], "expression": "A"})
        return sorted(row["dataList"]["Gsid"] for row in rows)


@pytest.fixture
def client(importing: Importing) -> Client:
    add_work(importing)
    import_all(importing)
    return Client(importing)


def test_everything_is_imported_once(importing: Importing) -> None:
    add_work(importing)
    first = import_all(importing)
    assert first == {
        "goal_type": {"read": 2, "created": 1, "unchanged": 1},
        "status": {"read": 2, "created": 1, "updated": 1},
        "metric": {"read": 2, "created": 2},
        "person": {"read": 1, "created": 1},
        "company": {"read": 2, "created": 2},
        "relationship": {"read": 1, "created": 1},
        "opportunity": {"read": 1, "created": 1},
        "success_plan": {"read": 1, "created": 1},
        "template": {"read": 1, "created": 1},
        "goal": {"read": 2, "created": 2},
    }
    again = import_all(importing)
    assert again == {kind: {"read": counts["read"], "unchanged": counts["read"]} for kind, counts in first.items()}


def test_a_second_import_changes_what_has_changed(importing: Importing, client: Client) -> None:
    renamed = {"records": [{**COMPANIES["records"][0], "Name": "IBM Corp"}]}
    moved = {**FIELDS, "Name": "Moved", "StatusId": LIVELY, "MetricValues": [{**VALUES[0], "targetValue": 9.0}]}
    goals = {"recordList": [{"dataList": moved, "associatedCTAs": [], "associatedSPs": PLANS}]}
    rows = import_all(importing, companies=renamed, goals=goals)
    assert (rows["company"], rows["goal"]) == ({"read": 1, "updated": 1}, {"read": 1, "updated": 1})
    found = client.fetch("CompanyId__gr.Name", "MetricValues", where=_is("Gsid", GOAL))[0]["dataList"]
    assert (found["Name"], found["CompanyId__gr.Name"]) == ("Moved", "IBM Corp")
    assert found["MetricValues"][0]["targetValue"] == 9.0


def test_goals_are_answered_with_the_gsids_that_were_stored(client: Client) -> None:
    names = [name for name in FIELDS if name != "CreatedDate"]
    rows = {row["dataList"]["Gsid"]: row for row in client.fetch(*names, "CreatedDate")}
    assert rows.keys() == {GOAL, OTHER_GOAL}
    assert rows[GOAL]["dataList"] == FIELDS
    assert rows[GOAL]["associatedSPs"] == PLANS


@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("Gsid", GOAL, [GOAL]),
        ("CompanyId", IBM, [GOAL]),
        ("StatusId", LIVELY, [OTHER_GOAL]),
        ("GoalTypeId", TYPE, [GOAL, OTHER_GOAL]),
        ("comp_lookup_gsid__gc", META, [GOAL]),
        ("CompanyId", META, []),
    ],
)
def test_conditions_compare_stored_gsids(client: Client, field: str, value: str, found: list[str]) -> None:
    assert client.found_by(field, value) == found
    assert client.found_by(field, value, operator="IN") == found


def test_a_goal_is_created_updated_and_deleted_by_stored_gsids(client: Client) -> None:
    """The second generation's samples, which name everything by GSID."""
    record = {
        "Name": "Custom Goal 1",
        "StatusId": ACHIEVED,
        "GoalTypeId": TYPE,
        "EntityType": "COMPANY",
        "CompanyId": IBM,
        "DueDate": "2025-01-07",
        "comp_lookup_gsid__gc": META,
        "AssociatedWork": [WORK],
        "metricsAssociation": [{"metricId": METRIC, "baseValue": 10.0, "targetValue": 8.0}],
    }
    request = {"requests": [{"record": record, "association": {"CTA": [CTA], "SP": [PLAN]}}]}
    goal = client.send("POST", f"{EXTERNAL}/create", request)["goal"]
    told = {name: goal[name] for name in ("StatusId", "GoalTypeId", "CompanyId", "comp_lookup_gsid__gc")}
    assert told == {name: record[name] for name in told}
    assert goal["MetricValues"][0]["metricId"] == METRIC
    row = client.fetch("AssociatedWork", where=_is("Gsid", goal["Gsid"]))[0]
    assert row["dataList"]["AssociatedWork"] == [WORK]
    assert [found["gsid"] for found in (*row["associatedCTAs"], *row["associatedSPs"])] == [CTA, PLAN]

    update = {"Gsid": GOAL, "StatusId": LIVELY, "metricsDissociation": [METRIC]}
    parts = {"association": {"CTA": [CTA]}, "dissociation": {"SP": [PLAN]}}
    changed = client.send("PUT", f"{EXTERNAL}/update", {"requests": [{"record": update, **parts}]})["record"]
    assert (changed["Gsid"], changed["StatusId"]) == (GOAL, LIVELY)
    row = client.fetch("MetricValues", where=_is("Gsid", GOAL))[0]
    assert "MetricValues" not in row["dataList"]
    assert ([cta["gsid"] for cta in row["associatedCTAs"]], row["associatedSPs"]) == ([CTA], [])

    gone = client.send("DELETE", f"{EXTERNAL}/delete?recordIds={GOAL}")["successList"]
    assert [found["Gsid"] for found in gone] == [GOAL]
    assert client.found_by("Gsid", GOAL) == []


def test_goals_about_relationships_opportunities_and_from_templates(client: Client) -> None:
    for kind, record in {
        "RELATIONSHIP": {"RelationshipId": RELATIONSHIP},
        "OPPORTUNITY": {"OpportunityId": OPPORTUNITY},
        "COMPANY": {"CompanyId": IBM, "TemplateId": TEMPLATE},
    }.items():
        sent = {"Name": kind, "StatusId": LIVELY, "GoalTypeId": TYPE, "EntityType": kind, **record}
        goal = client.send("POST", f"{EXTERNAL}/create", {"requests": [{"record": sent}]})["goal"]
        assert {name: goal[name] for name in record} == record
        assert goal["CompanyId"] == IBM


def test_templates_metrics_and_picklists_by_stored_gsids(client: Client) -> None:
    shown = client.send("POST", f"{EXTERNAL}/template/fetch", {"select": ["metricsAssociation", "StatusId"]})
    assert shown["recordList"][0]["Gsid"] == TEMPLATE
    assert shown["recordList"][0]["metricsAssociation"] == [{"metricId": METRIC}]
    sent = {
        "Gsid": TEMPLATE,
        "StatusId": ACHIEVED,
        "AssociatedWork": [WORK],
        "metricsAssociation": [{"metricId": OTHER_METRIC}],
        "metricsDissociation": [{"metricId": METRIC}],
    }
    saved = client.send("PUT", f"{EXTERNAL}/template", {"requests": [{"record": sent}]})["successList"][0]
    assert (saved["Gsid"], saved["StatusId"], saved["AssociatedWork"]) == (TEMPLATE, ACHIEVED, [WORK])

    request = {"record": {"gsid": METRIC, "name": "Active seats"}, "associateGoalTypes": [DEFAULT]}
    assert client.send("PUT", "/csgoal/external/metric/", {"requests": [request]})["successList"][0]["gsid"] == METRIC
    body = {"includeMetrics": True, "includeChildPicklist": True, "active": True}
    found = client.send("POST", f"{EXTERNAL}/admin/picklist", body)
    assert {DEFAULT, TYPE} <= {one["gsid"] for one in found["picklists"]}
    assert [one["gsid"] for one in found["metrics"]] == [METRIC, OTHER_METRIC]
    assert {ACHIEVED, LIVELY} <= set(found["picklists"][0]["childPicklistIds"]["GOAL_STATUS"])
    gone = client.send("DELETE", f"{EXTERNAL}/template/delete", {"recordIds": [TEMPLATE]})["successList"]
    assert [one["Gsid"] for one in gone] == [TEMPLATE]


def test_a_refusal_names_gsids_as_they_were_sent(client: Client) -> None:
    answer = client.raw("DELETE", "/csgoal/external/metrics", {"recordIds": [METRIC]})
    assert answer.json()["errorCode"] == "VC_8026"
    assert {one["gsid"] for one in answer.json()["errorInfo"]["usageInGoals"]} == {GOAL, TEMPLATE}
    sent = {"Name": "G", "StatusId": LIVELY, "EntityType": "COMPANY", "CompanyId": IBM}
    request = {"record": sent, "association": {"CTA": [PLAN]}}
    said = client.raw("POST", f"{EXTERNAL}/create", {"requests": [request]}).json()["message"]
    assert said.endswith(PLAN)
    wrong = client.raw("PUT", "/v1/data/objects/Company?keys=Gsid", {"records": [{"Gsid": META, "Name": 5}]})
    assert "GOALPST" not in wrong.text


def test_objects_are_found_changed_and_deleted_by_stored_gsids(client: Client) -> None:
    where = {"conditions": [{"name": "Gsid", "value": [IBM], "alias": "A", "operator": "EQ"}], "expression": "A"}
    rows = client.send("POST", "/v1/data/objects/query/Company", {"where": where})["records"]
    assert [(row["Gsid"], row["ParentCompany"]) for row in rows] == [(IBM, META)]
    by_parent = {"conditions": [{"name": "ParentCompany", "value": [META], "operator": "EQ"}]}
    rows = client.send("POST", "/v1/data/objects/query/Company", {"select": ["Gsid"], "where": by_parent})["records"]
    assert rows == [{"Gsid": IBM}]
    body = {"records": [{"Gsid": META, "Name": "Meta Inc"}]}
    assert client.send("PUT", "/v1/data/objects/Company?keys=Gsid", body)["records"][0]["Gsid"] == META
    rows = client.send("POST", "/v1/data/objects/query/Relationship", {"select": ["Gsid", "CompanyId"]})["records"]
    assert rows == [{"Gsid": RELATIONSHIP, "CompanyId": IBM}]
    assert client.send("DELETE", f"/v1/data/objects/Company/{META}")["records"] == [{"Gsid": META}]
    assert client.raw("DELETE", f"/v1/data/objects/Company/{META}").json()["errorCode"] == "GSOBJ_1011"


def test_lookups_give_stored_gsids(client: Client) -> None:
    lookups = {
        "CompanyId": {"fields": {"CompanyName": "Name"}, "lookupField": "Gsid", "objectName": "company"},
        "comp_lookup_gsid__gc": {"fields": {"Comp": "Gsid"}, "lookupField": "Gsid", "objectName": "company"},
    }
    record = {"Name": "G", "StatusName": "Lively", "EntityType": "COMPANY", "CompanyName": "IBM", "Comp": META}
    goal = client.send("POST", f"{EXTERNAL}/create", {"requests": [{"record": record}], "lookups": lookups})["goal"]
    assert (goal["CompanyId"], goal["comp_lookup_gsid__gc"], goal["StatusId"]) == (IBM, META, LIVELY)


def test_texts_of_people_that_look_like_gsids_are_left_alone(importing: Importing, client: Client) -> None:
    record = {"Name": META, "Description": IBM, "StatusId": LIVELY, "EntityType": "COMPANY", "CompanyId": IBM}
    goal = client.send("POST", f"{EXTERNAL}/create", {"requests": [{"record": record}]})["goal"]
    assert (goal["Name"], goal["Description"]) == (META, IBM)
    assert client.found_by("Name", META) == [goal["Gsid"]]
    listed = data(importing.client("/api/public/v1").get("/goals", params={"search": META}))
    assert [(found["title"], found["description"]) for found in listed] == [(META, IBM)]


def test_the_same_gsids_work_in_two_workspaces(client: Client, elsewhere: Importing) -> None:
    add_work(elsewhere)
    import_all(
        elsewhere, companies={"records": [{"Gsid": IBM, "Name": "Theirs"}, {"Gsid": META, "Name": "Their Meta"}]}
    )
    other = Client(elsewhere)
    for each, name in ((client, "IBM"), (other, "Theirs")):
        row = each.fetch("CompanyId", "CompanyId__gr.Name", where=_is("Gsid", GOAL))[0]["dataList"]
        assert (row["Gsid"], row["CompanyId"], row["CompanyId__gr.Name"]) == (GOAL, IBM, name)
    other.send("DELETE", f"{EXTERNAL}/delete", {"recordIds": [GOAL]})
    assert other.found_by("Gsid", GOAL) == []
    assert client.found_by("Gsid", GOAL) == [GOAL]


def test_gsids_of_another_workspace_are_nobodys(client: Client, elsewhere: Importing) -> None:
    other = Client(elsewhere)
    assert other.found_by("Gsid", GOAL) == []
    record = {"Name": "G", "StatusName": "New", "EntityType": "COMPANY", "CompanyId": IBM}
    refused = other.raw("POST", f"{EXTERNAL}/create", {"requests": [{"record": record}]})
    unknown = other.raw(
        "POST", f"{EXTERNAL}/create", {"requests": [{"record": {**record, "CompanyId": IBM[:-1] + "X"}}]}
    )
    assert (refused.status_code, refused.json()["message"]) == (unknown.status_code, unknown.json()["message"])


def test_other_doors_have_other_spellings(importing: Importing, client: Client) -> None:
    goals = data(importing.client("/api/public/v1").get("/goals"))
    assert [goal["title"] for goal in goals] == ["barca_template"]
    assert goals[0]["createdAt"] == "2025-02-03T08:54:53.155Z"
    assert client.found_by("Gsid", GOAL) == [GOAL]
    assert {company["gsid"] for company in importing.cli("company", "list")} == {IBM, META}


def test_a_plan_that_goals_named_before_is_the_same_one(importing: Importing) -> None:
    client = Client(importing)
    record = {"Name": "G", "StatusName": "New", "EntityType": "GLOBAL"}
    request = {"record": record, "association": {"SP": [PLAN]}}
    client.send("POST", f"{EXTERNAL}/create", {"requests": [request]})
    assert client.fetch("Gsid")[0]["associatedSPs"][0] == {**dict.fromkeys(PLANS[0]), "gsid": PLAN}
    plans = importing.file("plans.json", envelope([{"Gsid": PLAN, "Name": "Adoption plan"}]))
    importing.rows("gainsight", plans)
    assert client.fetch("Gsid")[0]["associatedSPs"][0]["name"] == "Adoption plan"


def test_missing_rows_are_named_and_nothing_is_imported(importing: Importing) -> None:
    goals = importing.file("goals.json", envelope(GOALS))
    said = importing.refused("gainsight", goals)
    assert f"{goals} data recordList[0] dataList (barca_template): the company {IBM} is neither" in said
    whole = [importing.file(f"{name}.json", envelope(found)) for name, found in ANSWERS.items()]
    assert f"the associated work {WORK} is neither" in importing.refused("gainsight", *whole)
    assert importing.cli("company", "list") == []


def test_a_dry_run_says_the_same_and_does_nothing(importing: Importing) -> None:
    companies = importing.file("companies.json", envelope(COMPANIES))
    told = importing.printed("gainsight", companies, "--dry-run")
    assert (told["dry_run"], checked(told["rows"])) == (True, {"company": {"read": 2, "created": 2}})
    assert importing.cli("company", "list") == []
    done = importing.printed("gainsight", companies)
    assert (done["dry_run"], done["rows"]) == (False, told["rows"])


def test_pages_and_lines_and_what_has_no_place_here(importing: Importing) -> None:
    pages = [envelope(COMPANIES), envelope({"records": [{"Gsid": IBM, "Name": "IBM", "Health": {"score": 3}}]})]
    lines = importing.file("companies.ndjson", "\n".join(map(json.dumps, pages)) + "\n")
    done = importing.printed("gainsight", lines)
    assert checked(done["rows"]) == {"company": {"read": 3, "created": 2, "repeated": 1}}
    assert done["not_kept"] == {"company.Health": 1}


def _is(field: str, value: str) -> dict[str, Any]:
    return {"conditions": [{"fieldName": field, "value": [value], "alias": "A", "operator": "EQ"}], "expression": "A"}
