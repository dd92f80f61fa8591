"""Fields of companies with the names and values of CRM exports: used everywhere, compared as what they say.

Sources: connectors of RudderStack and Pipedream send numbers as texts; CRMs export columns such as `CSM Email`.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from goalpost.customers.model.audit import Author
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services.record_imports import RecordImport, Row
from tests.dialects.gainsight.paths import CREATE
from tests.dialects.gainsight.support import NAME_TO_COMPANY, Org, failure, requested, where
from tests.dialects.gainsight.test_objects import answer, data, insert, names, query, refused

NAMES = [
    *("CSM Email", "External ID", "Größe", "Account.Owner", 'A"B', "it's", "a,b", "Revenue, EUR", "x__gc", "1", "null"),
    *("Growth %", "日本", "a/b\\c", "{x}", "$.t", "E-Mail", "id", "Email Address", "line\nbreak", "ß", "x" * 200),
]


def imported(org: Org, *rows: tuple[str, dict[str, str]]) -> None:
    """Companies as the command line imports them."""
    with org.server.stores.writing() as db:
        importing = RecordImport(db, org.id, RecordKind.COMPANY, Author(name="command line"), datetime.now(UTC))
        importing.take([Row(line, name, None, fields) for line, (name, fields) in enumerate(rows, start=2)])


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_column_that_can_be_imported_can_be_used(name: str, org: Org) -> None:
    imported(org, ("A Ltd", {name: "b"}), ("B Ltd", {name: "a"}), ("C Ltd", {}))
    spelled = name.swapcase()
    for asked in {name, spelled}:
        assert names(query(org, (asked, "EQ", "B"))) == {"A Ltd"}
        rows = query(org, (asked, "IS_NOT_NULL"), select=["Name", asked], orderBy={asked: "asc"})
        assert rows == [{"Name": "B Ltd", asked: "a"}, {"Name": "A Ltd", asked: "b"}]
        lookups = {"CompanyId": {"fields": {"Key": asked}, "objectName": "company", "lookupField": "Gsid"}}
        (found,) = query(org, ("Name", "EQ", "A Ltd"))
        assert org.create(CompanyId=None, Key="b", lookups=lookups)["CompanyId"] == found["Gsid"]
        assert found[name] == "b"
    sent = {"records": [{"Name": "A Ltd", "Tier": "Silver"}]}
    assert answer(org, "PUT", "Company", sent, params={"keys": "Name"}).status_code == 200
    keyed = {"records": [{name: "b", "Tier": "Gold"}]}
    assert answer(org, "PUT", "Company", keyed, params={"keys": name}).status_code == 200
    respelled = {"records": [{"Name": "A Ltd", spelled: "c"}]}
    assert answer(org, "PUT", "Company", respelled, params={"keys": "Name"}).status_code == 200
    (row,) = query(org, ("Name", "EQ", "A Ltd"))
    assert (row[name], row["Tier"]) == ("c", "Gold")
    assert len(row) == len({key.casefold() for key in row}), "there is one field of that name"


def test_only_what_is_sent_is_held_to_the_rules(org: Org) -> None:
    """A company that was stored under older rules can be updated, and does not get worse."""
    imported(org, ("Old", {"Tier": "Gold"}))
    older = json.dumps({"CompanyId": "17", " x ": "1", "Tier": "Gold", **{f"c{n}": "1" for n in range(600)}})
    with org.server.stores.writing() as db:
        db.execute(text("UPDATE records SET fields = :older WHERE name = 'Old'"), {"older": older})
    assert data(org, "PUT", "Company?keys=Name", {"records": [{"Name": "Old", "Tier": "Silver"}]})["count"] == 1
    for more, code in (({" x ": "2"}, "GSOBJ_1002"), ({"one more": "2"}, "GSOBJ_1008")):
        again = answer(org, "PUT", "Company?keys=Name", {"records": [{"Name": "Old", **more}]})
        assert refused(again)[0] == code


def test_keys_with_commas(org: Org) -> None:
    insert(org, {"Name": "A", "Revenue, EUR": "5", "Tier": "x"}, {"Name": "B", "Revenue, EUR": "5", "Tier": "y"})
    sent = {"records": [{"Revenue, EUR": "5", "Tier": "y", "City": "Bern"}]}
    found = answer(org, "PUT", "Company", sent, params={"keys": "Revenue, EUR,Tier"})
    assert [record["Name"] for record in found.json()["data"]["records"]] == ["B"]


def test_names_of_what_every_company_has_are_read_in_any_case(org: Org) -> None:
    (gsid,) = insert(org, {"name": "Acme", "EMAIL": "a@example.com", "createddate": 5})
    (row,) = query(org, ("gsid", "EQ", gsid), select=["name", "Email", "CREATEDDATE"])
    assert (row["name"], row["Email"]) == ("Acme", "a@example.com")
    assert row["CREATEDDATE"] > 10**12


# Values

NOW = datetime.now(UTC)
SOON, PAST = (NOW + timedelta(days=60)), (NOW - timedelta(days=60))


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


COMPANIES: list[dict[str, Any]] = [
    {
        "Name": "A",
        "ARR": "130000",
        "Employees": 500,
        "RenewalDate": SOON.date().isoformat(),
        "Live": "true",
        "No": "007",
    },
    {"Name": "B", "ARR": 90_000.5, "Employees": "20", "RenewalDate": ms(PAST), "Live": True, "No": 7},
    {"Name": "C", "ARR": "n/a", "Employees": "1e3", "RenewalDate": str(ms(SOON)), "Live": False, "No": "7"},
    {"Name": "D", "RenewalDate": PAST.isoformat(), "Live": "yes", "No": "7.0"},
    {"Name": "E", "RenewalDate": NOW.date().isoformat(), "ARR": " 5 "},
    {"Name": "F"},
]


@pytest.mark.parametrize("renamed", [False, True], ids=["standard", "own"])
@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("ARR", "GT", 100_000), "A"),
        (("ARR", "GT", "100000"), "A"),
        (("ARR", "BTW", 5, "90000.5"), "BE"),
        (("ARR", "LTE", 90_000.5), "BE"),
        (("ARR", "EQ", 130_000), "A"),
        (("ARR", "IN", "130000", 5), "AE"),
        (("ARR", "NE", 130_000), "BCDEF"),
        (("ARR", "IS_NULL"), "DF"),
        (("Employees", "GTE", 20), "ABC"),
        (("Employees", "LT", "100"), "B"),
        (("RenewalDate", "GT", "TODAY"), "AC"),
        (("RenewalDate", "GTE", "TODAY"), "ACE"),
        (("RenewalDate", "EQ", "TODAY"), "E"),
        (("RenewalDate", "NE", "TODAY"), "ABCDF"),
        (("RenewalDate", "LT", "TODAY"), "BD"),
        (("RenewalDate", "BTW", "LAST_90_DAYS", "TODAY"), "BDE"),
        (("RenewalDate", "IN", "LAST_N_DAYS", 90), "BDE"),
        (("RenewalDate", "GT", NOW.isoformat()), "AC"),
        (("RenewalDate", "GT", ms(NOW)), "AC"),
        (("RenewalDate", "LT", str(ms(PAST - timedelta(days=1)))), ""),
        (("RenewalDate", "EQ", PAST.date().isoformat()), "BD"),
        (("RenewalDate", "STARTS_WITH", "20"), "ADE"),
        (("RenewalDate", "IS_NULL"), "F"),
    ],
    ids=lambda value: "" if isinstance(value, str) else "-".join(map(str, value[:2])),
)
def test_numbers_and_days_meet_however_they_were_sent(
    condition: tuple[Any, ...], found: str, renamed: bool, org: Org
) -> None:
    """Files and some connectors send every value as a text; days come as ISO texts and as milliseconds."""

    def name(field: str) -> str:
        return f"{field}__gc" if renamed and field != "Name" else field

    insert(org, *({name(field): value for field, value in company.items()} for company in COMPANIES))
    mine = ("Name", "IN", *"ABCDEF")
    assert names(query(org, (name(condition[0]), *condition[1:]), mine)) == set(found)


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (("Live", "EQ", True), "AB"),
        (("Live", "EQ", "true"), "AB"),
        (("Live", "IN", True, "YES"), "ABD"),
        (("Live", "NE", True), "CDEF"),
        (("No", "EQ", "7"), "BC"),
        (("No", "EQ", "007"), "AB"),
        (("No", "EQ", 7), "ABCD"),
        (("No", "EQ", "7.0"), "BD"),
        (("Employees", "LT", "2020-01-01"), ""),
        (("Employees", "EQ", "1970-01-01"), ""),
        (("Name", "EQ", "TODAY"), ""),
    ],
)
def test_texts_are_only_themselves(condition: tuple[Any, ...], found: str, org: Org) -> None:
    """`007` is an article and `7` another one; 500 employees are not a day of 1970."""
    insert(org, *({f"{name}x" if name == "Employees" else name: v for name, v in one.items()} for one in COMPANIES))
    field = "Employeesx" if condition[0] == "Employees" else condition[0]
    mine = ("Name", "IN", *"ABCDEF")
    assert names(query(org, (field, *condition[1:]), mine)) == set(found)


@pytest.mark.parametrize("path", ["/v2/cockpit/cta", "/v2/successPlan"])
def test_due_dates_of_work_are_days(path: str, org: Org) -> None:
    for name, due in (("Past", PAST), ("Soon", SOON)):
        org.data("POST", path, requested({"Name": name, "DueDate": due.isoformat()}))
    for by, found in (("GT", ["Soon"]), ("LT", ["Past"])):
        rows = org.data("POST", f"{path}/list", {"where": where("DueDate", by, "TODAY"), "select": ["Name"]})
        assert [row["Name"] for row in rows] == found


@pytest.mark.parametrize(("sent", "kept"), [(17, "17"), ("17", 17), ("17", "17"), (17, 17)])
def test_keys_and_lookups_meet_texts_that_say_numbers(sent: Any, kept: Any, org: Org) -> None:
    (gsid,) = insert(org, {"Name": "Kept", "External ID": kept})
    by_key = {"records": [{"External ID": sent, "Tier": "Gold"}]}
    assert answer(org, "PUT", "Company", by_key, params={"keys": "External ID"}).json()["data"]["count"] == 1
    lookups = {"CompanyId": {"fields": {"Key": "External ID"}, "objectName": "company"}}
    assert org.create(CompanyId=None, Key=sent, lookups=lookups)["CompanyId"] == gsid


# Names that differ in case


def test_an_exact_name_goes_first_then_the_oldest(org: Org) -> None:
    """In a quarter's data all goals of `Acme` went to `ACME`."""
    first, second, third = (org.record(RecordKind.COMPANY, name) for name in ("ZED corp", "Zed Corp", "Zed Corp"))
    for name, found in (("Zed Corp", second), ("ZED corp", first), ("zed corp", first)):
        assert org.create(CompanyId=None, CompanyName=name, lookups=NAME_TO_COMPANY)["CompanyId"] == found
    only = {"CompanyId": {"fields": {"CompanyName": "Name"}, "objectName": "company", "multiMatchOption": "ERROR"}}
    assert org.create(CompanyId=None, CompanyName="ZED corp", lookups=only)["CompanyId"] == first
    full = {"Name": "x", "StatusName": "New", "EntityType": "COMPANY"}
    for name in ("Zed Corp", "zed corp"):
        found = org.api.post(CREATE, json=requested({**full, "CompanyName": name}, lookups=only))
        assert failure(found)[0] == "VC_8008"
    changed = data(org, "PUT", "Company?keys=Name", {"records": [{"Name": "Zed Corp", "Tier": "x"}]})
    assert {record["Gsid"] for record in changed["records"]} == {second, third}


def test_an_exact_value_goes_first_in_every_lookup(org: Org) -> None:
    """Ids of 15 characters of a well-known CRM differ in case only."""
    upper = org.record(RecordKind.COMPANY, "Two", fields={"SFDC": "0015g00000ABCde"})
    lower = org.record(RecordKind.COMPANY, "Two", fields={"SFDC": "0015g00000abcDE"})
    lookups = {"CompanyId": {"fields": {"Key": "SFDC", "CompanyName": "Name"}, "objectName": "company"}}
    for key, found in (("0015g00000abcDE", lower), ("0015g00000ABCde", upper), ("0015G00000ABCDE", upper)):
        assert org.create(CompanyId=None, Key=key, CompanyName="two", lookups=lookups)["CompanyId"] == found
    by_mail = {"who__gc": {"fields": {"Mail": "Email"}, "objectName": "gsuser"}}
    first = org.record(RecordKind.PERSON, "Ann", email="ANN@example.com")
    second = org.record(RecordKind.PERSON, "Ann", email="ann@example.com")
    assert org.create(Mail="ann@example.com", lookups=by_mail)["who__gc"] == second
    assert org.create(Mail="Ann@example.com", lookups=by_mail)["who__gc"] == first


def test_custom_fields_are_found_in_any_case(org: Org) -> None:
    goal = org.create(Region__gc="EMEA")
    assert org.update(goal["Gsid"], region__gc="APAC")["region__gc"] == "APAC"
    asked = {"where": where("region__gc", "EQ", "apac"), "orderBy": {"region__gc": "asc"}}
    (row,) = org.fetch("Region__gc", "REGION__gc", **asked)
    assert (row["dataList"]["Region__gc"], row["dataList"]["REGION__gc"]) == ("APAC", "APAC")
    template = org.template(region__gc="EMEA")
    assert template["region__gc"] == "EMEA"
    full = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL", "region__gc": "a", "REGION__gc": "b"}
    assert failure(org.api.post(CREATE, json=requested(full)))[0] == "VC_8019"
