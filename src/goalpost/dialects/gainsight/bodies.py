"""Bodies with `requests` as the document shows them, with an example each; they are read as `requests.SentBody`."""

from typing import Any
from uuid import UUID

from pydantic import ConfigDict, Field

from goalpost.core.gsids import GOAL, ITEM, to_gsid
from goalpost.dialects.gainsight.requests import (
    MOST_REQUESTS,
    Associations,
    GoalRecord,
    GoalUpdateRecord,
    Gsid,
    Lookups,
    MetricRecord,
    MetricUpdateRecord,
    TemplateRecord,
    TemplateUpdateRecord,
)
from goalpost.dialects.gainsight.wire import Wire


def _like(example: dict[str, Any]) -> ConfigDict:
    """The configuration of a body that is shown by an example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


_BY_NAME = {"fields": {"CompanyName": "Name"}, "lookupField": "Gsid", "objectName": "company"}
_A_GOAL = {"Name": "Adopt reporting", "StatusName": "New", "EntityType": "COMPANY", "CompanyName": "Example Ltd"}
_A_GSID = to_gsid(GOAL, UUID(int=0))
_AN_ITEM = to_gsid(ITEM, UUID(int=0))


class CreateGoal(Wire):
    """A goal to be made, with what it is associated with."""

    record: GoalRecord
    association: Associations | None = None


class CreateGoalBody(Wire):
    """The body of POST /v1/csgoal/external/create: one request."""

    model_config = _like(
        {"requests": [{"record": {**_A_GOAL, "DueDate": "2027-03-31"}}], "lookups": {"CompanyId": _BY_NAME}}
    )

    requests: list[CreateGoal] = Field(min_length=1, max_length=1)
    lookups: Lookups | None = None


class UpdateGoal(Wire):
    """A goal to be changed."""

    record: GoalUpdateRecord
    association: Associations | None = None
    dissociation: Associations | None = None


class UpdateGoalBody(Wire):
    """The body of PUT /v1/csgoal/external/update: one request."""

    model_config = _like({"requests": [{"record": {"Gsid": _A_GSID, "StatusName": "On Track"}}]})

    requests: list[UpdateGoal] = Field(min_length=1, max_length=1)
    lookups: Lookups | None = None


class CreateTemplate(Wire):
    """A template to be made."""

    record: TemplateRecord


class CreateTemplateBody(Wire):
    """The body of POST /v1/csgoal/external/template."""

    model_config = _like({"requests": [{"record": {"Name": "Adoption", "StatusName": "New", "DueDate": 90}}]})

    requests: list[CreateTemplate] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class UpdateTemplate(Wire):
    """A template to be changed."""

    record: TemplateUpdateRecord


class UpdateTemplateBody(Wire):
    """The body of PUT /v1/csgoal/external/template."""

    model_config = _like({"requests": [{"record": {"Gsid": _A_GSID, "DueDate": 60}}]})

    requests: list[UpdateTemplate] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class CreateMetric(Wire):
    """A metric to be made, and the goal types whose goals may have it."""

    record: MetricRecord
    associateGoalTypes: list[Gsid] | None = None
    associateGoalTypeNames: list[str] | None = None


class CreateMetricBody(Wire):
    """The body of POST /csgoal/external/metric/."""

    model_config = _like(
        {"requests": [{"record": {"name": "Seats", "unitOfMeasure": "DECIMAL"}, "associateGoalTypeNames": ["Default"]}]}
    )

    requests: list[CreateMetric] = Field(min_length=1, max_length=MOST_REQUESTS)


class UpdateMetric(Wire):
    """A metric to be changed."""

    record: MetricUpdateRecord
    associateGoalTypes: list[Gsid] | None = None
    associateGoalTypeNames: list[str] | None = None
    dissociateGoalTypes: list[Gsid] | None = None
    dissociateGoalTypeNames: list[str] | None = None


class UpdateMetricBody(Wire):
    """The body of PUT /csgoal/external/metric/."""

    model_config = _like({"requests": [{"record": {"gsid": _AN_ITEM, "name": "Active seats"}}]})

    requests: list[UpdateMetric] = Field(min_length=1, max_length=MOST_REQUESTS)
