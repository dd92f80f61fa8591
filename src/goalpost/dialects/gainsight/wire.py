"""Gainsight's JSON: envelopes and records, by the vendor's key names.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from goalpost.customers.model import gsids

NO_GSID = "must be a GSID"
GSID_PATTERN = "^1[0-9A-Z]{35}$"
_A_GOAL, _A_PERSON = gsids.to_gsid(gsids.GOAL, UUID(int=0)), gsids.to_gsid(gsids.PERSON, UUID(int=0))
_AN_ITEM = gsids.to_gsid(gsids.ITEM, UUID(int=0))
_A_COMPANY = gsids.to_gsid(gsids.COMPANY, UUID(int=0))


def identity(text: str) -> UUID:
    """The id that a GSID spells; one that is not ours is nobody's."""
    spelled = gsids.parse_gsid(text)
    return spelled[1] if spelled else UUID(int=0)


def goal_gsid(identity: UUID) -> str:
    """The GSID of a goal or template."""
    return gsids.to_gsid(gsids.GOAL, identity)


def item_gsid(identity: UUID) -> str:
    """The GSID of what is chosen from a list, and of metrics and their values."""
    return gsids.to_gsid(gsids.ITEM, identity)


def milliseconds(moment: datetime) -> int:
    """A moment in milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def day(moment: datetime | None) -> str | None:
    """The day of a moment, in UTC."""
    return moment.astimezone(UTC).date().isoformat() if moment else None


class Wire(BaseModel):
    """Strict: a number is not a string."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Open(Wire):
    """A record with fields of the user's own, whose names end with `__gc`."""

    model_config = ConfigDict(extra="allow")


class Named(Wire):
    """The name of what another key points at."""

    Name: str = Field(examples=["New"])


class Value(Wire):
    """A metric's value on a day."""

    gsid: None = None
    value: float = Field(examples=[5.0])
    timestamp: str = Field(description="YYYY-MM-DD.", examples=["2025-01-04"])


class WantedMetric(Wire):
    """The targets of a goal's metric."""

    metricId: str = Field(pattern=GSID_PATTERN, examples=[_AN_ITEM])
    goalId: str = Field(pattern=GSID_PATTERN, examples=[_A_GOAL])
    baseValue: float | None = Field(examples=[10.0])
    actualValue: list[Value]
    targetValue: float | None = Field(examples=[8.0])
    gsid: str = Field(pattern=GSID_PATTERN, examples=[_AN_ITEM])


class Goal(Open):
    """A goal as it was made; what is empty is left out."""

    CompanyId: str = Field("", examples=[_A_COMPANY])
    RelationshipId: str = ""
    RelationshipTypeId: str = ""
    OpportunityId: str = ""
    CreatedById: str = Field(examples=[_A_PERSON])
    CreatedById__gr: Named
    CreatedDate: int = Field(description="Milliseconds since 1970.", examples=[1738572893155])
    CurrencyIsoCode: str = Field(examples=["USD"])
    Description: str = Field("", examples=["<p>Every account</p>"])
    DueDate: str = Field("", description="YYYY-MM-DD.", examples=["2025-01-07"])
    EntityType: str = Field(examples=["COMPANY"])
    GoalCategory: str = Field(examples=["GOAL"])
    GoalTypeId: str = Field(examples=[_AN_ITEM])
    Gsid: str = Field(pattern=GSID_PATTERN, examples=[_A_GOAL])
    MetricValues: list[WantedMetric] = Field(default_factory=list)
    ModifiedById: str = Field(examples=[_A_PERSON])
    ModifiedById__gr: Named
    ModifiedDate: int = Field(examples=[1738572893155])
    Name: str = Field(examples=["Move to MFA"])
    StatusId: str = Field(examples=[_AN_ITEM])
    StatusId__gr: Named
    TemplateId: str = ""


class UserInfo(Wire):
    """The user who made it."""

    gsid: str = Field(examples=[_A_PERSON])
    name: str = Field(examples=["integration"])
    profilePicture: None = None


class CreatedGoal(Wire):
    """The answer to a created goal; `userInfo` is by the users' GSIDs."""

    goal: Goal
    userInfo: dict[str, UserInfo]


class UpdatedRecord(Open):
    """The fields that were sent, as they are now."""

    Gsid: str = Field(examples=[_A_GOAL])
    GoalCategory: str = Field(examples=["GOAL"])
    ModifiedById: str = Field(examples=[_A_PERSON])
    ModifiedDate: int = Field(examples=[1738573668994])
    Name: str = Field("", examples=["Move to MFA"])
    StatusId: str = ""
    DueDate: str = ""
    Description: str = ""


class UpdatedGoal(Wire):
    """The answer to a changed goal."""

    record: UpdatedRecord
    updatedGoals: None = None
    properties: dict[str, Any] = {}


class Associated(Wire):
    """A call to action or a success plan of a goal; what is not kept here has its GSID alone."""

    gsid: str
    name: str | None
    entityType: str | None
    ownerId: str | None
    statusId: str | None
    dueDate: str | None = Field(description="YYYY-MM-DD HH:mm:ss.")
    closedCtaCount: int | None = None


class AssociatedCta(Associated):
    """A call to action of a goal."""

    typeId: str | None = None
    priorityId: str | None = None
    reasonId: str | None = None
    isClosed: bool | None = None


class FetchedFields(Open):
    """The fields that were selected and are not empty, and those that are always there."""

    Gsid: str = Field(examples=[_A_GOAL])
    Name: str = Field(examples=["Move to MFA"])
    StatusId: str = ""
    GoalTypeId: str = ""
    Description: str = ""
    DueDate: str = ""
    CompanyId: str = ""
    CurrencyIsoCode: str = ""


class FetchedGoal(Wire):
    """A goal as it is fetched."""

    dataList: FetchedFields
    associatedCTAs: list[AssociatedCta]
    associatedSPs: list[Associated]


class FetchedGoals(Wire):
    """A page of goals; a page that is not full is the last."""

    recordList: list[FetchedGoal]


class Success(Wire):
    """The envelope of every success."""

    result: bool = True
    errorCode: None = None
    errorDesc: None = None
    localizedErrorDesc: None = None
    requestId: str
    message: None = None
    localizedMessage: None = None


class Failure(Wire):
    """A failure of the goal service; of goals it is both of the vendor's bodies at once, so has `timestamp` and on."""

    result: bool = False
    errorCode: str = Field(examples=["VC_8010"])
    errorDesc: str | None = Field(examples=["INVALID_STATUS_NAME"])
    localizedErrorDesc: str | None = None
    requestId: str
    data: None = None
    message: str | None = Field(examples=["Invalid StatusName provided in request"])
    localizedMessage: None = None
    errorInfo: dict[str, Any] | None = None
    timestamp: int = 0
    status: int = 0
    error: str = ""
    exception: str = ""
    path: str = ""


class GatewayFailure(Wire):
    """A failure of the gateway, before any service."""

    result: bool = False
    errorCode: str = Field(examples=["GS_APIG_2401"])
    errorDesc: str = Field(examples=["Unauthorized"])
    requestId: str
    message: str | None = None


class GoalCreated(Success):
    """A goal was made."""

    data: CreatedGoal


class GoalUpdated(Success):
    """A goal was changed."""

    data: UpdatedGoal


class GoalsFetched(Success):
    """Goals."""

    data: FetchedGoals
