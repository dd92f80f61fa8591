"""Picklists: goal types and statuses; and associated work and relationship types, which is ours.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.gsids import RELATIONSHIP_TYPE, to_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import metrics, picklists
from goalpost.dialects.gainsight.goals import library_wire
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.access import READ
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.envelope import answered
from goalpost.dialects.gainsight.translate import CATEGORIES, is_for, item_to_wire, metric_to_wire
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_PATH = "/v1/csgoal/external/admin/picklist"
_ENTITIES = ("ALL_ENTITY", *(kind.value.upper() for kind in Entity))


def read_picklists(call: BodyCall[requests.PicklistQuery]) -> Response:
    """Read goal types or statuses, those that are for the entities: kinds of them, relationship types, or all."""
    return _answer(call, call.read())


def get_picklists(call: Call, query: Annotated[requests.PicklistQuery, Query()]) -> Response:
    """Read goal types or statuses. A body counts before the query, since the vendor's GET has one."""
    return _answer(call, call.read_as(requests.PicklistQuery) if call.body.strip() else query)


def _answer(call: Call, query: requests.PicklistQuery) -> Response:
    owner, picklist = call.caller.workspace_id, CATEGORIES[query.picklistCategory]
    items = picklists.list_items(call.db, workspace_id=owner, retired=not query.active)
    _check_entities(call, query.entityIds)
    found = [item for item in items if item.picklist is picklist and is_for(item, query.entityIds)]
    wants_children = query.includeChildPicklist and picklist is Picklist.GOAL_TYPE
    statuses = [item_to_wire(item, {}) for item in items if item.picklist is Picklist.STATUS and wants_children]
    children = {"GOAL_STATUS": [one["gsid"] for one in statuses]} if statuses else {}
    all_metrics = metrics.list_metrics(call.db, workspace_id=owner) if query.includeMetrics else None
    data = {
        "picklists": [item_to_wire(item, children) for item in found],
        "childPicklists": statuses,
        "metrics": None if all_metrics is None else [metric_to_wire(metric) for metric in all_metrics],
    }
    return answered(call, data)


def _check_entities(call: Call, names: Sequence[str]) -> None:
    """Raise Refused for an entity that is neither a kind of the vendor's nor a relationship type of the workspace."""
    others = [name for name in names if name not in _ENTITIES]
    if not others:
        return
    owner = call.caller.workspace_id
    types = picklists.list_items(call.db, workspace_id=owner, picklist=Picklist.RELATIONSHIP_TYPE, retired=True)
    known = {to_gsid(RELATIONSHIP_TYPE, item.id) for item in types}
    if unknown := [name for name in others if name not in known]:
        text = f"entityIds has {unknown[0][:60]!a}; it may have {', '.join(_ENTITIES)} and GSIDs of relationship types"
        raise Refused(Code.INVALID_VALUE, text)


ROUTES = grouped(
    "Picklists",
    Route("POST", _PATH, read_picklists, READ, answers=library_wire.PicklistsRead),
    Route("GET", _PATH, get_picklists, READ, answers=library_wire.PicklistsRead),
)
