"""Fields that can be selected and compared: this dialect's names → the model's.

A key `X__gr.Name` is the name of what X points at. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.custom_fields import NUMBERS, CustomField, CustomType
from goalpost.customers.model.customer_goals import CustomerGoal
from goalpost.customers.model.filters import OWN, FieldType
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.records import PREFIXES, Record, RecordKind, Ref
from goalpost.customers.model.templates import GoalTemplate
from goalpost.dialects.gainsight.protocol.codes import CUSTOM
from goalpost.dialects.gainsight.wire import day, goal_gsid, item_gsid, milliseconds

SYSTEM = "goalpost"
"""The name of whoever changes things without a key."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: what it is in the model, how it compares, how it is shown. `text` is the name of what an id points at.

    Without a type it cannot be compared, unless it is the user's own: that compares as what its values say. Without a
    place in the model it cannot be sorted by. `points` says of which kinds the records may be that it points at, and is
    empty where they may be of any.
    """

    core: str
    type: FieldType | None
    show: Callable[[Any], Any]
    text: str = ""
    points: tuple[RecordKind, ...] | None = None


def person_gsid(key: UUID | None, workspace_id: UUID) -> str:
    """The user behind a key, as the vendor has one; without a key the workspace itself."""
    return gsids.to_gsid(gsids.PERSON, key or workspace_id)


def _spelled(prefix: str) -> Callable[[UUID | None], str | None]:
    return lambda identity: gsids.to_gsid(prefix, identity) if identity else None


def _ref_gsid(prefix: str, name: str) -> Callable[[CustomerGoal], str | None]:
    def show(goal: CustomerGoal) -> str | None:
        ref: Ref | None = getattr(goal, name)
        return gsids.to_gsid(prefix, ref.id) if ref else None

    return show


def _ref_name(name: str) -> Callable[[CustomerGoal], str | None]:
    def show(goal: CustomerGoal) -> str | None:
        ref: Ref | None = getattr(goal, name)
        return ref.name if ref else None

    return show


def _by(name: str) -> Callable[[CustomerGoal | GoalTemplate], str]:
    return lambda thing: person_gsid(getattr(thing, name), thing.workspace_id)


_relationship, _opportunity = _spelled(gsids.RELATIONSHIP), _spelled(gsids.OPPORTUNITY)
_type, _goal = _spelled(gsids.RELATIONSHIP_TYPE), _spelled(gsids.GOAL)
_ID, _MOMENT, _TEXT = FieldType.IDENTITY, FieldType.MOMENT, FieldType.TEXT

GOAL: Mapping[str, Field] = {
    "Gsid": Field("id", _ID, lambda goal: goal_gsid(goal.id)),
    "Name": Field("title", _TEXT, lambda goal: goal.title),
    "StatusId": Field("status_id", _ID, _ref_gsid(gsids.ITEM, "status"), "status_name"),
    "StatusId__gr.Name": Field("status_name", _TEXT, _ref_name("status")),
    "DueDate": Field("due_at", _MOMENT, lambda goal: day(goal.due_at)),
    "GoalTypeId": Field("goal_type_id", _ID, _ref_gsid(gsids.ITEM, "goal_type"), "goal_type_name"),
    "GoalTypeId__gr.Name": Field("goal_type_name", _TEXT, _ref_name("goal_type")),
    "Description": Field("description", None, lambda goal: goal.description),
    "CompanyId": Field("company_id", _ID, _ref_gsid(gsids.COMPANY, "company"), "company_name", (RecordKind.COMPANY,)),
    "CompanyId__gr.Name": Field("company_name", _TEXT, _ref_name("company")),
    "RelationshipId": Field(
        *("relationship_id", _ID, lambda goal: _relationship(goal.relationship_id), "relationship_name"),
        points=(RecordKind.RELATIONSHIP,),
    ),
    "RelationshipTypeId": Field(
        "relationship_type_id", _ID, lambda goal: _type(goal.relationship_type_id), "relationship_type_name"
    ),
    "OpportunityId": Field(
        *("opportunity_id", _ID, lambda goal: _opportunity(goal.opportunity_id), "opportunity_name"),
        points=(RecordKind.OPPORTUNITY,),
    ),
    "TemplateId": Field("template_id", _ID, lambda goal: _goal(goal.template_id), "template_name"),
    "EntityType": Field("entity", _TEXT, lambda goal: goal.entity.value.upper()),
    "CurrencyIsoCode": Field("currency", _TEXT, lambda goal: goal.currency),
    "GoalCategory": Field("", None, lambda goal: "GOAL"),
    "CreatedDate": Field("created_at", _MOMENT, lambda goal: milliseconds(goal.created_at)),
    "ModifiedDate": Field("updated_at", _MOMENT, lambda goal: milliseconds(goal.updated_at)),
    "CreatedById": Field("created_by", _ID, _by("created_by")),
    "ModifiedById": Field("updated_by", _ID, _by("updated_by")),
    "AssociatedWork": Field("", None, lambda goal: [item_gsid(one) for one in goal.associated_work] or None),
}
"""Fields of a goal. `MetricValues` can be selected besides."""

ALWAYS = ("Gsid", "Name", "StatusId", "DueDate", "GoalTypeId", "Description")
"""Fields that a fetched goal has, selected or not."""


TEMPLATE: Mapping[str, Field] = {
    "Gsid": Field("id", _ID, lambda template: goal_gsid(template.id)),
    "Name": Field("title", _TEXT, lambda template: template.name),
    "StatusId": Field("status_id", _ID, lambda template: item_gsid(template.status_id), "status_name"),
    "DueDate": Field("due_days", FieldType.NUMBER, lambda template: template.due_days),
    "GoalTypeId": Field("goal_type_id", _ID, lambda template: item_gsid(template.goal_type_id), "goal_type_name"),
    "CreatedDate": Field("created_at", _MOMENT, lambda template: milliseconds(template.created_at)),
    "ModifiedDate": Field("updated_at", _MOMENT, lambda template: milliseconds(template.updated_at)),
    "CreatedById": Field("created_by", _ID, _by("created_by")),
    "ModifiedById": Field("updated_by", _ID, _by("updated_by")),
    "Description": Field("description", None, lambda template: template.description),
    "CurrencyIsoCode": Field("currency", _TEXT, lambda template: template.currency),
    "GoalCategory": Field("", None, lambda template: "TEMPLATE"),
    "AssociatedWork": Field("", None, lambda template: [item_gsid(one) for one in template.associated_work] or None),
    "metricsAssociation": Field(
        "", None, lambda template: [{"metricId": item_gsid(one)} for one in template.metric_ids] or None
    ),
}
"""Fields of a template."""

ALWAYS_OF_TEMPLATE = ("Gsid", "Name", "StatusId", "DueDate", "GoalTypeId", "CreatedDate")
"""Fields that a fetched template has, selected or not."""

_CUSTOM_TYPES = {
    **dict.fromkeys(NUMBERS, FieldType.NUMBER),
    **dict.fromkeys((CustomType.DATE, CustomType.DATETIME), FieldType.MOMENT),
    CustomType.BOOLEAN: FieldType.BOOLEAN,
    CustomType.MULTI_PICKLIST: FieldType.CHOICES,
}
"""Fields of other types compare as what their values say."""


def gsid_of(record: Record) -> str:
    """The GSID of a record."""
    return gsids.to_gsid(PREFIXES[record.kind], record.id)


def _company_gsid(record: Record) -> str | None:
    return gsids.to_gsid(gsids.COMPANY, record.company_id) if record.company_id else None


RECORD: Mapping[str, Field] = {
    "Gsid": Field("id", _ID, gsid_of),
    "Name": Field("name", _TEXT, lambda record: record.name),
    "CompanyId": Field("company_id", _ID, _company_gsid, "company_name"),
    "Email": Field("email", _TEXT, lambda record: record.email),
    "CreatedDate": Field("created_at", _MOMENT, lambda record: milliseconds(record.created_at)),
    "ModifiedDate": Field("updated_at", _MOMENT, lambda record: milliseconds(record.updated_at)),
}
"""Fields that every record has; its other fields are its own."""
_COMPANY: Mapping[str, Field] = {**RECORD, "CompanyId": Field("id", _ID, gsid_of, "name")}
"""A company is its own company: whatever asks for `CompanyId` of any object finds it."""


def fields_of(kind: RecordKind) -> Mapping[str, Field]:
    """Return the fields of every record of a kind, as they are read."""
    return _COMPANY if kind is RecordKind.COMPANY else RECORD


def value_of(record: Record, name: str) -> Any:
    """Return a record's value under a name in any case; exactly the same name goes first."""
    if name not in RECORD and name in record.fields:
        return record.fields[name]
    field = named(fields_of(record.kind), name)
    return field.show(record) if field else named(record.fields, name)


AUTHORS = {"CreatedById__gr.Name": "created_by", "ModifiedById__gr.Name": "updated_by"}
"""The names of who made and changed a goal → the model's."""


def with_authors(fields: Mapping[str, Field], keys: Mapping[UUID, str]) -> dict[str, Field]:
    """The fields with the names of authors; `keys` has the names of the workspace's keys."""

    def shown(core: str) -> Field:
        return Field(f"{core}_name", None, lambda goal: keys.get(getattr(goal, core), SYSTEM))

    return {**fields, **{name: shown(core) for name, core in AUTHORS.items()}}


def with_custom(fields: Mapping[str, Field], added: Mapping[str, CustomField]) -> dict[str, Field]:
    """The fields with those that the workspace has added."""
    return {**fields, **{name + CUSTOM: _custom(found) for name, found in added.items()}}


def _custom(field: CustomField) -> Field:
    type_ = _CUSTOM_TYPES.get(field.type)
    points = None if type_ else (field.refers_to,) if field.refers_to else ()
    return Field(OWN + field.name, type_, lambda thing: thing.fields.get(field.name), points=points)
