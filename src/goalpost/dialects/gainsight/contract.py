"""Endpoints as Gainsight documents them: the coverage page and its tests hold the live dialect against this table.

What is a `guess` that page leaves open; it was chosen here. An `extension` is goalpost's own.
"""

from typing import Any

from goalpost.dialects.gainsight import failure_contract
from goalpost.dialects.gainsight.object_contract import OBJECT_DIFFERENCES, OBJECT_ENDPOINTS

TITLE = "Gainsight Customer Goals"
BASE = "/v1/csgoal"
SOURCES = {
    "seed": "https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs",
    "doc": "another page of https://support.gainsight.com",
    "guess": "not documented; chosen here",
    "extension": "goalpost's own",
    "connector": "an extension; its shape is from the code of public connectors",
}
SEED, DOC, GUESS, EXTENSION, _ = SOURCES
READ, WRITE = "goals.read", "goals.write"


def _below(path: str, names: dict[str, str]) -> dict[str, str]:
    return {f"{path}{name}": source for name, source in names.items()}


def _all(source: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, source)


_ENVELOPE = _all(
    SEED, "result", "errorCode", "errorDesc", "localizedErrorDesc", "requestId", "message", "localizedMessage"
)
_FAILED = _below("data.failureList[].", _all(GUESS, "errorCode", "errorDesc", "message"))
_LOOKUPS = _below(
    "lookups.*.", {**_all(SEED, "lookupField", "objectName", "multiMatchOption", "onNoMatch"), "defaultValue": GUESS}
) | {"lookups.*.fields": SEED}
_WHERE = _below(
    "", _all(SEED, "select", *(f"where.conditions[].{one}" for one in ("fieldName", "value", "alias", "operator")))
) | {**_all(SEED, "where.expression", "pageSize", "pageNumber"), "orderBy": EXTENSION}
_COMMON = {
    **_all(SEED, "Name", "StatusName", "StatusId", "GoalTypeId", "Description", "AssociatedWork"),
    **_all(SEED, "metricsAssociation[].metricId"),
    **_all(GUESS, "CurrencyIsoCode"),
}
_METRIC_OF_GOAL = _all(
    SEED,
    *("metricsAssociation[].baseValue", "metricsAssociation[].targetValue"),
    *("metricsAssociation[].actualValue[].value", "metricsAssociation[].actualValue[].timestamp"),
)
_GOAL = {
    **_COMMON,
    **_METRIC_OF_GOAL,
    **_all(SEED, "EntityType", "TemplateId", "DueDate", "RelationshipTypeId"),
    **_all(SEED, "CompanyId", "RelationshipId", "OpportunityId"),
    **_all(GUESS, "GoalTypeName", "metricsDissociation"),
}
_TEMPLATE = {
    **_COMMON,
    **_all(SEED, "GoalTypeName", "DueDate"),
    **dict.fromkeys(_METRIC_OF_GOAL, GUESS),
    "metricsDissociation": GUESS,
}
_ASSOCIATION = _all(SEED, "requests[].association.CTA", "requests[].association.SP")
_DISSOCIATION = _all(SEED, "requests[].dissociation.CTA", "requests[].dissociation.SP")
_CREATED = {
    **_all(SEED, "CompanyId", "CreatedById", "CreatedById__gr.Name", "CreatedDate", "CurrencyIsoCode", "Description"),
    **_all(
        SEED, "DueDate", "EntityType", "GoalCategory", "GoalTypeId", "Gsid", "ModifiedById", "ModifiedById__gr.Name"
    ),
    **_all(SEED, "ModifiedDate", "Name", "StatusId", "StatusId__gr.Name"),
    **_below("MetricValues[].", _all(SEED, "metricId", "goalId", "baseValue", "targetValue", "gsid")),
    **_below("MetricValues[].actualValue[].", _all(SEED, "gsid", "value", "timestamp")),
    **_all(GUESS, "RelationshipId", "RelationshipTypeId", "OpportunityId", "TemplateId"),
}
_ASSOCIATED = ("gsid", "name", "entityType", "ownerId", "statusId", "dueDate", "closedCtaCount")
_FETCHED = {
    **_below("dataList.", _all(SEED, "Gsid", "Name", "StatusId", "GoalTypeId", "Description", "DueDate")),
    **_below("dataList.", _all(SEED, "CompanyId", "CurrencyIsoCode")),
    **_below("associatedSPs[].", _all(SEED, *_ASSOCIATED)),
    **_below("associatedCTAs[].", _all(GUESS, *_ASSOCIATED, "typeId", "priorityId", "reasonId", "isClosed")),
}
_METRIC = _all(
    SEED,
    *("createdAt", "deleted", "modifiedAt", "createdBy", "modifiedBy", "name", "description", "unitOfMeasure"),
    *("displayOrder", "externalId", "active", "systemDefined", "gsid"),
)
_SAVED_METRICS = {**_ENVELOPE, **_below("data.successList[].", _METRIC), **_FAILED}
_METRIC_RECORD = _below("requests[].record.", _all(SEED, "name", "unitOfMeasure", "description"))
_TYPES = _all(SEED, "requests[].associateGoalTypes", "requests[].associateGoalTypeNames")
_TYPES_ENDED = _all(SEED, "requests[].dissociateGoalTypes", "requests[].dissociateGoalTypeNames")
_ITEM = {
    **_all(SEED, "gsid", "name", "systemName", "color", "picklistCategory", "displayOrder", "active", "openStatusType"),
    **_all(SEED, "recurring", "systemDefined", "childPicklistIds"),
    **_below(
        "associationDetails.",
        _all(SEED, "autoAssignFutureAssociationIds", "associationCategory", "associationIds"),
    ),
}
_PICKLISTS = {
    **_ENVELOPE,
    **_below("data.picklists[].", _ITEM),
    **_below("data.childPicklists[].", {name: GUESS for name in _ITEM if name != "systemName"}),
    **_below("data.metrics[].", dict.fromkeys(_METRIC, GUESS)),
}
_PICKLIST_QUERY = _all(SEED, "entityIds", "active", "includeMetrics", "includeChildPicklist", "picklistCategory")
_DELETED = {
    **_ENVELOPE,
    **_FAILED,
    **_below("data.successList[].", _all(SEED, "Deleted", "GoalCategory", "Gsid", "ModifiedById", "ModifiedDate")),
    **_all(SEED, "data.success", "data.failCount"),
}
_CREATED_TEMPLATE = {
    **_ENVELOPE,
    **_FAILED,
    **_below(
        "data.successList[].",
        _all(SEED, "Name", "DueDate", "Description", "AssociatedWork", "GoalTypeId", "StatusId", "Gsid"),
    ),
}
_CHANGED_TEMPLATE = {
    **_CREATED_TEMPLATE,
    **_below("data.successList[].", _all(SEED, "ModifiedById", "ModifiedDate")),
}
_FETCHED_TEMPLATE = _all(SEED, "CreatedDate", "CurrencyIsoCode", "DueDate", "GoalTypeId", "Gsid", "Name", "StatusId")


def _endpoint(
    title: str, route: str, scope: str = WRITE, source: str = SEED, **parts: dict[str, str]
) -> dict[str, Any]:
    return {"title": title, "route": route, "scope": scope, "status": 200, "source": source, **parts}


ENDPOINTS: list[dict[str, Any]] = [
    _endpoint(
        *("Create goal", "POST /v1/csgoal/external/create"),
        request={**_below("requests[].record.", _GOAL), **_ASSOCIATION, **_LOOKUPS},
        response={
            **_ENVELOPE,
            **_below("data.goal.", _CREATED),
            **_below("data.userInfo.*.", _all(SEED, "gsid", "name", "profilePicture")),
        },
    ),
    _endpoint(
        *("Update goal", "PUT /v1/csgoal/external/update"),
        request={
            **_below("requests[].record.", {**_GOAL, "Gsid": SEED, "metricsDissociation": SEED}),
            **_ASSOCIATION,
            **_DISSOCIATION,
            **_LOOKUPS,
        },
        response={
            **_ENVELOPE,
            **_below("data.record.", _all(SEED, "Gsid", "GoalCategory", "ModifiedById", "ModifiedDate")),
            **_below("data.record.", _all(SEED, "Name", "StatusId", "DueDate", "Description")),
            **_all(SEED, "data.updatedGoals", "data.properties"),
        },
    ),
    _endpoint(
        *("Fetch goals", "POST /v1/csgoal/external/fetch", READ),
        request=_WHERE,
        response={**_ENVELOPE, **_below("data.recordList[].", _FETCHED)},
    ),
    _endpoint(
        *("Delete goals", "DELETE /v1/csgoal/external/delete", WRITE, EXTENSION),
        query={"recordIds": EXTENSION},
        request={"recordIds": EXTENSION},
        response=dict.fromkeys(_DELETED, EXTENSION),
    ),
    _endpoint(
        *("Create templates", "POST /v1/csgoal/external/template"),
        request={**_below("requests[].record.", _TEMPLATE), **_LOOKUPS},
        response=_CREATED_TEMPLATE,
    ),
    _endpoint(
        *("Update templates", "PUT /v1/csgoal/external/template"),
        request={
            **_below("requests[].record.", {**_TEMPLATE, "Gsid": SEED, "metricsDissociation": SEED}),
            **_LOOKUPS,
        },
        response=_CHANGED_TEMPLATE,
    ),
    _endpoint(
        *("Delete templates", "DELETE /v1/csgoal/external/template/delete"),
        query={"recordIds": EXTENSION},
        request={"recordIds": SEED},
        response=_DELETED,
    ),
    _endpoint(
        *("Fetch templates", "POST /v1/csgoal/external/template/fetch", READ),
        request=_WHERE,
        response={
            **dict.fromkeys(_ENVELOPE, GUESS),
            **_below("data.recordList[].", dict.fromkeys(_FETCHED_TEMPLATE, GUESS)),
            **_below("recordList[].", _FETCHED_TEMPLATE),
        },
    ),
    _endpoint(
        *("Create metrics", "POST /v1/csgoal/external/metric"),
        request={**_METRIC_RECORD, **_TYPES},
        response=_SAVED_METRICS,
    ),
    _endpoint(
        *("Update metrics", "PUT /v1/csgoal/external/metric"),
        request={"requests[].record.gsid": SEED, **_METRIC_RECORD, **_TYPES, **_TYPES_ENDED},
        response=_SAVED_METRICS,
    ),
    _endpoint(
        *("Delete metrics", "DELETE /v1/csgoal/external/metrics"),
        query={"recordIds": EXTENSION},
        request={"recordIds": SEED},
        response={**_ENVELOPE, **_below("data.deletedMetrics[].", _METRIC)},
    ),
    _endpoint(
        *("Read picklists", "POST /v1/csgoal/external/admin/picklist", READ),
        request=_PICKLIST_QUERY,
        response=_PICKLISTS,
    ),
    _endpoint(
        *("Get picklists", "GET /v1/csgoal/external/admin/picklist", READ),
        query=_PICKLIST_QUERY,
        response=_PICKLISTS,
    ),
    *OBJECT_ENDPOINTS,
]


FAILURES = failure_contract.FAILURES

DIFFERENCES: dict[str, str] = {
    "keys_have_their_own_prefix": "Keys begin with `gp_` and are made with `goalpost key create`; they are sent in "
    "`accesskey`, or as `Authorization: Bearer`.",
    "failures_of_goals_have_both_bodies": "What goes wrong with a goal is told in both bodies of the page at "
    "once. Where its samples say 500 and its table 400, `GOALPOST_GAINSIGHT_ERROR_STYLE` chooses.",
    "codes_are_sent_with_their_beginning": "The table's 8001 is sent as `VC_8001`, as samples have codes.",
    "templates_are_fetched_in_both_shapes": "A template fetch has its rows in the envelope and beside it, unless "
    "`GOALPOST_GAINSIGHT_BARE_TEMPLATES` is on.",
    "unknown_keys_are_refused": "A key of a record that is neither a field, nor a `…__gc`, nor a lookup's is 400: "
    "what is not understood is not dropped in silence.",
    "texts_compare_in_any_case": "Conditions and lookups compare texts in any case.",
    "ids_are_compared_with_names": "An id is compared with GSIDs, and by EQ, NE, IN, NOT_IN, INCLUDES and EXCLUDES "
    "with names of what it points at; by operators on parts of texts with these names alone. So are `OwnerId`, `Csm`, "
    "`Manager`, `ParentCompany`, lookups and what is chosen from lists, which also equal the text that they have; "
    "other fields whose names end with `Id` or `__gc` meet the names of companies and users. `Gsid`, `CreatedById` and "
    "`ModifiedById` are compared with GSIDs only.",
    "rows_are_sorted_by_any_field": "`orderBy` takes up to ten fields, all that can be selected but lists, "
    "`GoalCategory` and most fields of related rows. Of these it takes `CompanyId__gr.Name` of objects and work, and "
    "the names of all that goals (not by a custom field) point at; of templates those of `StatusId` and `GoalTypeId`. "
    "Rows without a value come last, texts are in the order of their code points in no case, ties in that of the ids.",
    "custom_texts_compare_as_what_they_say": "A custom field of goals or templates that is not a number, day, boolean "
    'or list of its type is compared and sorted as the fields of objects are: `"5000"` is greater than 1000.',
    "one_request_of_many_fails_alone": "Of several templates or metrics in one body each is done by itself; a single "
    "one that fails is the answer's failure.",
    "associations_may_be_elsewhere": "A CTA or success plan need not be kept here to be associated.",
    "other_gsids_name_what_was_imported": "A GSID of another system names what was imported under it, or a CTA or SP.",
    "a_goal_stays_where_it_is": "An update does not change what a goal is about or was made from. `EntityType`, "
    "`CompanyId`, `RelationshipId`, `RelationshipTypeId`, `OpportunityId` and `TemplateId` may be sent as they are; "
    "others are refused: `VC_8013` for `EntityType`, `VC_8019` for the rest.",
    "a_relationship_has_its_own_company": "A goal about a relationship or opportunity has the company of it; another "
    "`CompanyId` is `VC_8011`.",
    "a_metric_of_a_goal_type_can_be_deleted": "`VC_8026` is for metrics that goals or templates have. One that goal "
    "types may have, and no goal has, is deleted, and the types lose it.",
    "constants_in_any_case": "Constants such as `unitOfMeasure`, `EntityType`, `entityIds` and `onNoMatch` may be sent "
    "in any case. An entity in `entityIds` that there is none of is `VC_8019`.",
    "parameters_are_sent_once": "A known query parameter sent twice is 400, except `recordIds` and `entityIds`. "
    "One that an endpoint does not know is named in `warnings`, beside the envelope.",
    "whatever_is_below_the_vendors_prefixes": "A path below `/v1`, `/v1.0`, `/v2`, `/v3` or `/csgoal` that is not "
    "served is answered as the vendor's gateway does: 404 `GS_APIG_1000`.",
    "a_due_date_is_a_day_in_utc": "`DueDate` is the day in UTC; sending the day that a goal has keeps its time of day.",
    "goals_can_be_deleted": "`DELETE /v1/csgoal/external/delete` is an extension; it answers as for templates.",
    "more_can_be_selected": "`MetricValues`, `AssociatedWork`, `TemplateId` and `StatusId__gr.Name` can be selected.",
    "a_user_is_a_key": "`CreatedById` and `ModifiedById` are the key that was used, by its name; `goalpost` is whoever "
    "had none.",
    **OBJECT_DIFFERENCES,
}
"""Differences: what behaves otherwise than documented or is more than documented."""

MAPPING: list[tuple[str, str, str]] = [
    ("Gsid", "id", "one identity in two spellings"),
    ("Name", "title", "at most 250 characters; there 200 are taken"),
    ("Description", "description", "byte for byte, HTML or not"),
    ("StatusId, StatusId__gr.Name", "status.id, status.name", ""),
    ("DueDate", "dueDate", "the day in UTC; a time of day survives a write of the same day"),
    ("CompanyId", "company.id", "goals about no company are not shown there"),
    ("CreatedDate, ModifiedDate", "createdAt, updatedAt", "milliseconds; ISO 8601"),
    ("—", "progressPercentage, quarter, year, priority, category, tasks, updates", "kept"),
    ("GoalTypeId, TemplateId, EntityType, CurrencyIsoCode", "—", "kept"),
    ("RelationshipId, RelationshipTypeId, OpportunityId", "—", "kept"),
    ("MetricValues, AssociatedWork, associatedCTAs, associatedSPs, …__gc", "—", "kept"),
]
"""The same row in two dialects: the fields here, those of the goals of companies, and what there is to say."""
