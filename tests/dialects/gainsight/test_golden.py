"""Documented requests of both generations get the documented responses; what is ours besides each pair lists.

In the files `<goal>`, `<company IBM>` and the like are what the test made, `<1CG0>` any GSID of that prefix, `<moment>`
milliseconds since 1970, `<order>` a whole number, `<request>` the request's id; `ours` are keys that only we answer.
https://support.gainsight.com/gainsight_nxt/Customer_Goals/Customer_Goals_APIs/Customer_Goals_APIs
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from goalpost.customers.model.picklists import Picklist
from goalpost.customers.model.records import RecordKind
from tests.dialects.gainsight.paths import METRIC
from tests.dialects.gainsight.support import Org, broken_metrics
from tests.support.golden import pairs, unmasked, with_names

PAIRS = pairs(__file__)
_GSID = re.compile(r"(1[0-9A-Z]{3})[0-9A-Z]{32}")
_MOMENT = re.compile(r'("(?:(?:Created|Modified)Date|createdAt|modifiedAt|timestamp)": )[0-9]{13}\b')
_ORDER = re.compile(r'("displayOrder": )[0-9]+')
_REQUEST = re.compile(r'("requestId": )"[0-9a-f-]{36}"')


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_documented_request_gets_the_documented_response(path: Path, org: Org) -> None:
    pair, names = json.loads(path.read_text()), prepare(org)
    request, expected = pair["request"], pair["response"]

    answer = org.api.request(request["method"], request["path"], json=unmasked(request["body"], names))

    assert answer.status_code == expected["status"], answer.text
    assert answer.headers["content-type"] == "application/json"
    found = masked(answer.json(), names)
    for ours in pair["ours"]:
        found = without(found, ours.split("."))
    assert found == expected["body"]


def test_the_metric_error_is_as_documented(org: Org) -> None:
    body = {"requests": [{"record": {"gsid": org.metric(), "name": "New"}}]}
    with broken_metrics(org):
        answer = org.api.put(METRIC, json=body)
    assert answer.status_code == 500
    assert masked(answer.json(), {}) == {
        **dict.fromkeys(("errorDesc", "localizedErrorDesc", "data", "localizedMessage", "errorInfo")),
        "result": False,
        "errorCode": "VC_1002",
        "requestId": "<request>",
        "message": "Unexpected error processing update metric: {}",
    }


def test_every_documented_sample_is_here() -> None:
    assert len(PAIRS) == 19, "and the metric error, above"


def prepare(org: Org) -> dict[str, str]:
    """Make what the pairs stand on; the ids by their names in the files."""
    names = {f"<company {name}>": gsid for name, gsid in org.gsids.items()}
    for name in ("CG1", "CG4", "CP Goal Type"):
        org.item(Picklist.GOAL_TYPE, name)
    names |= {f"<work {number}>": org.item(Picklist.ASSOCIATED_WORK, f"Work {number}") for number in (1, 2)}
    names |= {f"<status {name}>": gsid for name, gsid in org.choices().items()}
    names |= {f"<type {name}>": gsid for name, gsid in org.choices("GOAL_TYPE").items()}
    for number in (1, 2):
        names[f"<metric {number}>"] = org.metric(f"Metric {number}")
    unused = {"requests": [{"record": {"name": "Unused", "unitOfMeasure": "DECIMAL"}}]}
    made = org.data("POST", "/csgoal/external/metric/", unused)["successList"][0]
    names["<metric unused>"] = made["gsid"]
    wanted = [{"metricId": names["<metric 1>"]}]
    more = {"DueDate": "2023-02-01", "Description": "<p><br>Desc 7</p>", "metricsAssociation": wanted}
    names["<goal>"] = org.create(Name="CGnew", **more)["Gsid"]
    plan = {
        "EntityType": "COMPANY",
        "OwnerId": "1P01J0CQPQSRP90S3XLLTAL1EG7F0GQ6SFGX",
        "StatusId": "1I004Y368TQW84KNMBVMAMEBL1IOFF9APWGI",
        "DueDate": "2025-01-31T11:30:00Z",
    }
    names["<plan>"] = org.record(RecordKind.SUCCESS_PLAN, "barca_sp", fields=plan)
    fields = {"DueDate": "2025-01-30", "cust_string_value__gc": "hello"}
    names["<barca>"] = org.create(Name="Barca custom goal ", association={"SP": [names["<plan>"]]}, **fields)["Gsid"]
    names["<template>"] = org.template(Name="barca_template", DueDate=0, cust_string_value__gc="hello")["Gsid"]
    return names


def masked(value: Any, names: dict[str, str]) -> Any:
    """A value of an answer with the names of the files."""
    text = _ORDER.sub(r'\1"<order>"', _MOMENT.sub(r'\1"<moment>"', json.dumps(value)))
    text = _REQUEST.sub(r'\1"<request>"', text)
    text = with_names(text, names)
    kept = ("1P01J0CQPQSRP90S3XLLTAL1EG7F0GQ6SFGX", "1I004Y368TQW84KNMBVMAMEBL1IOFF9APWGI")
    return json.loads(_GSID.sub(lambda found: found[0] if found[0] in kept else f"<{found[1]}>", text))


def without(value: Any, path: list[str]) -> Any:
    """A value without what is at a path, which goes through lists; `x[]` is a list whose items are left out."""
    if isinstance(value, list):
        return [without(one, path) for one in value]
    name, rest = path[0], path[1:]
    if name.endswith("[]"):
        return {**value, name[:-2]: []}
    assert name in value
    if rest:
        return {**value, name: without(value[name], rest)}
    return {key: one for key, one in value.items() if key != name}
