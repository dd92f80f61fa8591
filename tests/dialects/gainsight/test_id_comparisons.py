"""Ids compared with names: as the name of what they point at, or refused; never as if nothing had been asked."""

from typing import Any

import pytest

from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import FETCH, TEMPLATE
from tests.dialects.gainsight.support import FOREIGN, Org, failure, where
from tests.dialects.gainsight.test_objects import answer, insert, query, refused


@pytest.fixture
def two(org: Org) -> Org:
    """A tenant with the goals `one`, which points at everything, and `other`, which has another status and type."""
    identity = parse_gsid(org.gsids["IBM"])
    assert identity is not None
    product = org.record(RecordKind.RELATIONSHIP, "Product", company_id=identity[1])
    deal = org.record(RecordKind.OPPORTUNITY, "Deal", company_id=identity[1])
    kind = org.item(Picklist.RELATIONSHIP_TYPE, "Kind")
    org.item(Picklist.GOAL_TYPE, "Adoption")
    template = org.template(Name="Playbook")["Gsid"]
    points = {"RelationshipId": product, "OpportunityId": deal, "RelationshipTypeId": kind, "TemplateId": template}
    org.create(Name="one", **points)
    org.create(Name="other", GoalTypeName="Adoption", StatusName="On Track", CompanyId=org.gsids["Meta"])
    return org


NAMED = [
    *(("GoalTypeId", "default"), ("StatusId", "New"), ("CompanyId", "IBM"), ("RelationshipId", "product")),
    *(("OpportunityId", "Deal"), ("RelationshipTypeId", "KIND"), ("TemplateId", "Playbook")),
]
ONE, OTHER, BOTH, NONE = {"one"}, {"other"}, {"one", "other"}, set[str]()


def found(org: Org, field: str, operator: str, *values: Any) -> set[str]:
    return {row["dataList"]["Name"] for row in org.fetch("Name", where=where(field, operator, *values))}


@pytest.mark.parametrize(("field", "name"), NAMED)
def test_an_id_is_compared_with_the_name_of_what_it_points_at(field: str, name: str, two: Org) -> None:
    gsid = two.fetch(field, where=where("Name", "EQ", "one"))[0]["dataList"][field]
    for operator in ("EQ", "IN", "INCLUDES", "CONTAINS"):
        assert found(two, field, operator, name) == ONE
        assert found(two, field, operator, "Nobody") == NONE
    for operator in ("NE", "NOT_IN", "EXCLUDES", "DOES_NOT_CONTAIN"):
        assert found(two, field, operator, name) == OTHER
        assert found(two, field, operator, "Nobody") == BOTH
    for operator, names in (("EQ", ONE), ("IN", ONE), ("NE", OTHER), ("NOT_IN", OTHER)):
        assert found(two, field, operator, "Nobody", gsid) == names, "names and GSIDs together"
        assert found(two, field, operator, name, FOREIGN) == names
        assert found(two, field, operator, gsid) == names
    assert failure(two.api.post(FETCH, json={"where": where(field, "GT", name)}))[0] == "VC_8009"


@pytest.mark.parametrize("operator", ["EQ", "NE", "IN", "NOT_IN", "GT", "LTE"])
@pytest.mark.parametrize("field", ["Gsid", "CreatedById", "ModifiedById"])
def test_an_id_without_a_name_is_compared_with_gsids_only(field: str, operator: str, two: Org) -> None:
    code, message = failure(two.api.post(FETCH, json={"where": where(field, operator, "Ann")}))
    assert (code, "'Ann' is not a GSID" in message) == ("VC_8009", True)


def test_templates_too(two: Org) -> None:
    two.template(Name="Second", GoalTypeName="Adoption", StatusName="On Track")
    for field, name in (("GoalTypeId", "Default"), ("StatusId", "new")):
        for operator, names in (("IN", ["Playbook"]), ("NE", ["Second"])):
            rows = two.fetch("Name", path=f"{TEMPLATE}/fetch", where=where(field, operator, name))
            assert [row["Name"] for row in rows] == names
    assert failure(two.api.post(f"{TEMPLATE}/fetch", json={"where": where("Gsid", "EQ", "Playbook")}))[0] == "VC_8009"


def test_records_too(two: Org) -> None:
    insert(two, {"Name": "Rest", "CompanyId": two.gsids["Meta"]}, {"Name": "Lone"}, object="Relationship")
    for operator, names in (("EQ", {"Product"}), ("IN", {"Product"}), ("NOT_IN", {"Rest", "Lone"})):
        rows = query(two, ("CompanyId", operator, "ibm"), object="Relationship")
        assert {row["Name"] for row in rows} == names
    rows = query(two, ("CompanyId", "IN", "IBM", two.gsids["Meta"]), object="Relationship")
    assert {row["Name"] for row in rows} == {"Product", "Rest"}
    wrong = answer(two, "POST", "query/Company", {"where": where("Gsid", "IN", "IBM")})
    assert refused(wrong)[0] == "GSOBJ_1002"
