"""Each code of a failure, with its HTTP status in both styles; and which of two faults is told."""

from collections.abc import Callable
from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from tests.dialects.gainsight.paths import CREATE, DELETE, FETCH, METRIC, METRICS, PICKLIST, TEMPLATE, UPDATE
from tests.dialects.gainsight.support import FOREIGN, Org, broken_metrics, failure, make_org, requested, where
from tests.support.server import RunningServer

STATUS, ENTITY = "Invalid StatusName provided in request", "Invalid EntityType provided in request, choose from "
GOAL = {"Name": "Grow", "StatusName": "New", "EntityType": "COMPANY", "CompanyId": "<IBM>"}
NO_LOOKUP = {"CompanyId": {"fields": {"CompanyName": "Name"}, "objectName": "company"}}


def goal(**more: Any) -> dict[str, Any]:
    return requested({**GOAL, **more})


def on(*, lookups: Any = None, parts: Any = None, **more: Any) -> dict[str, Any]:
    return requested({**GOAL, **more}, lookups=lookups, **(parts or {}))


# (name, method, path, body, status as in samples, status as in the table, code, constant, message's beginning)
CASES: list[tuple[str, str, str, Any, int, int, str, str | None, str]] = [
    ("no JSON", "POST", CREATE, b"{", 400, 400, "VC_8000", "MALFORMED_REQUEST", "the body is not valid JSON"),
    ("no object", "POST", FETCH, b"[]", 400, 400, "VC_8000", "MALFORMED_REQUEST", "the body must be"),
    *(
        (f"empty {key}", "POST", CREATE, on(parts={"association": {key: []}}), 400, 400, code, constant, text)
        for key, code, constant, text in (
            ("CTA", "VC_8001", "CTA_RECORD_EMPTY", "CTA set provided is empty"),
            ("SP", "VC_8002", "SP_RECORD_EMPTY", "Success Plan set provided is empty"),
        )
    ),
    *(
        (f"page {page}", "POST", FETCH, page, 400, 400, "VC_8007", "INVALID_PAGE_REQUEST", "Invalid page request")
        for page in (
            *({"pageSize": size} for size in (0, -1, 1001, "10", 1.5, None, True, 10**30)),
            *({"pageNumber": number} for number in (0, -1, "1", None, 10**30)),
        )
    ),
    (
        *("lookup", "POST", CREATE, on(lookups=NO_LOOKUP, CompanyName="Nobody"), 400, 400),
        *("VC_8008", "INVALID_LOOKUP_CONFIG", "Lookup Error"),
    ),
    (
        *("select", "POST", FETCH, {"select": ["Gsd", "Name", "Nme"]}, 500, 400),
        *("VC_8009", "INVALID_FIELD", "Invalid fields in select clause - Gsd,Nme"),
    ),
    (
        *("template select", "POST", f"{TEMPLATE}/fetch", {"select": ["Gsd"]}, 400, 400),
        *("VC_8009", "INVALID_FIELD", "Invalid fields in select clause - Gsd"),
    ),
    ("where", "POST", FETCH, {"where": where("Nme", "EQ", "x")}, 400, 400, "VC_8009", "INVALID_FIELD", "Invalid field"),
    ("status", "POST", CREATE, goal(StatusName="Nope"), 500, 400, "VC_8010", "INVALID_STATUS_NAME", STATUS),
    ("no status", "POST", CREATE, goal(StatusName=None), 500, 400, "VC_8010", "INVALID_STATUS_NAME", STATUS),
    ("status id", "POST", CREATE, goal(StatusId=FOREIGN), 500, 400, "VC_8010", "INVALID_STATUS_NAME", STATUS),
    (
        *("updated status", "PUT", UPDATE, requested({"Gsid": "<goal>", "StatusName": "Nope"}), 500, 400),
        *("VC_8010", "INVALID_STATUS_NAME", STATUS),
    ),
    (
        *("Gsid", "PUT", UPDATE, requested({"Gsid": FOREIGN}), 500, 400),
        *("VC_8011", "INVALID_GSID", "Invalid Gsid provided in request"),
    ),
    (
        *("company", "POST", CREATE, goal(CompanyId=FOREIGN), 400, 400),
        *("VC_8011", "INVALID_GSID", "Invalid CompanyId provided in request"),
    ),
    ("name", "POST", CREATE, goal(Name=None), 400, 400, "VC_8012", "REQUIRED_FIELD_MISSING", "Name can't be blank"),
    (
        *("no company", "POST", CREATE, goal(CompanyId=None), 400, 400),
        *("VC_8012", "REQUIRED_FIELD_MISSING", "CompanyId can't be blank"),
    ),
    ("entity", "POST", CREATE, goal(EntityType="X"), 400, 400, "VC_8013", "INVALID_ENTITY_TYPE", ENTITY),
    ("no entity", "POST", CREATE, goal(EntityType=None), 400, 400, "VC_8013", "INVALID_ENTITY_TYPE", ENTITY),
    ("template", "POST", CREATE, goal(TemplateId=FOREIGN), 400, 400, "VC_8014", "INVALID_TEMPLATE", "Invalid Template"),
    ("type", "POST", CREATE, goal(GoalTypeId=FOREIGN), 400, 400, "VC_8015", "INVALID_GOAL_TYPE", "Invalid GoalType"),
    (
        *("type's name", "POST", CREATE, goal(GoalTypeName="X"), 400, 400),
        *("VC_8015", "INVALID_GOAL_TYPE", "Invalid GoalTypeName provided in request"),
    ),
    (
        *("metric", "POST", CREATE, goal(metricsAssociation=[{"metricId": FOREIGN}]), 400, 400),
        *("VC_8016", "INVALID_METRIC", "Invalid metricsAssociation provided in request"),
    ),
    (
        *("work", "POST", CREATE, goal(AssociatedWork=[FOREIGN]), 400, 400),
        *("VC_8017", "INVALID_ASSOCIATED_WORK", "Invalid AssociatedWork provided in request"),
    ),
    (
        *("two requests", "POST", CREATE, requested(GOAL, GOAL), 400, 400),
        *("VC_8018", "MULTIPLE_REQUESTS_NOT_SUPPORTED", "Only one Customer Goal"),
    ),
    ("no requests", "PUT", UPDATE, {"requests": []}, 400, 400, "VC_8012", "REQUIRED_FIELD_MISSING", "requests should"),
    ("none sent", "POST", CREATE, {}, 400, 400, "VC_8012", "REQUIRED_FIELD_MISSING", "requests can't be blank"),
    ("no list", "POST", CREATE, {"requests": {}}, 400, 400, "VC_8019", "INVALID_VALUE", "requests must be a list"),
    ("value", "POST", CREATE, goal(DueDate="soon"), 400, 400, "VC_8019", "INVALID_VALUE", "DueDate must be a day"),
    ("metric in use", "DELETE", METRICS, {"recordIds": ["<metric>"]}, 400, 400, "VC_8026", None, "Metric is used in"),
]


def used_metric(org: Org) -> str:
    """A metric that a goal has; its GSID."""
    metric = org.metric()
    org.create(metricsAssociation=[{"metricId": metric}])
    return metric


def filled(value: Any, org: Org) -> Any:
    """A body with the ids of what is there."""
    if isinstance(value, dict):
        return {name: filled(one, org) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, org) for one in value]
    made = {
        "<IBM>": lambda: org.gsids["IBM"],
        "<goal>": lambda: org.create()["Gsid"],
        "<metric>": lambda: used_metric(org),
    }
    return made[value]() if isinstance(value, str) and value in made else value


@pytest.mark.parametrize("style", ["sample", "table"])
def test_each_code_has_its_status_and_message(
    style: str, server: RunningServer, server_with: Callable[..., RunningServer]
) -> None:
    org = make_org(server_with(GOALPOST_GAINSIGHT_ERROR_STYLE="table") if style == "table" else server)
    for name, method, path, body, sampled, of_table, code, constant, text in CASES:
        more = {"content": body} if isinstance(body, bytes) else {"json": filled(body, org)}
        answer = org.api.request(method, path, **more)
        status = sampled if style == "sample" else of_table
        found, message = failure(answer, status)
        assert (found, answer.json()["errorDesc"]) == (code, constant), name
        assert message.startswith(text), name
        if path in (CREATE, UPDATE, FETCH):
            assert answer.json()["status"] == status
            assert answer.json()["path"] == path.removeprefix("/v1")


def test_no_key_no_route_no_scope(org: Org) -> None:
    answer = org.server.client("gp_nobody", "").post(CREATE, json={})
    assert (answer.status_code, answer.json()["errorCode"]) == (401, "GS_APIG_2401")
    assert list(answer.json()) == ["result", "errorCode", "errorDesc", "requestId", "message"]
    answer = org.api.get("/v1/csgoal/external/nothing")
    assert (answer.status_code, answer.json()["errorCode"]) == (404, "GS_APIG_1000")
    assert list(answer.json()) == ["result", "errorCode", "errorDesc", "requestId", "message"]
    answer = org.client("goals.read").post(CREATE, json={})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "GS_2402")
    assert answer.json()["localizedErrorDesc"] == answer.json()["errorDesc"] == answer.json()["message"]
    assert (answer.json()["data"], answer.json()["localizedMessage"]) == (None, None)
    answer = org.api.delete(CREATE)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("setting", ["GOALPOST_API_LIMIT", "GOALPOST_API_DAILY_LIMIT"])
def test_the_quotas_of_the_minute_and_of_the_day(setting: str, server_with: Callable[..., RunningServer]) -> None:
    org = make_org(server_with(**{setting: "2"}))
    answers = [org.api.post(FETCH, json={}) for _ in range(8)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    refused = answers[-1]
    assert (refused.status_code, refused.json()["errorCode"]) == (429, "GU_2400")
    assert refused.json()["errorDesc"] == "Too many request"
    assert (refused.json()["data"], refused.json()["message"]) == (None, None)
    assert 0 < int(refused.headers["retry-after"]) <= (60 if setting == "GOALPOST_API_LIMIT" else 86400)


def test_an_unforeseen_fault_is_a_500_in_the_dialects_shape(org: Org) -> None:
    metric = org.metric()
    with broken_metrics(org):
        answer = org.api.put(METRIC, json=requested({"gsid": metric, "name": "New"}))
        assert failure(answer, 500) == ("VC_1002", "Unexpected error processing update metric: {}")
        answer = org.api.request("DELETE", METRICS, json={"recordIds": [metric]})
        assert failure(answer, 500) == ("VC_1002", "Unexpected error processing delete metric: {}")
        answer = org.api.post(PICKLIST, json={"includeMetrics": True})
        assert (answer.status_code, answer.json()["errorCode"]) == (500, "GU_1101")
        assert org.api.post(PICKLIST, json={}).status_code == 200


# Each body has all of the faults from its own on; what is told is the first.
FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("VC_8008", {"CompanyName": "Nobody"}),
    ("VC_8014", {"TemplateId": FOREIGN}),
    ("VC_8012", {"Name": ""}),
    ("VC_8013", {"EntityType": "X"}),
    ("VC_8015", {"GoalTypeName": "X"}),
    ("VC_8010", {"StatusName": "X"}),
    ("VC_8019", {"number__gc": "no number"}),
    ("VC_8016", {"metricsAssociation": [{"metricId": FOREIGN}]}),
    ("VC_8017", {"AssociatedWork": [FOREIGN]}),
]


@pytest.mark.parametrize("number", range(len(FAULTS) - 1))
def test_of_two_faults_the_first_in_order_is_told(number: int, org: Org) -> None:
    org.create(number__gc=5)
    code, first = FAULTS[number]
    for _, second in FAULTS[number + 1 :]:
        record = {**GOAL, "CompanyId": org.gsids["IBM"], **first, **second}
        answer = org.api.post(CREATE, json=requested(record, lookups=NO_LOOKUP))
        assert failure(answer, answer.status_code)[0] == code, (first, second)


def test_empty_associations_are_told_before_what_the_store_refuses(org: Org) -> None:
    """A request's own faults are told before metrics and work that are not there."""
    org.create(number__gc=5)
    for code, fault in FAULTS:
        record = {**GOAL, "CompanyId": org.gsids["IBM"], "number__gc": 5, **fault}
        answer = org.api.post(CREATE, json=requested(record, lookups=NO_LOOKUP, association={"CTA": [], "SP": []}))
        told = "VC_8001" if code in ("VC_8016", "VC_8017") else code
        assert failure(answer, answer.status_code)[0] == told, fault


def test_the_key_is_looked_at_first_then_the_scope_then_the_body(org: Org) -> None:
    large = b" " * (1024 * 1024 + 1)
    for client, status in ((org.server.client("x", ""), 401), (org.client("goals.read"), 403), (org.api, 413)):
        assert client.post(CREATE, content=large).status_code == status


def test_a_retired_status_is_none(org: Org) -> None:
    org.item(Picklist.STATUS, "Parked")
    assert org.create(StatusName="parked")["StatusId__gr"] == {"Name": "Parked"}
    assert failure(org.api.post(DELETE, json={"recordIds": []}))[0] == "VC_8019"
