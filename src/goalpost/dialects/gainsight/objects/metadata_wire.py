"""The JSON of objects, their fields, users and people, as public connectors send and read it.

Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Data_Management_APIs/Data_Management_APIs
"""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from goalpost.dialects.gainsight.objects.objects_wire import MOST_ROWS, Answer, Rows
from goalpost.dialects.gainsight.protocol.requests import UNSENT, OrderBy, Text, Where
from goalpost.dialects.gainsight.wire import Open, Wire


def _unused(what: str) -> Any:
    return Field("", description=f"Of {what}; taken from connectors, changes nothing here.")


class MdaObject(Wire):
    """An object as it is listed."""

    objectName: str = Field(examples=["company"])
    label: str = Field(examples=["Company"])
    objectType: str = Field(examples=["STANDARD"])
    keyPrefix: str = Field(examples=["1P02"])
    transactional: bool
    multiCurrencySupported: bool
    readable: bool
    createable: bool
    schemaUpdateable: bool


class MdaField(Wire):
    """A field of an object; `meta` says how it can be used, and what it looks up."""

    fieldName: str = Field(examples=["Name"])
    label: str = Field(examples=["Name"])
    dataType: str = Field(examples=["STRING"])
    objectName: str = Field(examples=["company"])
    meta: dict[str, Any]


class DescribedObject(Wire):
    """An object with its fields."""

    objectName: str = Field(examples=["company"])
    label: str = Field(examples=["Company"])
    objectType: str = Field(examples=["STANDARD"])
    labelPlural: str = Field(examples=["Companies"])
    keyPrefix: str = Field(examples=["1P02"])
    fields: list[MdaField]


class ObjectsListed(Answer):
    """The objects that there are."""

    data: list[MdaObject]


class ObjectsDescribed(Answer):
    """Objects with their fields."""

    data: list[DescribedObject]


class ObjectDescribedByName(Answer):
    """An object with its fields, under its name."""

    data: dict[str, DescribedObject]


Flag = Annotated[str, Query(description="Taken from connectors; changes nothing here.", examples=["true"])]


class DescribeFlags(BaseModel):
    """Options of connectors that describe objects: children, levels, picklists and so on. They have no effect."""

    ic: str = _unused("children")
    cl: str = _unused("child levels")
    idd: str = _unused("data details")
    ihc: str = _unused("hidden children")
    piec: str = _unused("pick-list items")
    po: str = _unused("parent object")
    em: str = _unused("empty objects")
    ci: str = _unused("connection")
    ppos: str = _unused("picklist options")
    hcl: str = _unused("custom lookups")
    pasd: str = _unused("suggestions")
    op: str = _unused("operation")
    ade: str = _unused("external data")


class DescribeBody(Wire):
    """The body of POST /v1/meta/services/objects/describe; the vendor's other flags change nothing here."""

    objectNames: list[str] = Field(min_length=1, max_length=100, examples=[["company"]])


class UsersQueryBody(Wire):
    """The body of POST /v1/users/services/list."""

    select: list[str] | None = Field(None, max_length=500, description="All, where it is left out.")
    where: Where | None = None
    orderBy: OrderBy | None = None
    limit: int = Field(1000, ge=1, le=MOST_ROWS)
    page: int = Field(0, ge=0, le=2**31 // MOST_ROWS, description="From 0.")
    includeTotal: bool = Field(False, description="With the number of all that are found.")


class Users(Rows):
    """Users; `total` is there where it was asked for."""

    total: int = 0


class UsersFound(Answer):
    """Users."""

    data: Users


class PersonBody(Open):
    """The body of PUT /v1.0/api/people. Whatever other field is sent is kept."""

    Email: str = Field(description="By which the person is found, in any case.", examples=["ada@example.com"])
    Name: Text = Field(UNSENT, description="Else of first, middle and last name; else the address.")
    FirstName: Text = UNSENT
    LastName: Text = UNSENT
    CompanyId: Text = Field(UNSENT, description="The person's company; `companies` may say it, too.")
