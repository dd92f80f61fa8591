"""Lists of ids that a row has in one column, as JSON."""

import json
from collections.abc import Sequence
from uuid import UUID


def write_ids(ids: Sequence[UUID]) -> str | None:
    """Return the column's value; NULL for an empty list."""
    return json.dumps([str(one) for one in ids]) if ids else None


def read_ids(text: str | None) -> tuple[UUID, ...]:
    """The ids of a column."""
    return tuple(map(UUID, json.loads(text))) if text else ()
