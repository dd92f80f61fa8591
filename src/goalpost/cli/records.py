"""Companies, relationships, opportunities and people by command: what is the same for all of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import Connection

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.context import open_relational
from goalpost.cli.options import AsJson, BroughtId, new_commands
from goalpost.cli.output import show, show_one
from goalpost.cli.things import (
    AUTHOR,
    InWorkspace,
    OnlyWorkspace,
    all_pages,
    claimed_id,
    meant_workspaces,
    moment,
    read_identity,
)
from goalpost.customers.model import gsids
from goalpost.customers.model.paging import Order
from goalpost.customers.model.records import PREFIXES, Record, RecordKind
from goalpost.customers.services import records
from goalpost.kernel.errors import Conflict
from goalpost.kernel.texts import folded
from goalpost.tenancy import workspaces
from goalpost.tenancy.model.workspaces import Workspace

_OF_A_COMPANY = frozenset({RecordKind.RELATIONSHIP, RecordKind.OPPORTUNITY})

Search = Annotated[str, typer.Option(help="Only those whose name contains this, in any case.")]


def company_part_commands(kind: RecordKind, plural: str) -> typer.Typer:
    """`create` and `list` for records that are a company's."""
    cli = new_commands()

    @cli.command("create", help=f"Create {'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value} of a company.")
    def create(
        workspace: InWorkspace,
        company: Annotated[str, typer.Option(metavar="NAME_OR_ID", help="The company it belongs to.")],
        name: Annotated[str, typer.Option(help="Its name.")],
        brought: BroughtId = None,
        as_json: AsJson = False,
    ) -> None:
        create_record(workspace, kind, name, company=company, brought=brought, as_json=as_json)

    @cli.command("list", help=f"List the {plural}, by name.")
    def list_all(workspace: OnlyWorkspace = None, search: Search = "", as_json: AsJson = False) -> None:
        list_records(workspace, kind, search, empty=f"No {plural} yet.", as_json=as_json)

    return cli


def create_record(
    workspace: str,
    kind: RecordKind,
    name: str,
    *,
    email: str | None = None,
    company: str | None = None,
    brought: str | None = None,
    as_json: bool,
) -> None:
    """Make a record, of the company that is named or whose id is given, and print it."""
    now = datetime.now(UTC)
    with open_relational() as store, store.writing() as db:
        owner = workspaces.get_workspace(db, name=workspace)
        found = None if company is None else _company(db, owner, company)
        record = records.create_record(
            db,
            workspace_id=owner.id,
            kind=kind,
            name=name,
            email=email,
            company_id=found.id if found else None,
            author=AUTHOR,
            now=now,
            row_id=claimed_id(db, owner, kind, brought, now),
        )
        names = {found.id: found.name} if found else {}
        (row,) = with_brought_ids(db, owner.id, [_row(record, owner, names)])
    word = "user" if kind is RecordKind.PERSON else kind.value
    show_one(row, as_json=as_json, text=f"Created {word} {row['id']} ({row['gsid']}).")


def list_records(workspace: str | None, kind: RecordKind, search: str, *, empty: str, as_json: bool) -> None:
    """Print the records of a kind, by name."""
    rows: list[dict[str, Any]] = []
    with open_relational() as store, store.reading() as db:
        for owner in meant_workspaces(db, workspace):
            companies = _read(db, owner, RecordKind.COMPANY) if kind in _OF_A_COMPANY else []
            names = {company.id: company.name for company in companies}
            shown = [_row(record, owner, names) for record in _read(db, owner, kind, search)]
            rows += with_brought_ids(db, owner.id, shown)
    show(rows, as_json=as_json, empty=empty)


def _read(db: Connection, owner: Workspace, kind: RecordKind, search: str = "") -> list[Record]:
    order = Order("name")
    return list(
        all_pages(partial(records.list_records, db, workspace_id=owner.id, kind=kind, search=search, order=order))
    )


def _company(db: Connection, owner: Workspace, text: str) -> Record:
    """The company of that name, exactly or else in another case, or of that id or GSID.

    Raises NotFound, and Conflict when several have the name.
    """
    alike = [record for record in _read(db, owner, RecordKind.COMPANY, text) if folded(record.name) == folded(text)]
    named = [record for record in alike if record.name == text] or alike
    if len(named) > 1:
        raise Conflict(
            f"there are {len(named)} companies named {text!r}; give an id that `goalpost company list` shows"
        )
    if named:
        return named[0]
    company_id = read_identity(text, gsids.COMPANY, "company", "company list", db=db)
    return records.get_record(db, workspace_id=owner.id, kind=RecordKind.COMPANY, record_id=company_id)


def _row(record: Record, owner: Workspace, companies: Mapping[UUID, str]) -> dict[str, Any]:
    own: dict[str, Any] = {}
    if record.kind is RecordKind.PERSON:
        own = {"email": record.email}
    elif record.kind in _OF_A_COMPANY:
        about = record.company_id
        own = {"company": companies.get(about) if about else None, "company_id": str(about) if about else None}
    return {
        "id": str(record.id),
        "gsid": gsids.to_gsid(PREFIXES[record.kind], record.id),
        "name": record.name,
        **own,
        "workspace": owner.name,
        "created_at": moment(record.created_at),
    }
