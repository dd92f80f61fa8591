"""Read conditions on goals and templates, and their order: by their fields, and by those of what these point at."""

from collections.abc import Mapping

from goalpost.customers.model.filters import OWN, FieldType, Query
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.paging import Order, Sorting
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import CUSTOM, Code, Refused
from goalpost.dialects.gainsight.protocol.fields import Field
from goalpost.dialects.gainsight.protocol.filters import compared, joined, sorting_from_wire
from goalpost.dialects.gainsight.protocol.free_fields import own_condition
from goalpost.dialects.gainsight.protocol.record_filters import Point, related_condition, with_names
from goalpost.dialects.gainsight.protocol.related import RELATION, is_related
from goalpost.web.base import Call


def query_of_fetch(call: Call, where: requests.Where | None, known: Mapping[str, Field]) -> Query:
    """Return the conditions that the rows must meet; raises Refused with INVALID_FIELD for what cannot be asked."""
    user = call.caller.key_id or call.caller.workspace_id

    def condition(sent: requests.Condition) -> Query:
        field = known.get(sent.fieldName) or _name_of_pointed(sent.fieldName, known)
        if field is None and is_related(sent.fieldName):
            return related_condition(call, sent, _point(sent.fieldName.partition(RELATION)[0], known))
        if field is not None and field.type is not None:
            return compared(sent, field, call.now, user)
        if field is None or not field.core.startswith(OWN):
            raise Refused(Code.INVALID_FIELD, f"Invalid fields in where clause - {sent.fieldName[:100]}")
        core, point = field.core, _pointing(field)
        return with_names(call, sent, point, lambda asked: own_condition(asked, core, None, call.now, user))

    return joined(where, condition)


def order_of_fetch(sent: Mapping[str, str] | None, known: Mapping[str, Field]) -> Sorting:
    """The order by known fields that is asked for; raises Refused with INVALID_FIELD."""

    def key_of(name: str) -> Order | None:
        field = known.get(name) or _name_of_pointed(name, known)
        return Order(field.core, type=field.type) if field and field.core else None

    return sorting_from_wire(sent, key_of)


def _name_of_pointed(name: str, known: Mapping[str, Field]) -> Field | None:
    """`X__gr.Name`, where a row is read with the name of what its X points at."""
    point, _, field = name.partition(RELATION)
    pointing = named(known, point) if field.casefold() == "name" else None
    return Field(pointing.text, FieldType.TEXT, pointing.show) if pointing and pointing.text else None


def _point(name: str, known: Mapping[str, Field]) -> Point | None:
    """Return what X points at in `X__gr.F`, which may be a custom field X too."""
    field = named(known, name) or named(known, name + CUSTOM)
    return _pointing(field) if field else None


def _pointing(field: Field) -> Point | None:
    return None if field.points is None else Point(field.core, field.points)
