"""Ids that rows bring along from another system: take them for new rows, find rows by them, tell them."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.gsids import to_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.customers.rows import goal_associations
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Kind, Spelling, is_own, own_id, spelling_of
from goalpost.imports.rows import foreign_ids
from goalpost.kernel.errors import Conflict, Invalid
from goalpost.kernel.ids import new_id, parse_id

_ASSOCIATED = frozenset({RecordKind.CTA, RecordKind.SUCCESS_PLAN})


def find(db: Connection, *, workspace_id: UUID, kind: Kind, text: str) -> UUID | None:
    """The row of the workspace that has this id, deleted or not; None where none of the kind has. Raises Invalid.

    Another workspace's row of the same id is never found.
    """
    spelling = spelling_of(text)
    brought = foreign_ids.find_texts(db, workspace_id, spelling, [text]).get(text)
    if brought is not None:
        return brought[1] if brought[0] == kind.value else None
    row_id = own_id(text)
    owner = foreign_ids.workspace_of(db, kind, row_id) if row_id else None
    return row_id if owner == (workspace_id, True) else None


def claim(db: Connection, *, workspace_id: UUID, kind: Kind, text: str, now: datetime) -> UUID:
    """The own id for a new row that brings this id; raises Invalid, and Conflict when the workspace has it already.

    A UUID that no row of the server has is the row's own. One that another workspace has is kept beside, so that
    neither learns of the other.
    """
    spelling, meant = spelling_of(text), own_id(text)
    if spelling is Spelling.GSID and meant and not text.startswith(GSID_PREFIXES.get(kind.value, "?")):
        raise Invalid({"id": [f"{text} is goalpost's own GSID of something else"]})
    if foreign_ids.find_texts(db, workspace_id, spelling, [text]):
        raise Conflict(f"the workspace has the id {text} already")
    owner = foreign_ids.workspace_of(db, kind, meant) if meant else None
    if owner is not None and owner[0] == workspace_id:
        raise Conflict(f"the workspace has the id {text} already")
    row_id = meant if meant and owner is None else new_id(now)
    keep(db, workspace_id=workspace_id, kind=kind, text=text, row_id=row_id)
    return row_id


def keep(db: Connection, *, workspace_id: UUID, kind: Kind, text: str, row_id: UUID) -> None:
    """Give a row of the workspace this id, too; raises Invalid and Conflict, also when the row has brought another."""
    if is_own(text, row_id):
        return
    spelling = spelling_of(text)
    if foreign_ids.find_texts(db, workspace_id, spelling, [text]):
        raise Conflict(f"the workspace has the id {text} already")
    if other := foreign_ids.find_rows(db, workspace_id, spelling, [row_id]).get(row_id):
        raise Conflict(f"the row has the id {other} already")
    foreign_ids.insert_id(db, workspace_id, spelling, text, kind=kind, row_id=row_id)
    if kind in _ASSOCIATED and spelling is Spelling.GSID:
        own = to_gsid(GSID_PREFIXES[kind.value], row_id)
        goal_associations.respell(db, workspace_id, before=text, after=own)


def has_any(db: Connection, *, workspace_id: UUID, spelling: Spelling) -> bool:
    """Return whether rows of the workspace have brought ids of this spelling."""
    return foreign_ids.has_any(db, workspace_id, spelling)


def meant_by(
    db: Connection, *, workspace_id: UUID, spelling: Spelling, texts: Collection[str]
) -> Mapping[str, tuple[str, UUID]]:
    """Kind and own id of the workspace's rows that have brought these ids, by the ids."""
    return foreign_ids.find_texts(db, workspace_id, spelling, texts)


def brought_by(
    db: Connection, *, workspace_id: UUID, spelling: Spelling, row_ids: Collection[UUID]
) -> Mapping[UUID, str]:
    """The ids of this spelling that the workspace's rows have brought, by their own ids."""
    return foreign_ids.find_rows(db, workspace_id, spelling, row_ids)


def workspace_of(db: Connection, *, kind: Kind, row_id: UUID) -> UUID | None:
    """The workspace of the row of a kind that has this own id, deleted or not."""
    found = foreign_ids.workspace_of(db, kind, row_id)
    return found[0] if found and found[1] else None


def meant_anywhere(db: Connection, *, text: str, kinds: Collection[Kind]) -> set[UUID]:
    """The rows of any workspace and of these kinds that have this id, for who owns the machine.

    A UUID may be one row's own and have been brought by rows of other workspaces.
    """
    own = own_id(text)
    spelled = {text} if own is None else {text, text.lower(), text.upper()}
    found = {
        row_id for each in spelled for row_id in foreign_ids.rows_of_text(db, each, [kind.value for kind in kinds])
    }
    if own is not None and (not found or any(workspace_of(db, kind=kind, row_id=own) for kind in kinds)):
        found.add(own)
    return found


def find_anywhere(db: Connection, *, text: str, kinds: Collection[Kind]) -> UUID | None:
    """The one row that `meant_anywhere` finds; raises Conflict when there are several."""
    found = meant_anywhere(db, text=text, kinds=kinds)
    if len(found) > 1:
        other = "GSID" if parse_id(text) else "UUID"
        raise Conflict(f"several workspaces have the id {text}; give goalpost's own {other}")
    return next(iter(found), None)
