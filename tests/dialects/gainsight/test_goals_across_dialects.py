"""A goal is one row, whichever dialect shows it."""

from goalpost.customers.model.gsids import parse_gsid, to_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import customer_goals
from tests.dialects.gainsight.support import Org

ALL = ("CompanyId", "Description", "AssociatedWork", "MetricValues", "CurrencyIsoCode", "EntityType", "text__gc")


def test_a_goal_goes_through_the_other_dialect_and_back(org: Org) -> None:
    portal = org.server.client(org.workspace.key, "/api/public/v1")
    work, metric = org.item(Picklist.ASSOCIATED_WORK, "Training"), org.metric()
    wish = {"metricId": metric, "baseValue": 1, "targetValue": 9}
    made = org.create(
        Name="Grow",
        Description="<p>d</p>",
        DueDate="2026-03-31",
        CurrencyIsoCode="EUR",
        AssociatedWork=[work],
        metricsAssociation=[wish],
        text__gc="x",
        association={"CTA": ["1S010R2NEBJLG2RT8IP6XWLYWZDDAVCXEK5J"]},
    )
    spelled = parse_gsid(made["Gsid"])
    assert spelled is not None
    path, before = f"/goals/{spelled[1]}", org.one(made["Gsid"], *ALL)

    (listed,) = portal.get("/goals").json()["data"]
    assert listed["id"] == str(spelled[1])
    assert (listed["title"], listed["description"]) == (made["Name"], made["Description"])
    assert (listed["dueDate"], listed["status"]["name"]) == ("2026-03-31T00:00:00.000Z", "New")
    assert parse_gsid(made["StatusId"]) == ("1I00", type(spelled[1])(listed["status"]["id"]))
    assert to_gsid("1P02", type(spelled[1])(listed["company"]["id"])) == made["CompanyId"]

    more = {"title": "Grow more", "quarter": "Q1", "year": 2026, "progressPercentage": 25}
    assert portal.patch(path, json=more).status_code == 200
    after = org.one(made["Gsid"], *ALL)
    assert after == {**before, "dataList": {**before["dataList"], "Name": "Grow more"}}

    org.update(made["Gsid"], Description="e", StatusName="On Track")
    shown = portal.get(path).json()["data"]
    assert {name: shown[name] for name in more} == more
    assert (shown["description"], shown["status"]["name"]) == ("e", "On Track")

    with org.server.stores.writing() as db:
        trail = [*customer_goals.list_changes(db, goal_id=spelled[1])]
    changed = {(one.version, one.change.field) for one in trail}
    assert {field for version, field in changed if version == 2} >= {"title", "quarter", "year", "progress"}
    assert {field for version, field in changed if version == 3} >= {"description"}
    assert portal.delete(path).status_code == 204
    assert org.fetch("Name") == []


def test_a_goal_of_the_other_dialect_is_fetched_here(org: Org) -> None:
    portal = org.server.client(org.workspace.key, "/api/public/v1")
    spelled = parse_gsid(org.gsids["IBM"])
    assert spelled is not None
    body = {"title": "Theirs", "companyId": str(spelled[1]), "dueDate": "2026-03-31T17:00:00Z"}
    assert portal.post("/goals", json=body).status_code == 201
    (row,) = org.fetch("CompanyId", "EntityType")
    found = row["dataList"]
    assert (found["Name"], found["DueDate"], found["CompanyId"]) == ("Theirs", "2026-03-31", org.gsids["IBM"])
    assert found.keys().isdisjoint(("StatusId", "GoalTypeId", "Description"))
    assert org.update(found["Gsid"], StatusName="New", GoalTypeName="Default")["StatusId"]


def test_a_goal_of_a_template_keeps_every_field_on_its_way(org: Org) -> None:
    portal = org.server.client(org.workspace.key, "/api/public/v1")
    seats, tickets = org.metric("Seats"), org.metric("Tickets")
    playbook = org.template(Description="<p>d</p>", text__gc="t", metricsAssociation=[{"metricId": seats}])["Gsid"]
    by_name = {"lookupField": "Gsid", "objectName": "company", "onNoMatch": "ERROR"}
    made = org.create(
        Name=None,
        StatusName=None,
        CompanyId=None,
        TemplateId=playbook,
        CompanyName="IBM",
        PartnerName="Meta",
        metricsAssociation=[{"metricId": tickets, "baseValue": 9, "targetValue": 1}],
        lookups={
            "CompanyId": {"fields": {"CompanyName": "Name"}, **by_name},
            "partner__gc": {"fields": {"PartnerName": "Name"}, **by_name},
        },
    )
    assert (made["Name"], made["text__gc"], made["partner__gc"]) == ("Playbook", "t", org.gsids["Meta"])
    select = (*ALL, "TemplateId", "partner__gc", "GoalTypeId__gr.Name")
    before = org.one(made["Gsid"], *select)
    assert {one["metricId"] for one in before["dataList"]["MetricValues"]} == {seats, tickets}

    (listed,) = portal.get("/goals").json()["data"]
    assert portal.patch(f"/goals/{listed['id']}", json={"title": "Renamed", "year": 2027}).status_code == 200

    after = org.one(made["Gsid"], *select)
    assert after == {**before, "dataList": {**before["dataList"], "Name": "Renamed"}}
