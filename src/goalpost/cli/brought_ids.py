"""Ids in what commands write: as rows have brought them from another system, else goalpost's own."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model import gsids
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Spelling
from goalpost.imports.services import foreign_ids
from goalpost.kernel.ids import parse_id

Row = dict[str, Any]
Respell = Callable[[Iterable[Row]], Iterable[Row]]
"""Writes the ids of rows as they were brought."""
_PORTION = 1000
_PROSE = frozenset({"name", "title", "description", "text", "workspace", "unit", "progress_reason"})


def with_brought_ids(db: Connection, workspace_id: UUID, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows of a workspace, with a look-up for every thousand of them.

    An id is a UUID whose key is `id` or ends in `_id`, and a GSID anywhere but in texts that people write, also in
    fields of the user's own and in lists and objects.
    """
    spellings = [each for each in Spelling if foreign_ids.has_any(db, workspace_id=workspace_id, spelling=each)]
    waiting = iter(rows)
    while portion := list(islice(waiting, _PORTION)):
        yield from _respelled(db, workspace_id, portion, spellings) if spellings else portion


def own_gsids(db: Connection, workspace_id: UUID) -> Callable[[str], str]:
    """A function from a GSID that the workspace's rows have brought to goalpost's own; other texts stay as they are."""
    asked: dict[str, Any] = {"workspace_id": workspace_id, "spelling": Spelling.GSID}
    if not foreign_ids.has_any(db, **asked):
        return str

    def own_gsid(text: str) -> str:
        row = foreign_ids.meant_by(db, texts=[text], **asked).get(text) if gsids.is_gsid(text) else None
        return gsids.to_gsid(GSID_PREFIXES[row[0]], row[1]) if row else text

    return own_gsid


def _respelled(db: Connection, workspace_id: UUID, rows: list[Row], spellings: list[Spelling]) -> list[Row]:
    own = dict(_own_ids("", rows))
    texts: dict[str, str] = {}
    for spelling in spellings:
        ids = {text: row_id for text, row_id in own.items() if ("-" in text) == (spelling is Spelling.UUID)}
        found = foreign_ids.brought_by(db, workspace_id=workspace_id, spelling=spelling, row_ids=set(ids.values()))
        texts |= {text: found[row_id] for text, row_id in ids.items() if row_id in found}
    return [_with(texts, "", row) for row in rows] if texts else rows


def _own_ids(key: str, value: Any) -> Iterator[tuple[str, UUID]]:
    """The ids in a value, as they are written and as they are stored."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _own_ids(_meant(name, value), part)
    elif isinstance(value, list):
        for part in value:
            yield from _own_ids(key, part)
    elif isinstance(value, str) and (row_id := _own_id(key, value)):
        yield value, row_id


def _meant(key: str, row: Row) -> str:
    """The key, or the field that a change of the audit trail is about."""
    return str(row.get("field") or key) if key in ("before", "after") else key


def _own_id(key: str, text: str) -> UUID | None:
    if len(text) != 36 or key in _PROSE:
        return None
    if key == "id" or key.endswith("_id"):
        return _gsid(text) or parse_id(text)
    return _gsid(text)


def _gsid(text: str) -> UUID | None:
    spelled = gsids.parse_gsid(text)
    return spelled[1] if spelled else None


def _with(texts: Mapping[str, str], key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with(texts, _meant(name, value), part) for name, part in value.items()}
    if isinstance(value, list):
        return [_with(texts, key, part) for part in value]
    return texts.get(value, value) if isinstance(value, str) and _own_id(key, value) else value
