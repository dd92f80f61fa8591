"""Companies and people by command: what is the same for both."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from goalpost.cli.context import open_stores
from goalpost.cli.output import show, show_one
from goalpost.cli.things import AUTHOR, all_pages, meant_workspaces, moment
from goalpost.core import gsids
from goalpost.core.owners import Workspace
from goalpost.core.pages import Order
from goalpost.core.records import Record, RecordKind
from goalpost.services import owners, records

_PREFIXES = {RecordKind.COMPANY: gsids.COMPANY, RecordKind.PERSON: gsids.PERSON}


def create_record(workspace: str, kind: RecordKind, name: str, *, email: str | None = None, as_json: bool) -> None:
    """Make a record and print it."""
    with open_stores() as stores, stores.writing() as db:
        owner = owners.get_workspace(db, name=workspace)
        record = records.create_record(
            db, workspace_id=owner.id, kind=kind, name=name, email=email, author=AUTHOR, now=datetime.now(UTC)
        )
    row = _row(record, owner)
    word = {RecordKind.COMPANY: "company", RecordKind.PERSON: "user"}[kind]
    show_one(row, as_json=as_json, text=f"Created {word} {record.id} ({row['gsid']}).")


def list_records(workspace: str | None, kind: RecordKind, search: str, *, empty: str, as_json: bool) -> None:
    """Print the records of a kind, by name."""
    rows: list[dict[str, Any]] = []
    with open_stores() as stores, stores.reading() as db:
        for owner in meant_workspaces(db, workspace):
            named = partial(records.list_records, db, kind=kind, search=search, order=Order("name"))
            pages = partial(named, workspace_id=owner.id)
            rows += [_row(record, owner) for record in all_pages(pages)]
    show(rows, as_json=as_json, empty=empty)


def _row(record: Record, owner: Workspace) -> dict[str, Any]:
    email = {"email": record.email} if record.kind is RecordKind.PERSON else {}
    return {
        "id": str(record.id),
        "gsid": gsids.to_gsid(_PREFIXES[record.kind], record.id),
        "name": record.name,
        **email,
        "workspace": owner.name,
        "created_at": moment(record.created_at),
    }
