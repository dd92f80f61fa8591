"""Goal types and statuses of requests: by GSID or by name, as the workspace's picklists have them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.picklists import Picklist, PicklistItem
from goalpost.customers.services import picklists
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.wire import identity
from goalpost.web.base import Call


class Choices:
    """Items that the workspace's goals can be given, found by GSID or by name; what a goal has it may keep."""

    def __init__(self, items: Iterable[PicklistItem], kept: Collection[UUID] = ()) -> None:
        items = [item for item in items if item.retired_at is None or item.id in kept]
        self._by_id = {item.id: item for item in items}
        self._by_name: dict[Picklist, dict[str, PicklistItem]] = {}
        for item in sorted(items, key=lambda item: item.id):
            self._by_name.setdefault(item.picklist, {}).setdefault(item.name, item)

    def status(self, record: requests.Record) -> UUID | None:
        """The status that a record names; None when it names none."""
        return self._chosen(Picklist.STATUS, record.StatusId, record.StatusName, "StatusName")

    def goal_type(self, record: requests.Record) -> UUID | None:
        """The goal type that a record names; None when it names none."""
        return self._chosen(Picklist.GOAL_TYPE, record.GoalTypeId, record.GoalTypeName, "GoalTypeName")

    def named_type(self, name: str) -> UUID:
        """The goal type of a name."""
        return self._named(Picklist.GOAL_TYPE, name, "GoalTypeName")

    def default_type(self) -> UUID:
        """The goal type of goals that are given none: the system's, else the first."""
        types = [item for item in self._by_id.values() if item.picklist is Picklist.GOAL_TYPE]
        types.sort(key=lambda item: (item.system_name is None, item.position))
        if not types:
            raise Refused(Code.INVALID_GOAL_TYPE, "GoalTypeId can't be blank")
        return types[0].id

    def check_entity(self, goal_type: UUID, entity: Entity, relationship_type: UUID | None) -> None:
        """Raise Refused when goals of the type cannot be about this."""
        item = self._by_id.get(goal_type)
        allowed = item.entities if item else None
        about = {entity.value.upper(), str(relationship_type)}
        if allowed is not None and about.isdisjoint(allowed):
            raise Refused(Code.INVALID_GOAL_TYPE, f"The goal type is not for {entity.value.upper()}")

    def _chosen(self, picklist: Picklist, gsid: str | None, name: str | None, field: str) -> UUID | None:
        by_name = self._named(picklist, name, field) if name is not None else None
        if gsid is None:
            return by_name
        item = self._by_id.get(identity(gsid))
        if item is None or item.picklist is not picklist or by_name not in (None, item.id):
            raise _no_choice(picklist, field)
        return item.id

    def _named(self, picklist: Picklist, name: str, field: str) -> UUID:
        item = named(self._by_name.get(picklist, {}), name)
        if item is None:
            raise _no_choice(picklist, field)
        return item.id


def read_choices(call: Call, kept: Collection[UUID] = ()) -> Choices:
    """Read what the workspace's goals can be given; what a goal has, `kept`, it may keep though it was retired."""
    items = picklists.list_items(call.db, workspace_id=call.caller.workspace_id, retired=bool(kept))
    return Choices(items, kept)


def _no_choice(picklist: Picklist, field: str) -> Refused:
    is_status = picklist is Picklist.STATUS
    code = Code.INVALID_STATUS_NAME if is_status else Code.INVALID_GOAL_TYPE
    return Refused(code, f"Invalid {field} provided in request", sampled=is_status)
