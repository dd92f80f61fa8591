"""Servers that pass visitors on: who the visitor is stands in their headers, where they have a key.

Plausible documents `User-Agent` and `X-Forwarded-For` as the way for servers: https://plausible.io/docs/events-api
"""

from collections.abc import Callable

import httpx
import pytest

from goalpost.conversions.ingest.peers import first_public
from goalpost.conversions.ingest.robots import is_own_name
from tests.support.ready import start_ready
from tests.support.server import BROWSER, RunningServer, Site, eventually

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def _counts(answer: httpx.Response) -> None:
    assert (answer.status_code, answer.headers.get("x-goalpost-dropped")) == (202, None), answer.text


@pytest.fixture
def bearer(site: Site) -> dict[str, str]:
    return {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}


def test_a_key_holder_s_headers_are_the_visitor_s(site: Site, bearer: dict[str, str]) -> None:
    goal = site.goal()
    for ip in ("198.51.100.1", "198.51.100.2", "2001:db8::1"):
        for user_agent in (FIREFOX, BROWSER, FIREFOX):
            _counts(site.send({}, **bearer, **{"x-forwarded-for": ip, "user-agent": user_agent}))

    assert site.counted(goal, 9)["unique_conversions"] == 6
    expected = {("Firefox", 6), ("Chrome", 3)}

    def browsers() -> bool:
        data = site.api.get(f"/sites/{site.key}/stats?dimensions=browser").json()["data"]
        return {(row["value"], row["pageviews"]) for row in data["breakdowns"]["browser"]} == expected

    # Events are stored after their conversions.
    eventually(browsers, what=f"{expected}")


def test_what_the_body_says_comes_first(site: Site, bearer: dict[str, str]) -> None:
    goal = site.goal()
    for number in range(3):
        headers = {"x-forwarded-for": f"198.51.100.{number}", "user-agent": f"{FIREFOX} {number}"}
        _counts(site.send({"ip": "203.0.113.1", "user_agent": BROWSER}, **bearer, **headers))

    assert site.counted(goal, 3)["unique_conversions"] == 1


def test_an_ip_that_cannot_be_used_leaves_the_header_s(site: Site, bearer: dict[str, str]) -> None:
    goal = site.goal()
    for number in range(2):
        answer = site.send({"ip": "unknown"}, **bearer, **{"x-forwarded-for": f"198.51.100.{number}"})
        _counts(answer)
        assert answer.headers["x-goalpost-ignored"] == "ip"

    assert site.counted(goal, 2)["unique_conversions"] == 2


def test_without_a_key_the_headers_are_not_believed(site: Site) -> None:
    goal = site.goal()
    for number in range(3):
        _counts(site.send({}, **{"x-forwarded-for": f"198.51.100.{number}"}))

    assert site.counted(goal, 3)["unique_conversions"] == 1


def test_a_key_holder_behind_a_trusted_proxy(server_with: Callable[..., RunningServer]) -> None:
    """The proxy adds the sender's address behind the visitor's."""
    server = server_with(GOALPOST_TRUSTED_PROXIES="127.0.0.1", GOALPOST_PROXY_HEADER="x-client-ip")
    site = server.make_site()
    goal = site.goal()
    bearer = {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}
    for number in range(3):
        headers = {"x-forwarded-for": f"198.51.100.{number}, 203.0.113.9", "x-client-ip": "203.0.113.9"}
        _counts(site.send({}, **bearer, **headers))

    assert site.counted(goal, 3)["unique_conversions"] == 3


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        (["198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7, 203.0.113.9"], "198.51.100.7"),
        (["198.51.100.7", "203.0.113.9"], "198.51.100.7"),
        (["10.0.0.1, 172.20.1.1, 192.168.1.1, 198.51.100.7, 203.0.113.9"], "198.51.100.7"),
        (["127.0.0.1, ::1, fe80::1, fd00::1, 169.254.1.1, 100.64.0.1, 2001:db8::7"], "2001:db8::7"),
        (["unknown, _hidden, 198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7:4711"], "198.51.100.7"),
        (["[2001:DB8::7]:4711"], "2001:db8::7"),
        (["::ffff:10.0.0.1, ::ffff:198.51.100.7"], "198.51.100.7"),
        (["10.0.0.2, 10.0.0.1"], "10.0.0.2"),  # an intranet
        (["unknown"], ""),
        (["", ", ,"], ""),
        ([], ""),
    ],
)
def test_the_first_public_address(forwarded: list[str], address: str) -> None:
    assert first_public([value.encode("latin-1") for value in forwarded]) == address


SENDERS = """
curl/8.5.0
python-requests/2.32.3
python-httpx/0.28
Go-http-client/2.0
GuzzleHttp/7
axios/1.6.2
node
Ruby
Faraday v2.9
okhttp/4.12.0
Apache-HttpClient/4.5.14 (Java/17.0.2)
WordPress/6.4; https://shop.example
Zapier
Stripe/1.0 (+https://stripe.com/docs/webhooks)
MyShop/1.0 (+https://shop.example)
"""


@pytest.mark.parametrize("user_agent", SENDERS.strip().splitlines())
def test_a_sender_s_own_user_agent_says_nothing_of_the_visitor(
    site: Site, bearer: dict[str, str], user_agent: str
) -> None:
    assert is_own_name(user_agent)
    _counts(site.send({}, **bearer, **{"user-agent": user_agent}))
    # Without a key it is a program of its own, or an app where apps send it.
    dropped = site.send({}, **{"user-agent": user_agent}).headers.get("x-goalpost-dropped")
    assert dropped == (None if user_agent.startswith("okhttp") else "bot")


@pytest.mark.parametrize("user_agent", [CRAWLER, "Googlebot/2.1", "AhrefsBot/7.0", "Sogou web spider/4.0"])
def test_a_crawler_that_a_server_passes_on_is_a_crawler(site: Site, bearer: dict[str, str], user_agent: str) -> None:
    assert not is_own_name(user_agent)
    answer = site.send({}, **bearer, **{"user-agent": user_agent, "x-forwarded-for": "198.51.100.1"})
    assert answer.headers["x-goalpost-dropped"] == "bot"


def test_no_user_agent_at_all_from_a_key_holder(site: Site, bearer: dict[str, str]) -> None:
    _counts(site.send({}, **bearer, **{"user-agent": ""}))


def test_a_header_that_is_not_believed_is_warned_of_once(own_server: Callable[..., RunningServer]) -> None:
    server = start_ready(own_server())
    site = server.make_site()
    bearer = {"authorization": f"Bearer {site.workspace.make_key('events:write')}"}
    site.send({})
    site.send({}, **bearer, **{"x-forwarded-for": "198.51.100.1"})
    assert "GOALPOST_TRUSTED_PROXIES" not in server.log()

    for _ in range(3):
        site.send({}, **{"x-forwarded-for": "198.51.100.1"})

    eventually(lambda: "GOALPOST_TRUSTED_PROXIES" in server.log(), what="the warning")
    assert server.log().count("GOALPOST_TRUSTED_PROXIES") == 1


def test_a_trusted_proxy_is_not_warned_of(server_with: Callable[..., RunningServer]) -> None:
    server = server_with(GOALPOST_TRUSTED_PROXIES="127.0.0.1")
    site = server.make_site()

    site.send({}, **{"x-forwarded-for": "198.51.100.1"})

    assert "GOALPOST_TRUSTED_PROXIES" not in server.log()
