"""Calls to action and success plans: made, changed, listed, shown with the goals they belong to, and deleted."""

from typing import Any

import pytest

from goalpost.customers.model import gsids
from tests.dialects.gainsight.support import FOREIGN, NAME_TO_COMPANY, Org, equals, failure

CTA, PLAN = "/v2/cockpit/cta", "/v2/successPlan"
PATHS = {CTA: gsids.CTA, PLAN: gsids.SUCCESS_PLAN}
each = pytest.mark.parametrize("path", PATHS)


def save(org: Org, path: str, *records: dict[str, Any], method: str = "POST", **more: Any) -> Any:
    """Outcomes of requests."""
    return org.data(method, path, {"requests": [{"record": record} for record in records], **more})


def make(org: Org, path: str, **record: Any) -> str:
    found = save(org, path, {"Name": "Call", "referenceId": "r1", **record})
    assert found["failure"] == []
    ((made),) = found["success"]
    assert made["referenceId"] == "r1"
    return str(made["Gsid"])


def listed(org: Org, path: str, *select: str, **more: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = org.data("POST", f"{path}/list", {"select": list(select), **more})
    return rows


@each
def test_one_is_made_and_deleted(path: str, org: Org) -> None:
    gsid = make(org, path, EntityType="COMPANY", DueDate="2026-04-14", Mood=["a", 1])
    assert gsid.startswith(PATHS[path])
    assert org.data("DELETE", path, {"recordIds": [gsid]}) == {"success": [{"Gsid": gsid}], "failure": []}
    assert listed(org, path) == []


@each
def test_a_list(path: str, org: Org) -> None:
    made = save(
        org,
        path,
        {"Name": "A", "CompanyName": "IBM", "Mood": "good", "IsClosed": True},
        {"Name": "B", "CompanyName": "NEW", "Score": 5},
        lookups=NAME_TO_COMPANY,
    )
    first, second = (one["Gsid"] for one in made["success"])
    (row,) = listed(org, path, "Gsid", "CompanyId", "Mood", "Nothing", where=equals("Mood", "GOOD"))
    assert row == {"Gsid": first, "CompanyId": org.gsids["IBM"], "Mood": "good"}
    (row,) = listed(org, path, where=equals("CompanyId", org.gsids["NEW"]))
    assert (row["Gsid"], row["Score"], row["Name"]) == (second, 5, "B")
    assert [row["Name"] for row in listed(org, path, orderBy={"Name": "desc"}, pageSize=1, pageNumber=2)] == ["A"]
    assert failure(org.api.post(f"{path}/list", json={"pageSize": 1001}))[0] == "VC_8007"
    assert failure(org.api.post(f"{path}/list", json={"where": equals(" a", 1)}))[0] == "VC_8009"


def test_a_goal_shows_its_work(org: Org) -> None:
    said = {"EntityType": "COMPANY", "OwnerId": FOREIGN, "StatusId": FOREIGN}
    cta = make(org, CTA, **said, DueDate="2026-04-14T11:30:00+02:00", TypeId="T", IsClosed=True, CompanyId=None)
    plan = make(org, PLAN, **said, DueDate="2026-04-14", ClosedCtaCount=2)
    goal = org.create(association={"CTA": [cta], "SP": [plan]})
    found = org.one(goal["Gsid"])
    common = {"name": "Call", "entityType": "COMPANY", "ownerId": FOREIGN, "statusId": FOREIGN}
    assert found["associatedCTAs"] == [
        {
            **{"gsid": cta, **common, "dueDate": "2026-04-14 09:30:00", "closedCtaCount": None},
            **{"typeId": "T", "priorityId": None, "reasonId": None, "isClosed": True},
        }
    ]
    assert found["associatedSPs"] == [{"gsid": plan, **common, "dueDate": "2026-04-14 00:00:00", "closedCtaCount": 2}]
    save(org, CTA, {"Gsid": cta, "Name": "Called", "IsClosed": None}, method="PUT")
    (shown,) = org.one(goal["Gsid"])["associatedCTAs"]
    assert (shown["name"], shown["isClosed"], shown["typeId"]) == ("Called", None, "T")
    org.data("DELETE", CTA, {"recordIds": [cta]})
    (shown,) = org.one(goal["Gsid"])["associatedCTAs"]
    assert (shown["gsid"], shown["name"]) == (cta, None)


@each
def test_each_request_by_itself(path: str, org: Org, other: Org) -> None:
    theirs = make(other, path)
    sent = [{"Name": "A", "referenceId": "1"}, {"referenceId": "2"}, {"Name": "C", "CompanyId": other.gsids["IBM"]}]
    found = save(org, path, *sent)
    assert [one["referenceId"] for one in found["success"]] == ["1"]
    assert [(one.get("referenceId"), one["errorCode"]) for one in found["failure"]] == [
        ("2", "VC_8012"),
        (None, "VC_8011"),
    ]
    mine = found["success"][0]["Gsid"]
    found = save(org, path, {"Gsid": mine, "Mood": "b"}, {"Gsid": theirs, "Name": "Mine"}, method="PUT")
    assert found["success"] == [{"referenceId": None, "Gsid": mine}]
    assert [(one["Gsid"], one["errorCode"]) for one in found["failure"]] == [(theirs, "VC_8011")]
    gone = org.data("DELETE", path, {"recordIds": [theirs, FOREIGN, mine]})
    assert gone["success"] == [{"Gsid": mine}]
    assert [one["message"] for one in gone["failure"]] == ["Invalid Gsid provided in request"] * 2
    assert [row["Gsid"] for row in listed(other, path)] == [theirs]
    assert listed(org, path, where=equals("Gsid", theirs)) == []


@each
@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"Name": ""}, "VC_8012"),
        ({"Name": None}, "VC_8012"),
        ({"Name": 5}, "VC_8019"),
        ({"Name": "x" * 256}, "VC_8019"),
        ({"Name": "a\0"}, "VC_8019"),
        ({"CompanyId": "x"}, "VC_8011"),
        ({"CompanyId": FOREIGN}, "VC_8011"),
        ({"DueDate": "soon"}, "VC_8019"),
        ({"DueDate": "2026-02-30"}, "VC_8019"),
        ({"DueDate": "2026-W01-1"}, "VC_8019"),
        ({"DueDate": 5}, "VC_8019"),
        ({"IsClosed": "yes"}, "VC_8019"),
        ({"StatusId": 5}, "VC_8019"),
        ({"StatusId": "\0"}, "VC_8019"),
        ({" a": 5}, "VC_8019"),
        ({"X": {"y": 1}}, "VC_8019"),
        ({"X": 10**400}, "VC_8019"),
        ({"ClosedCtaCount": 10**400}, "VC_8019"),
        ({"X" * 201: 1}, "VC_8019"),
        ({f"X{number}": 1 for number in range(501)}, "VC_8019"),
    ],
)
def test_invalid_work_is_rejected(path: str, record: dict[str, Any], code: str, org: Org) -> None:
    sent = {"requests": [{"record": {"Name": "A", **record}}]}
    assert failure(org.api.post(path, json=sent))[0] == code
    gsid = make(org, path)
    sent["requests"][0]["record"]["Gsid"] = gsid
    assert failure(org.api.put(path, json=sent))[0] == code
    assert [row["Name"] for row in listed(org, path)] == ["Call"]


@each
def test_own_fields_have_an_end(path: str, org: Org) -> None:
    gsid = make(org, path, **{f"X{number}": 1 for number in range(499)})
    more = {"Gsid": gsid, "Y1": 1, "Y2": 2}
    answer = org.api.put(path, json={"requests": [{"record": more}]})
    assert failure(answer)[0] == "VC_8019"
    save(org, path, {**more, "X1": None}, method="PUT")


@each
def test_who_may(path: str, org: Org) -> None:
    reader = org.client("goals.read", "companies.write")
    assert reader.post(f"{path}/list", json={}).status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        assert reader.request(method, path, json={}).status_code == 403
    assert org.api.post(f"{path}/", json={"requests": [{"record": {"Name": "A"}}]}).status_code == 200


@each
def test_a_failure_is_told_as_json(path: str, org: Org) -> None:
    text = '{"requests":[{"record":{"Name":1e999,"referenceId":"1"}},{"record":{"Name":"B"}}]}'
    found = org.api.post(path, content=text).json()["data"]
    assert [one["referenceId"] for one in found["failure"]] == ["1"]
    assert len(found["success"]) == 1


def test_a_cta_is_not_taken_for_a_success_plan(org: Org) -> None:
    cta = make(org, CTA)
    answer = org.api.put(PLAN, json={"requests": [{"record": {"Gsid": cta, "Name": "B"}}]})
    assert failure(answer) == ("VC_8011", "Invalid Gsid provided in request")
