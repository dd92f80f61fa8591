"""Fields that point at records are compared with names, and custom texts as what they say.

Sources: queries of public connectors and of the vendor's samples: `CompanyId__gr.Name`, `OwnerId` by a person's name,
budgets and days in custom fields that were sent as texts.
"""

from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import FETCH, TEMPLATE
from tests.dialects.gainsight.support import Org, failure, requested, where
from tests.dialects.gainsight.test_objects import answer, insert, query, refused
from tests.dialects.gainsight.test_objects import names as names_of

TEMPLATES = f"{TEMPLATE}/fetch"


def fetched(org: Org, path: str, *condition: Any, **more: Any) -> list[str]:
    asked = {"where": where(*condition)} if condition else {}
    return [row.get("dataList", row)["Name"] for row in org.fetch("Name", path=path, **asked, **more)]


def budgets(org: Org, path: str) -> None:
    make = org.create if path == FETCH else org.template
    for name, budget, go in (
        ("a", "5000", "2099-12-24"),
        ("b", "800", "2001-01-01"),
        ("c", "10000", "2100-06-01"),
        ("d", "open", "some day"),
    ):
        make(Name=name, Budget__gc=budget, Go__gc=go)
    make(Name="e")


@pytest.mark.parametrize("path", [FETCH, TEMPLATES])
def test_custom_texts_compare_as_what_they_say(path: str, org: Org) -> None:
    """Budgets `5000`, `800`, `10000` were compared letter by letter, and days met no date literal."""
    budgets(org, path)
    for condition, names in (
        (("Budget__gc", "GT", 1000), "ac"),
        (("Budget__gc", "GT", "1000"), "ac"),
        (("budget__GC", "GT", "1000"), "ac"),
        (("Budget__gc", "BTW", 700, 6000), "ab"),
        (("Budget__gc", "BTW", "700", "6000"), "ab"),
        (("Budget__gc", "LTE", 800), "b"),
        (("Budget__gc", "EQ", 5000), "a"),
        (("Budget__gc", "EQ", "5000"), "a"),
        (("Budget__gc", "NOT_IN", "5000", 800), "cde"),
        (("Budget__gc", "EQ", "OPEN"), "d"),
        (("Budget__gc", "CONTAINS", "00"), "abc"),
        (("Budget__gc", "IS_NULL"), "e"),
        (("Budget__gc", "IS_NOT_NULL"), "abcd"),
        (("Go__gc", "GT", "2099-12-01"), "ac"),
        (("Go__gc", "GTE", "2099-12-24"), "ac"),
        (("Go__gc", "BTW", "2001-01-01", "2099-12-31"), "ab"),
        (("Go__gc", "GT", "TODAY"), "ac"),
        (("Go__gc", "LT", "TODAY"), "b"),
        (("Go__gc", "EQ", "2099-12-24"), "a"),
        (("Go__gc", "EQ", 4_101_753_600_000), "a"),
    ):
        assert "".join(sorted(fetched(org, path, *condition))) == names, condition
    assert fetched(org, path, orderBy={"Budget__gc": "desc"}) == list("cabde")
    assert fetched(org, path, orderBy={"Budget__gc": "asc"}) == list("bacde")
    assert fetched(org, path, orderBy={"Go__gc": "asc"}) == list("bacde")


BY_NAME = [
    ("EQ", ["owner one"], "A"),
    ("IN", ["Owner One", "Owner Two"], "AB"),
    ("INCLUDES", ["Owner Two"], "B"),
    ("NE", ["Owner One"], "BLN"),
    ("NOT_IN", ["Owner One", "Literal"], "BN"),
    ("EXCLUDES", ["Owner Two"], "ALN"),
    ("EQ", ["Literal"], "L"),
    ("EQ", ["Nobody"], ""),
    ("NE", ["Nobody"], "ABLN"),
    ("STARTS_WITH", ["owner"], "AB"),
    ("DOES_NOT_CONTAIN", ["two"], "ALN"),
]
"""Conditions on a field that points at one, at two, is `Literal` and is empty, and the rows that meet them."""


def people(org: Org) -> tuple[str, str]:
    return org.record(RecordKind.PERSON, "Owner One"), org.record(RecordKind.PERSON, "Owner Two")


@pytest.mark.parametrize("field", ["OwnerId", "Csm", "manager", "ParentCompany"])
def test_companies_by_the_names_of_what_they_point_at(field: str, org: Org, other: Org) -> None:
    """`{"fieldName": "OwnerId", "operator": "EQ", "value": ["Owner One"]}` found nothing, `NE` every row."""
    other.record(RecordKind.PERSON, "Nobody")
    if field == "ParentCompany":
        one, two = insert(org, {"Name": "Owner One"}, {"Name": "Owner Two"})
    else:
        one, two = people(org)
    insert(org, {"Name": "A", field: one}, {"Name": "B", field: two}, {"Name": "L", field: "Literal"}, {"Name": "N"})
    own = ("Name", "IN", *"ABLN")
    for operator, values, expected in BY_NAME:
        assert names_of(query(org, own, (field, operator, *values))) == set(expected), (operator, values)
    for operator, expected in (("IN", "AB"), ("NOT_IN", "LN")):
        assert names_of(query(org, own, (field, operator, one, "Owner Two"))) == set(expected)
        if field != "manager":
            assert names_of(query(org, own, (f"{field}__gr.Name", operator, "Owner One", "Owner Two"))) == set(expected)


def test_any_field_that_may_point_by_equality(org: Org) -> None:
    """A field that is not the vendor's points at records by its name alone: `Partner__gc`, `SponsorId`."""
    (one, _) = people(org)
    insert(org, {"Name": "A", "SponsorId": one, "Partner__gc": org.gsids["IBM"]}, {"Name": "B", "SponsorId": "x"})
    assert names_of(query(org, ("SponsorId", "EQ", "Owner One"))) == {"A"}
    assert names_of(query(org, ("Name", "IN", "A", "B"), ("Partner__gc", "NE", "IBM"))) == {"B"}
    assert names_of(query(org, ("partner__gc__gr.name", "EQ", "ibm"))) == {"A"}
    assert names_of(query(org, ("SponsorId__gr.Name", "CONTAINS", "one"))) == {"A"}
    for name in (
        "StatusId__gr.Colour",
        "CreatedById__gr.Name",
        "Name__gr.Name",
        "OwnerId__gr.CompanyId__gr.Name",
        "OwnerId__gr.",
    ):
        where_ = {"conditions": [{"name": name, "operator": "EQ", "value": ["x"]}]}
        assert refused(answer(org, "POST", "query/Company", {"where": where_}))[0] == "GSOBJ_1002", name


@pytest.mark.parametrize("path", ["/v2/cockpit/cta", "/v2/successPlan"])
def test_work_by_the_names_of_owners(path: str, org: Org) -> None:
    one, two = people(org)
    made = ({"Name": "A", "OwnerId": one}, {"Name": "B", "OwnerId": two}, {"Name": "L", "OwnerId": "Literal"})
    org.data("POST", path, requested(*made, {"Name": "N"}))
    for operator, values, expected in BY_NAME:
        rows = org.data("POST", f"{path}/list", {"select": ["Name"], "where": where("OwnerId", operator, *values)})
        assert {row["Name"] for row in rows} == set(expected), (operator, values)


@pytest.mark.parametrize("object_name", ["person", "company"])
def test_lookups_of_goals_by_name(object_name: str, org: Org) -> None:
    """`own_x__gc__gr.Name` could be selected and not compared; `own_x__gc` met no name."""
    kind = RecordKind(object_name)
    one, two = org.record(kind, "Owner One"), org.record(kind, "Owner Two")
    described = {"objectName": "gsuser" if object_name == "person" else "company", "lookupField": "Gsid"}
    lookups = {"own_x__gc": {**described, "fields": {"Who": "Name"}}}
    for name, found in (("A", one), ("B", two)):
        org.create(Name=name, own_x__gc=found, plain__gc=found, lookups=lookups)
    org.create(Name="N")
    for operator, values, expected in BY_NAME:
        if "Literal" in values:
            continue
        for field in ("own_x__gc", "own_x__gc__gr.Name", "own_x__gr.Name"):
            rows = fetched(org, FETCH, field, operator, *values)
            assert set(rows) == set(expected) - {"L"}, (field, operator, values)
    assert set(fetched(org, FETCH, "own_x__gc", "IN", one, "Owner Two")) == {"A", "B"}
    assert set(fetched(org, FETCH, "own_x__gc", "NOT_IN", one, "Owner Two")) == {"N"}
    assert set(fetched(org, FETCH, "plain__gc", "EQ", "Owner One")) == {"A"}
    assert set(fetched(org, FETCH, "plain__gc__gr.Name", "NE", "Owner One")) == {"B", "N"}
    assert set(fetched(org, FETCH, "own_x__gc__gr.Name", "IS_NULL")) == {"N"}
    assert failure(org.api.post(FETCH, json={"where": where("own_y__gc__gr.Name", "EQ", "x")}))[0] == "VC_8009"


def test_a_company_is_its_own_company(org: Org) -> None:
    """`CompanyId` of companies was nobody's: EQ found nothing and NE all; it was selected without the key."""
    ibm = org.gsids["IBM"]
    select = ["Name", "CompanyId", "CompanyId__gr.Name", "companyid__gr.Gsid"]
    expected = {"Name": "IBM", "CompanyId": ibm, "CompanyId__gr.Name": "IBM", "companyid__gr.Gsid": ibm}
    for field, value in (("CompanyId", ibm), ("companyid", "ibm"), ("CompanyId__gr.Name", "IBM")):
        for operator in ("EQ", "IN"):
            assert query(org, (field, operator, value), select=select) == [expected]
        for operator in ("NE", "NOT_IN"):
            assert names_of(query(org, (field, operator, value))) == {"NEW", "Meta"}
    assert query(org, ("CompanyId", "IS_NULL")) == []
    insert(org, {"Name": "Child", "CompanyId": ibm})
    assert [row["Name"] for row in query(org, ("CompanyId", "EQ", ibm))] == ["IBM"]
    order = {"CompanyId__gr.Name": "desc"}
    assert [row["Name"] for row in query(org, select=["Name"], orderBy=order)] == ["NEW", "Meta", "IBM", "Child"]
    by_id = query(org, select=["Gsid"], orderBy={"CompanyId": "asc"})
    assert by_id == query(org, select=["Gsid"], orderBy={"Gsid": "asc"})


@pytest.mark.parametrize("object_name", ["Relationship", "gs_opportunity"])
def test_rows_in_the_order_of_their_companies(object_name: str, org: Org) -> None:
    rows = [{"Name": "a", "CompanyId": org.gsids["NEW"]}, {"Name": "b"}, {"Name": "c", "CompanyId": org.gsids["IBM"]}]
    insert(org, *rows, object=object_name)
    for order, expected in (({"CompanyId__gr.Name": "asc"}, "cab"), ({"companyid__gr.name": "desc"}, "acb")):
        found = query(org, object=object_name, select=["Name"], orderBy=order)
        assert "".join(row["Name"] for row in found) == expected
    for name in ("OwnerId__gr.Name", "CompanyId__gr.Industry", "CompanyId__gr.ParentCompany__gr.Name"):
        assert refused(answer(org, "POST", f"query/{object_name}", {"orderBy": {name: "asc"}}))[0] == "GSOBJ_1002"


def test_work_by_the_names_of_what_is_chosen(org: Org) -> None:
    """`StatusId` has the GSID of an item or a text such as `Stalled`: `StatusId__gr.Name` shows both."""
    path = "/v2/cockpit/cta"
    stalled = org.item(Picklist.STATUS, "Stalled")
    made = ({"Name": "A", "StatusId": stalled}, {"Name": "B", "StatusId": "stalled"}, {"Name": "C", "StatusId": "x"})
    org.data("POST", path, requested(*made, {"Name": "N"}))
    for field in ("StatusId", "StatusId__gr.Name"):
        for operator, values, expected in (
            ("EQ", ["Stalled"], "AB"),
            ("NOT_IN", ["Stalled", "y"], "CN"),
            ("CONTAINS", ["all"], "AB"),
            ("IN", [stalled, "X"], "AC"),
            ("IS_NULL", [], "N"),
        ):
            asked = {"select": ["Name"], "where": where(field, operator, *values)}
            assert {row["Name"] for row in org.data("POST", f"{path}/list", asked)} == set(expected), (field, operator)


@pytest.mark.parametrize("path", ["/v2/cockpit/cta", "/v2/successPlan"])
def test_work_in_the_order_of_its_companies(path: str, org: Org) -> None:
    made = [{"Name": "a", "CompanyId": org.gsids["NEW"]}, {"Name": "b"}, {"Name": "c", "CompanyId": org.gsids["IBM"]}]
    org.data("POST", path, requested(*made))
    rows = org.data("POST", f"{path}/list", {"select": ["Name"], "orderBy": {"CompanyId__gr.Name": "asc"}})
    assert [row["Name"] for row in rows] == ["c", "a", "b"]


def test_goals_by_names_of_relationships(org: Org) -> None:
    """`RelationshipId__gr.Name` could be selected, not compared or sorted by."""
    (first,) = insert(org, {"Name": "Zeta", "CompanyId": org.gsids["IBM"], "Tier": "x"}, object="Relationship")
    (second,) = insert(org, {"Name": "Alpha", "CompanyId": org.gsids["IBM"]}, object="Relationship")
    for name, relationship in (("a", first), ("b", second)):
        org.create(Name=name, EntityType="RELATIONSHIP", CompanyId=None, RelationshipId=relationship)
    org.create(Name="c")
    assert fetched(org, FETCH, orderBy={"RelationshipId__gr.Name": "asc"}) == ["b", "a", "c"]
    assert fetched(org, FETCH, "relationshipid__gr.name", "EQ", "zeta") == ["a"]
    assert fetched(org, FETCH, "RelationshipId__gr.Tier", "EQ", "X") == ["a"]
    assert fetched(org, FETCH, "RelationshipId__gr.Gsid", "IS_NULL") == ["c"]
    assert failure(org.api.post(FETCH, json={"orderBy": {"RelationshipId__gr.Tier": "asc"}}))[0] == "VC_8009"
