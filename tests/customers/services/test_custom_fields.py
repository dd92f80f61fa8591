"""Custom fields: described once, and what is sent held against that; with an open schema described by what is sent."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, text

from goalpost.customers.model import field_schema
from goalpost.customers.model.custom_fields import CustomField, CustomType
from goalpost.customers.model.gsids import COMPANY, PERSON, to_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import custom_fields
from goalpost.kernel.errors import Conflict, Invalid, InvalidReference
from tests.support.tenant import AUTHOR, NOW, Tenant, refused

BY = {"author": AUTHOR, "now": NOW}


@pytest.fixture
def tenant(db: Connection) -> Tenant:
    return Tenant.new(db)


def add(tenant: Tenant, name: str, type_: CustomType = CustomType.STRING, **more: Any) -> CustomField:
    return custom_fields.add_field(tenant.db, workspace_id=tenant.id, name=name, type=type_, **BY, **more)


def listed(tenant: Tenant) -> dict[str, CustomField]:
    return custom_fields.list_fields(tenant.db, workspace_id=tenant.id)


def check(
    tenant: Tenant, values: Mapping[str, Any], *, is_open: bool = False, lookups: Mapping[str, RecordKind] | None = None
) -> None:
    sent = {"values": values, "open_schema": is_open, "lookups": lookups or {}}
    custom_fields.accept_values(tenant.db, workspace_id=tenant.id, **sent, **BY)


def test_fields_are_listed_by_name_as_they_were_made(tenant: Tenant) -> None:
    made = [
        add(tenant, "Sponsor", CustomType.LOOKUP, refers_to=RecordKind.PERSON),
        add(tenant, "Region", CustomType.PICKLIST, choices=("EMEA", "APAC")),
        add(tenant, "Code", max_length=8),
    ]
    assert list(listed(tenant).values()) == sorted(made, key=lambda field: field.name)
    assert listed(Tenant.new(tenant.db)) == {}
    told = tenant.db.execute(text("SELECT subject FROM audit_changes WHERE subject = 'custom_field'")).all()
    assert len(told) == 3


def test_a_name_is_taken_once_in_a_workspace(tenant: Tenant) -> None:
    add(tenant, "Region")
    with refused(tenant.db, Conflict, "there is a field named 'Region' already"):
        add(tenant, "Region", CustomType.NUMBER)
    add(Tenant.new(tenant.db), "Region")


def test_there_is_an_end_to_fields(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(field_schema, "MOST_FIELDS", 2)
    monkeypatch.setattr(custom_fields, "MOST_FIELDS", 2)
    add(tenant, "a")
    add(tenant, "b")
    with refused(tenant.db, Conflict, "a workspace may have 2 fields"):
        add(tenant, "c")
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"a": "fine", "c": 1}, is_open=True)
    assert error.value.faults == {"c": ["cannot be added: the workspace already has 2 fields"]}


def test_every_faulty_value_at_once(tenant: Tenant) -> None:
    add(tenant, "Budget", CustomType.NUMBER)
    add(tenant, "Region", CustomType.PICKLIST, choices=("EMEA",))
    add(tenant, "Fine")
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"Budget": "much", "Region": "Moon", "Fine": "x", "Unknown": None})
    assert error.value.faults == {
        "Budget": ["must be a finite number"],
        "Region": ["has no choice 'Moon'"],
        "Unknown": ["is not a field of this workspace"],
    }
    check(tenant, {"Budget": None, "Region": "EMEA", "Fine": ""})


def test_another_workspaces_field_is_unknown(tenant: Tenant) -> None:
    add(Tenant.new(tenant.db), "Theirs")
    faults = []
    for name in ("Theirs", "Nobodys"):
        with refused(tenant.db, Invalid) as error:
            check(tenant, {name: "x"})
        faults.append(error.value.faults[name])
    assert faults[0] == faults[1]


def test_an_open_schema_learns_from_what_is_sent(tenant: Tenant) -> None:
    sent = {"Text": "x", "Number": 1.5, "Flag": True, "Some": ["a", "b"], "Nothing": None}
    gsid = to_gsid(COMPANY, tenant.company.id)
    check(tenant, {**sent, "For": gsid}, is_open=True, lookups={"For": RecordKind.COMPANY, "Text2": RecordKind.CTA})
    types = {name: field.type.value for name, field in listed(tenant).items()}
    expected = {"Text": "string", "Number": "number", "Flag": "boolean", "Some": "multi_picklist", "For": "lookup"}
    assert types == expected
    assert listed(tenant)["For"].refers_to is RecordKind.COMPANY
    check(tenant, sent, is_open=True)
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"Number": "one", "Flag": 1, "New": "x"}, is_open=True)
    assert set(error.value.faults) == {"Number", "Flag"}


@pytest.mark.parametrize("name", ["", "1st", "a b", "x" * 201, "Ä"])
def test_an_open_schema_takes_no_bad_name_and_says_which(tenant: Tenant, name: str) -> None:
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"Fine": "x", name: "y"}, is_open=True)
    assert list(error.value.faults) == [name]


@pytest.mark.parametrize("value", [{"a": 1}, [1], [["a"]], float("nan"), 10**400, "\0", "\ud800"], ids=range(7))
def test_an_open_schema_takes_no_value_of_no_type(tenant: Tenant, value: Any) -> None:
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"Fine": "x", "Odd": value}, is_open=True)
    assert list(error.value.faults) == ["Odd"]


def test_a_lookup_names_a_record_of_its_kind_in_the_workspace(tenant: Tenant) -> None:
    add(tenant, "Sponsor", CustomType.LOOKUP, refers_to=RecordKind.PERSON)
    ann = tenant.record(RecordKind.PERSON, "Ann")
    check(tenant, {"Sponsor": to_gsid(PERSON, ann.id)})
    check(tenant, {"Sponsor": None})
    theirs = Tenant.new(tenant.db).record(RecordKind.PERSON, "Bob")
    for missing in (
        *(to_gsid(PERSON, theirs.id), to_gsid(PERSON, uuid4()), to_gsid(COMPANY, tenant.company.id)),
        "1P01" + "A" * 32,  # another system's
    ):
        with refused(tenant.db, InvalidReference) as error:
            check(tenant, {"Sponsor": missing})
        assert error.value.faults == {"Sponsor": ["does not exist"]}
    with refused(tenant.db, Invalid) as error:
        check(tenant, {"Sponsor": "Ann"})
    assert error.value.faults == {"Sponsor": ["must be a GSID"]}
