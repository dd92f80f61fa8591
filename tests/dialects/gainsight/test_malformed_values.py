"""Ids and days in a form that nothing has are answered like unknown ones."""

from typing import Any

import pytest

from tests.dialects.gainsight.paths import CREATE, UPDATE
from tests.dialects.gainsight.support import Org, failure

STATUS = ("VC_8010", "Invalid StatusName provided in request")
GSID = ("VC_8011", "Invalid Gsid provided in request")


def put(org: Org, **record: Any) -> Any:
    return org.api.put(UPDATE, json={"requests": [{"record": record}]})


@pytest.mark.parametrize("status", ["abc", "", 5])
def test_a_status(status: Any, org: Org) -> None:
    goal = org.create()
    answer = put(org, Gsid=goal["Gsid"], StatusId=status)
    assert failure(answer, 500) == STATUS
    assert answer.json()["path"] == "/csgoal/external/update"
    record = {"Name": "Grow", "EntityType": "COMPANY", "CompanyId": org.gsids["IBM"], "StatusId": status}
    assert failure(org.api.post(CREATE, json={"requests": [{"record": record}]}), 500) == STATUS


@pytest.mark.parametrize("gsid", ["abc", 5])
def test_a_goal(gsid: Any, org: Org) -> None:
    assert failure(put(org, Gsid=gsid, Name="Grow"), 500) == GSID


def test_no_goal(org: Org) -> None:
    for record in ({}, {"Gsid": None}):
        assert failure(put(org, Name="Grow", **record))[1] == "record.Gsid can't be blank"


@pytest.mark.parametrize("day", ["20250107", "2025-W01-1", "2025W011"])
def test_days_in_other_spellings(day: str, org: Org) -> None:
    goal = org.create(DueDate="2025-01-31")
    assert failure(put(org, Gsid=goal["Gsid"], DueDate=day))[0] == "VC_8019"
    assert org.one(goal["Gsid"])["dataList"]["DueDate"] == "2025-01-31"
