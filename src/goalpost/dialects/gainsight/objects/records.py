"""Records of objects between JSON and the model: read from what is sent, asked for by conditions, shown as rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.customers.model.custom_fields import laid_over
from goalpost.customers.model.filters import OWN
from goalpost.customers.model.free_fields import field_faults, spelling_of
from goalpost.customers.model.records import PREFIXES, Record, RecordKind
from goalpost.customers.services import records
from goalpost.dialects.gainsight.protocol.fields import RECORD, value_of
from goalpost.dialects.gainsight.protocol.related import check_related, is_related, related_values
from goalpost.kernel.errors import BLANK, Invalid
from goalpost.web.base import Call

_NO_ID = UUID(int=0)
_MOST_PIECES = 50
_READ_ONLY = frozenset({"CreatedDate", "ModifiedDate"})
"""Fields that answers have and requests may send back without a meaning."""


def id_of(gsid: str, kind: RecordKind) -> UUID:
    """The id that a GSID of that kind spells; one that is not ours, or of another kind, is nobody's."""
    spelled = gsids.parse_gsid(gsid)
    return spelled[1] if spelled and spelled[0] == PREFIXES[kind] else _NO_ID


def row_of(record: Record, select: Sequence[str] | None) -> dict[str, Any]:
    """Return the fields of a record that are selected and not empty, under the names that are asked for.

    Without a selection these are all but `CompanyId` of a company, which is the company itself.
    """
    own = [name for name in RECORD if name != "CompanyId" or record.kind is not RecordKind.COMPANY]
    names: Iterable[str] = dict.fromkeys([*own, *record.fields] if select is None else select)
    shown = {name: value_of(record, name) for name in names}
    return {name: value for name, value in shown.items() if value is not None}


def rows_of(call: Call, rows: Sequence[Record], select: Sequence[str] | None) -> list[dict[str, Any]]:
    """Rows with the fields that are selected, of related rows, too; raises Refused for those that cannot be."""
    related = [name for name in select or () if is_related(name)]
    check_related(related)
    own = None if select is None else [name for name in select if not is_related(name)]
    shown = zip(rows, related_values(call, rows, related, value_of), strict=True)
    return [{**row_of(row, own), **more} for row, more in shown]


def changed(call: Call, record: Record, changes: Mapping[str, Any]) -> Record:
    """The record with changes laid over it; raises Invalid for what is wrong with them."""
    return records.update_record(call.db, record=record, changes=changes, author=call.author, now=call.now)


def created(call: Call, kind: RecordKind, given: Mapping[str, Any]) -> Record:
    """A new record of what was read; raises Invalid and InvalidReference."""
    owner, own = call.caller.workspace_id, laid_over({}, given["fields"])
    made = {"name": "", **given, "fields": own}
    return records.create_record(call.db, workspace_id=owner, kind=kind, **made, author=call.author, now=call.now)


def read_changes(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Read a record's changes, without its GSID, by the model's names; raises Invalid with every fault of its fields.

    Names of what every record has are read in any case.
    """
    record = spelled(sent)
    own = {name: value for name, value in record.items() if name not in RECORD and name not in _READ_ONLY}
    faults: dict[str, Sequence[str]] = {
        core: texts for name, core in _TEXTS.items() if (texts := _text_faults(record, name))
    }
    if not faults and (company := record.get("CompanyId")) is not None and not gsids.is_gsid(company):
        faults["company_id"] = ["must be a GSID"]
    if faults := faults or dict(field_faults(own)):
        raise Invalid(faults)
    changes = {core: record[name] for name, core in _TEXTS.items() if name in record}
    if (company := changes.get("company_id")) is not None:
        changes["company_id"] = id_of(company, RecordKind.COMPANY)
    return {**changes, "fields": own}


def spelled(sent: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the names of what every record has as they are spelled here; raises Invalid for one sent twice."""
    found: dict[str, Any] = {}
    for name, value in sent.items():
        known = spelling_of(_EVERY, name) or name
        if known in found:
            raise Invalid({_TEXTS.get(known, OWN + known): ["is sent twice, in two spellings"]})
        found[known] = value
    return found


def key_names(text: str, record: Mapping[str, Any]) -> list[str]:
    """The names of keys as a record has them; a name may have commas, which stand between names, too."""
    pieces, names = text.split(",")[:_MOST_PIECES], []
    while pieces:
        joined_ = (",".join(pieces[:count]).strip() for count in range(1, len(pieces) + 1))
        found = next((name for name in joined_ if spelling_of(record, name)), pieces[0].strip())
        pieces = pieces[found.count(",") + 1 :]
        names.append(spelling_of(record, found) or found)
    return names


_EVERY = {**dict.fromkeys(RECORD), **dict.fromkeys(_READ_ONLY)}
_TEXTS = {"Name": "name", "Email": "email", "CompanyId": "company_id"}


def _text_faults(record: Mapping[str, Any], name: str) -> list[str]:
    if record.get(name) is None:
        return [BLANK] if name == "Name" and name in record else []
    return [] if isinstance(record[name], str) else ["must be a string"]
