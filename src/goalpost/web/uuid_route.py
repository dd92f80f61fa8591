"""Routes whose requests and answers may bear UUIDs that rows have brought and could not take for their own."""

import re

from goalpost.imports.model.foreign_ids import Spelling
from goalpost.kernel.ids import parse_id
from goalpost.web.foreign_ids import Written, route_class

_PROSE = ("name", "title", "description", "updateText", "match_value", "domain")
_UUID = re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")

UuidRoute = route_class(
    Written(
        Spelling.UUID,
        own=_UUID,
        foreign=_UUID,
        read=parse_id,
        write=lambda kind, row_id: str(row_id),
        prose=frozenset(_PROSE),
    )
)
