"""`company import`: numbers and days as spreadsheets write them become what the APIs compare and sort."""

import pytest

from goalpost.customers.model.column_values import ColumnEvidence
from tests.support.desk import fields_of, summary


def read(name: str, cells: list[str], delimiter: str = ",") -> list[str | None]:
    """The cells of a column as they are stored; None for one that is kept as text and told."""
    seen = ColumnEvidence(name)
    for cell in cells:
        seen.see(cell)
    reader = seen.reader(delimiter)
    return [None if reader(cell).is_kept else reader(cell).value for cell in cells]


@pytest.mark.parametrize(
    ("name", "delimiter", "cells", "stored"),
    [
        *(
            ("Employees", ",", [cell, "50"], ["1200", "50"])
            for cell in ("1,200", "1.200", "1 200", "1'200", "1\u00a0200")
        ),
        ("ARR", ",", ["$1,200.50", "$900", "1200"], ["1200.50", "900", "1200"]),
        ("ARR", ",", ["\u20ac 1.200,50", "900 \u20ac"], ["1200.50", "900"]),
        ("ARR", ",", ["1,200", "1,5"], ["1.200", "1.5"]),  # as its other cells are
        ("ARR", ",", ["1,200"], ["1200"]),
        ("ARR", ";", ["1.200"], ["1200"]),
        ("ARR", "\t", ["1,200"], [None]),
        ("ARR", ",", ["1,200.50", "1.200,50", "1,200", "n/a"], ["1200.50", "1200.50", None, None]),
        ("ARR", ",", ["$5", "\u20ac5", "7"], [None, None, "7"]),
        ("ARR", ",", ["(1,200.00)", "-5", "-$1.50"], ["-1200.00", "-5", "-1.50"]),
        ("ARR", ",", ["USD 1,200.50", "1200 USD"], ["1200.50", "1200"]),
        ("ARR", ",", ["12,34,567.00"], ["1234567.00"]),
        ("Share", ";", ["12%", "12,5 %"], ["12", "12.5"]),
        ("Share", ",", ["12%", "0.12"], [None, "0.12"]),
        ("RenewalDate", ",", ["31.12.2026", "1.2.2027"], ["2026-12-31", "2027-02-01"]),
        ("RenewalDate", ",", ["12/31/2026", "1/2/2027 2:05 PM"], ["2026-12-31", "2027-01-02T14:05:00"]),
        ("RenewalDate", ",", ["31/12/2026 0:00", "3/4/2026", "soon"], ["2026-12-31", "2026-04-03", None]),
        ("RenewalDate", ",", ["3/4/2026", "5/6/2026", "7/7/2026"], [None, None, "2026-07-07"]),
        ("RenewalDate", ",", ["13/4/2026", "4/13/2026", "3/4/2026"], ["2026-04-13", "2026-04-13", None]),
        (
            "Since",
            ",",
            ["31-Dec-2026", "Dec 31, 2026", "December 1st, 2026"],
            ["2026-12-31", "2026-12-31", "2026-12-01"],
        ),
        ("Since", ",", ["2026/1/2", "2026-12-31", "31.02.2026"], ["2026-01-02", "2026-12-31", None]),
    ],
)
def test_a_column_of_numbers_or_days(name: str, delimiter: str, cells: list[str], stored: list[str | None]) -> None:
    assert read(name, cells, delimiter) == stored


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        *((name, ["1 200 300"]) for name in ("Phone", "externalId", "Account Number", "Post Code", "ZIP")),
        ("No", ["007", "7"]),
        ("Size", ["007", "1e3", "0x10"]),
        ("Version", ["1.2.3"]),
        ("Notes", ["none yet", "see mail", "1,200"]),
        ("Plan", ["100 Mbit", "ABC 5"]),
    ],
)
def test_a_column_of_texts_stays_as_it_is(name: str, cells: list[str]) -> None:
    assert read(name, cells) == cells


def test_an_import_tells_which_columns_are_read_and_kept(desk, import_) -> None:
    rows = 'name,ARR,Seats,Renewal\nA,"$1,200.50",5,31.12.2026\nB,unknown,"1,200",1.1.2027\nC,$7,6,2027-02-01\n'
    done = import_(rows, "--json")
    assert summary(done) == (3, 0, 0, 0)
    assert done.json["converted"] == {
        "ARR": {"cells": 2, "first": "'$1,200.50' as 1200.50"},
        "Seats": {"cells": 1, "first": "'1,200' as 1200"},
        "Renewal": {"cells": 2, "first": "'31.12.2026' as 2026-12-31"},
    }
    assert done.json["kept_as_text"] == {"ARR": {"cells": 1, "first": "line 3 'unknown'"}}
    assert fields_of(desk) == {
        "A": {"ARR": "1200.50", "Seats": "5", "Renewal": "2026-12-31"},
        "B": {"ARR": "unknown", "Seats": "1200", "Renewal": "2027-01-01"},
        "C": {"ARR": "7", "Seats": "6", "Renewal": "2027-02-01"},
    }
    assert summary(import_(rows, "--update", "--json")) == (0, 0, 3, 0)
    assert "ARR: 1 cell kept as text, the first in line 3 'unknown'." in import_(rows, "--update").out


@pytest.mark.parametrize("columns", ["arr", "*"])
def test_a_column_may_stay_as_it_is_written(desk, import_, columns: str) -> None:
    done = import_('name,ARR\nA,"$1,200.50"\n', "--as-text", columns, "--json")
    assert (done.json["converted"], done.json["kept_as_text"]) == ({}, {})
    assert fields_of(desk) == {"A": {"ARR": "$1,200.50"}}


def test_the_column_by_which_companies_are_found_stays_as_it_is(desk, import_) -> None:
    import_('name,Ledger\nA,"1,200"\n', "--as-text", "Ledger")
    assert summary(import_('Ledger,City\n"1,200",Bern\n', "--update", "--key", "ledger", "--json")) == (0, 1, 0, 0)
