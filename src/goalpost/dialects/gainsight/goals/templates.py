"""Templates of goals: create, update, delete, fetch. Of several requests each is done by itself.

Source: https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from fastapi.responses import Response

from goalpost.customers.model.templates import GoalTemplate
from goalpost.customers.services import custom_fields, templates
from goalpost.dialects.gainsight.goals import bodies, library_wire
from goalpost.dialects.gainsight.goals.batch import each_request
from goalpost.dialects.gainsight.goals.deletion import delete_each
from goalpost.dialects.gainsight.goals.facts import read_facts
from goalpost.dialects.gainsight.goals.goal_filters import order_of_fetch, query_of_fetch
from goalpost.dialects.gainsight.goals.reading import (
    Lookups,
    add_fields,
    dropped_metrics,
    held_custom,
    read_record,
    wishes_of,
)
from goalpost.dialects.gainsight.protocol import requests
from goalpost.dialects.gainsight.protocol.access import READ, WRITE
from goalpost.dialects.gainsight.protocol.codes import Code, Refused
from goalpost.dialects.gainsight.protocol.envelope import answered, raw
from goalpost.dialects.gainsight.protocol.fields import TEMPLATE, person_gsid, with_custom
from goalpost.dialects.gainsight.protocol.filters import page_from_wire, selected, with_asked
from goalpost.dialects.gainsight.protocol.options import chosen
from goalpost.dialects.gainsight.protocol.related import check_related, is_related, reader_of, related_values
from goalpost.dialects.gainsight.translate import fetched_template_to_wire, saved_template_to_wire
from goalpost.dialects.gainsight.wire import identity
from goalpost.kernel.errors import BLANK, Invalid, NotFound
from goalpost.web.base import BodyCall, Call
from goalpost.web.declared import Route, grouped

_TEMPLATE = "/v1/csgoal/external/template"
_FETCH, _DELETE = f"{_TEMPLATE}/fetch", f"{_TEMPLATE}/delete"
_CORE = {"Name": "name", "Description": "description", "DueDate": "due_days", "CurrencyIsoCode": "currency"}


def create_templates(call: Call) -> Response:
    """Create templates. A request that has a `Gsid` updates, as one description of the vendor's has it."""
    return answered(call, each_request(call, _saver(call, may_create=True)))


def update_templates(call: Call) -> Response:
    """Change templates. Only what is sent changes. Goals that were made from one stay as they are."""
    return answered(call, each_request(call, _saver(call, may_create=False)))


def delete_templates(
    call: Call, recordIds: Annotated[list[str] | None, Query(description="As in the body.")] = None
) -> Response:
    """Delete templates. Goals that were made from one stay as they are."""

    def delete(template_id: UUID) -> tuple[str, datetime]:
        owner = call.caller.workspace_id
        gone = templates.delete_template(
            call.db, workspace_id=owner, template_id=template_id, author=call.author, now=call.now
        )
        return person_gsid(gone.updated_by, owner), gone.updated_at

    return answered(call, delete_each(call, recordIds, "TEMPLATE", delete))


def fetch_templates(call: BodyCall[requests.Fetch]) -> Response:
    """Fetch templates, the newest first: in the envelope and beside it, since the vendor's sample has none."""
    fetch, owner = call.read(), call.caller.workspace_id
    known = with_asked(with_custom(TEMPLATE, custom_fields.list_fields(call.db, workspace_id=owner)), fetch)
    related = [name for name in fetch.select if is_related(name)]
    page, names = page_from_wire(fetch), selected(fetch, known, related)
    check_related(related, known)
    query, order = query_of_fetch(call, fetch.where, known), order_of_fetch(fetch.orderBy, known)
    found = templates.find_templates(call.db, workspace_id=owner, query=query, order=order, page=page)
    more = related_values(call, found, related, reader_of(known))
    plain = [name for name in names if name in known]
    shown = [fetched_template_to_wire(template, plain, known) for template in found]
    rows = {"recordList": [{**row, **values} for row, values in zip(shown, more, strict=True)]}
    return raw(rows) if chosen().bare_templates else answered(call, rows, **rows)


def _saver(call: Call, *, may_create: bool) -> Callable[[requests.Sent, Any], dict[str, Any]]:
    def save(sent: requests.Sent, lookups: Lookups) -> dict[str, Any]:
        if may_create and not any(sent.record.get(name) for name in ("Gsid", "GSID", "gsid")):
            record = read_record(call, sent, lookups, requests.TemplateRecord)
            created = _created(call, record, lookups)
            return saved_template_to_wire(created, _sent(record, sent), is_new=True)
        changes = read_record(call, sent, lookups, requests.TemplateUpdateRecord)
        changed = _updated(call, _template(call, changes.Gsid), changes, lookups)
        return saved_template_to_wire(changed, _sent(changes, sent), is_new=False)

    return save


def _created(call: Call, record: requests.TemplateRecord, lookups: Lookups) -> GoalTemplate:
    facts = read_facts(call, record)
    choices, held = facts.choices, held_custom(record, lookups, facts.schema)
    if not record.Name:
        raise Refused(Code.REQUIRED_FIELD_MISSING, "Name can't be blank")
    status = choices.status(record)
    if status is None:
        raise Refused(Code.INVALID_STATUS_NAME, "Invalid StatusName provided in request")
    fields = {name: value for name, value in _plain(record).items() if value is not None}
    fields |= {"goal_type_id": choices.goal_type(record) or choices.default_type(), "status_id": status}
    fields["fields"] = {name: value for name, value in held.values.items() if value is not None}
    fields["metric_ids"] = tuple(sorted({wish.metric_id for wish in wishes_of(record)}))
    add_fields(call, held.new)
    owner = call.caller.workspace_id
    return templates.create_template(call.db, workspace_id=owner, fields=fields, author=call.author, now=call.now)


def _updated(
    call: Call, template: GoalTemplate, record: requests.TemplateUpdateRecord, lookups: Lookups
) -> GoalTemplate:
    facts = read_facts(call, record, kept=(template.status_id, template.goal_type_id))
    choices, held = facts.choices, held_custom(record, lookups, facts.schema)
    changes = _plain(record)
    for name in ("name", "currency"):
        if name in changes and not changes[name]:
            raise Invalid({"title" if name == "name" else name: [BLANK]})
    if held.values:
        changes["fields"] = held.values
    if record.model_fields_set & {"StatusId", "StatusName", "GoalTypeId", "GoalTypeName"}:
        chosen = {"goal_type_id": choices.goal_type(record), "status_id": choices.status(record)}
        changes |= {name: found for name, found in chosen.items() if found is not None}
    add_fields(call, held.new)
    return templates.update_template(
        call.db,
        template=template,
        changes=changes,
        added_metrics=[wish.metric_id for wish in wishes_of(record)],
        dropped_metrics=dropped_metrics(record),
        author=call.author,
        now=call.now,
    )


def _template(call: Call, gsid: str) -> GoalTemplate:
    try:
        return templates.get_template(call.db, workspace_id=call.caller.workspace_id, template_id=identity(gsid))
    except NotFound:
        raise Refused(Code.INVALID_GSID, "Invalid Gsid provided in request") from None


def _plain(record: requests.TemplateRecord) -> dict[str, Any]:
    """Return the fields of a record that need no look into the store, by the model's names."""
    found: dict[str, Any] = {_CORE[name]: getattr(record, name) for name in record.model_fields_set & _CORE.keys()}
    if found.get("currency"):
        found["currency"] = found["currency"].upper()  # constants are taken in any case
    if "AssociatedWork" in record.model_fields_set:
        found["associated_work"] = tuple(dict.fromkeys(map(identity, record.AssociatedWork or ())))
    return found


def _sent(record: requests.TemplateRecord, sent: requests.Sent) -> list[str]:
    """The keys of a record, in the order in which they were sent, then those that were looked up."""
    names = record.model_dump(exclude_unset=True).keys()
    return [*(name for name in sent.record if name in names), *(name for name in names if name not in sent.record)]


ROUTES = grouped(
    "Templates",
    Route(
        "POST",
        _TEMPLATE,
        create_templates,
        WRITE,
        body=bodies.CreateTemplateBody,
        answers=library_wire.TemplatesCreated,
    ),
    Route(
        "PUT", _TEMPLATE, update_templates, WRITE, body=bodies.UpdateTemplateBody, answers=library_wire.TemplatesChanged
    ),
    Route("POST", _DELETE, delete_templates, WRITE, answers=library_wire.RecordsDeleted, is_documented=False),
    Route(
        "DELETE",
        _DELETE,
        delete_templates,
        WRITE,
        body=requests.RecordIds,
        answers=library_wire.RecordsDeleted,
        aliases=(_TEMPLATE,),
    ),
    Route("POST", _FETCH, fetch_templates, READ, answers=library_wire.TemplatesFetched),
)
