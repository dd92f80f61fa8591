"""Read conditions on records: on their own fields, on fields and names of what they point at; and their order.

A name is that of a record pointed at as well as a value's own: `OwnerId` equals both the GSID of Ada and `Ada`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.filters import (
    MAX_VALUES,
    NEGATIVE,
    OWN,
    AnyOf,
    Condition,
    FieldType,
    Not,
    Operator,
    Query,
    matches,
)
from goalpost.customers.model.free_fields import name_faults, named
from goalpost.customers.model.gsids import is_gsid
from goalpost.customers.model.paging import Order, Slice, Sorting
from goalpost.customers.model.picklists import item_prefix
from goalpost.customers.model.records import Record, RecordKind
from goalpost.customers.services import picklists, records
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.fields import RECORD, fields_of, gsid_of
from goalpost.dialects.gainsight.protocol.filters import (
    EQUALITY,
    ON_TEXTS,
    compared,
    joined,
    operator_from_wire,
    sorting_from_wire,
)
from goalpost.dialects.gainsight.protocol.free_fields import record_condition, standard_type
from goalpost.dialects.gainsight.protocol.related import RELATION, has_only_a_name, is_point, is_related
from goalpost.web.base import Call

_MOST_RELATED = 1000
_COMPANY_ID = "companyid"
_POINTED: Mapping[str, RecordKind] = {
    "parentcompany": RecordKind.COMPANY,
    **dict.fromkeys(("ownerid", "csm", "manager"), RecordKind.PERSON),
    "relationshipid": RecordKind.RELATIONSHIP,
    "opportunityid": RecordKind.OPPORTUNITY,
}
"""A field of the user's own that points at records, in lower case → what they are."""
_NAMESAKES = (RecordKind.COMPANY, RecordKind.PERSON)
"""The kinds whose names a field that may point at anything is compared with; work often has the same name."""
_CHOSEN = frozenset(("statusid", "typeid", "priorityid", "reasonid", "goaltypeid", "relationshiptypeid"))
"""Fields of the user's own that may point at what is chosen from a list, in lower case."""


@dataclass(frozen=True, slots=True)
class Point:
    """A field that points at records: its name in the model, and of which kinds they may be; of any where none is.

    One that is chosen from a list points at items of lists instead.
    """

    core: str
    kinds: tuple[RecordKind, ...] = ()
    is_chosen: bool = False


def query_of(call: Call, kind: RecordKind, where: requests.Where | None) -> Query:
    """Return the conditions that the rows must meet; raises Refused with INVALID_FIELD."""
    user = call.caller.key_id or call.caller.workspace_id

    def own(sent: requests.Condition) -> Query:
        return record_condition(sent, kind, call.now, user)

    def of_related(sent: requests.Condition, point: str, field: str) -> Query:
        if point.casefold() in _CHOSEN and field.casefold() == "name":  # which is also what is not a GSID
            return condition(sent.model_copy(update={"fieldName": point}))
        return related_condition(call, sent, _point(kind, point))

    def condition(sent: requests.Condition) -> Query:
        if is_related(sent.fieldName):
            return of_related(sent, *sent.fieldName.split(RELATION, 1))
        if field := named(fields_of(kind), sent.fieldName):
            return compared(sent, field, call.now, user)
        return with_names(call, sent, _point(kind, sent.fieldName), own)

    return joined(where, condition)


def sorting_of(kind: RecordKind, sent: Mapping[str, str] | None) -> Sorting:
    """The order that is asked for, by what records have, by the names of their companies and by their own fields.

    Raises Refused with INVALID_FIELD.
    """

    def key_of(name: str) -> Order | None:
        if is_related(name):
            return _order_of_company(kind, name)
        if field := named(fields_of(kind), name):
            return Order(field.core) if field.core else None
        return None if name_faults(name) else Order(OWN + name, type=standard_type(kind, name))

    return sorting_from_wire(sent, key_of)


def related_condition(call: Call, sent: requests.Condition, point: Point | None) -> Query:
    """Return the query for a field of what a row points at; raises Refused where it cannot be followed."""
    field = sent.fieldName.partition(RELATION)[2]
    if point is None or point.is_chosen or not field or is_related(field):
        raise Refused(Code.INVALID_FIELD, f"Invalid fields in where clause - {sent.fieldName[:100]}")
    operator = operator_from_wire(sent.operator)
    positive = NEGATIVE.get(operator, operator)
    if positive is Operator.IS_NULL:
        if field.casefold() not in ("name", "gsid"):
            raise Refused(Code.INVALID_FIELD, f"Invalid operator in where clause - {sent.operator} of {field[:60]}")
        return Condition(point.core, _type_of(point), operator)
    asked = sent.model_copy(update={"fieldName": field, "operator": positive.value, "alias": ""})
    met = _points_at(point, _found(call, point.kinds or tuple(RecordKind), asked, sent.fieldName))
    return met if positive is operator else Not(met)


def with_names(
    call: Call, sent: requests.Condition, point: Point | None, own: Callable[[requests.Condition], Query]
) -> Query:
    """A field compared as `own` compares it and, where it points at records, with the names of these.

    Raises Refused for names that too many have.
    """
    plain = own(sent)
    names = [text for text in sent.value if isinstance(text, str) and not is_gsid(text)]
    operator = operator_from_wire(sent.operator)
    positive = NEGATIVE.get(operator, operator)
    if point is None or not names or positive not in (*EQUALITY, *ON_TEXTS):
        return plain
    if positive in ON_TEXTS and not (point.kinds or point.is_chosen):  # nearly every name has some letters in it
        return plain
    asked = sent.model_copy(update={"fieldName": "Name", "operator": positive.value, "value": names, "alias": ""})
    if point.is_chosen:
        found = _is_one_of(point, _chosen(call, asked))
    else:
        found = _points_at(point, _found(call, point.kinds or _NAMESAKES, asked, sent.fieldName))
    either = AnyOf((own(sent.model_copy(update={"operator": positive.value})), found))
    return either if positive is operator else Not(either)


def _point(kind: RecordKind, name: str) -> Point | None:
    folded = name.casefold()
    if folded == _COMPANY_ID:
        return Point("id" if kind is RecordKind.COMPANY else "company_id", (RecordKind.COMPANY,))
    if folded in _CHOSEN:
        return Point(OWN + name, is_chosen=True)
    if named(RECORD, name) or has_only_a_name(name):
        return None
    if kind_of := _POINTED.get(folded):
        return Point(OWN + name, (kind_of,))
    return Point(OWN + name) if is_point(name) and not name_faults(name) else None


def _order_of_company(kind: RecordKind, name: str) -> Order | None:
    point, _, field = name.partition(RELATION)
    if point.casefold() != _COMPANY_ID:
        return None
    company = fields_of(kind)["CompanyId"]
    core = {"name": company.text, "gsid": company.core}.get(field.casefold())
    return Order(core) if core else None


def _found(call: Call, kinds: Sequence[RecordKind], asked: requests.Condition, field_name: str) -> list[Record]:
    """The records of these kinds that meet a condition; raises Refused where they are too many of one."""
    found: list[Record] = []
    for kind in kinds:
        rows = records.find_records(
            call.db,
            workspace_id=call.caller.workspace_id,
            kind=kind,
            query=query_of(call, kind, requests.Where(conditions=[asked], expression="")),
            order=Order("created_at"),
            page=Slice(0, _MOST_RELATED + 1),
        )
        if len(rows) > _MOST_RELATED:
            text = f"Invalid where clause - {field_name[:100]} finds more than {_MOST_RELATED} of {kind.value}"
            raise Refused(Code.INVALID_FIELD, text)
        found += rows
    return found


def _chosen(call: Call, asked: requests.Condition) -> list[str]:
    """The GSIDs of items of lists whose names meet a condition, retired ones among them."""
    owner = call.caller.workspace_id
    query = compared(asked, RECORD["Name"], call.now, owner)
    items = picklists.list_items(call.db, workspace_id=owner, retired=True)
    return [gsids.to_gsid(item_prefix(item.picklist), item.id) for item in items if matches(query, {"name": item.name})]


def _points_at(point: Point, found: Sequence[Record]) -> Query:
    is_identity = _type_of(point) is FieldType.IDENTITY
    return _is_one_of(point, [row.id if is_identity else gsid_of(row) for row in found])


def _is_one_of(point: Point, values: Sequence[UUID | str]) -> Query:
    """Return the query for a field that has one of the values, in conditions of as many as one takes."""
    portions = [tuple(values[at : at + MAX_VALUES]) for at in range(0, max(1, len(values)), MAX_VALUES)]
    return AnyOf(tuple(Condition(point.core, _type_of(point), Operator.IN, portion) for portion in portions))


def _type_of(point: Point) -> FieldType:
    return FieldType.TEXT if point.core.startswith(OWN) else FieldType.IDENTITY
