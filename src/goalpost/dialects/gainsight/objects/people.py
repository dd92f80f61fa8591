"""The Person API, as far as public connectors call it: a person by e-mail address, created or changed.

An extension, its shapes from public connectors: RudderStack's Gainsight destination (identify and group) and
Pipedream's actions. The vendor's page: https://support.gainsight.com/gainsight_nxt/API_and_Developer_Docs/Person_API
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.responses import Response

from goalpost.customers.services import people
from goalpost.dialects.gainsight.objects.metadata_wire import Flag, PersonBody
from goalpost.dialects.gainsight.objects.objects_wire import ObjectFailure, ObjectsSaved
from goalpost.dialects.gainsight.objects.records import read_changes
from goalpost.dialects.gainsight.protocol.access import WRITE_OBJECTS
from goalpost.dialects.gainsight.protocol.codes import ObjectCode, RefusedObject
from goalpost.dialects.gainsight.protocol.envelope import answered_shortly
from goalpost.dialects.gainsight.protocol.fields import gsid_of
from goalpost.dialects.gainsight.protocol.object_errors import record_faults, told_together
from goalpost.kernel.errors import Invalid
from goalpost.web.base import BodyCall
from goalpost.web.declared import Route, grouped

_PEOPLE, _SAME = "/v1.0/api/people", "/v1/peoplemgmt/v1.0/people"
_COMPANIES = ("companies", "associations")
_NAMES = ("FirstName", "MiddleName", "LastName")


def save_person(call: BodyCall[PersonBody], areaName: Flag = "") -> Response:
    """Create or change the person of an e-mail address. People are users: `gsuser` and `person` are the same rows."""
    body = call.read()
    sent = body.model_dump(include=body.model_fields_set | (body.model_extra or {}).keys())
    try:
        record = {name: value for name, value in sent.items() if name not in (*_COMPANIES, "Gsid", "GSID")}
        changes = read_changes({**record, **_company(sent)})
        email = changes.pop("email")
        if not changes.get("name"):
            changes.pop("name", None)
        saved, _ = people.save_person(
            call.db,
            workspace_id=call.caller.workspace_id,
            email=email,
            changes=changes,
            name=_name(sent) or email,
            author=call.author,
            now=call.now,
        )
    except Invalid as error:
        # A name that is the address has its faults, too.
        meant = Invalid({"email": error.faults["email"]}) if "email" in error.faults else error
        raise told_together([record_faults(meant, sent)]) from None
    told = [{"Gsid": gsid_of(saved), "Name": saved.name}]
    return answered_shortly(call, {"count": 1, "errors": None, "records": told})


def _name(sent: Mapping[str, Any]) -> str:
    return " ".join(text.strip() for name in _NAMES if isinstance(text := sent.get(name), str) and text.strip())


def _company(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The company that a person is associated with, and what is said of that; raises RefusedObject for several."""
    told = list(_associations(sent))
    ids = {association.get("Company_ID") for association in told} - {None}
    if len(ids) > 1:
        raise RefusedObject(ObjectCode.GENERIC, "A person can have one company: companies has several Company_ID")
    more = {name: value for one in told for name, value in one.items() if isinstance(value, str | int | float | bool)}
    more.pop("Company_ID", None)
    return {**more, **({"CompanyId": ids.pop()} if ids else {})}


def _associations(sent: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    within = sent.get("associations")
    for part in (sent.get("companies"), within.get("companyPerson") if isinstance(within, dict) else None):
        for association in part if isinstance(part, list) else [part]:
            if isinstance(association, dict):
                yield association


ROUTES = grouped(
    "People",
    Route("POST", _PEOPLE, save_person, WRITE_OBJECTS, answers=ObjectsSaved, aliases=(_SAME,), is_documented=False),
    Route("PUT", _PEOPLE, save_person, WRITE_OBJECTS, answers=ObjectsSaved, aliases=(_SAME,)),
    failure=ObjectFailure,
)
