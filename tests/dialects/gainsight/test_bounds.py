"""Requests ask a bounded amount of the store, however they ask; lookups that cannot be are told as such."""

from typing import Any

import pytest

from tests.dialects.gainsight.paths import CREATE, FETCH, TEMPLATE
from tests.dialects.gainsight.support import NAME_TO_COMPANY, Org, failure

RECORD = {"Name": "Grow", "StatusName": "New", "EntityType": "COMPANY", "CompanyName": "IBM"}


@pytest.mark.parametrize("expression", ["", None, " AND ".join(f"A{number}" for number in range(50))])
def test_values_of_all_conditions(expression: str | None, org: Org) -> None:
    values = [str(number) for number in range(200)]
    conditions = [
        {"fieldName": "Name", "operator": "CONTAINS", "value": values, "alias": f"A{number}"} for number in range(50)
    ]
    answer = org.api.post(FETCH, json={"where": {"conditions": conditions, "expression": expression}})
    code, message = failure(answer)
    assert code == "VC_8009"
    assert "more than 2000 values" in message


@pytest.mark.parametrize(
    "lookups",
    [
        {"CompanyId": 5},
        {"CompanyId": {"fields": {}, "objectName": "company"}},
        {"CompanyId": {"fields": {"CompanyName": 5}, "objectName": "company"}},
        {"CompanyId": {**NAME_TO_COMPANY["CompanyId"], "onNoMatch": "x"}},
        {f"T{number}": NAME_TO_COMPANY["CompanyId"] for number in range(51)},
        ["CompanyId"],
    ],
)
def test_lookups_that_cannot_be(lookups: Any, org: Org) -> None:
    for path in (CREATE, TEMPLATE):
        code, message = failure(org.api.post(path, json={"requests": [{"record": RECORD}], "lookups": lookups}))
        assert code == "VC_8008"
        assert message.startswith("Lookup Error - lookups")
