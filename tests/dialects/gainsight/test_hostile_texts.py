"""Hostile texts come back as they went; whatever else is sent is answered in the dialect's shape, with no fault."""

import json
from typing import Any

import pytest

from tests.dialects.gainsight.paths import CREATE, METRIC, TEMPLATE, UPDATE
from tests.dialects.gainsight.routes import ROUTES
from tests.dialects.gainsight.support import Org, failure, requested
from tests.dialects.msportal.test_bodies import NO_OBJECTS
from tests.dialects.msportal.test_hostile_text import CONTEXTS, PAYLOADS

WRONG: list[Any] = [None, True, 5, 1e300, -(10**400), "", "\0", "x", [], [[]], [None], {}, {"a": {}}]


@pytest.mark.parametrize("context", CONTEXTS)
def test_texts_come_back_as_they_went(context: str, org: Org) -> None:
    goal = org.create()["Gsid"]
    for payload in PAYLOADS:
        text = context.replace("{}", payload)
        fields = {"Name": text, "Description": text, "text__gc": text}
        answers = [org.create(**fields), org.update(goal, **fields), org.template(**fields)]
        answers.append(org.one(goal, *fields)["dataList"])
        for found in answers:
            assert {name: found[name] for name in fields} == fields
        record = {"name": text, "description": text, "unitOfMeasure": "DECIMAL"}
        (metric,) = org.data("POST", METRIC, requested(record))["successList"]
        assert (metric["name"], metric["description"]) == (text, text)


@pytest.mark.parametrize("body", NO_OBJECTS, ids=lambda body: repr(body[:32]))
def test_a_body_that_is_not_a_json_object_is_rejected(body: bytes, org: Org) -> None:
    for _, method, paths, _, _ in ROUTES:
        if method != "GET":
            code, _ = failure(org.api.request(method, paths[0], content=body), 400)
            assert code == "VC_8000"


def test_wrong_types_in_every_place(org: Org) -> None:
    goal, template = org.create()["Gsid"], org.template()["Gsid"]
    names = (
        *("Name", "StatusName", "StatusId", "GoalTypeName", "GoalTypeId", "EntityType", "TemplateId", "DueDate"),
        *("Description", "CompanyId", "CurrencyIsoCode", "AssociatedWork", "metricsAssociation", "text__gc"),
        *("metricsDissociation", "RelationshipId", "OpportunityId", "RelationshipTypeId", "Gsid"),
    )
    full = {"Name": "x", "StatusName": "New", "EntityType": "GLOBAL"}
    for wrong in WRONG:
        sent = [(method, paths[0], wrong) for _, method, paths, _, _ in ROUTES if method != "GET"]
        for name in ("requests", "lookups", "recordIds", "select", "where", "pageSize", "orderBy", "entityIds"):
            sent += [(method, paths[0], {name: wrong}) for _, method, paths, _, _ in ROUTES if method != "GET"]
        for name in names:
            sent.append(("POST", CREATE, requested({**full, name: wrong})))
            sent.append(("PUT", UPDATE, requested({"Gsid": goal, name: wrong})))
            sent.append(("PUT", TEMPLATE, requested({"Gsid": template, name: wrong})))
        for method, path, body in sent:
            answer = org.api.request(method, path, content=json.dumps(body))
            assert answer.status_code in (200, 400) or answer.json()["errorCode"] in ("VC_8009", "VC_8010", "VC_8011")
            assert answer.json()["result"] is (answer.status_code == 200)


def test_a_body_may_have_a_mebibyte_and_the_last_of_a_key_counts(org: Org) -> None:
    assert org.api.post(CREATE, content=b" " * (1024 * 1024 + 1)).status_code == 413
    assert failure(org.api.post(CREATE, content=b"{}".ljust(1024 * 1024)))[0] in ("VC_8012", "VC_8018", "VC_8019")
    goal = org.create()["Gsid"]
    body = f'{{"requests": [], "requests": [{{"record": {{"Gsid": "{goal}", "Name": 5, "Name": "last"}}}}]}}'
    assert org.api.put(UPDATE, content=body).status_code == 200
    assert org.one(goal)["dataList"]["Name"] == "last"
