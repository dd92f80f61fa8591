"""The visitor's address is the peer's, unless a proxy that the operator trusts says otherwise."""

from collections.abc import Callable

import httpx
import pytest

from goalpost.conversions.ingest.peers import BadProxy, ClientAddress
from goalpost.conversions.ingest.requests import Heads
from tests.support.ready import start_ready
from tests.support.server import BROWSER, RunningServer, Site

PROXIES = ["10.0.0.0/8", "192.0.2.1", "2001:db8:1::/48"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("203.0.113.1", ["198.51.100.7"], "203.0.113.1"),  # nobody's proxy
        ("192.0.2.2", ["198.51.100.7"], "192.0.2.2"),  # beside ours
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("192.0.2.1", [" 198.51.100.7 "], "198.51.100.7"),
        ("2001:db8:1::5", ["198.51.100.7"], "198.51.100.7"),
        # What stands further left was written by the client.
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.9, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["unknown, 198.51.100.7"], "198.51.100.7"),
        # A chain of our proxies is followed to its end.
        ("10.0.0.1", ["1.1.1.1, 198.51.100.7, 10.0.0.3, 192.0.2.1"], "198.51.100.7"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", ["10.0.0.2, 10.0.0.3"], "10.0.0.2"),
        # Several headers are one list.
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1,198.51.100.7", "10.0.0.3"], "198.51.100.7"),
        # Ports and brackets.
        ("10.0.0.1", ["198.51.100.7:4711"], "198.51.100.7"),
        ("10.0.0.1", ["[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", ["[2001:db8::7]"], "2001:db8::7"),
        ("10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
        ("10.0.0.1", ["2001:0DB8:0:0::7"], "2001:db8::7"),
        ("10.0.0.1", ["2001:db8::7, [2001:db8:1::3]:443"], "2001:db8::7"),
        # What is not an address ends the search: whoever wrote it is as far as we know.
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", [","], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, garbage, 10.0.0.3"], "10.0.0.3"),
        ("10.0.0.1", ["198.51.100.777"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7\xff\0"], "10.0.0.1"),
        ("10.0.0.1", ["[2001:db8::7"], "2001:db8::7"),
        ("no address", ["198.51.100.7"], "no address"),
        ("", ["198.51.100.7"], ""),
    ],
)
def test_the_client_s_address(peer: str, forwarded: list[str], client: str) -> None:
    headers = [value.encode("latin-1") for value in forwarded]

    assert ClientAddress(PROXIES).of(peer, headers) == client
    assert ClientAddress([]).of(peer, headers) == peer


def test_a_proxy_that_speaks_to_both_families_at_once() -> None:
    """A socket for both families shows an IPv4 peer as an IPv6 address; it is the same proxy, and the same client."""
    addresses = ClientAddress(["192.0.2.1"])

    assert addresses.of("::ffff:192.0.2.1", [b"198.51.100.7"]) == "198.51.100.7"
    assert addresses.of("192.0.2.1", [b"198.51.100.7, ::ffff:192.0.2.1"]) == "198.51.100.7"


@pytest.mark.parametrize("proxy", ["", "proxy.example.com", "10.0.0.0/33", "10.0.0", "::g"])
def test_a_trusted_proxy_that_is_not_an_address_is_rejected(proxy: str) -> None:
    with pytest.raises(BadProxy, match="GOALPOST_TRUSTED_PROXIES"):
        ClientAddress(["10.0.0.1", proxy])


def test_a_network_may_be_written_by_any_address_in_it() -> None:
    assert ClientAddress([" 10.1.2.3/8 "]).of("10.9.9.9", [b"198.51.100.7"]) == "198.51.100.7"


@pytest.mark.parametrize(
    ("header", "distrusted"),
    [
        *(
            (name, True)
            for name in ("x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip", "x-own")
        ),
        ("x-other", False),
    ],
)
def test_a_header_that_nobody_believes_is_told_of(header: str, *, distrusted: bool) -> None:
    """The operator is warned of it once, by whatever name the proxy gives the client's address."""
    heads = Heads(ClientAddress(["10.0.0.1"]), "X-Own")
    scope = {"method": "POST", "query_string": b"", "headers": [(header.encode(), b"198.51.100.7")]}

    stranger = heads.read({**scope, "client": ("203.0.113.1", 1)})
    proxy = heads.read({**scope, "client": ("10.0.0.1", 1)})

    assert (stranger.ip, stranger.distrusted) == ("203.0.113.1", distrusted)
    assert (proxy.ip, proxy.distrusted) == ("198.51.100.7" if header == "x-own" else "10.0.0.1", False)


def _post(site: Site, headers: list[tuple[str, str]]) -> None:
    event = {"name": "pageview", "domain": site.key, "url": f"https://{site.domain}/"}
    sent = [("user-agent", BROWSER), *headers]
    answer = httpx.post(site.workspace.server.url + "/api/event", json=event, headers=sent, trust_env=False)
    assert answer.status_code == 202


def test_by_default_no_header_is_believed(site: Site) -> None:
    goal = site.goal()
    names = ["x-forwarded-for", "forwarded", "x-real-ip", "cf-connecting-ip", "true-client-ip"]
    for number, name in enumerate(names):
        _post(site, [(name, f"198.51.100.{number}")])

    assert site.counted(goal, len(names))["unique_conversions"] == 1


def test_behind_a_trusted_proxy(own_server: Callable[..., RunningServer]) -> None:
    header = "X-Client-IP"
    server = own_server(GOALPOST_TRUSTED_PROXIES="127.0.0.1, 10.0.0.0/8", GOALPOST_PROXY_HEADER=header)
    site = start_ready(server).make_site()
    goal = site.goal()

    _post(site, [(header, "198.51.100.1")])
    _post(site, [(header, "198.51.100.2")])
    assert site.counted(goal, 2)["unique_conversions"] == 2
    _post(site, [(header, "203.0.113.5, 198.51.100.1")])  # spoofed
    _post(site, [(header, "203.0.113.6"), (header, "198.51.100.1:80, 10.1.1.1")])
    _post(site, [(header, "[2001:db8::1]:80")])
    _post(site, [(header, "2001:DB8::1")])
    _post(site, [("x-other", "203.0.113.7")])

    assert site.counted(goal, 7)["unique_conversions"] == 4
