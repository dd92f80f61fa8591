"""Goals and templates as the vendor fetches them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.metrics import MetricValue, MetricWish
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from goalpost.dialects.gainsight.protocol.codes import CUSTOM
from goalpost.imports.listing import Fields
from goalpost.imports.model.foreign_ids import Kind, RowKind
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow

_POINTS: dict[str, tuple[str, Kind]] = {
    "CompanyId": ("company_id", RecordKind.COMPANY),
    "RelationshipId": ("relationship_id", RecordKind.RELATIONSHIP),
    "OpportunityId": ("opportunity_id", RecordKind.OPPORTUNITY),
    "RelationshipTypeId": ("relationship_type_id", Picklist.RELATIONSHIP_TYPE),
    "StatusId": ("status_id", Picklist.STATUS),
    "GoalTypeId": ("goal_type_id", Picklist.GOAL_TYPE),
    "TemplateId": ("template_id", RowKind.TEMPLATE),
}
_NAMED = ("CompanyId", "StatusId", "GoalTypeId")
"""The rows that answers may name besides, as `StatusId__gr`."""
_UNKNOWN = UUID(int=0)
_ABOUT = {
    "opportunity_id": Entity.OPPORTUNITY,
    "relationship_id": Entity.RELATIONSHIP,
    "company_id": Entity.COMPANY,
}


def goal_rows(fields: Fields, ctas: Sequence[Any], plans: Sequence[Any]) -> Iterator[ForeignRow]:
    """A goal, with what it names and what it is associated with."""
    values: dict[str, Any] = {"title": fields.needed("Name"), "description": fields.text("Description")}
    yield from _points(fields, values)
    values["due_at"] = _day(fields, "DueDate")
    values["entity"] = _entity(fields, values)
    _common(fields, values)
    values["metrics"] = tuple(
        _metric(Fields(wanted, f"{fields.place} MetricValues[{number}]"))
        for number, wanted in enumerate(fields.rows("MetricValues"))
    )
    values["associations"] = []
    for kind, listed in ((RecordKind.CTA, ctas), (RecordKind.SUCCESS_PLAN, plans)):
        for number, row in enumerate(listed):
            own = Fields(row, f"{fields.place} {kind.value}[{number}]")
            values["associations"].append(own.needed("gsid"))
            if own.text("name"):
                yield _associated(own, kind, values.get("company_id"))
    yield _row(fields, RowKind.GOAL, values)


def template_rows(fields: Fields) -> Iterator[ForeignRow]:
    """A template, with what it names."""
    values: dict[str, Any] = {"name": fields.needed("Name"), "description": fields.text("Description")}
    yield from _points(fields, values)
    for name in ("status_id", "goal_type_id"):
        if values.get(name) is None:
            raise fields.fault("has no StatusId or no GoalTypeId: select them")
    values["due_days"] = fields.whole("DueDate")
    _common(fields, values)
    values["metric_ids"] = tuple(
        ForeignRef(RowKind.METRIC, Fields(row, fields.place).needed("metricId"))
        for row in fields.rows("metricsAssociation")
    )
    yield _row(fields, RowKind.TEMPLATE, values)


def _points(fields: Fields, values: dict[str, Any]) -> Iterator[ForeignRow]:
    """Return what a row points at and its names there, in either way that answers have."""
    for name, (core, kind) in _POINTS.items():
        text, named, flat = fields.text(name), fields.object(f"{name}__gr"), fields.text(f"{name}__gr.Name")
        if text is None:
            continue
        values[core] = ForeignRef(kind, text)
        said = flat or (named or {}).get("Name")
        if said and name in _NAMED:
            yield ForeignRow(kind, text, f"{fields.place} {name}", {"name": said}, mentioned=True)


def _common(fields: Fields, values: dict[str, Any]) -> None:
    values["currency"] = fields.text("CurrencyIsoCode") or "USD"
    values["associated_work"] = tuple(
        ForeignRef(Picklist.ASSOCIATED_WORK, str(text)) for text in fields.rows("AssociatedWork")
    )


def _row(fields: Fields, kind: Kind, values: dict[str, Any]) -> ForeignRow:
    text = fields.needed("Gsid")
    created_at, updated_at = fields.milliseconds("CreatedDate"), fields.milliseconds("ModifiedDate")
    fields.known("GoalCategory")
    unread = fields.rest()
    others = fields.others()
    values["fields"] = {
        name.removesuffix(CUSTOM): value
        for name, value in others.items()
        if name.endswith(CUSTOM) and value is not None
    }
    unkept = tuple(name for name in unread if not name.endswith(CUSTOM) and "__gr" not in name)
    return replace(
        ForeignRow(kind, text, fields.place, values, unkept=unkept), created_at=created_at, updated_at=updated_at
    )


def _entity(fields: Fields, values: dict[str, Any]) -> Entity:
    text = fields.text("EntityType")
    if text is None:
        return next((entity for name, entity in _ABOUT.items() if values.get(name)), Entity.GLOBAL)
    if text.lower() not in set(Entity):
        raise fields.fault(f"has the EntityType {text[:40]!r}")
    return Entity(text.lower())


def _metric(fields: Fields) -> tuple[ForeignRef, MetricWish, str]:
    """Return what a goal wants of a metric: which, how much, and the GSID of that wish."""
    days = (Fields(value, f"{fields.place} actualValue") for value in fields.rows("actualValue"))
    values = tuple(_value(day) for day in days)
    wish = MetricWish(_UNKNOWN, fields.number("baseValue"), fields.number("targetValue"), values)
    return ForeignRef(RowKind.METRIC, fields.needed("metricId")), wish, fields.text("gsid") or ""


def _value(fields: Fields) -> MetricValue:
    day, value = _day(fields, "timestamp"), fields.number("value")
    if day is None or value is None:
        raise fields.fault("has no value or no timestamp")
    return MetricValue(day.date(), value)


def _day(fields: Fields, name: str) -> datetime | None:
    text = fields.text(name)
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC) if text else None
    except ValueError:
        raise fields.fault(f"{name} must be a day such as 2026-03-31") from None


def _associated(fields: Fields, kind: RecordKind, company: ForeignRef | None) -> ForeignRow:
    """A call to action or a success plan, as far as a goal tells of it."""
    values: dict[str, Any] = {"name": fields.needed("name")}
    own = {name[0].upper() + name[1:]: value for name, value in fields.others().items() if value is not None}
    values["fields"] = {name: value for name, value in own.items() if name not in ("Gsid", "Name")}
    if company is not None:
        values["company_id"] = company
    return ForeignRow(kind, fields.needed("gsid"), fields.place, values, mentioned=True)
