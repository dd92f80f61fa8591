"""The steps of every import of rows: each row once, ids first, then the rows; all of them or none."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from goalpost.customers.model.audit import Author
from goalpost.customers.model.gsids import is_gsid, to_gsid
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Kind
from goalpost.imports.model.foreign_rows import ForeignRef, ForeignRow, Report, RowFault, RowsRefused
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import GoalpostError, Invalid

DELETED = "deleted here"
_LONGEST_NAME = 60


@dataclass(slots=True)
class Import:
    """One import: whose, by whom, when; `planned` are the own ids of rows that are still to be made."""

    db: Connection
    workspace_id: UUID
    author: Author
    now: datetime
    report: Report = field(default_factory=Report)
    planned: dict[tuple[str, str], UUID] = field(default_factory=dict)

    def id_of(self, ref: ForeignRef) -> UUID:
        """The own id of a row; raises RowFault when it is neither in the files nor in the workspace."""
        found = self.find(ref.kind, ref.text)
        if found is None:
            raise RowFault(f"the {word(ref.kind)} {ref.text} is neither in the files nor in the workspace")
        return found

    def find(self, kind: Kind, text: str) -> UUID | None:
        """The own id of a row that is planned or there."""
        planned = self.planned.get((kind.value, text))
        return planned or foreign_ids.find(self.db, workspace_id=self.workspace_id, kind=kind, text=text)

    def own_text(self, value: Any, kinds: Sequence[Kind]) -> Any:
        """A value of a field; a GSID of a row of these kinds as goalpost writes it, so that requests find it."""
        if isinstance(value, list):
            return [self.own_text(part, kinds) for part in value]
        if not isinstance(value, str) or not is_gsid(value):
            return value
        found = ((kind, self.find(kind, value)) for kind in kinds)
        return next((to_gsid(GSID_PREFIXES[kind.value], row_id) for kind, row_id in found if row_id), value)

    def resolved(self, value: Any) -> Any:
        """A value with refs replaced by own ids."""
        if isinstance(value, ForeignRef):
            return self.id_of(value)
        return tuple(map(self.resolved, value)) if isinstance(value, tuple) else value


class Handler(Protocol):
    """Creates and changes rows of one kind."""

    def adopt(self, row: ForeignRow) -> UUID | None:
        """The row that is there and takes the id of this one; None: a new one is to be made."""

    def create(self, row: ForeignRow, row_id: UUID) -> None:
        """Make the row."""

    def update(self, row: ForeignRow, row_id: UUID) -> bool | None:
        """Change the row where it differs, and say whether it did; None: it was deleted here."""


def import_rows(work: Import, rows: Iterable[ForeignRow], handlers: Mapping[Kind, Handler]) -> None:
    """Import rows in the order of the handlers' kinds; raises RowsRefused with every fault."""
    faults: list[tuple[str, str]] = []
    of_mentioned: list[tuple[str, str]] = []  # told last: they are the others' faults, seen again
    once = merged(rows, work.report)
    there: dict[tuple[str, str], bool] = {}
    for key, row in once.items():
        with noted(faults, row):
            there[key] = _claim(work, row, handlers[row.kind])
    for kind, handler in handlers.items():
        for key, row in once.items():
            if row.kind is kind and key in there:
                with noted(of_mentioned if row.mentioned else faults, row):
                    _put(work, row, there[key], handler)
    if faults or of_mentioned:
        raise RowsRefused([*faults, *of_mentioned])


@contextmanager
def noted(faults: list[tuple[str, str]], row: ForeignRow) -> Iterator[None]:
    """Note what is wrong with a row, and go on."""
    try:
        yield
    except GoalpostError as error:
        name = str(row.values.get("title") or row.values.get("name") or row.text)[:_LONGEST_NAME]
        if isinstance(error, Invalid):
            error = Invalid({row.names.get(field, field): texts for field, texts in error.faults.items()})
        faults.append((f"{row.place} ({name})", str(error)))


def word(kind: Kind) -> str:
    """The word that people have for a row of the kind."""
    return kind.value.replace("_", " ")


def merged(rows: Iterable[ForeignRow], report: Report) -> dict[tuple[str, str], ForeignRow]:
    """Each row once: of several the last that is more than mentioned."""
    found: dict[tuple[str, str], ForeignRow] = {}
    for row in rows:
        report.note_unkept(row.kind.value, row.unkept)
        if row.left_out:
            report.leave_out(row.kind.value, row.left_out)
            continue
        key = (row.kind.value, row.text)
        earlier = found.get(key)
        if earlier is not None and not row.mentioned and not earlier.mentioned:
            report.count(row.kind.value, "repeated")
        if earlier is None or not row.mentioned:
            found[key] = row
    return found


def _claim(work: Import, row: ForeignRow, handler: Handler) -> bool:
    """See to it that the row's id has an own id; whether the row is there already."""
    if foreign_ids.find(work.db, workspace_id=work.workspace_id, kind=row.kind, text=row.text):
        return True
    adopted = handler.adopt(row)
    if adopted is not None:
        foreign_ids.keep(work.db, workspace_id=work.workspace_id, kind=row.kind, text=row.text, row_id=adopted)
        return True
    key = (row.kind.value, row.text)
    work.planned[key] = foreign_ids.claim(
        work.db, workspace_id=work.workspace_id, kind=row.kind, text=row.text, now=work.now
    )
    return False


def _put(work: Import, row: ForeignRow, is_there: bool, handler: Handler) -> None:
    kind, row_id = row.kind.value, work.id_of(ForeignRef(row.kind, row.text))
    if not is_there:
        handler.create(row, row_id)
        work.report.count(kind, "created")
        return
    changed = False if row.mentioned else handler.update(row, row_id)
    if changed is None:
        work.report.leave_out(kind, DELETED)
    else:
        work.report.count(kind, "updated" if changed else "unchanged")
