"""Arguments that commands about customer goals share: author, ids in either spelling, names, workspaces, all pages."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from sqlalchemy import Connection

from goalpost.cli.context import open_relational
from goalpost.customers.model import gsids
from goalpost.customers.model.audit import Author
from goalpost.customers.model.free_fields import named
from goalpost.customers.model.paging import Page
from goalpost.customers.model.picklists import Picklist, item_prefix
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import picklists
from goalpost.imports.model.foreign_ids import GSID_PREFIXES, Kind, RowKind
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import NotFound
from goalpost.kernel.ids import parse_id
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace

T = TypeVar("T")
AUTHOR = Author(name="command line")
_PORTION = 1000
_KINDS: tuple[Kind, ...] = (*RecordKind, *Picklist, *RowKind)

InWorkspace = Annotated[str, typer.Option("--workspace", help="The workspace it belongs to.")]
OnlyWorkspace = Annotated[str | None, typer.Option("--workspace", help="Only this workspace's.")]
CustomerGoalId = Annotated[
    str, typer.Argument(metavar="GOAL_ID", help="The goal's id or GSID, as `goalpost customer-goal list` shows them.")
]
MetricId = Annotated[
    str, typer.Argument(metavar="METRIC_ID", help="The metric's id or GSID, as `goalpost metric list` shows them.")
]


def read_identity(
    text: str, prefix: str | tuple[str, ...], thing: str, command: str, *, db: Connection | None = None
) -> UUID:
    """The id that was typed, as a UUID, as a GSID of that prefix, or as a row has brought it.

    `db` is the transaction that is open already, if any. Raises NotFound with the command that shows ids, and Conflict
    when rows of several workspaces have brought it.
    """
    spelled, identity = gsids.parse_gsid(text), None
    if spelled is not None:
        identity = spelled[1] if spelled[0].startswith(prefix) else None
    elif gsids.is_gsid(text) or parse_id(text):
        kinds = [kind for kind in _KINDS if GSID_PREFIXES.get(kind.value, "").startswith(prefix)]
        with nullcontext(db) if db is not None else _reading() as found:
            identity = foreign_ids.find_anywhere(found, text=text, kinds=kinds)
    if identity is None:
        raise NotFound(f"there is no {thing} {text!r}; give an id that `goalpost {command}` shows")
    return identity


def claimed_id(db: Connection, owner: Workspace, kind: Kind, text: str | None, now: datetime) -> UUID | None:
    """The own id for a new row that has this id elsewhere; None for one that has none. Raises Invalid and Conflict."""
    return foreign_ids.claim(db, workspace_id=owner.id, kind=kind, text=text, now=now) if text else None


@contextmanager
def _reading() -> Iterator[Connection]:
    with open_relational() as store, store.reading() as db:
        yield db


def read_goal_id(text: str) -> UUID:
    """The id of a customer goal as it was typed; raises NotFound for what is not an id."""
    return read_identity(text, gsids.GOAL, "customer goal", "customer-goal list")


def read_item(db: Connection, owner: Workspace, picklist: Picklist, text: str) -> UUID:
    """The id of an item that was typed, or of the live one of that name, exactly or in any case; raises NotFound."""
    items = picklists.list_items(db, workspace_id=owner.id, picklist=picklist)
    by_name: dict[str, UUID] = {}
    for item in sorted(items, key=lambda item: item.id):  # of several of a name the oldest
        by_name.setdefault(item.name, item.id)
    if found := named(by_name, text):
        return found
    return read_identity(text, item_prefix(picklist), picklist_word(picklist), "picklist list", db=db)


def picklist_word(picklist: Picklist) -> str:
    """Return the everyday word for an item of the list."""
    return picklist.value.replace("_", " ")


def meant_workspaces(db: Connection, name: str | None) -> list[Workspace]:
    """The workspace of that name, or all; raises NotFound."""
    return workspaces.list_workspaces(db) if name is None else [workspaces.get_workspace(db, name=name)]


def all_pages(read: Callable[..., tuple[list[T], int]]) -> Iterator[T]:
    """Read every page with `read(page=…)`, one after the other."""
    number = 1
    while True:
        found, _ = read(page=Page(number, _PORTION))
        yield from found
        if len(found) < _PORTION:
            return
        number += 1


def moment(at: datetime | None) -> str | None:
    """A moment as rows show it."""
    return at.isoformat(timespec="seconds") if at else None
