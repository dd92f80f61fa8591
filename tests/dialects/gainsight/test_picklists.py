"""Picklists: goal types and statuses, for which entities, with statuses and metrics."""

from datetime import UTC, datetime
from typing import Any

import pytest

from goalpost.customers.model.gsids import parse_gsid
from goalpost.customers.model.picklists import Picklist
from goalpost.customers.services import picklists
from tests.dialects.gainsight.paths import PICKLIST
from tests.dialects.gainsight.support import BY, FOREIGN, Org, failure


def test_a_new_workspace_has_the_default_type(org: Org) -> None:
    data = org.data("POST", PICKLIST, {})
    assert [(one["name"], one["systemName"], one["systemDefined"]) for one in data["picklists"]] == [
        ("Default", "DEFAULT_GOAL_TYPE", True)
    ]
    assert (data["childPicklists"], data["metrics"]) == ([], None)


def test_statuses_say_whether_they_are_open(org: Org) -> None:
    found = org.data("POST", PICKLIST, {"picklistCategory": "GOAL_STATUS"})["picklists"]
    is_open = {one["name"]: one["openStatusType"] for one in found}
    assert (is_open["New"], is_open["On Track"], is_open["Achieved"]) == (True, True, False)
    assert {one["picklistCategory"] for one in found} == {"GOAL_STATUS"}


def test_children_are_the_statuses(org: Org) -> None:
    data = org.data("POST", PICKLIST, {"includeChildPicklist": True, "active": True})
    statuses = org.choices()
    assert {one["name"]: one["gsid"] for one in data["childPicklists"]} == statuses
    assert data["picklists"][0]["childPicklistIds"] == {"GOAL_STATUS": [*statuses.values()]}


def test_metrics_are_there_when_asked_for(org: Org) -> None:
    metric = org.metric("Seats")
    assert [one["gsid"] for one in org.data("POST", PICKLIST, {"includeMetrics": True})["metrics"]] == [metric]


def test_a_retired_item_is_shown_unless_active_is_asked_for(org: Org) -> None:
    gsid = org.item(Picklist.GOAL_TYPE, "Old")
    spelled = parse_gsid(gsid)
    assert spelled is not None
    with org.server.stores.writing() as db:
        picklists.retire_item(db, workspace_id=org.id, item_id=spelled[1], author=BY, now=datetime.now(UTC))
    for active, names in ((False, {"Default": True, "Old": False}), (True, {"Default": True})):
        found = org.data("POST", PICKLIST, {"active": active})["picklists"]
        assert {one["name"]: one["active"] for one in found} == names


@pytest.mark.parametrize(
    "entities", [[], ["COMPANY"], ["ALL_ENTITY"], ["company", "Relationship"], ["GLOBAL"]], ids=str
)
def test_an_item_for_all_entities_is_for_each(entities: list[str], org: Org) -> None:
    assert len(org.data("POST", PICKLIST, {"entityIds": entities})["picklists"]) == 1


def test_the_query_says_the_same_as_the_body(org: Org) -> None:
    body = {"entityIds": ["COMPANY"], "includeMetrics": True, "picklistCategory": "GOAL_STATUS"}
    expected = org.data("POST", PICKLIST, body)
    assert org.data("GET", PICKLIST, body) == expected
    query = {"entityIds": ["COMPANY"], "includeMetrics": "true", "picklistCategory": "GOAL_STATUS"}
    assert org.api.get(PICKLIST, params=query).json()["data"] == expected


@pytest.mark.parametrize(
    "wrong",
    [{"entityIds": "COMPANY"}, {"active": "perhaps"}, {"picklistCategory": "OTHER"}, {"includeMetrics": []}],
    ids=str,
)
def test_a_question_that_is_wrong(wrong: dict[str, Any], org: Org) -> None:
    assert failure(org.api.post(PICKLIST, json=wrong))[0] == "VC_8019"
    if "entityIds" not in wrong and [] not in wrong.values():
        assert failure(org.api.get(PICKLIST, params=wrong))[0] == "VC_8019"


@pytest.mark.parametrize("name", ["1P06X", "companies", "", "COMPANY ", FOREIGN, "PROJECT"])
def test_an_entity_that_there_is_none_of_is_refused(name: str, org: Org, other: Org) -> None:
    """Entities that nobody knows gave all picklists in silence."""
    foreign = other.item(Picklist.RELATIONSHIP_TYPE, "Theirs")
    for wrong in (name, foreign):
        answer = org.api.post(PICKLIST, json={"entityIds": ["COMPANY", wrong]})
        assert failure(answer)[0] == "VC_8019"
        assert "COMPANY, RELATIONSHIP" in failure(answer)[1]
        assert failure(org.api.get(PICKLIST, params={"entityIds": wrong}))[0] == "VC_8019"
    own = org.item(Picklist.RELATIONSHIP_TYPE, "Ours")
    assert len(org.data("POST", PICKLIST, {"entityIds": [own, own.lower()]})["picklists"]) == 1


def test_faults_name_fields_as_they_were_sent(org: Org) -> None:
    for body, message in (
        ({"active": "perhaps"}, "active must be true or false"),
        ({"includeMetrics": []}, "includeMetrics must be true or false"),
        ({"entityIds": "COMPANY"}, "entityIds must be a list"),
        ({"entityIds": [5]}, "entityIds.0 must be a string"),
        ({"picklistCategory": "OTHER"}, "picklistCategory must be one of 'GOAL_TYPE', 'GOAL_STATUS'"),
        ({"entityIds": ["COMPANY"] * 201}, "entityIds should have at most 200 item(s)"),
    ):
        assert failure(org.api.post(PICKLIST, json=body))[1].startswith(message)
    assert failure(org.api.get(PICKLIST, params={"active": "perhaps"}))[1] == "active must be true or false"
    assert org.data("POST", PICKLIST, {"picklistCategory": "goal_status"})["picklists"]
