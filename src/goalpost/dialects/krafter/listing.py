"""Krafter's lists of sites and of their goals, as rows to import.

Source: https://docs.krafter.dev/analytics/api/goals.html and its page of sites.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from goalpost.dialects.krafter import wire
from goalpost.dialects.krafter.translate import draft_from_wire
from goalpost.imports.listing import Fields, rows_of
from goalpost.imports.model.foreign_ids import RowKind
from goalpost.imports.model.foreign_rows import ForeignRow, RowFault
from goalpost.kernel.ids import parse_id


def read(document: Mapping[str, Any], place: str, what: str) -> Iterator[ForeignRow]:
    """The rows of an answer: sites, and goals, which do not say whose they are.

    `what` is the key of the goals' site; it may be left out where the import has one site only.
    """
    if "error" in document:
        raise RowFault(f"{place}: is an error, not a list: {str(document['error'])[:100]}")
    rows = rows_of(document, place, "data") if "data" in document else iter([(document, place)])
    for row, where in rows:
        fields = Fields(row, where)
        if "site_key" in fields:
            yield _site(fields)
        elif "match_value" in fields:
            yield _goal(fields, row, what)
        else:
            raise fields.fault("is neither a site nor a goal")


def _site(fields: Fields) -> ForeignRow:
    text = fields.text("id") or ""
    values = {
        "key": fields.needed("site_key"),
        "domain": fields.needed("domain"),
        "name": fields.text("name") or fields.needed("domain"),
        "public_stats": fields.flag("public_stats") or False,
    }
    created_at = fields.moment("created_at")
    return ForeignRow(RowKind.SITE, text, fields.place, values, unkept=fields.rest(), created_at=created_at)


def _goal(fields: Fields, row: Mapping[str, Any], site: str) -> ForeignRow:
    try:
        draft = draft_from_wire(wire.GoalCreate.model_validate(row))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise fields.fault(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    fields.known("name", "type", "match_type", "match_value", "currency")
    text = fields.needed("id")
    if parse_id(text) is None:  # by another one its goal could not be found at the next import
        raise fields.fault(f"id must be a UUID, not {text[:60]!r}")
    values = {"site": site, "draft": draft}
    return ForeignRow(RowKind.CONVERSION_GOAL, text, fields.place, values, unkept=fields.rest())
