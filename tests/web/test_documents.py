"""Pages and documents that are the same for everybody: made once, compressed, and not sent again."""

import asyncio
from collections.abc import Callable, Sequence

import httpx
import pytest
from fastapi import FastAPI

from goalpost.dialects.gainsight.routes import PAGES
from goalpost.dialects.krafter.routes import KRAFTER
from goalpost.dialects.msportal.routes import PREFIX as MSPORTAL
from goalpost.dialects.pagesense.routes import PREFIX as PAGESENSE
from goalpost.web import docs_page
from goalpost.web.application import make_app
from tests.support.server import API, RunningServer

PATHS = [
    *("/", "/index.css", "/favicon.ico", "/robots.txt"),
    *(
        f"{prefix}/{name}"
        for prefix in (API, PAGESENSE, MSPORTAL, PAGES)
        for name in ("docs", "docs.css", "docs.js", "openapi.json")
    ),
]
Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(server: RunningServer) -> Ask:
    return lambda path, **headers: httpx.get(
        server.url + path,
        headers={"accept-encoding": "identity"} | {name.replace("_", "-"): text for name, text in headers.items()},
        trust_env=False,
        timeout=60,
    )


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_that_has_it_is_not_sent_it_again(ask: Ask, path: str) -> None:
    first = ask(path)
    assert first.status_code == 200
    shared = "private" if path.endswith("docs") else "public"  # a page of the API shows the address of its request
    assert first.headers["cache-control"].startswith(f"{shared}, max-age=")
    again = ask(path, if_none_match=first.headers["etag"])
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert ask(path, if_none_match='"another"').content == first.content


@pytest.mark.parametrize("path", [path for path in PATHS if path.endswith(("docs", "json"))])
def test_it_is_sent_compressed(ask: Ask, path: str) -> None:
    plain, zipped = ask(path), ask(path, accept_encoding="gzip")
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) < int(plain.headers["content-length"])
    assert zipped.content == plain.content
    assert "accept-encoding" in plain.headers["vary"]
    assert zipped.headers["etag"] != plain.headers["etag"]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_that_depends_on_the_host_says_so(ask: Ask, path: str) -> None:
    """A proxy that kept a page of the API gave everybody the examples of whoever asked first, at any address."""
    own, other = ask(path), ask(path, host="other.example")
    named = {name.strip() for name in own.headers.get("vary", "").split(",")}
    assert ("host" in named) == (own.content != other.content) == path.endswith("docs")
    assert (own.headers["etag"] == other.headers["etag"]) == (own.content == other.content)
    assert ask(path, host="other.example", if_none_match=own.headers["etag"]).status_code == (
        200 if path.endswith("docs") else 304
    )


def test_the_start_page_and_its_json_are_told_apart(ask: Ask) -> None:
    page, told = ask("/", accept="text/html"), ask("/", accept="application/json")
    assert page.headers["vary"] == told.headers["vary"] == "accept"
    assert page.headers["etag"] != told.headers["etag"]
    assert ask("/", accept="application/json", if_none_match=page.headers["etag"]).status_code == 200


def test_a_page_is_rendered_once_for_all_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Input: requests for one page under many hosts, of which each stands in its examples."""
    rendered = []
    monkeypatch.setattr(
        docs_page, "operations", lambda document, real=docs_page.operations: rendered.append(1) or real(document)
    )
    hosts = ["a.example", "b.example", *(f"{number}.example" for number in range(30)), "a.example"]
    for host, page in zip(hosts, _pages(make_app(KRAFTER), hosts), strict=True):
        assert 0 < page.count(".example/sites") == page.count(f"http://{host}/sites")
    assert rendered == [1]


def test_an_address_that_is_none_is_not_repeated() -> None:
    ordinary, hostile = _pages(make_app(KRAFTER), ["a.example", "x" * 60_000])
    assert len(hostile) < len(ordinary) + 10_000
    assert "x" * 1000 not in hostile


def _pages(app: FastAPI, hosts: Sequence[str]) -> list[str]:
    """The page of an API as clients get it that have found the server under these hosts."""

    async def ask() -> list[str]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
            return [(await client.get("/docs", headers={"host": host})).text for host in hosts]

    return asyncio.run(ask())
