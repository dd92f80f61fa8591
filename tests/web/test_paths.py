"""Paths that nobody serves, methods that a path does not take and odd query parameters, in every dialect."""

import socket
from typing import Any

import httpx
import pytest

from goalpost.dialects.gainsight.routes import GAINSIGHT
from tests.dialects.gainsight.paths import FETCH, PICKLIST
from tests.dialects.gainsight.support import make_org
from tests.dialects.msportal.support import make_portal
from tests.dialects.pagesense.support import make_project
from tests.support.server import RunningServer

GATEWAY = ["result", "errorCode", "errorDesc", "requestId", "message"]


@pytest.mark.parametrize("prefix", GAINSIGHT.prefixes)
@pytest.mark.parametrize(
    "path",
    [
        *("/", "", "/nothing", "/nothing/", "//nothing", "/%2e%2e/nothing", "/no%20thing", "/%00", "/a/b/c/d"),
        *("/caf%C3%A9", "/%FF", "/data", "/data/objects", "/meta", "/csgoal/external", "/x;y=1", "/users/services"),
    ],
)
def test_whatever_is_below_the_vendors_prefixes_has_the_gateways_answer(
    prefix: str, path: str, server: RunningServer
) -> None:
    """The vendor's gateway answers an unknown path with JSON: 404 GS_APIG_1000."""
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        answer = httpx.request(method, server.url + prefix + path, trust_env=False)
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "GS_APIG_1000"), (method, answer.text)
        assert list(answer.json()) == GATEWAY
        assert answer.json()["requestId"] == answer.headers["x-gs-request-id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize("start", ["//v1", "/v1//", "//v1//nothing", "///v2/x", "/v1/csgoal//nothing"])
def test_doubled_slashes_before_a_path_that_is_not_there(start: str, server: RunningServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET {start} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b" 404 " in answer.partition(b"\r\n")[0]
    assert b"GS_APIG_1000" in answer


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/public/v1/nothing", {"error": "Not found", "details": None, "code": "NOT_FOUND"}),
        ("/api/public//v1/nothing", {"error": "Not found", "details": None, "code": "NOT_FOUND"}),
        ("//api/public/v1", {"error": "Not found", "details": None, "code": "NOT_FOUND"}),
        ("/api/v1/analytics/nothing", {"error": "Not found"}),
        ("/api//v1/analytics//nothing", {"error": "Not found"}),
        ("/pagesense//rest/v1/nothing", {"status_code": 10004, "message": "Not Found"}),
        ("/pagesense/api/v1/portal/acme/audiences", {"status_code": 10004, "message": "Not Found"}),
        ("/pagesense", {"status_code": 10004, "message": "Not Found"}),
        ("/api/v1/nothing", {"error": "Not found"}),
        ("/oauth//v2/nothing", {"error": "invalid_request"}),
        ("/oauth/v2", {"error": "invalid_request"}),
    ],
)
def test_the_other_dialects_answer_in_their_own_shape(
    path: str, expected: dict[str, Any], server: RunningServer
) -> None:
    answer = httpx.get(server.url + path, trust_env=False)
    assert answer.status_code == 404
    assert {name: value for name, value in answer.json().items() if name != "requestId"} == expected


LISTS = ("statuses", "priorities", "categories")


def test_a_405_names_every_method_of_its_path(server: RunningServer) -> None:
    """RFC 9110, section 15.5.6: a 405 bears the methods that the path takes, all of them."""
    project, org, nobody = make_project(server), make_org(server), server.client("nobody", "")
    site = server.make_site()
    goal = site.goal()
    cases = [
        (project.api, "PATCH", project.goals_path(), "GET, HEAD, POST, PUT, DELETE"),
        (project.api, "OPTIONS", project.events_path, "GET, HEAD, POST"),
        (project.api, "BREW", project.events_path + "/", "GET, HEAD, POST"),
        (nobody, "GET", "/oauth/v2/token", "POST"),
        (nobody, "HEAD", "/oauth/v2/token/revoke/", "POST"),
        (nobody, "DELETE", "/oauth//v2/token", "POST"),
        (org.api, "PATCH", PICKLIST, "GET, HEAD, POST"),
        (org.api, "GET", "/v2/cockpit/cta", "POST, PUT, DELETE"),
        (org.api, "GET", "/v1/data/objects/Company", "POST, PUT"),
        (make_portal(server).api, "PUT", "/goals", "GET, HEAD, POST"),
        (site.api, "PUT", f"/sites/{site.key}/goals/{goal}", "PATCH, DELETE"),
        (site.api, "POST", f"/sites/{site.key}//goals/{goal}/stats/", "GET, HEAD"),
        (site.api, "DELETE", "/sites", "GET, HEAD, POST"),
        (site.api, "OPTIONS", f"/sites/{site.key}", "GET, HEAD, PATCH, DELETE"),
        (site.api, "BREW", "/docs", "GET, HEAD"),
        # A literal path is not the path of a thing with that id.
        *((make_portal(server).api, "DELETE", f"/goals/{name}", "GET, HEAD") for name in LISTS),
        (org.api, "GET", "/v1/data/objects/query/Company", "POST"),
        (org.api, "DELETE", "/v1/data/objects/query/Company", "POST"),
    ]
    for client, method, path, allowed in cases:
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed), (method, path)


def test_where_get_is_allowed_head_is(server: RunningServer) -> None:
    """RFC 9110, section 9.3.2: HEAD is GET without the content."""
    project, org, portal, site = make_project(server), make_org(server), make_portal(server), server.make_site()
    cases = [
        *((project.api, project.goals_path()), (org.api, PICKLIST), (portal.api, "/goals"), (site.api, "/sites")),
        (server.client("nobody", ""), "/api/page-goals"),
    ]
    for client, path in cases:
        refused = client.request("BREW", path)
        assert (refused.status_code, "HEAD" in refused.headers["allow"]) == (405, True), path
        assert (client.head(path).status_code, client.head(path).content) == (client.get(path).status_code, b""), path


def test_a_parameter_that_is_sent_twice_is_refused_everywhere(server: RunningServer) -> None:
    portal, org, project, site = make_portal(server), make_org(server), make_project(server), server.make_site()
    goal = portal.goal(title="A")["id"]
    lists = {
        "/goals": (
            *("page", "limit", "sortColumn", "sortDesc", "search", "companyId", "statusId", "priorityId"),
            *("categoryId", "quarter", "year", "dueDateFrom", "dueDateTo"),
        ),
        f"/goals/{goal}/tasks": ("page", "limit"),
        f"/goals/{goal}/updates": ("page", "limit"),
        "/companies": ("page", "limit", "sortColumn", "sortDesc", "search"),
    }
    for path, names in lists.items():
        for name in names:
            answer = portal.api.get(path, params=[(name, "1"), (name, "2")])
            assert answer.status_code == 400, (path, name)
            assert {"field": name, "message": "is given more than once"} in answer.json()["details"], (path, name)
    for client, path, name in (
        (org.api, PICKLIST, "active"),
        (site.api, f"/sites/{site.key}/stats", "period"),
        (site.api, f"/sites/{site.key}/events", "from"),
        (project.api, project.events_path, "project_linkname"),
    ):
        answer = client.get(path, params=[(name, "1"), (name, "2")])
        assert (answer.status_code, "is given more than once" in answer.text) == (400, True), answer.text
    answer = org.api.put("/v1/data/objects/Company?keys=Name&keys=Tier", json={"records": [{"Name": "IBM"}]})
    assert (answer.status_code, "keys is given more than once" in answer.json()["errorDesc"]) == (400, True)
    twice = httpx.post(f"{server.url}/oauth/v2/token?client_id=a&client_id=b", trust_env=False)
    assert (twice.status_code, twice.json()) == (400, {"error": "invalid_request"})
    assert org.api.get(PICKLIST, params={"entityIds": ["COMPANY", "GLOBAL"]}).status_code == 200, "a list may be"


def test_a_parameter_that_is_not_known_is_named(server: RunningServer) -> None:
    portal, org, project, site = make_portal(server), make_org(server), make_project(server), server.make_site()
    goal = portal.goal(title="A")["id"]
    cases = [
        *((portal.api, "GET", path, None) for path in ("/goals", f"/goals/{goal}", f"/goals/{goal}/tasks")),
        *((portal.api, "GET", path, None) for path in ("/goals/statuses", f"/goals/{goal}/updates", "/companies")),
        (portal.api, "POST", "/companies", {"name": "Made"}),
        (org.api, "POST", FETCH, {}),
        (org.api, "GET", PICKLIST, None),
        (org.api, "POST", "/v1/data/objects/query/Company", {}),
        (site.api, "GET", "/sites", None),
        (site.api, "GET", f"/sites/{site.key}/stats", None),
        (project.api, "GET", project.goals_path(), None),
    ]
    for client, method, path, body in cases:
        plain = client.request(method, path, json=body) if method == "GET" else None
        answer = client.request(method, f"{path}?overdue=true&x=1&x=2", json=body)
        assert answer.status_code in (200, 201), (path, answer.text)
        assert answer.json()["warnings"] == [
            "unknown query parameter 'overdue' was ignored",
            "unknown query parameter 'x' was ignored",
        ], path
        assert plain is None or list(answer.json()) == [*plain.json(), "warnings"]
    hostile = portal.api.get("/goals?" + "&".join(f"{number}\u2028{'x' * 500}=1" for number in range(100)))
    assert hostile.status_code == 200 and len(hostile.json()["warnings"]) == 20
    assert all(len(text) < 150 and text.isascii() for text in hostile.json()["warnings"])
    assert portal.api.delete(f"/goals/{goal}?x=1").status_code == 204
