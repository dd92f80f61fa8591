"""Picklist items and metrics as the vendor lists them."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from goalpost.customers.model.customer_goals import Entity
from goalpost.customers.model.gsids import is_gsid
from goalpost.customers.model.metrics import Unit
from goalpost.customers.model.picklists import Picklist
from goalpost.dialects.gainsight.translate import CATEGORIES
from goalpost.imports.listing import Fields
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow

_ALL = "ALL_ENTITY"
_FOLLOWING = ("systemName", "systemDefined", "childPicklistIds", "createdBy", "modifiedBy", "active", "deleted")
_ENTITIES = {entity.name for entity in Entity}


def item_rows(fields: Fields) -> Iterator[ForeignRow]:
    """A goal type or a status."""
    category = fields.needed("picklistCategory")
    picklist = CATEGORIES.get(category)
    if picklist is None:
        raise fields.fault(f"has the picklistCategory {category[:40]!r}, which goalpost does not keep")
    values: dict[str, Any] = {"name": fields.needed("name"), "color": fields.text("color")}
    is_open, active = fields.flag("openStatusType"), fields.flag("active")
    if picklist is Picklist.STATUS:
        values["is_closed"] = not is_open
    if (order := fields.whole("displayOrder")) is not None:
        values["position"] = max(order - 1, 0)
    if picklist is Picklist.GOAL_TYPE:
        values["entities"] = _entities(fields)
    else:
        fields.known("associationDetails")
    fields.known(*_FOLLOWING)
    row = ForeignRow(picklist, fields.needed("gsid"), fields.place, values, unkept=fields.rest())
    yield row if active is not False else replace(row, values={**values, "retired": True})


def _entities(fields: Fields) -> tuple[Any, ...] | None:
    """Return the entities that goals of a type may be about; None for all."""
    details = Fields(fields.object("associationDetails") or {}, f"{fields.place} associationDetails")
    names = [str(name) for name in details.rows("associationIds")]
    if not names or _ALL in names:
        return None
    if unknown := [name for name in names if name not in _ENTITIES and not is_gsid(name)]:
        raise details.fault(f"associationIds has {unknown[0][:40]!r}")
    return tuple(name if name in _ENTITIES else ForeignRef(Picklist.RELATIONSHIP_TYPE, name) for name in names)


def metric_rows(fields: Fields) -> Iterator[ForeignRow]:
    """A metric; a deleted one is left out."""
    unit = fields.needed("unitOfMeasure").lower()
    if unit not in set(Unit):
        raise fields.fault(f"has the unitOfMeasure {unit[:40]!r}")
    values: dict[str, Any] = {"name": fields.needed("name"), "unit": Unit(unit)}
    values["description"] = fields.text("description")
    if (order := fields.whole("displayOrder")) is not None:
        values["position"] = order
    created_at, updated_at = fields.milliseconds("createdAt"), fields.milliseconds("modifiedAt")
    is_gone = bool(fields.flag("deleted"))
    fields.known(*_FOLLOWING)
    row = ForeignRow(RowKind.METRIC, fields.needed("gsid"), fields.place, values, unkept=fields.rest())
    yield replace(row, created_at=created_at, updated_at=updated_at, left_out="deleted there" if is_gone else "")
