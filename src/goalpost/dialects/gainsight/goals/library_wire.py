"""Gainsight's JSON of templates, metrics and picklists, by the vendor's key names.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from uuid import UUID

from pydantic import Field

from goalpost.customers.model import gsids
from goalpost.dialects.gainsight.wire import Open, Success, Wire

_A_GOAL, _A_PERSON = gsids.to_gsid(gsids.GOAL, UUID(int=0)), gsids.to_gsid(gsids.PERSON, UUID(int=0))


class Failed(Open):
    """One request of several that was refused."""

    errorCode: str
    errorDesc: str | None
    message: str


class Template(Open):
    """A template as it was sent, with what was looked up."""

    Gsid: str = Field(examples=[_A_GOAL])
    Name: str = Field("", examples=["Goal Template 1"])
    DueDate: int = Field(0, description="Days after a goal is made from it.", examples=[25])
    Description: str = ""
    AssociatedWork: list[str] = Field(default_factory=list)
    GoalTypeId: str = ""
    StatusId: str = ""


class ChangedTemplate(Template):
    """A template as it was sent, and who changed it when."""

    ModifiedById: str = ""
    ModifiedDate: int = 0


class Templates(Wire):
    """The results of templates to be created."""

    successList: list[Template]
    failureList: list[Failed]


class ChangedTemplates(Wire):
    """The results of templates to be changed."""

    successList: list[ChangedTemplate]
    failureList: list[Failed]


class DeletedTemplate(Wire):
    """A template that was taken away."""

    Deleted: bool = True
    GoalCategory: str = Field(examples=["TEMPLATE"])
    Gsid: str = Field(examples=[_A_GOAL])
    ModifiedById: str = Field(examples=[_A_PERSON])
    ModifiedDate: int


class DeletedTemplates(Wire):
    """The results of deleting templates."""

    failureList: list[Failed]
    successList: list[DeletedTemplate]
    success: bool
    failCount: int


class FetchedTemplate(Open):
    """A template as it is fetched."""

    CreatedDate: int
    CurrencyIsoCode: str = ""
    DueDate: int = 0
    GoalTypeId: str
    Gsid: str
    Name: str
    StatusId: str


class FetchedTemplates(Wire):
    """A page of templates."""

    recordList: list[FetchedTemplate]


class Metric(Wire):
    """A metric."""

    createdAt: int
    deleted: bool
    modifiedAt: int
    createdBy: str
    modifiedBy: str
    name: str
    description: str | None
    unitOfMeasure: str = Field(description="DECIMAL, PERCENTAGE or CURRENCY.", examples=["DECIMAL"])
    displayOrder: int
    externalId: None = None
    active: bool = True
    systemDefined: bool = False
    gsid: str


class Metrics(Wire):
    """The results of a request about metrics."""

    successList: list[Metric]
    failureList: list[Failed]


class DeletedMetrics(Wire):
    """The metrics that were taken away."""

    deletedMetrics: list[Metric]


class AssociationDetails(Wire):
    """Things that goals of a type may be about."""

    autoAssignFutureAssociationIds: bool = True
    associationCategory: str = Field(examples=["ENTITY"])
    associationIds: list[str] = Field(examples=[["ALL_ENTITY"]])


class Status(Wire):
    """A status, as the child of a goal type."""

    gsid: str
    name: str
    color: str
    picklistCategory: str = Field(examples=["GOAL_TYPE"])
    displayOrder: int
    active: bool
    openStatusType: bool
    recurring: bool = False
    systemDefined: bool
    associationDetails: AssociationDetails
    childPicklistIds: dict[str, list[str]]


class PicklistItem(Status):
    """A goal type or status. `systemName` is there for the goal type that the system itself knows by it."""

    systemName: str = ""


class Picklists(Wire):
    """Items that can be chosen."""

    picklists: list[PicklistItem]
    childPicklists: list[Status]
    metrics: list[Metric] | None


class TemplatesCreated(Success):
    """Templates were created."""

    data: Templates


class TemplatesChanged(Success):
    """Templates were changed."""

    data: ChangedTemplates


class RecordsDeleted(Success):
    """Templates or goals were taken away."""

    data: DeletedTemplates


class TemplatesFetched(Success):
    """Templates, both with and without the envelope."""

    data: FetchedTemplates
    recordList: list[FetchedTemplate]


class MetricsSaved(Success):
    """Metrics were made or changed."""

    data: Metrics


class MetricsDeleted(Success):
    """Metrics were taken away."""

    data: DeletedMetrics


class PicklistsRead(Success):
    """Picklists."""

    data: Picklists
