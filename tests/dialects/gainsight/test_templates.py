"""Templates: made, changed, fetched, deleted; several at once."""

from collections.abc import Callable
from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from tests.dialects.gainsight.paths import TEMPLATE
from tests.dialects.gainsight.support import ENVELOPE, FOREIGN, Org, failure, make_org, requested
from tests.support.server import RunningServer

FETCH = f"{TEMPLATE}/fetch"


def test_a_template_is_shown_in_the_order_in_which_it_was_sent(org: Org) -> None:
    record = {"Description": "d", "b__gc": "b", "StatusName": "New", "DueDate": 5, "Name": "P", "a__gc": "a"}
    (made,) = org.data("POST", TEMPLATE, requested(record))["successList"]
    assert list(made) == ["Description", "b__gc", "DueDate", "Name", "a__gc", "GoalTypeId", "StatusId", "Gsid"]
    assert made["GoalTypeId"] == org.choices("GOAL_TYPE")["Default"]


def test_an_update_changes_and_shows_what_is_sent_alone(org: Org) -> None:
    template = org.template(DueDate=5, Description="d", text__gc="a")["Gsid"]
    (before,) = org.fetch("Description", "text__gc", path=FETCH)
    (changed,) = org.data("PUT", TEMPLATE, requested({"Gsid": template, "DueDate": 7}))["successList"]
    assert list(changed) == ["Gsid", "DueDate", "ModifiedById", "ModifiedDate"]
    assert org.fetch("Description", "text__gc", path=FETCH) == [{**before, "DueDate": 7}]
    org.data("PUT", TEMPLATE, requested({"gsid": template, "Description": None, "DueDate": None, "text__gc": None}))
    (row,) = org.fetch("Description", "text__gc", path=FETCH)
    assert row.keys().isdisjoint(("Description", "DueDate", "text__gc"))


def test_a_post_with_a_gsid_updates(org: Org) -> None:
    template = org.template()["Gsid"]
    (changed,) = org.data("POST", TEMPLATE, requested({"Gsid": template, "Name": "New"}))["successList"]
    assert changed["Gsid"] == template
    assert [row["Name"] for row in org.fetch(path=FETCH)] == ["New"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"Name": ""}, "VC_8012"),
        ({"Name": None}, "VC_8012"),
        ({"Name": "x" * 251}, "VC_8019"),
        ({"StatusName": "Nope"}, "VC_8010"),
        ({"StatusName": None}, "VC_8010"),
        ({"GoalTypeName": "Nope"}, "VC_8015"),
        ({"DueDate": -1}, "VC_8019"),
        ({"DueDate": "2026-01-01"}, "VC_8019"),
        ({"DueDate": 1.5}, "VC_8019"),
        ({"DueDate": True}, "VC_8019"),
        ({"DueDate": 10**30}, "VC_8019"),
        ({"CurrencyIsoCode": "XX"}, "VC_8019"),
        ({"AssociatedWork": [FOREIGN]}, "VC_8017"),
        ({"metricsAssociation": [{"metricId": FOREIGN}]}, "VC_8016"),
        ({"Nothing": 1}, "VC_8009"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_template_that_is_wrong(wrong: dict[str, Any], code: str, org: Org) -> None:
    record = {"Name": "P", "StatusName": "New", **wrong}
    assert failure(org.api.post(TEMPLATE, json=requested(record)))[0] == code
    assert org.fetch(path=FETCH) == []


def test_several_are_done_each_by_itself(org: Org) -> None:
    good = {"Name": "A", "StatusName": "New"}
    data = org.data("POST", TEMPLATE, requested(good, {"Name": "B"}, {**good, "Name": "C"}))
    assert [one["Name"] for one in data["successList"]] == ["A", "C"]
    assert [(one["Name"], one["errorCode"], one["errorDesc"]) for one in data["failureList"]] == [
        ("B", "VC_8010", "INVALID_STATUS_NAME")
    ]
    body = requested(*([good] * 51))
    assert failure(org.api.post(TEMPLATE, json=body))[0] == "VC_8018"
    assert len(org.data("POST", TEMPLATE, requested(*([good] * 50)))["successList"]) == 50


def test_deleted_templates_leave_their_goals(org: Org) -> None:
    template = org.template(Description="d")["Gsid"]
    goal = org.create(TemplateId=template)["Gsid"]
    data = org.data("DELETE", f"{TEMPLATE}/delete", {"recordIds": [template, goal]})
    assert [one["Gsid"] for one in data["successList"]] == [template]
    assert [one["Gsid"] for one in data["failureList"]] == [goal]
    assert (data["success"], data["failCount"]) == (False, 1)
    assert org.fetch(path=FETCH) == []
    row = org.one(goal, "TemplateId", "Description")["dataList"]
    assert (row["TemplateId"], row["Description"]) == (template, "d")
    assert failure(org.api.put(TEMPLATE, json=requested({"Gsid": template})))[0] == "VC_8011"


def test_work_of_another_goal_type_is_refused(org: Org) -> None:
    work, status = org.item(Picklist.ASSOCIATED_WORK, "Training"), org.choices()["New"]
    made = org.template(AssociatedWork=[work], StatusName="New", StatusId=status)
    assert made["AssociatedWork"] == [work]
    (changed,) = org.data("PUT", TEMPLATE, requested({"Gsid": made["Gsid"], "AssociatedWork": []}))["successList"]
    assert changed["AssociatedWork"] == []
    answer = org.api.put(TEMPLATE, json=requested({"Gsid": made["Gsid"], "AssociatedWork": [status]}))
    assert failure(answer)[0] == "VC_8017"


def test_a_fetch_is_in_the_envelope_and_beside_it(org: Org) -> None:
    org.template(), org.create()
    answer = org.api.post(FETCH, json={"select": ["Name"]}).json()
    assert list(answer) == [*ENVELOPE, "recordList"]
    assert answer["recordList"] == answer["data"]["recordList"]
    (row,) = answer["recordList"]
    assert sorted(row) == ["CreatedDate", "GoalTypeId", "Gsid", "Name", "StatusId"]


def test_a_bare_fetch(own_server: Callable[..., RunningServer]) -> None:
    org = make_org(own_server(GOALPOST_GAINSIGHT_BARE_TEMPLATES="true").start())
    org.template()
    answer = org.api.post(FETCH, json={})
    assert answer.status_code == 200
    assert list(answer.json()) == ["recordList"]
    assert [row["Name"] for row in answer.json()["recordList"]] == ["Playbook"]


@pytest.mark.parametrize(
    ("field", "operator", "values", "found"),
    [
        ("DueDate", "GTE", [5], ["B", "C"]),
        ("DueDate", "BTW", [1, 5], ["B"]),
        ("DueDate", "IN", ["0", 9], ["A", "C"]),
        ("Name", "EQ", ["a", "c"], ["A", "C"]),
        ("Name", "NE", ["a"], ["B", "C"]),
        ("StatusId", "CONTAINS", ["ew"], ["A", "B", "C"]),
        ("text__gc", "EQ", ["b"], ["B"]),
        ("CreatedDate", "EQ", ["TODAY"], ["A", "B", "C"]),
    ],
)
def test_templates_that_a_condition_finds(
    field: str, operator: str, values: list[Any], found: list[str], org: Org
) -> None:
    for name, days in (("A", 0), ("B", 5), ("C", 9)):
        org.template(Name=name, DueDate=days, text__gc=name)
    condition = {"fieldName": field, "value": values, "alias": "A", "operator": operator}
    rows = org.fetch(path=FETCH, where={"conditions": [condition]}, orderBy={"Name": "asc"})
    assert [row["Name"] for row in rows] == found
