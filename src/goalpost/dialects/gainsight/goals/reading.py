"""Records of requests, read: lookups done, names resolved to what can be chosen, custom fields held to their types."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from pydantic import ValidationError

from goalpost.customers.model.customer_goals import Entity, GoalParts
from goalpost.customers.model.field_schema import FieldSchema, HeldValues, NewField, held_values
from goalpost.customers.model.gsids import CTA, SUCCESS_PLAN, is_gsid
from goalpost.customers.model.metrics import MetricValue, MetricWish
from goalpost.customers.services import custom_fields
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import AS_SENT, CUSTOM, Code, Refused
from goalpost.dialects.gainsight.protocol.lookups import kind_of, looked_up
from goalpost.dialects.gainsight.protocol.options import chosen
from goalpost.dialects.gainsight.wire import Wire, identity
from goalpost.kernel.errors import FaultKind, Faults, Invalid, fault_kind
from goalpost.web.base import Call
from goalpost.web.faults import PRECISE, faults_of

Model = TypeVar("Model", bound=Wire)
Lookups = Mapping[str, requests.Lookup] | None
_READ_ONLY = frozenset(
    {
        *("Gsid", "GSID", "gsid", "GoalCategory", "CreatedDate", "ModifiedDate", "CreatedById", "ModifiedById"),
        *("MetricValues", "Deleted"),
    }
)
"""Fields that answers have and requests may send back without a meaning."""
_REFERRED = "__gr"  # in the names of what a key points at, as answers have them
_NO_DAY = "must be a day such as 2026-03-31"


def read_requests(call: Call) -> requests.SentBody:
    """A body with `requests`, of which there are some and not too many; raises Refused, Malformed and Invalid."""
    body = call.read_as(requests.SentBody)
    if not body.requests:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "requests should have at least 1 item(s)")
    if len(body.requests) > requests.MOST_REQUESTS:
        text = f"requests should have at most {requests.MOST_REQUESTS} item(s)"
        raise Refused(Code.MULTIPLE_REQUESTS_NOT_SUPPORTED, text)
    return body


def read_record(call: Call, sent: requests.Sent, lookups: Lookups, model: type[Model]) -> Model:
    """The record of a request, its lookups done; raises Refused and Invalid."""
    record = looked_up(call, sent.record, lookups)
    try:
        return model.model_validate(record)
    except ValidationError as error:
        faults = faults_of(error.errors(include_url=False), PRECISE)
        if issubclass(model, requests.GoalRecord):
            _check_named(faults)
        raise Invalid({f"record.{name}": texts for name, texts in faults.items()}) from None


def _check_named(faults: Faults) -> None:
    """Raise Refused where a goal or a status is named by what is not a GSID, as where it is nobody's."""
    if any(fault_kind(fault) is not FaultKind.BLANK for fault in faults.get("Gsid", ())):
        raise Refused(Code.INVALID_GSID, "Invalid Gsid provided in request", sampled=True)
    if "StatusId" in faults:
        raise Refused(Code.INVALID_STATUS_NAME, "Invalid StatusName provided in request", sampled=True)


def single(body: requests.SentBody) -> requests.Sent:
    """The one request of a body about a goal; raises Refused."""
    if len(body.requests) > 1:
        raise Refused(
            Code.MULTIPLE_REQUESTS_NOT_SUPPORTED, "Only one Customer Goal can be created or updated at a time"
        )
    return body.requests[0]


def custom_values(record: requests.Record) -> dict[str, Any]:
    """Return the values of a record's custom fields, under their names without the vendor's ending."""
    extra = record.model_extra or {}
    return {name.removesuffix(CUSTOM): value for name, value in extra.items() if name.endswith(CUSTOM)}


def read_schema(call: Call, record: requests.Record) -> FieldSchema:
    """Read what the custom fields of a record are held against."""
    owner, values = call.caller.workspace_id, custom_values(record)
    return custom_fields.read_schema(call.db, workspace_id=owner, values=values, is_open=chosen().open_schema)


def held_custom(record: requests.Record, lookups: Lookups, schema: FieldSchema) -> HeldValues:
    """Hold the custom fields of a record against the workspace's; raises Refused, Invalid and InvalidReference."""
    extra = record.model_extra or {}
    unknown = [name for name in extra if not (name.endswith(CUSTOM) or _REFERRED in name or name in _READ_ONLY)]
    if unknown:
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in record - {','.join(unknown)[:500]}")
    values = custom_values(record)
    kinds = {target.removesuffix(CUSTOM): kind_of(lookup.objectName) for target, lookup in (lookups or {}).items()}
    looked_up = {name: kind for name, kind in kinds.items() if kind and is_gsid(str(values.get(name)))}
    try:
        return held_values(schema, values, looked_up)
    except Invalid as error:
        raise type(error)({AS_SENT + name + CUSTOM: texts for name, texts in error.faults.items()}) from None


def add_fields(call: Call, fields: Collection[NewField]) -> None:
    """Add custom fields that nobody has described."""
    custom_fields.add_fields(
        call.db, workspace_id=call.caller.workspace_id, fields=fields, author=call.author, now=call.now
    )


def read_day(text: str | None) -> datetime | None:
    """The first moment of a day; raises Invalid."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid({"due_at": [_NO_DAY]}) from None
    if day and day.isoformat() != text:  # ISO 8601 has other spellings, which the vendor does not
        raise Invalid({"due_at": [_NO_DAY]})
    return datetime.combine(day, datetime.min.time(), UTC) if day else None


def read_entity(text: str | None) -> Entity:
    """Read what a goal is about; raises Refused."""
    try:
        return Entity((text or "").lower())
    except ValueError:
        choices = ", ".join(kind.value.upper() for kind in Entity)
        raise Refused(
            Code.INVALID_ENTITY_TYPE, f"Invalid EntityType provided in request, choose from {choices}"
        ) from None


def read_parts(record: requests.Record, sent: requests.Sent) -> GoalParts:
    """The metrics and associations of a request; raises Refused and Invalid."""
    given, dropped = (_associations(one) for one in (sent.association, sent.dissociation))
    return GoalParts(wishes_of(record), dropped_metrics(record), given, dropped)


def wishes_of(record: requests.Record) -> list[MetricWish]:
    """Return the metric fields that a record sets."""
    return [
        MetricWish(identity(one.metricId), one.baseValue, one.targetValue, [_value(v) for v in one.actualValue or ()])
        for one in record.metricsAssociation or ()
    ]


def dropped_metrics(record: requests.Record) -> list[UUID]:
    """The metrics that are taken away, in either shape."""
    return [identity(one if isinstance(one, str) else one.metricId) for one in record.metricsDissociation or ()]


def _value(sent: requests.Actual) -> MetricValue:
    try:
        day = date.fromisoformat(sent.timestamp)
    except ValueError:
        day = None
    if day is None or day.isoformat() != sent.timestamp:
        raise Invalid({"value": [f"timestamp {_NO_DAY}"]})
    return MetricValue(day, sent.value)


def refuse_empty(sent: requests.Sent) -> None:
    """Raise Refused for associations with nothing."""
    for one in (sent.association, sent.dissociation):
        if one is not None and one.CTA == []:
            raise Refused(Code.CTA_RECORD_EMPTY, "CTA set provided is empty")
        if one is not None and one.SP == []:
            raise Refused(Code.SP_RECORD_EMPTY, "Success Plan set provided is empty")


def _associations(sent: requests.Associations | None) -> list[str]:
    if sent is None:
        return []
    return [*_of_prefix(sent.CTA, CTA, "CTA"), *_of_prefix(sent.SP, SUCCESS_PLAN, "SP")]


def _of_prefix(gsids: list[str] | None, prefix: str, name: str) -> list[str]:
    if wrong := [gsid for gsid in gsids or () if not is_gsid(gsid, prefix)]:
        raise Refused(Code.INVALID_GSID, f"Invalid {name} provided in request - {wrong[0]}")
    return gsids or []
