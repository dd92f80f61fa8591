"""Fields of related rows: `X__gr.F` is the field F of what X points at, and `X__gr.Y__gr.F` goes one further.

The names are read in any case, as the vendor's samples write them (`CompanyId__gr.Name`, `csm__gr.email`). What is not
a GSID, such as the status `Open` of a call to action, is its own name.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from typing import Any
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.filters import MAX_VALUES, Condition, FieldType, Operator
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.gsids import is_gsid, parse_gsid
from goalpost.customers.model.paging import Order, Page
from goalpost.customers.model.picklists import item_prefix
from goalpost.customers.model.records import PREFIXES, Record
from goalpost.customers.services import picklists, records, templates
from goalpost.dialects.gainsight.protocol.codes import CUSTOM, Code, Refused
from goalpost.dialects.gainsight.protocol.fields import SYSTEM, Field, value_of
from goalpost.tenancy import workspaces
from goalpost.web.base import Call

RELATION = "__gr."
_DEEPEST = 2
_ITEMS = ("StatusId", "TypeId", "PriorityId", "ReasonId", "GoalTypeId", "RelationshipTypeId", "TemplateId")
"""Fields that point at what is chosen from a list: of that there are the name and the GSID."""
_USERS = ("CreatedById", "ModifiedById")
_OTHERS = ("Csm", "ParentCompany", "Manager")
_OF_ITEMS = ("name", "gsid")
_ONLY_NAMED = frozenset(name.casefold() for name in (*_ITEMS, *_USERS))
_Spelled = tuple[str, UUID]
Value = Callable[[Any, str], Any]
"""The value that a row has under the name of a field."""


def is_related(name: str) -> bool:
    """Return whether a name is one of a field of a related row."""
    return RELATION in name


def check_related(names: Iterable[str], known: Mapping[str, Field] | None = None) -> None:
    """Raise Refused for names whose way leads over no field with ids, or to no field of what is there.

    Where the fields of rows are `known`, it begins with one of them.
    """

    def is_known(name: str) -> bool:
        point = name.partition(RELATION)[0]
        return _is_known(name) and (is_point(point) if known is None else _starts(point, known))

    if unknown := [name for name in names if not is_known(name)]:
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in select clause - {','.join(unknown)[:500]}", sampled=True)


def related_values(call: Call, rows: Sequence[Any], names: Sequence[str], read: Value) -> list[dict[str, Any]]:
    """Return for each row the fields of related rows that are not empty, under the names that were asked for."""
    if not names:
        return [{} for _ in rows]
    ways = [name.partition(RELATION) for name in names]
    points = [{point: read(row, point) for point, _, _ in ways} for row in rows]
    texts = {value for found in points for value in found.values() if isinstance(value, str)}
    targets = _targets(call, texts)
    further = _further(call, targets, {rest for _, _, rest in ways if is_related(rest)})
    shown = []
    for found in points:
        values = {
            name: _shown(found[point], rest, targets, further)
            for name, (point, _, rest) in zip(names, ways, strict=True)
        }
        shown.append({name: value for name, value in values.items() if value is not None})
    return shown


def reader_of(known: Mapping[str, Field]) -> Value:
    """Return a reader of goals' or templates' values by their names; `X__gr` may be of a custom field X."""

    def find(row: Any, name: str) -> Any:
        field = named(known, name) or named(known, name + CUSTOM)
        return field.show(row) if field else None

    return find


def _starts(point: str, known: Mapping[str, Field]) -> bool:
    """Return whether a field of goals or templates may have ids: by its name, or since the workspace has added it."""
    return bool((is_point(point) and named(known, point)) or named(known, point + CUSTOM))


def _is_known(name: str) -> bool:
    *points, field = name.split(RELATION)
    if not field or not 0 < len(points) <= _DEEPEST or not all(map(is_point, points[1:])):
        return False
    return not has_only_a_name(points[-1]) or field.casefold() in _OF_ITEMS


def has_only_a_name(point: str) -> bool:
    """Return whether a field points at something with a name and a GSID that is not a record."""
    return point.casefold() in _ONLY_NAMED


def is_point(name: str) -> bool:
    """Return whether a field may have ids: by its name, since fields of objects need no description."""
    folded = name.casefold()
    return folded.endswith(("id", CUSTOM)) or folded in {other.casefold() for other in _OTHERS}


def _targets(call: Call, texts: Iterable[str]) -> dict[str, Any]:
    """Return what GSIDs point at: records, and the names of everything else."""
    spelled = {text: found for text in texts if (found := parse_gsid(text))}
    owner = call.caller.workspace_id
    kept = records.get_records(call.db, workspace_id=owner, record_ids={identity for _, identity in spelled.values()})
    targets: dict[str, Any] = {
        text: kept[identity]
        for text, (prefix, identity) in spelled.items()
        if identity in kept and PREFIXES[kept[identity].kind] == prefix
    }
    others = {text: found for text, found in spelled.items() if text not in targets}
    names = _other_names(call, set(others.values())) if others else {}
    return targets | {text: names[found] for text, found in others.items() if found in names}


def _other_names(call: Call, wanted: Set[_Spelled]) -> dict[_Spelled, str]:
    """The names of picklist items, keys and templates, by prefix and id."""
    owner = call.caller.workspace_id
    prefixes = {prefix for prefix, _ in wanted}
    found: dict[_Spelled, str] = {}
    if prefixes & {gsids.ITEM, gsids.RELATIONSHIP_TYPE}:
        items = picklists.list_items(call.db, workspace_id=owner, retired=True)
        found |= {(item_prefix(item.picklist), item.id): item.name for item in items}
    if gsids.PERSON in prefixes:
        found[gsids.PERSON, owner] = SYSTEM
        found |= {(gsids.PERSON, key.id): key.name for key in workspaces.list_keys(call.db, workspace_id=owner)}
    if gsids.GOAL in prefixes:
        ids = sorted(identity for prefix, identity in wanted if prefix == gsids.GOAL)
        found |= {(gsids.GOAL, identity): name for identity, name in _template_names(call, ids)}
    return found


def _template_names(call: Call, ids: Sequence[UUID]) -> Iterator[tuple[UUID, str]]:
    for start in range(0, len(ids), MAX_VALUES):
        some = Condition("id", FieldType.IDENTITY, Operator.IN, tuple(ids[start : start + MAX_VALUES]))
        page, owner = Page(1, MAX_VALUES), call.caller.workspace_id
        for template in templates.find_templates(
            call.db, workspace_id=owner, query=some, order=Order("created_at"), page=page
        ):
            yield template.id, template.name


def _further(call: Call, targets: Mapping[str, Any], rests: Iterable[str]) -> dict[str, Any]:
    """Return what the records that are pointed at point at themselves."""
    points = {rest.partition(RELATION)[0] for rest in rests}
    rows = [target for target in targets.values() if isinstance(target, Record)]
    texts = {value for row in rows for point in points if isinstance(value := value_of(row, point), str)}
    return _targets(call, texts) if texts else {}


def _shown(value: Any, rest: str, targets: Mapping[str, Any], further: Mapping[str, Any]) -> Any:
    """The field `rest` of what a value points at; None where there is none."""
    if not isinstance(value, str):
        return None
    point, is_further, field = rest.partition(RELATION)
    target = targets.get(value)
    if is_further:
        following = value_of(target, point) if isinstance(target, Record) else None
        return _shown(following, field, further, {})
    if isinstance(target, Record):
        return value_of(target, rest)
    if rest.casefold() == "gsid":
        return value if target is not None else None
    name = value if target is None and not is_gsid(value) else target
    return name if rest.casefold() == "name" else None
