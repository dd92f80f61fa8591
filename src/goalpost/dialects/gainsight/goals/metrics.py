"""Metrics: create, update, delete.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.metrics import Metric, Unit
from goalpost.customers.services import metrics
from goalpost.dialects.gainsight.goals import bodies, library_wire
from goalpost.dialects.gainsight.goals.batch import each_request
from goalpost.dialects.gainsight.goals.choices import read_choices
from goalpost.dialects.gainsight.goals.deletion import record_ids
from goalpost.dialects.gainsight.goals.reading import read_record
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.access import WRITE
from goalpost.dialects.gainsight.protocol.codes import AS_SENT, Code, Refused
from goalpost.dialects.gainsight.protocol.envelope import answered
from goalpost.dialects.gainsight.translate import metric_to_wire
from goalpost.dialects.gainsight.wire import identity
from goalpost.kernel.errors import Invalid, InvalidReference, NotFound
from goalpost.web.base import Call
from goalpost.web.declared import Route, grouped

_METRIC, _METRICS = "/v1/csgoal/external/metric", "/v1/csgoal/external/metrics"


def create_metrics(call: Call) -> Response:
    """Create metrics, for goals of the types that are named."""
    return answered(call, each_request(call, lambda sent, _: _created(call, sent)))


def update_metrics(call: Call) -> Response:
    """Change metrics, and the types of the goals that may have them. Goals keep the metrics that they have."""
    return answered(call, each_request(call, lambda sent, _: _updated(call, sent)))


def delete_metrics(
    call: Call, recordIds: Annotated[list[str] | None, Query(description="As in the body.")] = None
) -> Response:
    """Delete metrics: all, or none where a goal or a template has one of them. Goal types lose it."""
    ids = [identity(gsid) for gsid in record_ids(call, recordIds)]
    owner = call.caller.workspace_id
    gone = metrics.delete_metrics(call.db, workspace_id=owner, metric_ids=ids, author=call.author, now=call.now)
    return answered(call, {"deletedMetrics": [metric_to_wire(metric, is_deleted=True) for metric in gone]})


def _created(call: Call, sent: requests.Sent) -> dict[str, Any]:
    record = read_record(call, sent, None, requests.MetricRecord)
    with _told_as_sent():
        made = metrics.create_metric(
            call.db,
            workspace_id=call.caller.workspace_id,
            name=record.name,
            unit=Unit(record.unitOfMeasure.lower()),
            description=record.description,
            goal_types=_types(call, sent.associateGoalTypes, sent.associateGoalTypeNames),
            author=call.author,
            now=call.now,
        )
    return metric_to_wire(made)


def _updated(call: Call, sent: requests.Sent) -> dict[str, Any]:
    record = read_record(call, sent, None, requests.MetricUpdateRecord)
    changes = {name: getattr(record, name) for name in record.model_fields_set & {"name", "description"}}
    if "unitOfMeasure" in record.model_fields_set:
        changes["unit"] = Unit(record.unitOfMeasure.lower())
    with _told_as_sent():
        changed = metrics.update_metric(
            call.db,
            metric=_metric(call, record.gsid),
            changes=changes,
            added_types=_types(call, sent.associateGoalTypes, sent.associateGoalTypeNames),
            removed_types=_types(call, sent.dissociateGoalTypes, sent.dissociateGoalTypeNames),
            author=call.author,
            now=call.now,
        )
    return metric_to_wire(changed)


@contextmanager
def _told_as_sent() -> Iterator[None]:
    """Let faults of a metric's name and description bear the names that metrics have, not those of goals."""
    try:
        yield
    except InvalidReference:
        raise
    except Invalid as error:
        raise Invalid({AS_SENT + name: texts for name, texts in error.faults.items()}) from None


def _metric(call: Call, gsid: str) -> Metric:
    try:
        return metrics.get_metric(call.db, workspace_id=call.caller.workspace_id, metric_id=identity(gsid))
    except NotFound:
        raise Refused(Code.INVALID_GSID, "Invalid gsid provided in request") from None


def _types(call: Call, ids: list[str] | None, names: list[str] | None) -> list[UUID]:
    """The goal types that are named, in either way."""
    choices = read_choices(call) if names else None
    return [*map(identity, ids or ()), *(choices.named_type(name) for name in names or () if choices)]


ROUTES = grouped(
    "Metrics",
    Route("POST", _METRIC, create_metrics, WRITE, body=bodies.CreateMetricBody, answers=library_wire.MetricsSaved),
    Route("PUT", _METRIC, update_metrics, WRITE, body=bodies.UpdateMetricBody, answers=library_wire.MetricsSaved),
    Route("POST", _METRICS, delete_metrics, WRITE, answers=library_wire.MetricsDeleted, is_documented=False),
    Route(
        "DELETE",
        _METRICS,
        delete_metrics,
        WRITE,
        body=requests.RecordIds,
        answers=library_wire.MetricsDeleted,
        aliases=(_METRIC,),
    ),
)
