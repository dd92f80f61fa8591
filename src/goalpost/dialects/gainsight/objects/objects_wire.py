"""The JSON of the object APIs, of calls to action and of success plans: what is asked and what is answered.

Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Company_and_Relationship_API
"""

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from goalpost.customers.model import gsids
from goalpost.dialects.gainsight.goals.library_wire import Failed
from goalpost.dialects.gainsight.protocol.requests import (
    MOST_REQUESTS,
    UNSENT,
    Gsid,
    Lookups,
    OrderBy,
    OwnGsid,
    Text,
    Where,
)
from goalpost.dialects.gainsight.wire import GSID_PATTERN, Open, Success, Wire
from goalpost.web.faults import WRONG

MOST_ROWS = 5000
_A_COMPANY = gsids.to_gsid(gsids.COMPANY, UUID(int=0))
_A_CTA = gsids.to_gsid(gsids.CTA, UUID(int=0))
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}\S{0,20})?", re.ASCII)


class ObjectRecord(Open):
    """A record. Whatever other field is sent is kept: a text, a number, true or false, or a list of these."""

    Name: str = Field(UNSENT, description="At most 255 characters.", examples=["IBM"])
    CompanyId: Text = Field(UNSENT, description="The company of a relationship or an opportunity.")
    Email: Text = Field(UNSENT, description="Of a user.")


class SavedRecords(Wire):
    """Records as they are read: what their keys are is looked at later."""

    records: list[dict[str, Any]] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class SaveObjectsBody(Wire):
    """The body of POST and PUT /v1/data/objects/{objectName}."""

    records: list[ObjectRecord] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


def _default(value: int) -> BeforeValidator:
    """Null says nothing, as a field that was not sent."""
    return BeforeValidator(lambda sent: value if sent is None else sent)


class QueryObjectsBody(Wire):
    """The body of POST /v1/data/objects/query/{objectName}."""

    select: list[str] | None = Field(None, max_length=500, description="All, where it is left out.")
    where: Where | None = None
    orderBy: OrderBy | None = None
    limit: Annotated[int, _default(1000)] = Field(1000, ge=1, le=MOST_ROWS)
    offset: Annotated[int, _default(0)] = Field(0, ge=0, le=2**31)


class Saved(Wire):
    """A record that was made or changed."""

    Gsid: str = Field(pattern=GSID_PATTERN, examples=[_A_COMPANY])
    Name: str = Field(examples=["IBM"])


class SavedList(Wire):
    """The saved records; all are saved, or none."""

    count: int
    errors: None = None
    records: list[Saved]


class Deleted(Wire):
    """A record that was taken away."""

    Gsid: str = Field(pattern=GSID_PATTERN, examples=[_A_COMPANY])


class DeletedList(Wire):
    """The deleted records."""

    count: int
    errors: None = None
    records: list[Deleted]


class Row(Open):
    """The fields that were selected and are not empty; times in milliseconds since 1970."""

    Gsid: str = Field("", examples=[_A_COMPANY])
    Name: str = Field("", examples=["IBM"])
    CompanyId: str = ""
    Email: str = ""
    CreatedDate: int = 0
    ModifiedDate: int = 0


class Rows(Wire):
    """Rows; fewer than the limit are the last."""

    records: list[Row]


class Answer(Wire):
    """The envelope of every success of the object APIs."""

    result: bool = True
    errorCode: None = None
    errorDesc: None = None
    requestId: str
    message: None = None


class ObjectsSaved(Answer):
    """Records were made or changed."""

    data: SavedList


class ObjectsFound(Answer):
    """Records."""

    data: Rows


class ObjectDeleted(Answer):
    """A record was taken away."""

    data: DeletedList


class WrongValue(Wire):
    """A fault of a value."""

    errorMessage: str
    errorCode: str
    fieldName: str | None
    invalidValue: Any


class RecordError(Wire):
    """A fault of a field of a record."""

    success: bool = False
    parsedValue: Any
    errors: list[WrongValue]


class RecordErrors(Wire):
    """Faults of records, none of which was stored."""

    count: int = 0
    errors: list[list[RecordError]]
    records: None = None


class ObjectFailure(Wire):
    """A failure of the object APIs."""

    result: bool = False
    errorCode: str = Field(examples=["GSOBJ_1011"])
    errorDesc: str = Field(examples=["No entity matches the given criteria"])
    requestId: str
    data: RecordErrors | None = None
    message: None = None


def _check_moment(text: str) -> str:
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        datetime.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError(WRONG, "must be a day or a date-time such as 2026-03-31T11:30:00Z") from None
    return text


class WorkRecord(Open):
    """A call to action or a success plan. Whatever other field is sent is kept."""

    referenceId: Text = Field(UNSENT, description="The caller's own, told again in the answer.")
    Name: Text = Field(UNSENT, description="At most 255 characters.", examples=["Call them"])
    CompanyId: Gsid | None = UNSENT
    EntityType: Text = Field(UNSENT, examples=["COMPANY"])
    OwnerId: Text = UNSENT
    StatusId: Text = UNSENT
    TypeId: Text = UNSENT
    PriorityId: Text = UNSENT
    ReasonId: Text = UNSENT
    DueDate: Annotated[str, AfterValidator(_check_moment)] | None = Field(UNSENT, examples=["2026-04-14T11:30:00Z"])
    IsClosed: bool | None = UNSENT
    ClosedCtaCount: int | None = UNSENT


class WorkUpdateRecord(WorkRecord):
    """Fields of a call to action or a success plan to set. Only what is sent changes; null empties."""

    Gsid: OwnGsid


class CreateWork(Wire):
    """A call to action or a success plan to be made."""

    record: WorkRecord


class CreateWorkBody(Wire):
    """The body of POST /v2/cockpit/cta and /v2/successPlan."""

    requests: list[CreateWork] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class UpdateWork(Wire):
    """A call to action or a success plan to be changed."""

    record: WorkUpdateRecord


class UpdateWorkBody(Wire):
    """The body of PUT /v2/cockpit/cta and /v2/successPlan."""

    requests: list[UpdateWork] = Field(min_length=1, max_length=MOST_REQUESTS)
    lookups: Lookups | None = None


class DeletedWork(Wire):
    """The rows that were deleted."""

    Gsid: str = Field(pattern=GSID_PATTERN, examples=[_A_CTA])


class DoneWork(DeletedWork):
    """The rows that were created or changed."""

    referenceId: str | None = None


class WorkResult(Wire):
    """The result of each request."""

    success: list[DoneWork]
    failure: list[Failed]


class WorkDone(Success):
    """Calls to action or success plans were created or changed."""

    data: WorkResult


class WorkDeletedResult(Wire):
    """The result of each row that was to be deleted."""

    success: list[DeletedWork]
    failure: list[Failed]


class WorkDeleted(Success):
    """Calls to action or success plans were deleted."""

    data: WorkDeletedResult


class WorkRow(Row):
    """A call to action or a success plan as it is listed: what was selected and is not empty."""

    EntityType: str = ""
    OwnerId: str = ""
    StatusId: str = ""
    TypeId: str = ""
    PriorityId: str = ""
    ReasonId: str = ""
    DueDate: str = ""
    IsClosed: bool = False


class WorkListed(Success):
    """A page of calls to action or success plans."""

    data: list[WorkRow]
