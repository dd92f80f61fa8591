"""Clients of Plausible's Events API from PyPI, and bodies as trackers from npm send them, unchanged."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from tests.support.server import BROWSER, RunningServer, Site

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def trusting(server_with: Callable[..., RunningServer]) -> RunningServer:
    """A server that trusts the application servers on this machine."""
    return server_with(GOALPOST_TRUSTED_PROXIES="127.0.0.1")


@pytest.fixture
def shop(trusting: RunningServer) -> Site:
    return trusting.make_site()


def test_plausible_events(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """plausible-events 0.1.0: a thread that posts JSON as python-requests, for visitors behind its own address."""
    plausible_events = pytest.importorskip("plausible_events")
    pageview, event = site.goal("pageview", "exact", "/login"), site.goal("event", "exact", "purchase")
    # The one thing changed: it asks a service outside for its own address.
    monkeypatch.setattr(plausible_events.PlausibleEvents, "_get_ip", lambda self: "198.51.100.7")
    key = site.workspace.make_key("events:write")
    client = plausible_events.PlausibleEvents(
        site.domain, {"Authorization": f"Bearer {key}"}, api=f"{site.workspace.server.url}/api/event"
    )
    client.worker.daemon = True

    client.pageview("/login", utm={"source": "mail"})
    client.event("purchase", props={"plan": "pro", "count": 2})

    assert site.counted(pageview, 1)["conversions"] == 1
    assert site.counted(event, 1)["conversions"] == 1


@pytest.fixture
def django(shop: Site) -> Iterator[Any]:
    """A configured Django, whose proxy posts to the server."""
    from django.conf import settings
    from django.test import override_settings

    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["*"], PLAUSIBLE_REQUEST_TIMEOUT=30)
    with override_settings(PLAUSIBLE_BASE_URL=shop.workspace.server.url, PLAUSIBLE_DOMAIN=shop.domain):
        from django.test import RequestFactory

        yield RequestFactory()


def test_django_plausible_proxy_sends_events(shop: Site, django: Any) -> None:
    """django-plausible-proxy 0.5.1: JSON with the visitor in `x-forwarded-for` and `user-agent`, and no key."""
    from plausible_proxy import send_custom_event

    goal = shop.goal("event", "exact", "Signup")
    for number in range(3):
        visitor = {"REMOTE_ADDR": f"198.51.100.{number}", "HTTP_USER_AGENT": FIREFOX, "HTTP_HOST": shop.domain}
        request = django.get("/thanks?utm_source=mail", **visitor)
        assert send_custom_event(request, name="Signup", screen_width=1200, props={"plan": "pro", "cart": {"id": 1}})

    assert shop.counted(goal, 3)["unique_conversions"] == 3


def test_django_plausible_proxy_passes_the_tracker_on(shop: Site, django: Any) -> None:
    from plausible_proxy.views import event_proxy

    goal = shop.goal("pageview", "exact", "/thanks")
    body = json.dumps({"n": "pageview", "u": f"https://{shop.domain}/thanks", "d": shop.domain, "r": None})
    for number, user_agent in enumerate([FIREFOX, BROWSER, CRAWLER]):
        visitor = {
            "REMOTE_ADDR": "198.51.100.1",
            "HTTP_X_FORWARDED_FOR": f"10.0.0.{number}",
            "HTTP_USER_AGENT": user_agent,
        }
        answer = event_proxy(django.post("/api/event", body, content_type="text/plain", **visitor))
        assert answer.status_code == 202

    assert shop.counted(goal, 2)["unique_conversions"] == 2


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_asgi_plausible(shop: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """asgi-plausible 0.1.1: passes bodies on, with anonymized addresses, to a fixed host."""
    import asgi_plausible

    class ToServer(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            request.url = httpx.URL(shop.workspace.server.url).join(request.url.raw_path.decode())
            return await super().handle_async_request(request)

    goal = shop.goal("pageview", "exact", "/thanks")
    client = httpx.AsyncClient
    # The one thing changed: where its fixed host leads to.
    monkeypatch.setattr(asgi_plausible.httpx, "AsyncClient", lambda: client(transport=ToServer()))
    transport = httpx.ASGITransport(asgi_plausible.plausible(None))
    body = {"n": "pageview", "u": f"https://{shop.domain}/thanks", "d": shop.domain}

    async def send() -> list[int]:
        async with client(transport=transport, base_url="http://shop.example") as browser:
            addresses = ["198.51.100.7", "203.0.113.9", "2001:db8::7"]
            return [
                (
                    await browser.post("/api/event", json=body, headers={"x-forwarded-for": ip, "user-agent": FIREFOX})
                ).status_code
                for ip in addresses
            ]

    assert asyncio.run(send()) == [202, 202, 202]
    assert shop.counted(goal, 3)["unique_conversions"] == 3


BODIES: dict[str, Callable[[str], dict[str, Any]]] = {
    # @plausible-analytics/tracker: a tagged element without revenue.
    "an empty $": lambda url: {"n": "Signup", "v": 24, "u": url, "d": "SITE", "r": None, "$": {}, "p": {"a": 1}},
    "nested customProperties": lambda url: {"n": "Signup", "u": url, "d": "SITE", "p": {"a": {"id": 1}, "plan": "pro"}},
    "a hash router": lambda url: {"n": "Signup", "u": f"{url}#/a", "d": "SITE", "r": "", "h": 1, "w": 1200},
    # plausible-tracker: props as JSON text.
    "props as text": lambda url: {"n": "Signup", "u": url, "d": "SITE", "r": None, "w": 1200, "h": 0, "p": '{"a":[1]}'},
    # analytics-plugin-plausible: whatever a shop tracks.
    "items": lambda url: {"n": "Signup", "u": url, "d": "SITE", "p": '{"items":[{"sku":"1"}],"value":9.99}'},
    # Servers in other languages.
    "formatted revenue": lambda url: {
        "name": "Signup", "url": url, "domain": "SITE", "revenue": {"currency": "USD", "amount": "1,299"},
    },
    "revenue alone": lambda url: {"name": "Signup", "url": url, "domain": "SITE", "revenue": 49.99, "props": []},
    "a long currency": lambda url: {
        "name": "Signup", "url": url, "domain": "SITE", "revenue": {"currency": "US Dollar", "amount": 5},
    },
}  # fmt: skip


def test_bodies_of_trackers_and_servers(site: Site) -> None:
    goal = site.goal("event", "exact", "Signup")

    for body in BODIES.values():
        sent = body(f"https://{site.domain}/a")
        answer = site.workspace.server.post_event(json.dumps(sent).replace("SITE", site.domain))
        assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None), sent

    assert site.counted(goal, len(BODIES)) == {
        "conversions": len(BODIES),
        "unique_conversions": 1,
        "revenue": None,
    }
