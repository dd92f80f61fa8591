"""`?recordIds=`, where the body of a DELETE was lost on the way: held to the same rules as the body."""

import pytest

from tests.dialects.gainsight.paths import DELETE, METRICS, TEMPLATE
from tests.dialects.gainsight.support import Org, failure


@pytest.mark.parametrize("path", [DELETE, f"{TEMPLATE}/delete", METRICS, "/v2/cockpit/cta"])
@pytest.mark.parametrize(
    ("code", "ids"),
    [("VC_8011", ["abc"]), ("VC_8012", [""]), ("VC_8019", [f"1CG0{number:032}" for number in range(201)])],
    ids=["malformed", "blank", "too many"],
)
def test_ids_that_cannot_be_are_refused(path: str, code: str, ids: list[str], org: Org) -> None:
    answer = org.api.delete(path, params={"recordIds": ids})
    assert failure(answer)[0] == code


def test_ids_in_the_query_delete(org: Org) -> None:
    goal = org.create()["Gsid"]
    answer = org.api.delete(DELETE, params={"recordIds": goal})
    assert answer.json()["data"]["success"] is True
