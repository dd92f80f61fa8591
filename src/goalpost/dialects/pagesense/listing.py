"""PageSense's lists of project goals and of custom events, as rows to import.

Source: https://www.zoho.com/pagesense/apidocs/creategoals.html and its sibling pages. The vendor lists no projects: a
project is a site that is created with its linkname.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from goalpost.dialects.pagesense import wire
from goalpost.dialects.pagesense.translate import FIELDS, PAGE_VISIT, draft_from_wire, message_of
from goalpost.imports.listing import Fields, rows_of
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRow, RowFault
from goalpost.kernel.errors import BLANK, Invalid

_DRAFTED = tuple(wire.GoalFields.model_fields)
_FOLLOWING = (
    *("created_date", "success", "goal_status", "is_data_tracked", "goal_id_string", "actual_end_time", "event_name"),
    *("linkname", "time_spent_seconds", "custom_event", "goal_id"),
)
_DELETED = 2


def read(document: Mapping[str, Any], place: str, what: str) -> Iterator[ForeignRow]:
    """The rows of an answer: goals of projects, and custom events, which do not say whose they are.

    `what` is the project's linkname where the rows do not say it.
    """
    if "projectgoals" in document or "customevents" in document:
        rows = rows_of(document, place, "projectgoals", "customevents")
    elif "goal_type" in document or "event_name" in document:
        rows = iter([(document, place)])
    else:
        raise RowFault(f"{place}: is not a list of goals or events: {str(document.get('message', ''))[:100]}")
    for row, where in rows:
        fields = Fields(row, where)
        yield _goal(fields, row, what) if "goal_type" in fields else _event(fields, what)


def _goal(fields: Fields, row: Mapping[str, Any], what: str) -> ForeignRow:
    project, linkname = fields.text("project_linkname") or what, fields.needed("linkname")
    number = fields.whole("goal_id_string") or fields.whole("goal_id")
    text = str(number or f"{project}/{linkname}")
    if fields.whole("goal_status") == _DELETED:
        fields.others()
        return ForeignRow(RowKind.CONVERSION_GOAL, text, fields.place, left_out="deleted there")
    values = {
        "site": project,
        "site_number": fields.whole("project_id"),
        "draft": _draft(fields, row, project),
        "number": number,
        "slug": linkname,
    }
    created_at = fields.milliseconds("created_time")
    fields.known(*_DRAFTED, *_FOLLOWING)
    return ForeignRow(
        *(RowKind.CONVERSION_GOAL, text, fields.place, values),
        unkept=fields.rest(),
        created_at=created_at,
        names=FIELDS,
    )


def _draft(fields: Fields, row: Mapping[str, Any], project: str) -> Any:
    said = {name: value for name, value in row.items() if name in {*_DRAFTED, *_FOLLOWING} and value is not None}
    try:
        if said.get("goal_type") == PAGE_VISIT and said.keys().isdisjoint(("goal_url", "include_urls")):
            # Without an address it would count every page, and the vendor's answers never have it.
            raise Invalid({"goal_url": [BLANK]})
        return draft_from_wire(wire.GoalFields.model_validate({**said, "project_linkname": project}))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise fields.fault(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except Invalid as error:
        raise fields.fault(f"{message_of(error.faults)}; the answer does not have it, add it to the row") from None


def _event(fields: Fields, what: str) -> ForeignRow:
    name, project = fields.needed("event_name"), fields.text("project_linkname") or what
    values = {"site": project, "name": name, "number": fields.whole("event_id"), "slug": fields.text("linkname")}
    fields.known("success")
    return ForeignRow(RowKind.EVENT, f"{project}/{name}", fields.place, values, unkept=fields.rest())
