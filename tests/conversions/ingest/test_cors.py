"""Whatever a page's `fetch` adds to a request, a browser lets it through and lets the page read the answer."""

import json
from typing import Any

import httpx
import pytest

from tests.support.server import BROWSER, RunningServer, Site, Workspace

PATHS = ["/api/event", "/api/page-goals?site=sk_nope"]
ORIGIN = "https://shop.example"


def _request(server: RunningServer, method: str, path: str, **headers: str) -> httpx.Response:
    sent = {"user-agent": BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return httpx.request(method, server.url + path, headers=sent, trust_env=False)


def _names(answer: httpx.Response, header: str) -> set[str]:
    assert len(answer.headers.get_list(header)) == 1
    return {name.strip().lower() for name in answer.headers[header].split(",")}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "asked",
    [
        "content-type",
        "authorization,content-type",
        "baggage,sentry-trace",  # Sentry
        "traceparent, tracestate",  # OpenTelemetry
        "x-anything-at-all",
        ",".join(f"x-header-{number}" for number in range(100)),
    ],
)
def test_a_preflight_allows_every_header(server: RunningServer, path: str, asked: str) -> None:
    headers = {"access_control_request_method": "POST", "access_control_request_headers": asked}

    answer = _request(server, "OPTIONS", path, origin=ORIGIN, **headers)

    assert (answer.status_code, answer.content) == (204, b"")
    allowed = _names(answer, "access-control-allow-headers")
    # By name for requests with credentials, to which `*` is a header called so; authorization is never part of it.
    assert {name.strip() for name in asked.split(",")} <= allowed
    assert {"*", "authorization", "content-type"} <= allowed
    assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
    assert answer.headers["access-control-allow-credentials"] == "true"
    assert "GET" in answer.headers["access-control-allow-methods"]
    assert int(answer.headers["access-control-max-age"]) > 0


@pytest.mark.parametrize("path", PATHS)
def test_an_endless_list_of_headers_is_not_echoed(server: RunningServer, path: str) -> None:
    answer = _request(server, "OPTIONS", path, origin=ORIGIN, access_control_request_headers="x" * 20_000)

    assert len(answer.headers["access-control-allow-headers"]) < 5_000


@pytest.mark.parametrize(
    "origin", [ORIGIN, "http://localhost:3000", "null", "capacitor://localhost", "https://münchen.de"]
)
@pytest.mark.parametrize("path", PATHS)
def test_an_answer_names_the_origin_that_asked(server: RunningServer, path: str, origin: str) -> None:
    """A page with `credentials: "include"` may read no answer with `*`; a beacon of JSON is sent so (munin#400)."""
    encoded: Any = origin.encode("latin-1", "xmlcharrefreplace")

    answer = _request(server, "GET", path, origin=encoded)

    assert answer.headers.get_list("access-control-allow-origin") == [encoded.decode("latin-1")]
    assert answer.headers.get_list("access-control-allow-credentials") == ["true"]
    assert "origin" in _names(answer, "vary")


@pytest.mark.parametrize("path", PATHS)
def test_an_odd_origin_breaks_nothing(server: RunningServer, path: str) -> None:
    odd: Any = b"https://m\xfcnchen.de"

    answers = [_request(server, method, path, origin=odd) for method in ("GET", "OPTIONS")]
    nameless = _request(server, "GET", path, origin="")

    assert all(answer.status_code in (200, 204, 400) for answer in answers)
    assert nameless.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_answer_is_marked_alike(server: RunningServer, path: str, method: str) -> None:
    """Pages that isolate themselves (COEP) log an error for an answer without `cross-origin-resource-policy`."""
    answer = _request(server, method, path)

    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert "access-control-allow-credentials" not in answer.headers
    assert answer.headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
    assert {"x-goalpost-dropped", "x-goalpost-ignored", "x-goalpost-page", "retry-after"} <= _names(
        answer, "access-control-expose-headers"
    )
    assert "*" not in answer.headers["access-control-expose-headers"]


def test_errors_are_marked_alike(workspace: Workspace, server: RunningServer) -> None:
    event = {"name": "pageview", "domain": "example.com", "url": "https://example.com/"}
    read_only = workspace.make_key("analytics:read")
    answers = {
        202: server.post_event(event, origin=ORIGIN),
        400: server.post_event("{", origin=ORIGIN),
        401: server.post_event(event, origin=ORIGIN, authorization="Bearer gp_nobody"),
        403: server.post_event(event, origin=ORIGIN, authorization=f"Bearer {read_only}"),
        405: _request(server, "PUT", "/api/event", origin=ORIGIN),
        413: server.post_event(json.dumps([event] * 10_001), origin=ORIGIN),
    }

    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers.get_list("access-control-allow-origin") == [ORIGIN]
        assert answer.headers.get_list("access-control-allow-credentials") == ["true"]


def test_page_goals_refuse_other_methods(server: RunningServer) -> None:
    answer = _request(server, "POST", "/api/page-goals", origin=ORIGIN)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_page_goals_that_have_not_changed(server: RunningServer, site: Site) -> None:
    path = f"/api/page-goals?site={site.key}"
    tag = _request(server, "GET", path).headers["etag"]

    answer = _request(server, "GET", path, origin=ORIGIN, if_none_match=tag)

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (304, ORIGIN)
