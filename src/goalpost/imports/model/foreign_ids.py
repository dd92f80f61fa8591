"""Ids that rows bring along from the system they come from, in the spellings that integrations have stored.

A UUID is an id as rows here have it, and becomes the row's own where it is free. A GSID of another system cannot be
computed from an id, nor an id from it: who has which is kept.
"""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.picklists import Picklist, item_prefix
from goalpost.customers.model.records import PREFIXES, RecordKind
from goalpost.kernel.errors import Invalid
from goalpost.kernel.ids import parse_id


class Spelling(StrEnum):
    """A way to write ids."""

    UUID = "uuid"
    GSID = "gsid"


class RowKind(StrEnum):
    """Rows with ids besides records and picklist items, which are named by their kind and their list."""

    METRIC = "metric"
    TEMPLATE = "template"
    GOAL = "goal"
    GOAL_METRIC = "goal_metric"
    TASK = "task"
    UPDATE = "update"
    SITE = "site"
    CONVERSION_GOAL = "conversion_goal"
    EVENT = "event"


Kind = RecordKind | Picklist | RowKind

GSID_PREFIXES: Mapping[str, str] = {
    **{kind.value: prefix for kind, prefix in PREFIXES.items()},
    **{picklist.value: item_prefix(picklist) for picklist in Picklist},
    **dict.fromkeys((RowKind.METRIC.value, RowKind.GOAL_METRIC.value), gsids.ITEM),
    **dict.fromkeys((RowKind.TEMPLATE.value, RowKind.GOAL.value), gsids.GOAL),
}
"""A kind's value → what GSIDs of its rows begin with here."""


def spelling_of(text: str) -> Spelling:
    """The spelling of an id; raises Invalid for what is not an id."""
    if parse_id(text) is not None:
        return Spelling.UUID
    if gsids.is_gsid(text):
        return Spelling.GSID
    raise Invalid({"id": [f"must be a UUID or a GSID, not {text[:60]!r}"]})


def own_id(text: str) -> UUID | None:
    """The row id that a text spells by itself, as a UUID or as a GSID that goalpost made."""
    spelled = gsids.parse_gsid(text)
    return spelled[1] if spelled else parse_id(text)


def is_own(text: str, row_id: UUID) -> bool:
    """Return whether a text is exactly what goalpost itself writes for a row."""
    return text == str(row_id) or (own_id(text) == row_id and gsids.is_gsid(text))
