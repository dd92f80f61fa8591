"""Lookups: keys of a record replaced by what they find."""

from typing import Any

import pytest

from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import CREATE
from tests.dialects.gainsight.support import NAME_TO_COMPANY, Org, failure, requested


def lookup(target: str = "CompanyId", **more: Any) -> dict[str, Any]:
    return {target: {"fields": {"CompanyName": "Name"}, "objectName": "company", **more}}


def refused(org: Org, lookups: Any, **record: Any) -> tuple[str, str]:
    full = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL", **record}
    return failure(org.api.post(CREATE, json=requested(full, lookups=lookups)))


def test_a_company_by_its_name_in_any_case(org: Org) -> None:
    made = org.create(CompanyId=None, CompanyName="ibm", lookups=NAME_TO_COMPANY)
    assert made["CompanyId"] == org.gsids["IBM"]
    assert "CompanyName" not in made


def test_one_without_its_key_is_left_alone(org: Org) -> None:
    assert org.create(lookups=NAME_TO_COMPANY)["CompanyId"] == org.gsids["IBM"]


def test_several_pairs_must_all_match(org: Org) -> None:
    one = org.record(RecordKind.COMPANY, "Twin", fields={"Region": "EU", "Tier": 1})
    two = org.record(RecordKind.COMPANY, "Twin", fields={"Region": "US", "Tier": 2})
    pairs = {"fields": {"CompanyName": "Name", "Where": "Region", "Tier": "Tier"}}
    for region, tier, found in (("EU", 1, one), ("us", 2, two)):
        made = org.create(CompanyId=None, CompanyName="twin", Where=region, Tier=tier, lookups=lookup(**pairs))
        assert made["CompanyId"] == found
    assert refused(org, lookup(**pairs), CompanyName="Twin", Where="EU", Tier=2)[0] == "VC_8008"


@pytest.mark.parametrize("option", ["FIRSTMATCH", "MARKASERROR", "ERROR"])
def test_more_than_one_match(option: str, org: Org) -> None:
    first, _ = (org.record(RecordKind.COMPANY, "Twin") for _ in range(2))
    if option == "FIRSTMATCH":
        made = org.create(CompanyId=None, CompanyName="Twin", lookups=lookup(multiMatchOption=option))
        assert made["CompanyId"] == first
    else:
        assert refused(org, lookup(multiMatchOption=option), CompanyName="Twin")[0] == "VC_8008"


@pytest.mark.parametrize("option", ["ERROR", "NULLABLE", "NULL", "DEFAULTVALUE"])
def test_no_match(option: str, org: Org) -> None:
    wanted = lookup(onNoMatch=option, defaultValue=org.gsids["Meta"])
    if option == "ERROR":
        assert refused(org, wanted, CompanyName="Nobody")[0] == "VC_8008"
        return
    made = org.create(EntityType="GLOBAL", CompanyId=None, CompanyName="Nobody", lookups=wanted)
    assert made.get("CompanyId") == (org.gsids["Meta"] if option == "DEFAULTVALUE" else None)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Company", RecordKind.COMPANY),
        ("RELATIONSHIP", RecordKind.RELATIONSHIP),
        ("gs_opportunity", RecordKind.OPPORTUNITY),
        ("gsuser", RecordKind.PERSON),
        ("call_to_action", RecordKind.CTA),
        ("cs_success_plan", RecordKind.SUCCESS_PLAN),
    ],
)
def test_each_object(name: str, kind: RecordKind, org: Org) -> None:
    there = org.record(kind, "This one")
    wanted = {"who__gc": {"fields": {"Key": "Name"}, "lookupField": "Gsid", "objectName": name}}
    assert org.create(Key="this one", lookups=wanted)["who__gc"] == there


def test_another_field_can_be_taken(org: Org) -> None:
    identity = parse_gsid(org.gsids["IBM"])
    assert identity is not None
    org.record(RecordKind.PERSON, "Ada", email="ada@example.com", company_id=identity[1])
    by_email = {"fields": {"Mail": "Email"}, "objectName": "gsuser"}
    lookups = {
        "text__gc": {**by_email, "lookupField": "Name"},
        "CompanyId": {"fields": {"Who": "Email"}, "objectName": "gsuser", "lookupField": "CompanyId"},
    }
    made = org.create(CompanyId=None, Mail="ada@example.com", Who="ADA@example.com", lookups=lookups)
    assert (made["text__gc"], made["CompanyId"]) == ("Ada", org.gsids["IBM"])
    by_gsid = {"CompanyId": {"fields": {"Key": "Gsid"}, "objectName": "company"}}
    assert org.create(CompanyId=None, Key=org.gsids["NEW"], lookups=by_gsid)["CompanyId"] == org.gsids["NEW"]


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"objectName": "nothing"}, "VC_8008"),
        ({"lookupField": "Nothing"}, "VC_8008"),
        ({"fields": {}}, None),
        ({"fields": {f"k{number}": "Name" for number in range(7)}}, None),
        ({"multiMatchOption": "ANY"}, None),
        ({"onNoMatch": "IGNORE"}, None),
        ({"objectName": None}, None),
        ({"fields": {"CompanyName": 5}}, None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_lookup_that_is_wrong(config: dict[str, Any], code: str | None, org: Org) -> None:
    found = refused(org, lookup(**config), CompanyName="IBM")[0]
    assert found == "VC_8008", "every fault of a lookup has the lookups' code"


@pytest.mark.parametrize("value", ["", "\0", "x" * 1001, [], {}, ["IBM"]], ids=lambda value: repr(value)[:12])
def test_a_value_that_cannot_be_looked_up(value: Any, org: Org) -> None:
    assert refused(org, NAME_TO_COMPANY, CompanyName=value)[0] == "VC_8008"
