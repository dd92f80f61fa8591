"""Requests as the API page shows them, where an example depends on the operation: a metric's id is not a goal's."""

from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.web.openapi import Example


def _gsid(prefix: str, number: int = 0) -> str:
    return gsids.to_gsid(prefix, UUID(int=number))


A_GOAL, A_TEMPLATE = _gsid(gsids.GOAL), _gsid(gsids.GOAL, 1)
A_METRIC = _gsid(gsids.ITEM, 1)
A_COMPANY, A_CTA, A_PLAN = _gsid(gsids.COMPANY), _gsid(gsids.CTA), _gsid(gsids.SUCCESS_PLAN)
_COMPANY = {"objectName": "Company"}


def _condition(field: str, operator: str, *values: object) -> dict[str, object]:
    condition = {"fieldName": field, "value": list(values), "alias": "A", "operator": operator}
    return {"conditions": [condition], "expression": "A"}


def _fetch(*select: str) -> Example:
    where = _condition("Name", "STARTS_WITH", "Adopt")
    return Example(body={"select": list(select), "where": where, "pageSize": 100, "pageNumber": 1})


_WORK = {"Name": "Call them", "CompanyId": A_COMPANY, "DueDate": "2026-04-14T11:30:00Z"}

_TO_COMPANY = {"fields": {"CompanyName": "Name"}, "lookupField": "Gsid", "objectName": "company"}
_RECORD = {
    "Name": "Adopt reporting",
    "StatusName": "New",
    "DueDate": "2027-03-31",
    "EntityType": "COMPANY",
    "CompanyName": "Example Ltd",
}
_METRIC = {"name": "Seats", "unitOfMeasure": "DECIMAL"}

EXAMPLES: dict[str, Example] = {
    "create_goal": Example(body={"requests": [{"record": _RECORD}], "lookups": {"CompanyId": _TO_COMPANY}}),
    "update_goal": Example(body={"requests": [{"record": {"Gsid": A_GOAL, "StatusName": "On Track"}}]}),
    "fetch_goals": _fetch("Name", "Gsid", "StatusId", "DueDate"),
    "delete_goals": Example(body={"recordIds": [A_GOAL]}),
    "create_templates": Example(
        body={"requests": [{"record": {"Name": "Adoption", "StatusName": "New", "DueDate": 90}}]}
    ),
    "update_templates": Example(body={"requests": [{"record": {"Gsid": A_TEMPLATE, "DueDate": 60}}]}),
    "fetch_templates": _fetch("Name", "Gsid", "DueDate"),
    "delete_templates": Example(body={"recordIds": [A_TEMPLATE]}),
    "create_metrics": Example(body={"requests": [{"record": _METRIC, "associateGoalTypeNames": ["Default"]}]}),
    "update_metrics": Example(body={"requests": [{"record": {"gsid": A_METRIC, "name": "Active seats"}}]}),
    "delete_metrics": Example(body={"recordIds": [A_METRIC]}),
    "read_picklists": Example(body={"picklistCategory": "GOAL_STATUS", "active": True}),
    "insert_objects": Example(path=_COMPANY, body={"records": [{"Name": "IBM", "Industry": "Computers"}]}),
    "update_objects": Example(
        path=_COMPANY, query={"keys": "Name"}, body={"records": [{"Name": "IBM", "Industry": "Consulting"}]}
    ),
    "query_objects": Example(
        path=_COMPANY, body={"select": ["Name", "Gsid"], "where": _condition("Name", "EQ", "IBM"), "limit": 100}
    ),
    "describe_objects": Example(body={"objectNames": ["company"]}),
    "describe_object": Example(path=_COMPANY),
    "describe_object_by_name": Example(path={"store": "MDA", **_COMPANY}),
    "list_users": Example(body={"select": ["Name", "Email", "Gsid"], "limit": 100}),
    "delete_object": Example(path={**_COMPANY, "gsid": A_COMPANY}),
    "create_ctas": Example(body={"requests": [{"record": {"referenceId": "call-1", **_WORK}}]}),
    "update_ctas": Example(body={"requests": [{"record": {"Gsid": A_CTA, "IsClosed": True}}]}),
    "list_ctas": _fetch("Name", "Gsid", "DueDate"),
    "delete_ctas": Example(body={"recordIds": [A_CTA]}),
    "create_success_plans": Example(body={"requests": [{"record": {**_WORK, "Name": "Adopt reporting"}}]}),
    "update_success_plans": Example(body={"requests": [{"record": {"Gsid": A_PLAN, "DueDate": "2026-06-30"}}]}),
    "list_success_plans": _fetch("Name", "Gsid", "DueDate"),
    "delete_success_plans": Example(body={"recordIds": [A_PLAN]}),
}
"""Examples by the operations' names."""
