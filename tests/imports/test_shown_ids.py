"""Every command that writes ids writes them as they were brought: lists, details, exports, the audit trail."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import event

from goalpost.cli.brought_ids import with_brought_ids
from goalpost.cli.things import AUTHOR, read_identity
from goalpost.customers.model.gsids import COMPANY, FILLER, to_gsid
from goalpost.customers.model.records import RecordKind
from goalpost.customers.services import records
from goalpost.imports.services import foreign_ids
from goalpost.kernel.errors import Conflict
from tests.imports.support import Importing
from tests.imports.test_gainsight import GOAL, IBM, META, METRIC, OTHER_GOAL, add_work, import_all


def test_goals_and_companies_are_written_with_stored_gsids(importing: Importing) -> None:
    """A goal with a lookup (`comp_lookup_gsid__gc`), a metric and a company, as the vendor lists them."""
    add_work(importing)
    import_all(importing)

    def run(*command: str) -> str:
        done = importing.workspace.server.command(*command)
        assert done.code == 0, done.err
        return done.out

    owned = ("--workspace", importing.name)
    listed = run("customer-goal", "list", *owned, "--json")
    # By goalpost's own id, since other tests import the same goals into other workspaces.
    goal = next(row["id"] for row in json.loads(listed) if row["gsid"] == GOAL)
    shown = run("customer-goal", "show", goal, "--json")
    lines, cells = (run("export", "customer-goals", *owned, "--format", format_) for format_ in ("jsonl", "csv"))
    companies, sheet = (run("export", "companies", *owned, "--format", format_) for format_ in ("jsonl", "csv"))
    trail = run("audit", "--goal", goal, "--json")
    for text in (shown, listed, lines, cells, companies, sheet, trail):
        assert FILLER not in text
    details = json.loads(shown)
    assert (details["gsid"], details["fields"]["comp_lookup_gsid"]) == (GOAL, META)
    assert [row["gsid"] for row in details["metrics"]] == [METRIC]
    assert {row["gsid"] for row in json.loads(listed)} == {GOAL, OTHER_GOAL}
    exported = {row["gsid"]: row for row in map(json.loads, lines.splitlines())}
    assert exported.keys() == {GOAL, OTHER_GOAL}
    assert exported[GOAL]["fields"]["comp_lookup_gsid"] == META
    rows = {row["gsid"]: row for row in read_csv(cells)}
    assert rows.keys() == {GOAL, OTHER_GOAL}
    assert rows[GOAL]["comp_lookup_gsid"] == META
    assert {json.loads(line)["gsid"] for line in companies.splitlines()} == {IBM, META}
    assert {row["gsid"] for row in read_csv(sheet)} == {IBM, META}
    assert META in trail
    again = run("company", "import", importing.file("again.csv", sheet), "--update", *owned, "--json")
    assert (json.loads(again)["unchanged"], json.loads(again)["rows"]) == (2, 2)


def test_rows_are_looked_up_in_portions_and_texts_of_people_left_alone(importing: Importing) -> None:
    add_work(importing)
    import_all(importing)
    stores = importing.workspace.server.stores
    with stores.reading() as db:
        company = foreign_ids.find(db, workspace_id=importing.id, kind=RecordKind.COMPANY, text=IBM)
        assert company is not None
        own = to_gsid(COMPANY, company)
        asked: list[str] = []
        event.listen(db, "before_cursor_execute", lambda *said: asked.append(said[2]))
        change = {"field": "title", "before": own, "after": own}
        rows: list[dict[str, Any]] = [
            {"gsid": own, "name": own, "fields": {"Sponsors": [own, "x"]}, "c": change}
        ] * 2500
        found = list(with_brought_ids(db, importing.id, rows))
    assert found == [{"gsid": IBM, "name": own, "fields": {"Sponsors": [IBM, "x"]}, "c": change}] * 2500
    assert len(asked) <= 2 + 3


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_uuid_that_two_workspaces_have_is_shown_and_asks_for_another_id(
    importing: Importing, elsewhere: Importing
) -> None:
    """The first has it as its own, the second keeps it beside: neither is found in place of the other."""
    text, now = str(uuid4()), datetime.now(UTC)
    with importing.workspace.server.stores.writing() as db:
        for owner in (importing, elsewhere):
            given: dict[str, Any] = {"workspace_id": owner.id, "now": now}
            row_id = foreign_ids.claim(db, kind=RecordKind.COMPANY, text=text, **given)
            named: dict[str, Any] = {"kind": RecordKind.COMPANY, "name": owner.name, "author": AUTHOR}
            company = records.create_record(db, row_id=row_id, **named, **given)
            assert list(with_brought_ids(db, owner.id, [{"id": str(company.id)}])) == [{"id": text}]
            own = to_gsid(COMPANY, company.id)
            assert read_identity(own, COMPANY, "company", "company list", db=db) == company.id
        with pytest.raises(Conflict, match="give goalpost's own GSID"):
            read_identity(text, COMPANY, "company", "company list", db=db)
        assert read_identity(str(company.id), COMPANY, "company", "company list", db=db) == company.id
