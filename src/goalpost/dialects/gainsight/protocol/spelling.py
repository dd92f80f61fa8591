"""The spelling of GSIDs, those that the vendor has made among them."""

import re
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Spelling
from goalpost.web.written_ids import Written


def _read(text: str) -> UUID | None:
    spelled = gsids.parse_gsid(text)
    return spelled[1] if spelled else None


def _write(kind: str, row_id: UUID) -> str:
    return gsids.to_gsid(GSID_PREFIXES[kind], row_id)


GSIDS = Written(
    Spelling.GSID,
    own=re.compile(rf"(?<![0-9A-Za-z])1[0-9A-Z]{{3}}{gsids.FILLER}[0-9A-Z]{{25}}(?![0-9A-Za-z])"),
    foreign=re.compile(r"(?<![0-9A-Za-z])1[0-9A-Z]{35}(?![0-9A-Za-z])"),
    read=_read,
    write=_write,
    prose=frozenset({"Name", "name", "Description", "description", "StatusName", "GoalTypeName"}),
    told=frozenset({"message", "errorDesc", "errorMessage"}),
)
