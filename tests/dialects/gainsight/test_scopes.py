"""Keys and their scopes against each route."""

from typing import Any

import httpx
import pytest

from tests.dialects.gainsight.paths import CREATE, FETCH
from tests.dialects.gainsight.routes import NAMES, ROUTES, body_of
from tests.dialects.gainsight.support import Org


@pytest.mark.parametrize("scopes", [("goals.read",), ("goals.write",), ("companies.read", "companies.write"), ("*",)])
def test_each_scope_against_each_route(scopes: tuple[str, ...], org: Org) -> None:
    client = org.client(*scopes)
    for name, method, paths, scope, body in ROUTES:
        answer = client.request(method, paths[0], json=body_of(body, org))
        if scope in scopes or "*" in scopes:
            assert answer.status_code == 200, (name, answer.text)
        else:
            assert (answer.status_code, answer.json()["errorCode"]) == (403, "GS_2402"), name


@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
def test_without_a_key_of_ours(route: tuple[str, str, list[str], str, Any], org: Org) -> None:
    _, method, paths, _, body = route
    wrong: list[dict[str, str]] = [{}, {"accesskey": ""}, {"accesskey": "x"}, {"accesskey": org.workspace.key[:-1]}]
    for headers in (*wrong, {"authorization": "Basic dTpw"}, {"authorization": org.workspace.key}):
        with httpx.Client(base_url=org.server.url, headers=headers, trust_env=False) as client:
            answer = client.request(method, paths[0], json=body)
        expected = {
            "result": False,
            "errorCode": "GS_APIG_2401",
            "errorDesc": "Unauthorized",
            "message": "Unauthorized",
        }
        assert answer.status_code == 401
        assert {name: one for name, one in answer.json().items() if name != "requestId"} == expected
        assert answer.json()["requestId"] == answer.headers["x-gs-request-id"]


@pytest.mark.parametrize("name", ["accesskey", "Accesskey", "AccessKey", "ACCESSKEY"])
def test_the_header_in_any_case_and_a_bearer_token(name: str, org: Org) -> None:
    for headers in ({name: org.workspace.key}, {"authorization": f"Bearer {org.workspace.key}"}):
        with httpx.Client(base_url=org.server.url, headers=headers, trust_env=False) as client:
            assert client.post(FETCH, json={}).status_code == 200
            assert client.post(CREATE, json={}).status_code == 400
