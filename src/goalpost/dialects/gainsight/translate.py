"""The model's goals, templates, metrics and picklists → Gainsight's records. Pure.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.free_fields import named, spelling_of
from goalpost.customers.model.metrics import GoalMetric, Metric
from goalpost.customers.model.picklists import Picklist, PicklistItem, item_prefix
from goalpost.customers.model.records import Record
from goalpost.customers.model.templates import GoalTemplate
from goalpost.dialects.gainsight.protocol.codes import CUSTOM
from goalpost.dialects.gainsight.protocol.fields import ALWAYS, ALWAYS_OF_TEMPLATE, GOAL, Field, person_gsid
from goalpost.dialects.gainsight.wire import goal_gsid, item_gsid, milliseconds

METRIC_VALUES, ASSOCIATED_WORK = "MetricValues", "AssociatedWork"
_MADE = (
    *("CompanyId", "RelationshipId", "RelationshipTypeId", "OpportunityId", "CreatedById", "CreatedDate"),
    *("CurrencyIsoCode", "Description", "DueDate", "EntityType", "GoalCategory", "GoalTypeId", "Gsid", "ModifiedById"),
    *("ModifiedDate", "Name", "StatusId", "TemplateId"),
)
_NO_COLOR = "#98E7B1"
CATEGORIES = {
    "GOAL_TYPE": Picklist.GOAL_TYPE,
    "GOAL_STATUS": Picklist.STATUS,
    "ASSOCIATED_WORK": Picklist.ASSOCIATED_WORK,
    "RELATIONSHIP_TYPE": Picklist.RELATIONSHIP_TYPE,
}
_CATEGORY_OF = {picklist: name for name, picklist in CATEGORIES.items()}


def set_fields(thing: Any, names: Iterable[str], known: Mapping[str, Field]) -> dict[str, Any]:
    """Return the fields that are not empty."""
    return {name: value for name in names if (value := known[name].show(thing)) is not None}


def custom_to_wire(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Custom fields, by their names in the API."""
    return {name + CUSTOM: value for name, value in fields.items()}


def created_to_wire(goal: CustomerGoal, metrics: Sequence[GoalMetric], name: str) -> dict[str, Any]:
    """Return the answer to a created goal, its keys in alphabetical order; `name` is its maker's."""
    record = set_fields(goal, _MADE, GOAL) | custom_to_wire(goal.fields)
    maker = record["CreatedById"]
    record |= {"CreatedById__gr": {"Name": name}, "ModifiedById__gr": {"Name": name}}
    if goal.status:
        record["StatusId__gr"] = {"Name": goal.status.name}
    if metrics:
        record[METRIC_VALUES] = [metric_values_to_wire(goal, metric) for metric in metrics]
    ordered = dict(sorted(record.items(), key=lambda item: item[0].lower()))
    return {"goal": ordered, "userInfo": {maker: {"gsid": maker, "name": name, "profilePicture": None}}}


def updated_to_wire(goal: CustomerGoal, sent: Iterable[str]) -> dict[str, Any]:
    """Return the answer to a changed goal: what was sent, as it is now."""
    names = {_RESOLVED.get(name, name) for name in sent}
    record = {name: GOAL[name].show(goal) for name in names & _ECHOED}
    custom = custom_to_wire(goal.fields)
    record |= {name: named(custom, name) for name in names if name.endswith(CUSTOM)}
    record |= set_fields(goal, ("GoalCategory", "Gsid", "ModifiedById", "ModifiedDate"), GOAL)
    ordered = dict(sorted(record.items(), key=lambda item: item[0].lower()))
    return {"record": ordered, "updatedGoals": None, "properties": {}}


_RESOLVED = {"StatusName": "StatusId", "GoalTypeName": "GoalTypeId"}
_ECHOED = frozenset({"Name", "StatusId", "GoalTypeId", "DueDate", "Description", "CurrencyIsoCode"})


def fetched_to_wire(goal: CustomerGoal, names: Sequence[str], known: Mapping[str, Field]) -> dict[str, Any]:
    """The fields of a goal that are selected, and those that are always there."""
    return set_fields(goal, dict.fromkeys((*ALWAYS, *names)), known)


def metric_values_to_wire(goal: CustomerGoal, wanted: GoalMetric) -> dict[str, Any]:
    """Return the targets of a goal's metric."""
    values = [{"gsid": None, "value": one.value, "timestamp": one.day.isoformat()} for one in wanted.values]
    return {
        "metricId": item_gsid(wanted.metric.id),
        "goalId": goal_gsid(goal.id),
        "baseValue": wanted.baseline,
        "actualValue": values,
        "targetValue": wanted.target,
        "gsid": item_gsid(wanted.id),
    }


def associated_to_wire(associated: Sequence[str], kept: Mapping[str, Record]) -> dict[str, Any]:
    """A goal's calls to action and success plans; of those not kept here there is the GSID alone."""
    ctas = [_associated(one, kept, _OF_CTA) for one in associated if one.startswith(gsids.CTA)]
    plans = [_associated(one, kept, ()) for one in associated if one.startswith(gsids.SUCCESS_PLAN)]
    return {"associatedCTAs": ctas, "associatedSPs": plans}


_OF_CTA = ("TypeId", "PriorityId", "ReasonId", "IsClosed")


def _associated(gsid: str, kept: Mapping[str, Record], more: Sequence[str]) -> dict[str, Any]:
    record = kept.get(gsid)
    fields = record.fields if record else {}
    found = {
        "gsid": gsid,
        "name": record.name if record else None,
        **{name[0].lower() + name[1:]: fields.get(name) for name in ("EntityType", "OwnerId", "StatusId")},
        "dueDate": _moment_text(fields.get("DueDate")),
        "closedCtaCount": fields.get("ClosedCtaCount"),
    }
    return found | {name[0].lower() + name[1:]: fields.get(name) for name in more}


def _moment_text(text: Any) -> str | None:
    """A day or date-time as associations show it, in UTC: YYYY-MM-DD HH:mm:ss."""
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
        moment = moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        return None
    return moment.isoformat(" ", "seconds")[:19]


def saved_template_to_wire(template: GoalTemplate, sent: Sequence[str], *, is_new: bool) -> dict[str, Any]:
    """A template as it was sent, names and lookups resolved, in the order of the request."""
    spelled = {
        "Name": template.name,
        "DueDate": template.due_days,
        "Description": template.description,
        "CurrencyIsoCode": template.currency,
        ASSOCIATED_WORK: [item_gsid(one) for one in template.associated_work],
        **custom_to_wire(template.fields),
    }
    chosen = {"GoalTypeId": item_gsid(template.goal_type_id), "StatusId": item_gsid(template.status_id)}
    record = {name: named(spelled, name) for name in sent if spelling_of(spelled, name)}
    asked = {_RESOLVED.get(name, name) for name in sent}
    record |= {name: gsid for name, gsid in chosen.items() if is_new or name in asked}
    if is_new:
        return {**record, "Gsid": goal_gsid(template.id)}
    by = {"ModifiedById": _by(template.updated_by, template), "ModifiedDate": milliseconds(template.updated_at)}
    return {"Gsid": goal_gsid(template.id), **record, **by}


def deleted_to_wire(identity: UUID, category: str, by: str, at: int) -> dict[str, Any]:
    """A template or goal that was taken away."""
    return {
        "Deleted": True,
        "GoalCategory": category,
        "Gsid": goal_gsid(identity),
        "ModifiedById": by,
        "ModifiedDate": at,
    }


def fetched_template_to_wire(
    template: GoalTemplate, names: Sequence[str], known: Mapping[str, Field]
) -> dict[str, Any]:
    """The fields of a template that are selected, and those that are always there, in the alphabet's order."""
    return dict(sorted(set_fields(template, {*ALWAYS_OF_TEMPLATE, *names}, known).items()))


def metric_to_wire(metric: Metric, *, is_deleted: bool = False) -> dict[str, Any]:
    """A metric."""
    return {
        "createdAt": milliseconds(metric.created_at),
        "deleted": is_deleted,
        "modifiedAt": milliseconds(metric.updated_at),
        "createdBy": _by(metric.created_by, metric),
        "modifiedBy": _by(metric.updated_by, metric),
        "name": metric.name,
        "description": metric.description,
        "unitOfMeasure": metric.unit.value.upper(),
        "displayOrder": metric.position,
        "externalId": None,
        "active": True,
        "systemDefined": False,
        "gsid": item_gsid(metric.id),
    }


def item_to_wire(item: PicklistItem, children: Mapping[str, list[str]]) -> dict[str, Any]:
    """A goal type or status; `children` are the statuses of a goal type, by category."""
    system = {"systemName": item.system_name} if item.system_name else {}
    return {
        "gsid": gsids.to_gsid(item_prefix(item.picklist), item.id),
        "name": item.name,
        **system,
        "color": item.color or _NO_COLOR,
        "picklistCategory": _CATEGORY_OF[item.picklist],
        "displayOrder": item.position + 1,
        "active": item.retired_at is None,
        "openStatusType": item.picklist is Picklist.STATUS and not item.is_closed,
        "recurring": False,
        "systemDefined": item.system_name is not None,
        "associationDetails": {
            "autoAssignFutureAssociationIds": True,
            "associationCategory": "ENTITY",
            "associationIds": [_entity(one) for one in item.entities or ("ALL_ENTITY",)],
        },
        "childPicklistIds": dict(children),
    }


def _entity(text: str) -> str:
    """Return what a goal type is for: a kind of entity, or a relationship type by its GSID."""
    return text if text.isupper() else gsids.to_gsid(gsids.RELATIONSHIP_TYPE, UUID(text))


def is_for(item: PicklistItem, entities: Sequence[str]) -> bool:
    """Return whether a picklist item is for one of these entities; without any it always is."""
    own = {_entity(one) for one in item.entities or ("ALL_ENTITY",)}
    return not entities or "ALL_ENTITY" in own or "ALL_ENTITY" in entities or not own.isdisjoint(entities)


def _by(key: UUID | None, thing: GoalTemplate | Metric) -> str:
    return person_gsid(key, thing.workspace_id)
