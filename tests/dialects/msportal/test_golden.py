"""Requests and responses of every endpoint, key by key; the create's keys are those of the vendor's page.

In the files `<company>` is the workspace's company, `<goal>`, `<task>` and `<update>` are what `given` made,
`<status High>` and the like are choices, `<new>` is an id that the request made, `<moment>` a moment of the server and
`<request>` a request's id. https://docs.msportal.ai/api-reference/goals/create-goal
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.msportal.support import PREFIX, REFERENCES, ROUTES, Portal
from tests.support.golden import pairs, unmasked, with_names

PAIRS = pairs(__file__)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_MOMENT = re.compile(r'("(?:created|updated)At": )"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"')
_REQUEST = re.compile(r'("requestId": )"[0-9a-f-]{36}"')


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_request_gets_the_response_of_its_pair(path: Path, portal: Portal) -> None:
    pair = json.loads(path.read_text())
    names = prepare(portal, pair.get("given", {}))
    request, expected = pair["request"], pair["response"]
    body = {"json": unmasked(request["body"], names)} if "body" in request else {}

    answer = portal.api.request(request["method"], unmasked(request["path"], names), **body)

    assert answer.status_code == expected["status"], answer.text
    if expected["body"] is None:
        assert answer.content == b""
        assert "content-type" not in answer.headers
    else:
        assert answer.headers["content-type"] == "application/json"
        assert masked(answer.json(), names) == json.dumps(expected["body"]), "the same keys in the same order"
    if "location" in expected:
        assert masked(answer.headers["location"], names) == json.dumps(expected["location"])


def test_every_endpoint_has_a_pair() -> None:
    shown = {
        (pair["request"]["method"], re.sub(r"<(\w+)>", r"{\1}", pair["request"]["path"].partition("?")[0]))
        for pair in (json.loads(path.read_text()) for path in PAIRS)
    }
    assert shown >= {(route.method, route.path) for route in ROUTES}


def prepare(portal: Portal, given: dict[str, Any]) -> dict[str, str]:
    """Make what the pair stands on; the ids by their names in the files."""
    names = {"<company>": portal.company, "<prefix>": PREFIX}
    for picklist, kind in zip(REFERENCES.values(), ("status", "priority", "category"), strict=True):
        names |= {f"<{kind} {name}>": id for name, id in portal.choices(picklist).items()}
    if "goal" in given:
        names["<goal>"] = portal.goal(**unmasked(given["goal"], names))["id"]
    if "task" in given:
        names["<task>"] = portal.task(names["<goal>"], **given["task"])["id"]
    if "update" in given:
        names["<update>"] = portal.update(names["<goal>"], **given["update"])["id"]
    return names


def masked(value: Any, names: dict[str, str]) -> str:
    """A value of an answer as JSON with the names of the files."""
    text = _MOMENT.sub(r'\1"<moment>"', json.dumps(value))
    text = _REQUEST.sub(r'\1"<request>"', text)
    text = with_names(text, names)
    return _ID.sub("<new>", text)
