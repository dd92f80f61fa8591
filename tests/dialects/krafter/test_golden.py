"""Requests and responses as Krafter's pages print them, with ids, keys and moments replaced.

In the files `sk_abc123def456` is the site's key, `<goal 1>` the id of its first goal, `<site>` the site's id,
`<domain>` its domain and `<moment>` the time it was made. https://docs.krafter.dev/analytics/api/goals.html
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.krafter.support import goal_call, record
from tests.support.golden import pairs, with_values
from tests.support.server import Site

PAIRS = pairs(__file__)


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_documented_request_gets_the_documented_response(path: Path, site: Site) -> None:
    pair = json.loads(path.read_text())
    names = {"sk_abc123def456": site.key, "<site>": site.id, "<domain>": site.domain}
    prepare(site, pair.get("given", {}), names)
    request = pair["request"]
    body = {"json": request["body"]} if "body" in request else {}

    answer = site.api.request(request["method"], with_values(request["path"], names), **body)

    assert answer.status_code == pair["response"]["status"]
    assert answer.headers["content-type"] == "application/json"
    names = found_now(answer.json()) | names
    expected = json.loads(with_values(json.dumps(pair["response"]["body"]), names))
    assert answer.json() == expected
    assert json.dumps(answer.json()) == json.dumps(expected), "keys in the documented order"


def prepare(site: Site, given: dict[str, Any], names: dict[str, str]) -> None:
    for number, goal in enumerate(given.get("goals", []), start=1):
        answer = site.api.post(f"/sites/{site.key}/goals", json=goal)
        names[f"<goal {number}>"] = answer.json()["data"]["id"]
    if calls := given.get("goal_calls"):
        visitors = (number % calls["visitors"] for number in range(calls["count"]))
        record(site, *(goal_call(calls["name"], calls["amount"], ip=f"10.0.{n // 250}.{n % 250}") for n in visitors))
        site.counted(names["<goal 1>"], calls["count"])


def found_now(body: Any) -> dict[str, str]:
    """Names for what only the response tells: a goal made by the request, and when a site was made."""
    text = json.dumps(body)
    goals = re.findall(r'"id": "([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})", "name"', text)
    moments = re.findall(r'"created_at": "(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"', text)
    return {"<goal 1>": goals[0]} if len(goals) == 1 else {"<moment>": moments[0]} if moments else {}
