"""Requests of Gainsight's APIs: bodies with `requests` and `lookups`, and what is to be fetched or deleted.

Records are read twice: as objects with whatever keys, in which lookups are replaced by what they find, then as what
they are to be. Extra keys of a record are fields of the user's own.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AliasChoices, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from goalpost.customers.model.gsids import GOAL, is_gsid, to_gsid
from goalpost.dialects.gainsight.wire import GSID_PATTERN, NO_GSID, Wire
from goalpost.web.faults import NOT_AN_ID

MOST_REQUESTS = 50
MOST_IDS = 200
MOST_LOOKUPS = 50
MOST_KEYS = 10
"""Fields that rows are sorted by."""
UNSENT: Any = None
"""Default of a field that may be left out."""


def _check_gsid(text: str) -> str:
    if not is_gsid(text):
        raise PydanticCustomError(NOT_AN_ID, NO_GSID)
    return text


Gsid = Annotated[str, AfterValidator(_check_gsid), Field(json_schema_extra={"pattern": GSID_PATTERN})]
OwnGsid = Annotated[Gsid, Field(validation_alias=AliasChoices("Gsid", "GSID", "gsid"))]
Text = str | None


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


AnyCase = BeforeValidator(_upper)
"""Validator of a text that means the same in any case; constants of the vendor are in capitals."""
UnitOfMeasure = Annotated[Literal["DECIMAL", "PERCENTAGE", "CURRENCY"], AnyCase]
Category = Annotated[Literal["GOAL_TYPE", "GOAL_STATUS", "ASSOCIATED_WORK", "RELATIONSHIP_TYPE"], AnyCase]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Lookup(Wire):
    """A lookup: how a key of the records is replaced by what it finds.

    Source of the options: the vendor's Data Import Lookup page.
    """

    fields: dict[str, str] = Field(min_length=1, max_length=6, description="Key in the record → field of the object.")
    lookupField: str = Field("Gsid", description="What is taken of the object that is found.")
    objectName: str = Field(description="company, relationship, opportunity, gsuser, …", examples=["company"])
    multiMatchOption: Annotated[Literal["FIRSTMATCH", "MARKASERROR", "ERROR"], AnyCase] = "FIRSTMATCH"
    onNoMatch: Annotated[Literal["ERROR", "NULLABLE", "NULL", "DEFAULTVALUE"], AnyCase] = "ERROR"
    defaultValue: Any = Field(None, description="What is taken with DEFAULTVALUE where nothing is found.")


Lookups = Annotated[dict[str, Lookup], Field(max_length=MOST_LOOKUPS)]


class Associations(Wire):
    """Calls to action and success plans by their GSIDs."""

    CTA: list[Gsid] | None = Field(UNSENT, max_length=MOST_IDS)
    SP: list[Gsid] | None = Field(UNSENT, max_length=MOST_IDS)


class Actual(Wire):
    """A metric's value on a day."""

    value: Number
    timestamp: str = Field(description="YYYY-MM-DD.", json_schema_extra={"pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})


class MetricAssociation(Wire):
    """A metric of a goal; what is left out stays as it is."""

    metricId: Gsid
    baseValue: Number | None = UNSENT
    actualValue: list[Actual] | None = Field(UNSENT, max_length=1000)
    targetValue: Number | None = UNSENT


class MetricId(Wire):
    """A metric, in the shape that templates have."""

    metricId: Gsid


class Record(Wire):
    """The fields that goals and templates have in common."""

    model_config = ConfigDict(extra="allow")

    Name: Text = Field(UNSENT, description="At most 250 characters.")
    StatusName: Text = Field(UNSENT, description="The status by its name, in any case; or StatusId.")
    StatusId: Gsid | None = UNSENT
    GoalTypeName: Text = Field(UNSENT, description="The goal type by its name; or GoalTypeId.")
    GoalTypeId: Gsid | None = UNSENT
    Description: Text = UNSENT
    CurrencyIsoCode: Text = Field(UNSENT, description="ISO 4217; USD where it is left out.")
    AssociatedWork: list[Gsid] | None = Field(UNSENT, max_length=MOST_IDS)
    metricsAssociation: list[MetricAssociation] | None = Field(UNSENT, max_length=50)
    metricsDissociation: list[Gsid | MetricId] | None = Field(UNSENT, max_length=50)


class GoalRecord(Record):
    """A goal. Keys that a lookup replaces may be there besides, and fields of the user's own: `…__gc`."""

    EntityType: Text = Field(UNSENT, description="COMPANY, RELATIONSHIP, OPPORTUNITY or GLOBAL.")
    TemplateId: Gsid | None = UNSENT
    DueDate: Text = Field(UNSENT, description="YYYY-MM-DD.")
    CompanyId: Gsid | None = UNSENT
    RelationshipId: Gsid | None = UNSENT
    RelationshipTypeId: Gsid | None = UNSENT
    OpportunityId: Gsid | None = UNSENT


class GoalUpdateRecord(GoalRecord):
    """Fields of a goal to set. Only what is sent changes; null empties what may be empty."""

    Gsid: OwnGsid


class TemplateRecord(Record):
    """A template."""

    DueDate: int | None = Field(UNSENT, description="Days after a goal is made from it.")


class TemplateUpdateRecord(TemplateRecord):
    """Fields of a template to set."""

    Gsid: OwnGsid


class MetricRecord(Wire):
    """A metric."""

    name: str
    unitOfMeasure: UnitOfMeasure
    description: Text = UNSENT


class MetricUpdateRecord(Wire):
    """Fields of a metric to set."""

    gsid: Annotated[Gsid, Field(validation_alias=AliasChoices("gsid", "Gsid", "GSID"))]
    name: str = UNSENT
    unitOfMeasure: UnitOfMeasure = UNSENT
    description: Text = UNSENT


class Sent(Wire):
    """A member of `requests`, its record not read yet."""

    record: dict[str, Any]
    association: Associations | None = None
    dissociation: Associations | None = None
    associateGoalTypes: list[Gsid] | None = Field(None, max_length=MOST_IDS)
    associateGoalTypeNames: list[str] | None = Field(None, max_length=MOST_IDS)
    dissociateGoalTypes: list[Gsid] | None = Field(None, max_length=MOST_IDS)
    dissociateGoalTypeNames: list[str] | None = Field(None, max_length=MOST_IDS)


class SentBody(Wire):
    """A body with `requests`, as it is read."""

    requests: list[Sent]
    lookups: Lookups | None = None


class RecordIds(Wire):
    """Ids of what is to be deleted; `?recordIds=` may say it, too."""

    recordIds: list[Gsid] = Field(min_length=1, max_length=MOST_IDS, examples=[[to_gsid(GOAL, UUID(int=0))]])


class Condition(Wire):
    """A field compared with values."""

    model_config = ConfigDict(populate_by_name=True)

    fieldName: str = Field(validation_alias=AliasChoices("fieldName", "name"), examples=["Name"])
    value: list[Any] = Field(default_factory=list, examples=[["barca"]])
    alias: str = Field("", examples=["A"])
    operator: str = Field(examples=["STARTS_WITH"])


class Where(Wire):
    """Conditions, and how they are joined: all of them, unless `expression` says otherwise."""

    conditions: list[Condition] = Field(default_factory=list, max_length=50)
    expression: str | None = Field("", examples=["A"])


def _in_lower_case(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


OrderBy = Annotated[
    dict[str, Annotated[Literal["asc", "desc"], BeforeValidator(_in_lower_case)]],
    Field(
        max_length=MOST_KEYS,
        description="Fields that can be selected, but lists; of those that are equal in one, the next decides.",
        examples=[{"Name": "asc", "CreatedDate": "desc"}],
    ),
]


class Fetch(Wire):
    """A request to fetch."""

    select: list[str] = Field(default_factory=list, max_length=500, examples=[["Name", "Gsid", "StatusId"]])
    where: Where | None = None
    pageSize: Any = Field(100, description="1 to 1000.", json_schema_extra={"type": "integer"}, examples=[100])
    pageNumber: Any = Field(1, description="From 1.", json_schema_extra={"type": "integer"}, examples=[1])
    orderBy: OrderBy | None = None


class PicklistQuery(Wire):
    """A request for picklists; in a body or in the query."""

    model_config = ConfigDict(strict=False)

    entityIds: list[Annotated[str, AnyCase]] = Field(default_factory=list, max_length=MOST_IDS, examples=[["COMPANY"]])
    active: bool = Field(False, description="Only what can be chosen now.")
    includeMetrics: bool = False
    includeChildPicklist: bool = Field(False, description="With the statuses.")
    picklistCategory: Category = "GOAL_TYPE"
