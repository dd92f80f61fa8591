"""Fetches: each operator on each type of field, literals of dates, expressions, pages, orders, and what is refused."""

from typing import Any

import pytest

from tests.dialects.gainsight.paths import FETCH
from tests.dialects.gainsight.support import Org, failure, where

# (field, operator, values, names that are found), of the goals Alpha, beta and Gamma, of which the last has nothing
FOUND: list[tuple[str, str, list[Any], str]] = [
    *(("Name", operator, ["BETA"], found) for operator, found in (("EQ", "b"), ("NE", "aG"), ("IN", "b"))),
    *(("Name", operator, ["beta"], found) for operator, found in (("GT", "G"), ("GTE", "bG"), ("LT", "a"))),
    *(("Name", "NOT_IN", ["beta", "alpha"], "G") for _ in "1"),
    *(("Name", operator, ["a"], found) for operator, found in (("STARTS_WITH", "a"), ("ENDS_WITH", "abG"))),
    *(("Name", operator, ["amm"], "ab") for operator in ("DOES_NOT_CONTAIN", "DOES_NOT_CONTAINS", "not_contains")),
    ("Name", "contains", ["AMM"], "G"),
    *(("text__gc", operator, [], found) for operator, found in (("IS_NULL", "G"), ("IS_NOT_NULL", "ab"))),
    *(("number__gc", operator, [5], found) for operator, found in (("EQ", "a"), ("NE", "bG"), ("GT", "b"))),
    *(("number__gc", operator, ["5"], found) for operator, found in (("GTE", "ab"), ("LT", ""), ("LTE", "a"))),
    ("number__gc", "BTW", [5, 9], "ab"),
    ("number__gc", "IN", [5, 7], "a"),
    ("number__gc", "NOT_IN", [5, 7], "bG"),
    *(("flag__gc", operator, [True], found) for operator, found in (("EQ", "a"), ("NE", "bG"))),
    ("flag__gc", "EQ", ["false"], "b"),
    ("many__gc", "INCLUDES", ["Y"], "ab"),
    ("many__gc", "EXCLUDES", ["x"], "bG"),
    *(("DueDate", operator, ["2026-01-10"], found) for operator, found in (("EQ", "a"), ("GT", "b"), ("LTE", "a"))),
    ("DueDate", "BTW", ["2026-01-10", "2026-02-01"], "ab"),
    ("DueDate", "IS_NULL", [], "G"),
    *(("CreatedDate", "EQ", [literal], found) for literal, found in (("TODAY", "abG"), ("TOMORROW", ""))),
    *(("CreatedDate", "EQ", [literal], "abG") for literal in ("LAST_7_DAYS", "LAST_N_DAYS:1")),
    ("CreatedDate", "EQ", ["LAST_N_DAYS", 3], "abG"),
    ("CreatedDate", "GTE", ["2020-01-01T00:00:00Z"], "abG"),
    ("CreatedDate", "GT", [1577836800000], "abG"),
    ("CreatedById", "EQ", ["CURRENT_USER"], "abG"),
    ("CompanyId", "CONTAINS", ["ib"], "abG"),
    ("CompanyId__gr.Name", "EQ", ["IBM"], "abG"),
    ("StatusId", "STARTS_WITH", ["on"], "b"),
    ("StatusId__gr.Name", "EQ", ["New"], "aG"),
    ("RelationshipId", "IS_NULL", [], "abG"),
    ("EntityType", "EQ", ["company"], "abG"),
]
LETTERS = {"a": "Alpha", "b": "beta", "G": "Gamma"}


def three(org: Org) -> None:
    org.create(Name="Alpha", DueDate="2026-01-10", text__gc="x", number__gc=5, flag__gc=True, many__gc=["x", "y"])
    more = {"text__gc": "y", "number__gc": 9, "flag__gc": False, "many__gc": ["y"]}
    org.create(Name="beta", DueDate="2026-02-01", StatusName="On Track", **more)
    org.create(Name="Gamma")


def names(org: Org, **fetch: Any) -> list[str]:
    return [row["dataList"]["Name"] for row in org.fetch("Name", **fetch)]


def test_each_operator_on_each_type(org: Org) -> None:
    three(org)
    for field, operator, values, found in FOUND:
        rows = names(org, where=where(field, operator, *values), orderBy={"CreatedDate": "asc"})
        assert rows == [LETTERS[one] for one in found], (field, operator, values)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", "a"),
        ("A AND B", "a"),
        ("a1 or B", None),
        ("A OR B", "aG"),
        ("NOT A", "bG"),
        ("A AND NOT B OR B", "aG"),
        ("(A or B) and not (A)", "G"),
        ("A AND", None),
        ("A B", None),
        ("(A", None),
        ("A; DROP", None),
        ("C", None),
        ("(" * 40 + "A" + ")" * 40, None),
        ("A" + " AND A" * 1000, None),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_expression(expression: str, found: str | None, org: Org) -> None:
    three(org)
    one = {"fieldName": "Name", "value": ["alpha"], "alias": "A", "operator": "EQ"}
    two = {"name": "StatusId__gr.Name", "value": ["New"], "alias": "B", "operator": "EQ"}
    asked = {"conditions": [one, two], "expression": expression}
    if found is None:
        assert failure(org.api.post(FETCH, json={"where": asked}))[0] == "VC_8009"
    else:
        assert names(org, where=asked, orderBy={"CreatedDate": "asc"}) == [LETTERS[letter] for letter in found]


@pytest.mark.parametrize(
    ("field", "operator", "values"),
    [
        ("Name", "LIKE", ["x"]),
        ("Name", "BTW", ["a", "b"]),
        ("Name", "EQ", [None]),
        ("Name", "GT", []),
        ("DueDate", "EQ", ["soon"]),
        ("DueDate", "CONTAINS", ["2026"]),
        ("DueDate", "BTW", ["2026-01-01"]),
        ("CreatedDate", "EQ", [10**30]),
        ("Description", "EQ", ["x"]),
        ("Nothing", "EQ", ["x"]),
        ("nothing__gc", "EQ", ["x"]),
        ("Name", "IS_NULL", ["x"]),
    ],
    ids=str,
)
def test_an_invalid_fetch_is_rejected(field: str, operator: str, values: list[Any], org: Org) -> None:
    assert failure(org.api.post(FETCH, json={"where": where(field, operator, *values)}))[0] == "VC_8009"


def test_pages_and_orders(org: Org) -> None:
    three(org)
    assert names(org) == ["Gamma", "beta", "Alpha"]
    assert names(org, orderBy={"Name": "desc"}) == ["Gamma", "beta", "Alpha"]
    pages = [names(org, pageSize=2, pageNumber=number) for number in (1, 2, 3)]
    assert pages == [["Gamma", "beta"], ["Alpha"], []]
    assert failure(org.api.post(FETCH, json={"orderBy": {"Nothing": "asc"}}))[0] == "VC_8009"
