"""Decisions: what a request about a goal asks for, from its record and the facts. Pure.

Faults are told in the order in which the vendor is taken to look: template, required fields, entity, goal type, status,
custom fields, metrics, associations; what the store refuses after that: metrics, associated work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from goalpost.customers.model.customer_goals import CustomerGoal, Entity, GoalDraft, GoalParts
from goalpost.customers.model.field_schema import NewField
from goalpost.customers.model.templates import from_template
from goalpost.dialects.gainsight.goals.choices import Choices
from goalpost.dialects.gainsight.goals.facts import Facts
from goalpost.dialects.gainsight.goals.reading import (
    Lookups,
    held_custom,
    read_day,
    read_entity,
    read_parts,
    refuse_empty,
)
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.wire import day, identity
from goalpost.kernel.errors import BLANK, Invalid

_POINTS = ("CompanyId", "RelationshipId", "RelationshipTypeId", "OpportunityId")
_CORE = {
    "CompanyId": "company_id",
    "RelationshipId": "relationship_id",
    "RelationshipTypeId": "relationship_type_id",
    "OpportunityId": "opportunity_id",
    "Name": "title",
    "Description": "description",
    "CurrencyIsoCode": "currency",
}
_NEVER_EMPTY = ("title", "currency")
_NEEDED = {
    Entity.COMPANY: "CompanyId",
    Entity.RELATIONSHIP: "RelationshipId",
    Entity.OPPORTUNITY: "OpportunityId",
}
_CHOOSING = frozenset({"StatusId", "StatusName", "GoalTypeId", "GoalTypeName"})
_NO_STATUS = "Invalid StatusName provided in request"
_STAYS = "cannot be changed: a goal stays with what it is about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """A goal to create, its parts, and the custom fields to add for it."""

    draft: GoalDraft
    parts: GoalParts
    new_fields: tuple[NewField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alteration:
    """Changes of a goal (fields of GoalDraft), of its parts, and the custom fields to add for them."""

    changes: Mapping[str, Any]
    parts: GoalParts
    new_fields: tuple[NewField, ...]


def decide_creation(
    record: requests.GoalRecord, sent: requests.Sent, lookups: Lookups, facts: Facts, *, now: datetime
) -> Creation:
    """Decide which goal a create request asks for; raises Refused, Invalid and InvalidReference."""
    template = facts.template
    if record.TemplateId is not None and template is None:
        raise Refused(Code.INVALID_TEMPLATE, "Invalid TemplateId provided in request")
    if template is None and not record.Name:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "Name can't be blank")
    given = _plain(record)
    given["entity"] = _entity(record, given)
    given |= _chosen(record, facts, given)
    held = held_custom(record, lookups, facts.schema)
    given["fields"] = {name: value for name, value in held.values.items() if value is not None}
    parts = read_parts(record, sent)
    refuse_empty(sent)
    given = {name: value for name, value in given.items() if value is not None}
    if template is None:
        return Creation(draft=GoalDraft(**given), parts=parts, new_fields=held.new)
    draft, wishes = from_template(template, given, parts.metrics, now)
    return Creation(draft=draft, parts=replace(parts, metrics=wishes), new_fields=held.new)


def decide_alteration(
    goal: CustomerGoal, record: requests.GoalUpdateRecord, sent: requests.Sent, lookups: Lookups, facts: Facts
) -> Alteration:
    """Decide what an update request changes; a due date within the day that the goal has keeps its time.

    Raises Refused, also where the record names something else that the goal is to be about, Invalid and
    InvalidReference.
    """
    _check_it_stays(goal, record)
    changes = {name: value for name, value in _plain(record).items() if not name.endswith("_id")}
    for name in _NEVER_EMPTY:
        if name in changes and not changes[name]:
            raise Invalid({name: [BLANK]})
    if "due_at" in changes and day(changes["due_at"]) == day(goal.due_at):
        del changes["due_at"]
    if record.model_fields_set & _CHOOSING:
        changes |= _chosen_anew(goal, record, facts.choices)
    held = held_custom(record, lookups, facts.schema)
    if held.values:
        changes["fields"] = held.values
    parts = read_parts(record, sent)
    refuse_empty(sent)
    return Alteration(changes=changes, parts=parts, new_fields=held.new)


def _check_it_stays(goal: CustomerGoal, record: requests.GoalUpdateRecord) -> None:
    """Raise Refused for what a goal is about, or was made from, that is not what it has."""
    if record.EntityType is not None and read_entity(record.EntityType) is not goal.entity:
        raise Refused(Code.INVALID_ENTITY_TYPE, f"EntityType {_STAYS}")
    has = {
        "CompanyId": goal.company.id if goal.company else None,
        "RelationshipId": goal.relationship_id,
        "RelationshipTypeId": goal.relationship_type_id,
        "OpportunityId": goal.opportunity_id,
        "TemplateId": goal.template_id,
    }
    for name, stored in has.items():
        gsid = getattr(record, name)
        if name in record.model_fields_set and (None if gsid is None else identity(gsid)) != stored:
            raise Refused(Code.INVALID_VALUE, f"{name} {_STAYS}")


def _plain(record: requests.GoalRecord) -> dict[str, Any]:
    """Return the fields of a record that need no look into the store, by the model's names."""
    found: dict[str, Any] = {}
    for name in record.model_fields_set & _CORE.keys():
        value = getattr(record, name)
        found[_CORE[name]] = identity(value) if name in _POINTS and value is not None else value
    if found.get("currency"):
        found["currency"] = found["currency"].upper()  # constants are taken in any case
    if "DueDate" in record.model_fields_set:
        found["due_at"] = read_day(record.DueDate)
    if "AssociatedWork" in record.model_fields_set:
        found["associated_work"] = tuple(dict.fromkeys(map(identity, record.AssociatedWork or ())))
    return found


def _entity(record: requests.GoalRecord, given: Mapping[str, Any]) -> Entity:
    """Read what a goal is about; its company, relationship or opportunity must be given."""
    entity = read_entity(record.EntityType)
    needed = _NEEDED.get(entity)
    if needed and given.get(_CORE[needed]) is None:
        raise Refused(Code.REQUIRED_FIELD_MISSING, f"{needed} can't be blank")
    return entity


def _chosen(record: requests.GoalRecord, facts: Facts, given: Mapping[str, Any]) -> dict[str, Any]:
    """Goal type and status of a new goal, where they are not the template's."""
    choices, template = facts.choices, facts.template
    goal_type, status = choices.goal_type(record), choices.status(record)
    if goal_type is None and template is None:
        goal_type = choices.default_type()
    if status is None and template is None:
        raise Refused(Code.INVALID_STATUS_NAME, _NO_STATUS, sampled=True)
    if meant := goal_type or (template.goal_type_id if template else None):
        choices.check_entity(meant, given["entity"], given.get("relationship_type_id"))
    chosen = {"goal_type_id": goal_type, "status_id": status}
    return {name: found for name, found in chosen.items() if found is not None}


def _chosen_anew(goal: CustomerGoal, record: requests.GoalUpdateRecord, choices: Choices) -> dict[str, Any]:
    """Goal type and status that an update chooses; a status cannot be emptied."""
    goal_type, status = choices.goal_type(record), choices.status(record)
    if status is None and record.model_fields_set & {"StatusId", "StatusName"}:
        raise Refused(Code.INVALID_STATUS_NAME, _NO_STATUS, sampled=True)
    if goal_type and (goal.goal_type is None or goal_type != goal.goal_type.id):
        choices.check_entity(goal_type, goal.entity, goal.relationship_type_id)
    chosen = {"goal_type_id": goal_type, "status_id": status}
    return {name: found for name, found in chosen.items() if found is not None}
