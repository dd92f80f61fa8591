"""Routes whose requests and answers may bear the GSIDs that the vendor has made."""

import re
from uuid import UUID

from goalpost.customers.model import gsids
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Spelling
from goalpost.web.foreign_ids import Written, route_class

_PROSE = ("Name", "name", "Description", "description", "StatusName", "GoalTypeName")
_TOLD = ("message", "errorDesc", "errorMessage")


def _read(text: str) -> UUID | None:
    spelled = gsids.parse_gsid(text)
    return spelled[1] if spelled else None


def _write(kind: str, row_id: UUID) -> str:
    return gsids.to_gsid(GSID_PREFIXES[kind], row_id)


GsidRoute = route_class(
    Written(
        Spelling.GSID,
        own=re.compile(rf"(?<![0-9A-Za-z])1[0-9A-Z]{{3}}{gsids.FILLER}[0-9A-Z]{{25}}(?![0-9A-Za-z])"),
        foreign=re.compile(r"(?<![0-9A-Za-z])1[0-9A-Z]{35}(?![0-9A-Za-z])"),
        read=_read,
        write=_write,
        prose=frozenset(_PROSE),
        told=frozenset(_TOLD),
    )
)
