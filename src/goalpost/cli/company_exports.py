"""Companies as CSV, which `company import` reads again, and as JSON lines, for programs."""

import csv
import json
from collections.abc import Iterable, Iterator

from goalpost.cli.brought_ids import Respell, Row
from goalpost.cli.cells import MARK, Line, cell_of, column_names, defused
from goalpost.customers.model import gsids
from goalpost.customers.model.records import Record

COLUMNS = ("gsid", "name", "email")


def to_csv(companies: Iterable[Record], fields: Iterable[str], *, respell: Respell = iter) -> Iterator[str]:
    """A header and a row for each company, as RFC 4180 has them; no cell is a formula. `fields` are their own."""
    writer = csv.writer(Line())
    columns = column_names(fields, COLUMNS)
    yield MARK + writer.writerow([*COLUMNS, *columns.values()])
    for row in respell(map(_row, companies)):
        own = [cell_of(row["fields"].get(name)) for name in columns]
        yield writer.writerow([row["gsid"], defused(row["name"]), defused(row["email"] or ""), *own])


def to_jsonl(companies: Iterable[Record], *, respell: Respell = iter) -> Iterator[str]:
    """A line for each company, with everything as it is."""
    for row in respell(map(_row, companies)):
        yield json.dumps(row) + "\n"


def _row(company: Record) -> Row:
    return {
        "id": str(company.id),
        "gsid": gsids.to_gsid(gsids.COMPANY, company.id),
        "name": company.name,
        "email": company.email,
        "created_at": company.created_at.isoformat(),
        "updated_at": company.updated_at.isoformat(),
        "fields": dict(company.fields),
    }
