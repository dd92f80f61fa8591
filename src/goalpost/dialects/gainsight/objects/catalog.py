"""Objects as the metadata APIs describe them: their names, labels and fields. Pure.

The shapes are those that public connectors read: objectName, label, objectType; of fields fieldName, dataType and meta.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from goalpost.customers.model.records import PREFIXES, Record, RecordKind

_LABELS = {"Gsid": "GSID", "CompanyId": "Company", "OwnerId": "Owner", "ARR": "ARR"}
_SYSTEM = {"Gsid": "GSID", "CreatedDate": "DATETIME", "ModifiedDate": "DATETIME"}
_COMPANY = {
    **{"Name": "STRING", "Industry": "STRING", "ARR": "CURRENCY", "Employees": "NUMBER", "LifecycleInWeeks": "NUMBER"},
    **{"OriginalContractDate": "DATE", "RenewalDate": "DATE", "Stage": "STRING", "Status": "STRING"},
    **{"Csm": "gsuser", "ParentCompany": "company"},
}
_OF_COMPANY = {"Name": "STRING", "CompanyId": "company"}
_PERSON = {"Name": "STRING", "Email": "EMAIL", "FirstName": "STRING", "LastName": "STRING", "CompanyId": "company"}
_WORK = {
    **_OF_COMPANY,
    **{"OwnerId": "gsuser", "EntityType": "STRING", "StatusId": "STRING", "DueDate": "DATETIME"},
    **{"TypeId": "STRING", "PriorityId": "STRING", "ReasonId": "STRING", "IsClosed": "BOOLEAN"},
}


@dataclass(frozen=True, slots=True)
class MdaObject:
    """An object: what its rows are, and the fields that it has before anybody adds one, by data type or object."""

    name: str
    label: str
    plural: str
    kind: RecordKind
    fields: Mapping[str, str]


OBJECTS = {
    found.name: found
    for found in (
        MdaObject("company", "Company", "Companies", RecordKind.COMPANY, _COMPANY),
        MdaObject("relationship", "Relationship", "Relationships", RecordKind.RELATIONSHIP, _OF_COMPANY),
        MdaObject("gs_opportunity", "Opportunity", "Opportunities", RecordKind.OPPORTUNITY, _OF_COMPANY),
        MdaObject("gsuser", "User", "Users", RecordKind.PERSON, _PERSON),
        MdaObject("person", "Person", "People", RecordKind.PERSON, _PERSON),
        MdaObject("call_to_action", "Call To Action", "Calls To Action", RecordKind.CTA, _WORK),
        MdaObject("cs_success_plan", "Success Plan", "Success Plans", RecordKind.SUCCESS_PLAN, _WORK),
    )
}
"""The objects that can be described. Calls to action and success plans have APIs of their own and are not listed."""
LISTED = ("company", "relationship", "gs_opportunity", "gsuser", "person")


def object_to_wire(found: MdaObject) -> dict[str, Any]:
    """An object as it is listed."""
    return {
        "objectName": found.name,
        "label": found.label,
        "objectType": "STANDARD",
        "keyPrefix": PREFIXES[found.kind],
        "transactional": False,
        "multiCurrencySupported": False,
        "readable": True,
        "createable": True,
        "schemaUpdateable": True,
    }


def described_to_wire(found: MdaObject, rows: Iterable[Record]) -> dict[str, Any]:
    """An object with its fields: those that it always has, then those that these rows have besides."""
    types = {**found.fields, **_SYSTEM}
    known = {name.casefold() for name in types}
    for row in rows:
        for name, value in row.fields.items():
            if name.casefold() not in known and (type_ := _type_of(value)):
                types.setdefault(name, type_)
    return {
        "objectName": found.name,
        "label": found.label,
        "objectType": "STANDARD",
        "labelPlural": found.plural,
        "keyPrefix": PREFIXES[found.kind],
        "fields": [_field_to_wire(found.name, name, type_) for name, type_ in types.items()],
    }


def _type_of(value: Any) -> str:
    """The data type of a value; empty for one that says nothing."""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int | float):
        return "NUMBER"
    if isinstance(value, list):
        return "MULTISELECTDROPDOWNLIST"
    return "STRING" if isinstance(value, str) else ""


def _field_to_wire(of: str, name: str, type_: str) -> dict[str, Any]:
    target = OBJECTS_BY_LOOKUP.get(type_)
    is_system = name in _SYSTEM
    meta: dict[str, Any] = {
        "properties": {"sourceType": "GSID" if target else type_},
        "filterable": True,
        "sortable": True,
        "groupable": False,
        "createable": not is_system,
        "updateable": not is_system,
        "formulaField": False,
        "hasLookup": target is not None,
        "required": name == "Name",
        "nillable": name != "Name",
        "readOnly": is_system,
        "fieldGroupType": "SYSTEM" if is_system else "STANDARD",
        "hidden": False,
        "nameField": name == "Name",
    }
    if target:
        looked_up = {"objectName": type_, "label": target}
        meta["lookupDetail"] = {"lookupName": f"{name}__gr", "fieldName": "Gsid", "lookupObjects": [looked_up]}
    return {
        "fieldName": name,
        "label": _LABELS.get(name, name),
        "dataType": "LOOKUP" if target else type_,
        "objectName": of,
        "meta": meta,
    }


OBJECTS_BY_LOOKUP = {"gsuser": "User", "company": "Company"}
"""Objects that fields look up → their labels."""
