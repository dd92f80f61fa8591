"""Goal types say what their goals may be about, and which associated work they may have."""

from datetime import UTC, datetime
from uuid import UUID

from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import picklists
from tests.dialects.gainsight.paths import CREATE, PICKLIST, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import BY, Org, failure


def id_of(gsid: str) -> UUID:
    spelled = parse_gsid(gsid)
    assert spelled
    return spelled[1]


def refused(org: Org, **record: object) -> str:
    full = {"Name": "Grow", "StatusName": "New", "EntityType": "COMPANY", "CompanyId": org.gsids["IBM"], **record}
    return failure(org.api.post(CREATE, json={"requests": [{"record": full}]}))[0]


def test_a_type_for_companies_is_for_nothing_else(org: Org) -> None:
    org.item(Picklist.GOAL_TYPE, "Of companies", entities=("COMPANY",))
    assert org.create(GoalTypeName="Of companies")["EntityType"] == "COMPANY"
    assert refused(org, GoalTypeName="Of companies", EntityType="GLOBAL") == "VC_8015"


def test_a_type_for_a_relationship_type(org: Org) -> None:
    product, other = (org.item(Picklist.RELATIONSHIP_TYPE, name) for name in ("Product", "Other"))
    org.item(Picklist.GOAL_TYPE, "Of products", entities=(str(id_of(product)),))
    relationship = org.record(RecordKind.RELATIONSHIP, "IBM's CRM", company_id=id_of(org.gsids["IBM"]))
    about = {"EntityType": "RELATIONSHIP", "CompanyId": None, "RelationshipId": relationship}
    made = org.create(GoalTypeName="Of products", RelationshipTypeId=product, **about)
    assert (made["RelationshipTypeId"], made["CompanyId"]) == (product, org.gsids["IBM"])
    assert refused(org, GoalTypeName="Of products", RelationshipTypeId=other, **about) == "VC_8015"
    found = org.data("POST", PICKLIST, {"entityIds": [product]})["picklists"]
    assert {one["name"] for one in found} == {"Default", "Of products"}
    shown = next(one for one in found if one["name"] == "Of products")
    assert shown["associationDetails"]["associationIds"] == [product]


def test_work_of_another_type_is_refused(org: Org) -> None:
    kind = org.item(Picklist.GOAL_TYPE, "Adoption")
    own = org.item(Picklist.ASSOCIATED_WORK, "Training", parent_id=id_of(kind))
    every = org.item(Picklist.ASSOCIATED_WORK, "Review")
    goal = org.create(GoalTypeName="Adoption", AssociatedWork=[own, every])["Gsid"]
    assert org.one(goal, "AssociatedWork")["dataList"]["AssociatedWork"] == [own, every]
    assert refused(org, AssociatedWork=[own]) == "VC_8017"
    moved = {"Gsid": goal, "GoalTypeName": "Default"}
    assert failure(org.api.put(UPDATE, json={"requests": [{"record": moved}]}))[0] == "VC_8017"
    org.update(goal, GoalTypeName="Default", AssociatedWork=[every])


def test_a_template_may_keep_a_status_that_was_retired(org: Org) -> None:
    status = org.item(Picklist.STATUS, "Paused")
    template = org.template(StatusName="Paused", Gsid=None)
    with org.server.stores.writing() as db:
        picklists.retire_item(db, workspace_id=org.id, item_id=id_of(status), author=BY, now=datetime.now(UTC))
    request = {"record": {"Gsid": template["Gsid"], "StatusId": status, "DueDate": 3}}
    assert org.data("PUT", TEMPLATE, {"requests": [request]})["successList"][0]["StatusId"] == status
