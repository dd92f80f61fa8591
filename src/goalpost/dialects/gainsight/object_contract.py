"""The endpoints that Gainsight documents of the objects that goals refer to; part of `contract`."""

from typing import Any

DOC, GUESS, EXTENSION, CONNECTOR = "doc", "guess", "extension", "connector"
_READ, _WRITE = "companies.read", "companies.write"
_OBJECT = "/v1/data/objects/{objectName}"


def _all(source: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, source)


def _below(path: str, names: dict[str, str]) -> dict[str, str]:
    return {f"{path}{name}": source for name, source in names.items()}


_SHORT = _all(DOC, "result", "errorCode", "errorDesc", "requestId", "message")
_LONG = {**_SHORT, **_all(DOC, "localizedErrorDesc", "localizedMessage")}
_LOOKUPS = _below(
    "lookups.*.", _all(DOC, "fields", "lookupField", "objectName", "multiMatchOption", "onNoMatch", "defaultValue")
)
_WHERE = {
    **_all(DOC, "select", "where.expression"),
    **_below("where.conditions[].", _all(DOC, "fieldName", "value", "alias", "operator")),
}
_SENT = {**_below("records[].", {**_all(DOC, "Name", "CompanyId"), "Email": GUESS}), **_LOOKUPS}
_SAVED = {**_SHORT, **_all(DOC, "data.count", "data.errors", "data.records[].Gsid", "data.records[].Name")}
_COMMON = {**_all(DOC, "Gsid", "Name", "CompanyId", "CreatedDate", "ModifiedDate"), "Email": GUESS}
_WORK = _all(DOC, "EntityType", "OwnerId", "StatusId", "TypeId", "PriorityId", "ReasonId", "DueDate", "IsClosed")
_RECORD = {**_WORK, **_all(DOC, "referenceId", "Name", "CompanyId"), "ClosedCtaCount": GUESS}
_DONE = {
    **_LONG,
    **_below("data.success[].", _all(GUESS, "referenceId", "Gsid")),
    **_below("data.failure[].", _all(GUESS, "errorCode", "errorDesc", "message")),
}


def _endpoint(title: str, route: str, scope: str, source: str = DOC, **parts: dict[str, str]) -> dict[str, Any]:
    return {"title": title, "route": route, "scope": scope, "status": 200, "source": source, **parts}


def _work(name: str, path: str) -> list[dict[str, Any]]:
    """The endpoints of calls to action, or of success plans."""
    record = _below("requests[].record.", _RECORD)
    return [
        _endpoint(f"Create {name}", f"POST {path}", "goals.write", request={**record, **_LOOKUPS}, response=_DONE),
        _endpoint(
            *(f"Update {name}", f"PUT {path}", "goals.write"),
            request={**record, "requests[].record.Gsid": DOC, **_LOOKUPS},
            response=_DONE,
        ),
        _endpoint(
            *(f"List {name}", f"POST {path}/list", "goals.read"),
            request={**_WHERE, **_all(DOC, "pageSize", "pageNumber"), "orderBy": EXTENSION},
            response={**_LONG, **_below("data[].", {**_COMMON, **_WORK})},
        ),
        _endpoint(
            *(f"Delete {name}", f"DELETE {path}", "goals.write", EXTENSION),
            query={"recordIds": EXTENSION},
            request={"recordIds": EXTENSION},
            response=dict.fromkeys((name for name in _DONE if name != "data.success[].referenceId"), EXTENSION),
        ),
    ]


_CONNECTED = _all(CONNECTOR, "result", "errorCode", "errorDesc", "requestId", "message")
_MDA_OBJECT = _all(CONNECTOR, "objectName", "label", "objectType", "keyPrefix")
_LISTED = {
    **_MDA_OBJECT,
    **_all(CONNECTOR, "transactional", "multiCurrencySupported", "readable", "createable", "schemaUpdateable"),
}
_DESCRIBED = {
    **_MDA_OBJECT,
    "labelPlural": CONNECTOR,
    **_below("fields[].", _all(CONNECTOR, "fieldName", "label", "dataType", "objectName", "meta")),
}
_META = "/v1/meta/services/objects"
_PERSON = _all(CONNECTOR, "Email", "Name", "FirstName", "LastName", "CompanyId")


_FLAGS = _all(CONNECTOR, *("ic", "cl", "idd", "ihc", "piec", "po", "em", "ci", "ppos", "hcl", "pasd", "op", "ade"))


def _connected(title: str, route: str, scope: str = _READ, **parts: dict[str, str]) -> dict[str, Any]:
    return _endpoint(title, route, scope, CONNECTOR, **parts)


_CONNECTOR_ENDPOINTS = [
    _connected(
        "List objects", f"GET {_META}/list", query=_FLAGS, response={**_CONNECTED, **_below("data[].", _LISTED)}
    ),
    _connected(
        *("Describe objects", f"POST {_META}/describe"),
        request={"objectNames": CONNECTOR},
        response={**_CONNECTED, **_below("data[].", _DESCRIBED)},
    ),
    _connected(
        *("Describe an object", f"GET {_META}/{{objectName}}/describe"),
        query=_FLAGS,
        response={**_CONNECTED, **_below("data[].", _DESCRIBED)},
    ),
    _connected(
        *("Describe an object by its name", "GET /v1/api/describe/{store}/{objectName}"),
        query=_FLAGS,
        response={**_CONNECTED, **_below("data.*.", _DESCRIBED)},
    ),
    _connected(
        *("List users", "POST /v1/users/services/list"),
        request={**dict.fromkeys(_WHERE, CONNECTOR), **_all(CONNECTOR, "orderBy", "limit", "page", "includeTotal")},
        response={
            **_CONNECTED,
            **_below("data.records[].", dict.fromkeys(_COMMON, CONNECTOR)),
            "data.total": CONNECTOR,
        },
    ),
    _connected(
        *("Save a person", "PUT /v1.0/api/people", _WRITE),
        query={"areaName": CONNECTOR},
        request=_PERSON,
        response=dict.fromkeys(_SAVED, CONNECTOR),
    ),
]

OBJECT_ENDPOINTS: list[dict[str, Any]] = [
    _endpoint("Insert objects", f"POST {_OBJECT}", _WRITE, request=_SENT, response=_SAVED),
    _endpoint("Update objects", f"PUT {_OBJECT}", _WRITE, query={"keys": DOC}, request=_SENT, response=_SAVED),
    _endpoint(
        *("Query objects", "POST /v1/data/objects/query/{objectName}", _READ),
        request={**_WHERE, **_all(DOC, "orderBy", "limit", "offset")},
        response={**_SHORT, **_below("data.records[].", _COMMON)},
    ),
    _endpoint(
        *("Delete an object", f"DELETE {_OBJECT}/{{gsid}}", _WRITE),
        response={**_SHORT, **_all(DOC, "data.count", "data.errors", "data.records[].Gsid")},
    ),
    *_work("calls to action", "/v2/cockpit/cta"),
    *_work("success plans", "/v2/successPlan"),
    *_CONNECTOR_ENDPOINTS,
]

OBJECT_DIFFERENCES: dict[str, str] = {
    "objects_are_what_goals_refer_to": "The object APIs serve Company, Relationship, gs_opportunity (or Opportunity) "
    "and gsuser, in any case; other objects are `GSOBJ_1023`.",
    "fields_of_objects_need_no_description": "Any field of an object is kept as it is sent, under a name of up "
    "to 200 characters; one that no record has is selected without a fault. Names are found exactly, else in any case.",
    "fields_of_objects_compare_as_what_they_say": "A text that says a number (with a point) meets numbers, an ISO day "
    "or date-time and milliseconds since 1973 meet days and date literals, other texts meet texts. ARR, MRR, "
    "Employees, Users, CustomerLifetimeInMonths, RenewalDate and OriginalContractDate of companies and relationships, "
    "and DueDate of CTAs and success plans, are of one type and refuse to be compared with another.",
    "keys_and_lookups_match_exactly_first": "Where records have a key's value exactly, those are found; else those "
    "that have it in another case, the oldest first.",
    "objects_are_saved_all_or_none": "One wrong record of an insert or update, and nothing is stored.",
    "objects_in_use_stay": "A record that goals are about is not deleted: `GSOBJ_1003`, with HTTP 400.",
    "related_fields_can_be_selected": "`X__gr.F` selects the field `F` of what `X` points at, in any case and over two "
    "steps at most (`OwnerId__gr.CompanyId__gr.Name`), for fields whose names end with `Id` or `__gc`, `Csm`, "
    "`ParentCompany` and `Manager`. Others are the error of a select clause. "
    "One step can be compared, too, where it finds at most 1,000 records of a kind: fields of companies, users, "
    "relationships, opportunities, CTAs and success plans, and names of what is chosen from lists. A value that is "
    "not a GSID is its own name.",
    "a_company_is_its_own_company": "`CompanyId` of a company is its own `Gsid` where it is selected, compared, sorted "
    "by or followed (`CompanyId__gr.Name`). A `CompanyId` that is sent with a company is kept, not shown.",
    "work_shows_its_gsid": "CTAs and success plans show their `Gsid`, selected or not.",
    "connectors_find_what_they_ask_first": "Extensions, their shapes from the code of public connectors "
    "(tap-gainsight, Estuary, Airbyte, Domo, Pipedream, RudderStack): objects and their fields, users, people. "
    "`person` and `gsuser` are the same rows. A person has one company: the `Company_ID` of `companies` or "
    "`associations.companyPerson`. `POST` and `/v1/peoplemgmt/v1.0/people` are taken, too. Of an object's rows the "
    "newest 1,000 say which fields it has besides the vendor's. An object that there is none of is 404 "
    "`OBJECT_NOT_FOUND`. Two things that connectors may ask for are not here: the events of RudderStack's `track` "
    "(`/v1.0/api/eventManager/event`, 404), which start the programs of a topic and name neither site nor page (send "
    "them to `/api/event`), and the log of what was deleted (`record_delete_log`, `GSOBJ_1023`), which tap-gainsight "
    "reads.",
    "machines_get_tokens": "`POST /v1/users/m2m/oauth/token` with `Authorization: Basic` of a client that `goalpost "
    "oauth client create` made answers `access_token` and `expires_in`, in the shape that public connectors read. The "
    "token has what the client was granted last; one that was granted nothing yet has the scopes of this page.",
    "work_is_kept_as_it_is_sent": "CTAs and success plans are kept as they are sent; their picklists, playbooks and "
    "tasks are not here. They can be deleted, which is an extension; goals stay associated with the GSID.",
}
