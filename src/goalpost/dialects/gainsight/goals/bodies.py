"""Bodies with `requests` as the document shows them; they are read as `requests.SentBody`."""

from pydantic import Field

from goalpost.dialects.gainsight.protocol.requests import (
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


class CreateGoal(Wire):
    """A goal to be made, with what it is associated with."""

    record: GoalRecord
    association: Associations | None = None


class CreateGoalBody(Wire):
    """The body of POST /v1/csgoal/external/create: one request."""

    requests: list[CreateGoal] = Field(min_length=1, max_length=1)
    lookups: Lookups | None = None


class UpdateGoal(Wire):
    """A goal to be changed."""

    record: GoalUpdateRecord
    association: Associations | None = None
    dissociation: Associations | None = None


class UpdateGoalBody(Wire):
    """The body of PUT /v1/csgoal/external/update: one request."""

    requests: list[UpdateGoal] = Field(min_length=1, max_length=1)
    lookups: Lookups | None = None


class CreateTemplate(Wire):
    """A template to be made."""

    record: TemplateRecord


class CreateTemplateBody(Wire):
    """The body of POST /v1/csgoal/external/template."""

    requests: list[CreateTemplate] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class UpdateTemplate(Wire):
    """A template to be changed."""

    record: TemplateUpdateRecord


class UpdateTemplateBody(Wire):
    """The body of PUT /v1/csgoal/external/template."""

    requests: list[UpdateTemplate] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class CreateMetric(Wire):
    """A metric to be made, and the goal types whose goals may have it."""

    record: MetricRecord
    associateGoalTypes: list[Gsid] | None = None
    associateGoalTypeNames: list[str] | None = None


class CreateMetricBody(Wire):
    """The body of POST /csgoal/external/metric/."""

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

    requests: list[UpdateMetric] = Field(min_length=1, max_length=MOST_REQUESTS)
