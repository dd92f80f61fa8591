"""`orderBy`: any field that can be selected, several of them, and paging by the last `Gsid`.

Sources: the vendor's samples sort by two fields; a public tap reads tables in the order of `Gsid`.
"""

from typing import Any

import pytest

from tests.dialects.gainsight.paths import FETCH, TEMPLATE
from tests.dialects.gainsight.support import Org, failure, requested, where
from tests.dialects.gainsight.test_objects import insert, query

ROWS: list[dict[str, Any]] = [
    {"Name": "a", "Tier": "Gold", "Size": 10, "RenewalDate": "2026-05-01"},
    {"Name": "b", "Tier": "gold", "Size": "9", "RenewalDate": 1_790_000_000_000},
    {"Name": "C", "Tier": "Silver", "Size": "much"},
    {"Name": "d", "Size": 10.5, "RenewalDate": "1790000000001"},
    {"Name": "E", "Tier": "Silver", "RenewalDate": "2026-05-01T01:00:00+02:00"},
]


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ({"Name": "asc"}, "abCdE"),
        ({"Name": "DESC"}, "EdCba"),
        ({"Gsid": "asc"}, "abCdE"),
        ({"Tier": "asc", "Name": "desc"}, "baECd"),
        ({"Tier": "desc", "Gsid": "asc"}, "CEabd"),
        ({"Size": "asc", "Name": "asc"}, "badCE"),
        ({"Size": "desc", "Name": "asc"}, "dabCE"),
        ({"tier": "asc", "size": "desc"}, "abCEd"),
        ({"RenewalDate": "asc", "Name": "asc"}, "EabdC"),
        ({"RenewalDate": "desc"}, "dbaEC"),
        ({"Nowhere": "asc", "Name": "desc"}, "EdCba"),
        ({"CompanyId": "asc", "Email": "desc", "CreatedDate": "asc", "Name": "asc"}, "abCdE"),
        ({"CreatedDate": "desc", "ModifiedDate": "asc", "gsid": "asc"}, "EdCba"),
    ],
    ids=str,
)
def test_records_by_what_they_have(order: dict[str, str], found: str, org: Org) -> None:
    """Rows without a value come last either way; of own fields, numbers come before other texts."""
    for row in ROWS:
        insert(org, row)
    rows = query(org, ("Name", "IN", *"abCdE"), select=["Name"], orderBy=order)
    assert "".join(row["Name"] for row in rows) == found


def test_pages_after_the_last_gsid(org: Org) -> None:
    insert(org, *({"Name": f"Company {number}"} for number in range(7)))
    seen, last = [], ""
    while True:
        conditions = [("Gsid", "GT", last)] if last else []
        rows = query(org, *conditions, select=["Gsid"], orderBy={"Gsid": "asc"}, limit=3)
        if not rows:
            break
        seen += [row["Gsid"] for row in rows]
        last = seen[-1]
    assert seen == sorted(row["Gsid"] for row in query(org, select=["Gsid"]))
    assert len(seen) == 10


@pytest.mark.parametrize("path", [FETCH, f"{TEMPLATE}/fetch"])
def test_goals_and_templates_after_the_last_gsid(path: str, org: Org) -> None:
    make = org.create if path == FETCH else org.template
    made = sorted(make(Name=f"No {number}")["Gsid"] for number in range(7))
    seen: list[str] = []
    while True:
        after = {"where": where("Gsid", "GT", seen[-1])} if seen else {}
        rows = org.fetch("Gsid", path=path, orderBy={"Gsid": "asc"}, pageSize=3, **after)
        if not rows:
            break
        seen += [row.get("dataList", row)["Gsid"] for row in rows]
    assert seen == made


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ({"StatusId__gr.Name": "asc", "Name": "desc"}, "cba"),
        ({"number__gc": "desc", "Name": "asc"}, "bca"),
        ({"CompanyId__gr.Name": "asc", "DueDate": "asc", "Name": "asc"}, "acb"),
        ({"Description": "asc", "Name": "asc"}, "cab"),
        ({"EntityType": "asc", "CurrencyIsoCode": "asc", "text__gc": "desc", "Gsid": "asc"}, "acb"),
        ({"StatusId": "asc", "GoalTypeId": "asc", "CreatedById": "asc", "RelationshipId": "asc", "Name": "asc"}, None),
        ({"TemplateId": "asc", "OpportunityId": "asc", "RelationshipTypeId": "asc", "ModifiedById": "asc"}, None),
    ],
    ids=str,
)
def test_goals_by_what_they_have(order: dict[str, str], found: str | None, org: Org) -> None:
    org.create(Name="a", DueDate="2026-01-10", number__gc=5, text__gc="x", StatusName="On Track")
    org.create(Name="b", number__gc=50, StatusName="On Track", EntityType="GLOBAL", CompanyId=None)
    org.create(Name="c", DueDate="2026-02-10", number__gc=9, Description="x", CompanyId=org.gsids["Meta"])
    rows = [row["dataList"]["Name"] for row in org.fetch("Name", orderBy=order)]
    assert sorted(rows) == ["a", "b", "c"]
    if found is not None:
        assert "".join(rows) == found


@pytest.mark.parametrize("name", ["AssociatedWork", "MetricValues", "GoalCategory", "Nothing", "nothing__gc"])
def test_goals_by_what_has_no_order(name: str, org: Org) -> None:
    assert failure(org.api.post(FETCH, json={"orderBy": {"Name": "asc", name: "asc"}}))[0] == "VC_8009"


def test_work_by_several_fields(org: Org) -> None:
    for name, due in (("a", "2026-05-01"), ("b", "2026-04-01T12:00:00Z"), ("c", None)):
        org.data("POST", "/v2/cockpit/cta", requested({"Name": name, "DueDate": due, "OwnerId": "x"}))
    order = {"OwnerId": "asc", "DueDate": "desc"}
    rows = org.data("POST", "/v2/cockpit/cta/list", {"select": ["Name"], "orderBy": order})
    assert [row["Name"] for row in rows] == ["a", "b", "c"]
