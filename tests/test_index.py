"""The start page, and paths that are not there."""

from html.parser import HTMLParser

import httpx
import pytest

from goalpost.vendors import DIALECTS
from tests.support.server import RunningServer

BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"accept": "application/json"}
POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"


class Links(HTMLParser):
    """Addresses that a page refers to, and the tags it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [str(value) for name, value in attrs if name in ("href", "src")]


def get(server: RunningServer, path: str, headers: dict[str, str] | None = None, method: str = "GET") -> httpx.Response:
    return httpx.request(method, server.url + path, headers=headers, trust_env=False, timeout=30)


def test_it_says_what_this_is_and_leads_to_every_door(server: RunningServer) -> None:
    answer = get(server, "/", BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"] == POLICY
    page = Links(answer.text)
    assert not {"script", "style"} & page.tags
    assert all(link.startswith("/") for link in page.links), "nothing comes from elsewhere"
    assert len([link for link in page.links if link.endswith("/docs")]) == len(DIALECTS)
    assert {link: get(server, link).status_code for link in page.links} == dict.fromkeys(page.links, 200)


def test_it_is_json_when_json_is_asked_for(server: RunningServer) -> None:
    told = get(server, "/", JSON).json()
    assert (told["name"], len(told["apis"])) == ("goalpost", len(DIALECTS))
    for api in told["apis"]:
        assert get(server, api["openapi"]).json()["info"]["title"] == api["title"]
        assert get(server, api["docs"]).status_code == 200
    assert "accept" in get(server, "/", JSON).headers["vary"]


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/index.html"])
def test_docs_lead_there(server: RunningServer, path: str) -> None:
    answer = get(server, path, BROWSER)
    assert (answer.status_code, answer.headers["location"]) == (307, "/")


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "text/html"), ("/favicon.ico", "image/x-icon"), ("/robots.txt", "text/plain")]
)
def test_head_is_answered_like_get_without_a_body(server: RunningServer, path: str, kind: str) -> None:
    full, head = get(server, path), get(server, path, method="HEAD")
    assert (full.status_code, head.status_code, head.content) == (200, 200, b"")
    assert full.headers["content-type"].startswith(kind)
    assert head.headers["content-length"] == str(len(full.content))


def test_the_icon_is_small_and_robots_stay_out(server: RunningServer) -> None:
    icon = get(server, "/favicon.ico").content
    assert icon.startswith(b"\0\0\1\0") and len(icon) < 4096
    assert get(server, "/robots.txt").text == "User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    "path", ["/nothing", "/api", "/docs/x", "/index.htm", "/" + "a" * 5000, "/%3Cb%3E%00%ff", "//"]
)
def test_a_path_that_is_not_there(server: RunningServer, path: str) -> None:
    page, data, line = (get(server, path, headers) for headers in (BROWSER, JSON, {"accept": "*/*"}))
    assert [answer.status_code for answer in (page, data, line)] == [404, 404, 404]
    assert 'href="/"' in page.text and "<b>" not in page.text
    assert data.json()["start"] == "/"
    assert line.headers["content-type"].startswith("text/plain")
    assert max(len(page.text), len(data.text), len(line.text)) < 2500


def test_another_method_is_not_served(server: RunningServer) -> None:
    assert get(server, "/", method="POST").status_code == 405
    assert get(server, "/nothing", method="POST").status_code == 404
