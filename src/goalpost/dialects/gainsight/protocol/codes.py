"""Gainsight's codes for what is wrong with a request, and the failure that bears one.

8001 to 8010, 8026 and 1002 are the vendor's; the others are ours, of the same family.
Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from goalpost.kernel.errors import GoalpostError


class Code(StrEnum):
    """A constant of the vendor's table, or one like it, with the code as it is sent."""

    MALFORMED_REQUEST = "VC_8000"
    CTA_RECORD_EMPTY = "VC_8001"
    SP_RECORD_EMPTY = "VC_8002"
    INVALID_PAGE_REQUEST = "VC_8007"
    INVALID_LOOKUP_CONFIG = "VC_8008"
    INVALID_FIELD = "VC_8009"
    INVALID_STATUS_NAME = "VC_8010"
    INVALID_GSID = "VC_8011"
    REQUIRED_FIELD_MISSING = "VC_8012"
    INVALID_ENTITY_TYPE = "VC_8013"
    INVALID_TEMPLATE = "VC_8014"
    INVALID_GOAL_TYPE = "VC_8015"
    INVALID_METRIC = "VC_8016"
    INVALID_ASSOCIATED_WORK = "VC_8017"
    MULTIPLE_REQUESTS_NOT_SUPPORTED = "VC_8018"
    INVALID_VALUE = "VC_8019"
    METRIC_IN_USE = "VC_8026"
    UNEXPECTED = "VC_1002"


class Refused(GoalpostError):
    """A request that is answered with a code and HTTP 400.

    `sampled` is said of those that the vendor's samples show as exceptions with HTTP 500.
    """

    def __init__(
        self, code: Code, message: str, *, sampled: bool = False, info: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.sampled = sampled
        self.info = info


class ObjectCode(StrEnum):
    """A code of the object APIs.

    Source: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Company_and_Relationship_API, Error Codes
    """

    TOO_LONG = "GSOBJ_1001"
    INVALID_FIELD = "GSOBJ_1002"
    DELETE_FAILED = "GSOBJ_1003"
    INVALID_GSID = "GSOBJ_1004"
    BLANK = "GSOBJ_1007"
    GENERIC = "GSOBJ_1008"
    NO_ENTITY = "GSOBJ_1011"
    NO_SUCH_OBJECT = "GSOBJ_1023"


@dataclass(frozen=True, slots=True)
class RecordFault:
    """Faults of a field of a record that was sent."""

    code: ObjectCode
    message: str
    field: str = ""
    value: Any = None


class RefusedObject(GoalpostError):
    """A request about objects that is answered with a code and HTTP 400; `rows` are the faults of its records."""

    def __init__(
        self, code: ObjectCode, message: str, *, field: str = "", rows: Sequence[Sequence[RecordFault]] = ()
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.rows = rows


FIELD_CODES: Mapping[str, Code] = {
    **dict.fromkeys(("company_id", "relationship_id", "opportunity_id", "relationship_type_id"), Code.INVALID_GSID),
    "template_id": Code.INVALID_TEMPLATE,
    "title": Code.REQUIRED_FIELD_MISSING,
    "entity": Code.INVALID_ENTITY_TYPE,
    **dict.fromkeys(("goal_type_id", "goal_types"), Code.INVALID_GOAL_TYPE),
    "status_id": Code.INVALID_STATUS_NAME,
    "metrics": Code.INVALID_METRIC,
    "associated_work": Code.INVALID_ASSOCIATED_WORK,
}
"""The model's field → the code of its faults; other fields: INVALID_VALUE. In the order in which faults are told."""

NAMES: Mapping[str, str] = {
    "title": "Name",
    "name": "Name",
    "description": "Description",
    "company_id": "CompanyId",
    "relationship_id": "RelationshipId",
    "opportunity_id": "OpportunityId",
    "relationship_type_id": "RelationshipTypeId",
    "template_id": "TemplateId",
    "entity": "EntityType",
    "goal_type_id": "GoalTypeId",
    "goal_types": "associateGoalTypes",
    "status_id": "StatusName",
    "due_days": "DueDate",
    "due_at": "DueDate",
    "currency": "CurrencyIsoCode",
    "metrics": "metricsAssociation",
    **dict.fromkeys(("baseline", "target", "value", "weight"), "metricsAssociation"),
    "associated_work": "AssociatedWork",
    "email": "Email",
}
"""The model's field → this dialect's."""
CUSTOM = "__gc"
"""The ending of custom fields' names."""
AS_SENT = "sent."
"""The prefix of a fault's field that is told as it was sent, since it may have the name of a field of the model."""
